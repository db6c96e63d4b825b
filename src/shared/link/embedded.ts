import type { Exchange } from '../simulator/exchange';
import type { VenueSpec } from './venue';

/** The embedded exchange of one account: its code is loaded, and it runs, only while somebody uses it. */
export function embeddedExchange(key: string, seed: number): VenueSpec {
  let running: Promise<Exchange> | undefined;
  const start = async (): Promise<Exchange> => {
    const { startExchange } = await import('../simulator/exchange.js');
    return startExchange({ seed });
  };
  return {
    key,
    isSimulated: true,
    addresses: () =>
      (running ??= start().catch((error: unknown) => {
        running = undefined;
        throw error;
      })),
    stop: async () => {
      const exchange = await running;
      running = undefined;
      await exchange?.stop();
    },
  };
}
