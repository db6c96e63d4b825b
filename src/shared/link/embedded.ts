import type { Stop } from '../core/clock';
import type { Exchange, ExchangeOptions, startExchange as StartExchange } from '../simulator/exchange';
import type { mirror as Mirror } from '../simulator/markets/mirror';
import type { PracticeDesk } from '../simulator/practice-desk';
import type { DOCUMENTED_LIMITS as Documented } from '../simulator/documented-limits';
import type { FileStore as Store } from '../simulator/trading/store/file-store';
import type { paperAccount as PaperAccount } from '../simulator/trading/access/paper-keys';
import { systemClock } from './clock';
import { hub } from './hub';
import { MirrorUpstream } from './mirror-upstream';
import type { Practice } from './practice';
import type { VenueSpec } from './venue';

/** What one embedded exchange is made with. */
interface Pieces {
  readonly options: ExchangeOptions;
  /** Gives back what it needed beside. */
  readonly release?: Stop;
}

/** Whose paper account an embedded exchange has. */
interface PaperParts {
  /** Names its one account: the API key, and with `-secret` its secret. */
  readonly account: string;
  /** Where the account is kept beyond the end of the exchange; nowhere where there is none. */
  readonly stateFile?: string | undefined;
  readonly report: VenueSpec['report'];
}

/** The embedded exchange of one account: its code is loaded, and it runs, only while somebody uses it. */
export const embeddedExchange = (key: string, { seed, ...paper }: PaperParts & { readonly seed: number }): VenueSpec =>
  onDemand(key, paper.report, async () => ({ options: { seed, ...paperOptions(paper) } }));

/** What a mirror is made of. */
interface MirrorParts extends PaperParts {
  readonly live: VenueSpec;
}

/** An embedded exchange with the markets of a live one, which is in use as long as it runs and hears nothing of its orders. */
export function mirrorExchange(key: string, { live, report, ...paper }: MirrorParts): VenueSpec {
  return onDemand(key, report, async () => {
    const { venue, release } = hub().use(live);
    try {
      const upstream = await MirrorUpstream.open(venue, report);
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded here and now, not with every flow
      const { mirror } = require('../simulator/markets/mirror') as { mirror: typeof Mirror };
      return { options: { source: mirror(upstream), ...paperOptions({ ...paper, report }) }, release };
    } catch (error) {
      release();
      throw error;
    }
  });
}

/** The account of an embedded exchange, as it was left. Practice is as strict as the exchange: who is refused there learns it here. */
function paperOptions({ account, stateFile, report }: PaperParts): Pick<ExchangeOptions, 'accounts' | 'limits' | 'store' | 'fault'> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with the exchange
  const { paperAccount } = require('../simulator/trading/access/paper-keys') as { paperAccount: typeof PaperAccount };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- likewise
  const { FileStore } = require('../simulator/trading/store/file-store') as { FileStore: typeof Store };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- likewise
  const { DOCUMENTED_LIMITS: limits } = require('../simulator/documented-limits') as { DOCUMENTED_LIMITS: typeof Documented };
  // it lives in Node-RED's process, which must live on
  const fault = (error: Error): void => report(`practice exchange: something went wrong inside it (${error.message})`);
  return { accounts: [paperAccount(account)], limits, fault, ...(stateFile !== undefined && { store: FileStore.open(stateFile, { clock: systemClock, report }) }) };
}

/** Starts with the first who asks for its addresses, and anew after a failure. */
function onDemand(key: string, report: VenueSpec['report'], prepare: () => Promise<Pieces>): VenueSpec {
  let running: Promise<Exchange> | undefined;
  let practice: Practice | undefined;
  let release: Stop = () => undefined;
  const start = async (): Promise<Exchange> => {
    const pieces = await prepare();
    release = pieces.release ?? release;
    const exchange = await load()(pieces.options);
    practice = deskOf(exchange);
    return exchange;
  };
  const addresses = (): Promise<Exchange> =>
    (running ??= start().catch((error: unknown) => {
      running = undefined;
      release();
      throw error;
    }));
  const stop = async (): Promise<void> => {
    // one that never started has nothing to stop
    const exchange = await running?.catch(() => undefined);
    running = undefined;
    practice = undefined;
    await exchange?.stop();
    release();
  };
  return { key, isSimulated: true, label: 'simulated', report, addresses, stop, practice: () => practice };
}

function deskOf(exchange: Exchange): Practice {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with the exchange
  const desk = require('../simulator/practice-desk') as { PracticeDesk: typeof PracticeDesk };
  return new desk.PracticeDesk({ exchange });
}

function load(): typeof StartExchange {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded here and now, not with every flow
  const { startExchange } = require('../simulator/exchange') as { startExchange: typeof StartExchange };
  return startExchange;
}
