import type { Exchange, startExchange as StartExchange } from '../simulator/exchange';
import type { VenueSpec } from './venue';

/** The embedded exchange of one account: its code is loaded, and it runs, only while somebody uses it. */
export function embeddedExchange(key: string, seed: number, report: VenueSpec['report']): VenueSpec {
  let running: Promise<Exchange> | undefined;
  const start = async (): Promise<Exchange> => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded here and now, not with every flow
    const { startExchange } = require('../simulator/exchange') as { startExchange: typeof StartExchange };
    return startExchange({ seed });
  };
  return {
    key,
    isSimulated: true,
    label: 'simulated',
    report,
    addresses: () =>
      (running ??= start().catch((error: unknown) => {
        running = undefined;
        throw error;
      })),
    stop: async () => {
      // one that never started has nothing to stop
      const exchange = await running?.catch(() => undefined);
      running = undefined;
      await exchange?.stop();
    },
  };
}
