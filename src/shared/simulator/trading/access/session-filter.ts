import { mayDo, type Caps, type Scope } from './permissions';

/** What a message is about, and where its symbol stands. */
interface Subject {
  readonly group: 'trading' | 'wallet' | 'funding' | 'balance' | 'notify';
  /** Nobody sees it whose key may not read this. */
  readonly scope?: Scope;
  readonly symbolAt?: number;
}

const ORDER: Subject = { group: 'trading', scope: 'orders', symbolAt: 3 };
const POSITION: Subject = { group: 'trading', scope: 'positions', symbolAt: 0 };
const TRADE: Subject = { group: 'trading', scope: 'orders', symbolAt: 1 };
const WALLET: Subject = { group: 'wallet', scope: 'wallets' };
const FUNDING: Subject = { group: 'funding', scope: 'funding', symbolAt: 1 };
const BALANCE: Subject = { group: 'balance', scope: 'wallets' };

/** Messages by type (bitfinex-v2.md 5.1); the tradable balance belongs to `balance`. */
const SUBJECTS: Readonly<Record<string, Subject>> = {
  ...every(ORDER, 'os', 'on', 'ou', 'oc'),
  ...every(POSITION, 'ps', 'pn', 'pu', 'pc'),
  ...every(TRADE, 'te', 'tu'),
  ...every(WALLET, 'ws', 'wu'),
  ...every(FUNDING, 'fos', 'fon', 'fou', 'foc', 'fcs', 'fcn', 'fcu', 'fcc', 'fls', 'fln', 'flu', 'flc', 'fte', 'ftu', 'fiu'),
  ...every(BALANCE, 'bu', 'miu'),
  n: { group: 'notify' },
};

function every(subject: Subject, ...types: readonly string[]): Record<string, Subject> {
  return Object.fromEntries(types.map((type) => [type, subject]));
}

/**
 * What a session hears: what its key may read, and of that what its filter lets through (bitfinex-v2.md 2.9):
 * `trading`, `trading-tBTCUSD`, `funding-fUSD`, `wallet-exchange-BTC`, `balance`, `notify`. No filter lets everything through.
 */
export class SessionFilter {
  private readonly wanted: ReadonlySet<string>;

  constructor(
    filter: readonly string[] | undefined,
    private readonly caps: Caps,
  ) {
    this.wanted = new Set(filter);
  }

  /** Does this row go to the client? */
  lets(type: string, row: unknown): boolean {
    const subject = this.subjectOf(type);
    return subject !== undefined && (this.hasAll(subject) || this.wanted.has(`${subject.group}-${nameIn(row, subject)}`));
  }

  /** Does a snapshot go to the client, with some of its rows or all? */
  letsSnapshot(type: string): boolean {
    const subject = this.subjectOf(type);
    return subject !== undefined && (this.hasAll(subject) || [...this.wanted].some((one) => one.startsWith(`${subject.group}-`)));
  }

  /** What may be read with this key. */
  private subjectOf(type: string): Subject | undefined {
    const subject = SUBJECTS[type];
    return subject?.scope === undefined || mayDo(this.caps, subject.scope, 'read') ? subject : undefined;
  }

  private hasAll({ group }: Subject): boolean {
    return this.wanted.size === 0 || this.wanted.has(group);
  }
}

/** What a filter can name in a row: a symbol, or a wallet. */
function nameIn(row: unknown, { group, symbolAt }: Subject): string {
  const cells: readonly unknown[] = Array.isArray(row) ? row : [];
  if (group === 'wallet') return `${String(cells[0])}-${String(cells[1])}`;
  return symbolAt === undefined ? '' : String(cells[symbolAt]);
}
