import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { Stop } from '../core/clock';
import { BitfinexError, type ErrorCode } from '../core/errors';
import { systemClock } from '../link/clock';
import { hub } from '../link/hub';
import { openAccount, type OpenAccount } from './account-user';
import { textField, type Saved } from './fields';
import { NodeStatus } from './node-status';
import { readCall, type RequestCall } from './request-call';
import { runCall } from './request-run';
import type { StatusKey } from './status';

/** What an answer says about itself. */
export interface RequestOrigin {
  /** Name of the account node. */
  account: string;
  /** `GET`, `POST` or the method of ccxt. */
  method: string;
  /** Without `/v2/`. */
  path?: string;
  /** UTC ms at which this process had it. */
  receivedAt: number;
  requested: true;
  simulated?: true;
}

type Send = (answer: NodeMessageInFlow) => void;

/** What a call brought. */
interface RequestAnswer {
  readonly payload: unknown;
  /** Prices that are invented, or an account on paper. */
  readonly isSimulated: boolean;
}

/** A call on its way. */
interface Flight {
  /** Monotonic ms until which it waits for its limit, about. */
  waitsUntil: number;
}

/** A colour, and its words where they are others. */
interface Shown {
  readonly key: StatusKey;
  readonly words?: string;
}

/** How errors of the exchange colour the node; all others are about one message. */
const SHOWN: Partial<Record<ErrorCode, Shown>> = {
  EXCHANGE_UNREACHABLE: { key: 'offline' },
  MAINTENANCE: { key: 'maintenance' },
  ANSWER_UNUSABLE: { key: 'rejected', words: 'failed' },
  RATE_LIMITED: { key: 'waiting', words: 'limited' },
};

/** So long a failed call is shown, unless another one is answered before: nobody tells this node when the trouble is over. */
const SHOWN_MS = 30_000;

const TICK_MS = 1_000;

/** Registers a node that makes one call for each message: any number side by side, as far as the limits allow. */
export function registerRequest(RED: NodeAPI, type: string): void {
  RED.nodes.registerType(type, function (this: Node, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    const requests = new RequestNode(RED, this, definition as unknown as Saved);
    const dontStart = hub().whenStarted(() => requests.start());
    // what is told of a message that cannot be copied is told without it
    this.on('input', (message, send, done) => void requests.input(message, send, done).catch((error: unknown) => this.error(error as Error, {})));
    this.on('close', (done: () => void) => {
      dontStart();
      requests.close();
      done();
    });
  });
}

class RequestNode {
  private readonly status: NodeStatus;
  private readonly flights = new Set<Flight>();
  /** Gives up what is on its way. */
  private readonly closing = new AbortController();
  private opened: OpenAccount | undefined;
  private resting: Shown = { key: 'idle' };
  private tick: Stop | undefined;
  private fade: Stop | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly saved: Saved,
  ) {
    this.status = new NodeStatus(RED, node);
  }

  /** Says at once what is wrong in the dialog. What it leaves open, messages may bring. */
  start(): void {
    if (this.closing.signal.aborted) return;
    try {
      this.open();
      if (this.isComplete()) readCall(this.saved, undefined);
    } catch (error) {
      this.status.misconfigured(error, 'path');
      this.node.error(error as Error, {});
    }
    this.show();
  }

  async input(message: NodeMessageInFlow, send: Send, done: (error?: Error) => void): Promise<void> {
    try {
      const opened = this.open();
      const call = readCall(this.saved, message.payload);
      const answer = await this.fly((flight) => this.ask(opened, call, flight));
      if (!this.closing.signal.aborted) send({ ...message, ...answerOf(opened.account, call, answer) } as NodeMessageInFlow);
      done();
    } catch (error) {
      // what is given up because the node goes is nobody's error
      done(this.closing.signal.aborted ? undefined : (error as Error));
    }
  }

  private async ask({ rest, venue, signed }: OpenAccount, call: RequestCall, flight: Flight): Promise<RequestAnswer> {
    let isSigned = false;
    const payload = await runCall(rest, call, { signal: this.closing.signal, onWait: (waitMs) => this.wait(flight, waitMs), onSigned: () => void (isSigned = true) });
    return { payload, isSimulated: (isSigned ? signed : venue).spec.isSimulated };
  }

  /** Never waits for the network. */
  close(): void {
    this.closing.abort();
    this.tick?.();
    this.fade?.();
    this.opened?.release();
    this.status.end();
  }

  private open(): OpenAccount {
    return (this.opened ??= openAccount(this.RED, this.saved));
  }

  private isComplete(): boolean {
    const method = textField(this.saved, 'method', '');
    return method !== '' && (!/^(get|post)$/i.test(method) || textField(this.saved, 'path', '') !== '');
  }

  private async fly(call: (flight: Flight) => Promise<RequestAnswer>): Promise<RequestAnswer> {
    const flight: Flight = { waitsUntil: -Infinity };
    this.flights.add(flight);
    this.show();
    try {
      const answer = await call(flight);
      this.rest({ key: answer.isSimulated ? 'simulated' : 'live', words: 'idle' });
      return answer;
    } catch (error) {
      const shown = error instanceof BitfinexError ? SHOWN[error.code] : undefined;
      if (shown !== undefined) this.rest(shown, SHOWN_MS);
      throw error;
    } finally {
      this.flights.delete(flight);
      this.show();
    }
  }

  /** What is shown between two calls, for so long. */
  private rest(shown: Shown, forMs?: number): void {
    this.fade?.();
    this.resting = shown;
    if (forMs === undefined || this.closing.signal.aborted) return;
    this.fade = systemClock.after(forMs, () => {
      this.resting = { key: 'idle' };
      this.show();
    });
  }

  private wait(flight: Flight, waitMs: number): void {
    flight.waitsUntil = systemClock.monotonic() + waitMs;
    this.show();
  }

  /** `waiting 12 s` counts down to the call that goes next; `asking (2)` tells how many are on their way. */
  private show(): void {
    if (this.closing.signal.aborted) return;
    const now = systemClock.monotonic();
    const waits = [...this.flights].map(({ waitsUntil }) => waitsUntil - now).filter((waitMs) => waitMs > 0);
    this.tick?.();
    this.tick = waits.length > 0 ? systemClock.after(TICK_MS, () => this.show()) : undefined;
    if (waits.length > 0) this.status.show('waiting', { suffix: ` ${Math.ceil(Math.min(...waits) / 1000)} s` });
    else if (this.flights.size > 0) this.status.show('connecting', { words: 'asking', suffix: this.flights.size > 1 ? ` (${this.flights.size})` : '' });
    else this.status.show(this.resting.key, this.resting);
  }
}

function answerOf({ name }: OpenAccount['account'], call: RequestCall, { payload, isSimulated }: RequestAnswer): { topic: string; payload: unknown; bitfinex: RequestOrigin } {
  const target = call.kind === 'path' ? { method: call.method, path: call.path } : { method: call.method };
  const simulated = isSimulated ? { simulated: true as const } : {};
  const bitfinex: RequestOrigin = { account: name, ...target, receivedAt: systemClock.now(), ...simulated, requested: true };
  return { topic: target.path ?? target.method, payload, bitfinex };
}
