import { FieldError, type Fields } from './admin-fields';
import type { AdminAction } from './admin-path';
import { RESET_WORD } from '../reset-word';
import { readDeposit } from '../trading/account/deposit';
import { WALLETS } from '../trading/account/order';
import type { PaperUser } from '../trading/account/paper-account';
import type { PrivateSide } from '../trading/private-side';

/** What the actions command. */
export interface AccountActionsHost {
  readonly accounts: Pick<PrivateSide, 'trading' | 'accountOf'>;
  readonly users: readonly PaperUser[];
  reset(userId: number, confirmation: string): boolean;
}

/** What can be done with paper accounts from outside. Where no "userId" is named, the first account is meant. */
export const accountActions = (host: AccountActionsHost): Readonly<Record<string, AdminAction>> => ({
  'POST deposit': {
    what: 'adds play money to an account',
    examples: [{ wallet: 'exchange', currency: 'USD', amount: '5000' }],
    run: (fields) => deposit(host, fields),
  },
  'POST reset': {
    what: 'gives a user a new account with its starting money: orders, positions and all that was before are gone, the keys stay',
    examples: [{ confirm: RESET_WORD }],
    run: (fields) => {
      fields.only('userId', 'confirm');
      const { userId } = userOf(host, fields);
      if (!host.reset(userId, fields.text('confirm'))) throw new FieldError('confirm', `the word ${RESET_WORD}`);
      return { userId };
    },
  },
});

function deposit({ accounts, users }: AccountActionsHost, fields: Fields): unknown {
  fields.only('userId', 'wallet', 'currency', 'amount');
  const user = userOf({ users }, fields);
  const wish = { wallet: fields.text('wallet'), currency: fields.text('currency'), amount: fields.text('amount') };
  const found = readDeposit(wish, accounts.trading.symbols);
  if (typeof found === 'string') throw new FieldError(found, EXPECTED[found], wish[found]);
  accounts.trading.deposit(accounts.accountOf(user), found.wallet, found.currency, found.units);
  return { userId: user.userId, ...wish };
}

const EXPECTED = { wallet: `one of ${WALLETS.join(', ')}`, currency: 'a currency of the markets', amount: 'a decimal text above 0, at most "10000000"' } as const;

function userOf({ users }: Pick<AccountActionsHost, 'users'>, fields: Fields): PaperUser {
  if (!fields.has('userId')) return users[0] as PaperUser;
  const user = users.find(({ userId }) => userId === fields.number('userId'));
  if (user === undefined) throw new FieldError('userId', `one of ${users.map(({ userId }) => userId).join(', ')}`, fields.get('userId'));
  return user;
}
