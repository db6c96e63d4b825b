import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../src/shared/core/clock';
import type { BitfinexError } from '../../src/shared/core/errors';
import type { RestOutcome } from '../../src/shared/core/rest-counts';
import { systemClock } from '../../src/shared/link/clock';
import { Limiter } from '../../src/shared/link/limiter';
import type { CourierPorts } from '../../src/shared/link/rest-courier';
import { KeyLines } from '../../src/shared/link/rest-key';
import { RestLane } from '../../src/shared/link/rest-lane';

/** Real time, but so many times as fast: pauses and time limits that people wait for pass within a test. */
export function hurried(times: number): Clock {
  const [now, monotonic] = [systemClock.now(), systemClock.monotonic()];
  const gone = (): number => (systemClock.monotonic() - monotonic) * times;
  return { now: () => Math.floor(now + gone()), monotonic: gone, after: (waitMs, task) => systemClock.after(waitMs / times, task), random: () => 0.5 };
}

/** A lane over an address, with all that it told. */
export interface World {
  readonly lane: RestLane;
  readonly limiter: Limiter;
  readonly heard: RestOutcome[];
  readonly ports: CourierPorts;
}

export function worldOver(rest: string, { clock = hurried(20), ...more }: Partial<CourierPorts> = {}): World {
  const heard: RestOutcome[] = [];
  const limiter = more.limiter ?? new Limiter(clock);
  const ports: CourierPorts = { clock, limiter, addresses: async () => ({ rest }), hear: (outcome) => void heard.push(outcome), keys: new KeyLines(clock), ...more };
  return { lane: new RestLane(ports), limiter, heard, ports };
}

/** A server of the test's own. */
export interface Host {
  readonly url: string;
  readonly requests: IncomingMessage[];
  readonly sockets: Set<Socket>;
  /** The most connections that were open together. */
  readonly most: number;
  stop(): Promise<void>;
}

export async function host(answer: RequestListener, make: (listener: RequestListener) => Server = createServer): Promise<Host> {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  let most = 0;
  const server = make((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    get most() {
      return most;
    },
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The error that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<BitfinexError> {
  return call.then(
    (answer) => Promise.reject(new Error(`answered: ${JSON.stringify(answer)}`)),
    (error: unknown) => error as BitfinexError,
  );
}
