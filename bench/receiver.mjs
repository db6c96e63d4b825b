/**
 * What every receiver has in common. It runs plain JavaScript without a loader, on the built code of the package, so that
 * the measured process does nothing but receive.
 */

/** Name, address and workload of this receiver. */
export const { name, port, workload } = JSON.parse(process.argv[2]);

export const restUrl = `http://127.0.0.1:${port}`;
export const wsUrl = `ws://127.0.0.1:${port}/ws/2?${name}`;

/** Checksums to verify, sequence numbers, the exchange's time: what the package asks for. */
export const FLAGS = 131072 + 65536 + 32768;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** `counts()` tells what was handled so far; it is asked between the rounds only. */
export function measure(counts) {
  const settled = async () => {
    // what was read may still be on its way through a flow
    for (let before = -1; before !== counts().messages; ) {
      before = counts().messages;
      await pause(100);
    }
  };
  let begun = process.cpuUsage();
  const answers = {
    begin: async () => { begun = process.cpuUsage(); },
    end: async () => {
      await settled();
      const { user, system } = process.cpuUsage(begun);
      return { cpuMicros: user + system, counts: counts() };
    },
    memory: async () => {
      globalThis.gc?.();
      return { rss: process.memoryUsage().rss };
    },
  };
  process.on('message', async (question) => process.send({ kind: question, ...(await answers[question]()) }));
  process.on('disconnect', () => process.exit());
  process.send({ kind: 'listens' });
}
