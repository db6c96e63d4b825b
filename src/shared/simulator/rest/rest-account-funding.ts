import { json } from './rest-answer';
import { reads, refusing, writes, type AccountRoute, type AccountRoutes } from './rest-account';
import { NO_FUNDING } from '../trading/access/session';

const LISTS = ['offers', 'loans', 'credits', 'trades'] as const;
const COMMANDS = ['offer/submit', 'offer/cancel', 'offer/cancel/all', 'close', 'auto', 'keep'] as const;

const nothing: AccountRoute = reads('funding', () => json([]));

/** Funding: nobody has any, and nobody can lend. */
export const FUNDING_ROUTES: AccountRoutes = Object.fromEntries([
  ...LISTS.flatMap((list) => ['', '/{}', '/hist', '/{}/hist'].map((rest) => [`r/funding/${list}${rest}`, nothing] as const)),
  ...COMMANDS.map((command) => [`w/funding/${command}`, writes('funding', refusing(NO_FUNDING))] as const),
]);
