import type { NodeMessageInFlow } from 'node-red';
import type { Clock, Stop } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { Gate, type GateRules, type Held } from '../core/gate';
import type { GateCounts } from '../link/venue';

/** A message with its own way out: it ends exactly once, sent and done, or done with an error. */
export interface Passage {
  readonly message: NodeMessageInFlow;
  /** Sends behind the gate. */
  send(message: NodeMessageInFlow): void;
  done(error?: Error): void;
}

/** What a held message says of its wait, as `msg.bitfinex.held`. */
export interface HeldMark {
  /** UTC ms of its arrival. */
  since: number;
  heldMs: number;
}

/** What the gate works with. */
export interface GatePorts {
  readonly clock: Clock;
  readonly counts: GateCounts;
  /** Why the gate is closed, for errors: `the exchange is in maintenance`. */
  why(): string;
  /** How many are held has changed. */
  changed(): void;
}

/** The gate before a node's output: messages pass it, are refused, or wait and go on in their order. */
export class MessageGate {
  private readonly gate: Gate<Passage>;
  private timer: Stop = () => undefined;

  constructor(
    private readonly rules: GateRules,
    private readonly ports: GatePorts,
  ) {
    this.gate = new Gate(rules);
  }

  get held(): number {
    return this.gate.size;
  }

  arrive(passage: Passage): void {
    const { clock, counts } = this.ports;
    switch (this.gate.arrive(passage, clock.monotonic())) {
      case 'pass':
        counts.passed++;
        passage.send(passage.message);
        return passage.done();
      case 'held':
        counts.held++;
        return this.settle();
      case 'closed':
        return this.drop(passage, new BitfinexError('GATE_CLOSED', this.ports.why()));
      case 'full':
        return this.drop(passage, new BitfinexError('GATE_FULL', `${this.ports.why()}, and ${this.rules.limit} messages wait`));
    }
  }

  open(): void {
    for (const held of this.gate.open()) this.release(held);
    this.settle();
  }

  close(): void {
    this.gate.close();
  }

  /** The node goes: what waits is not sent any more. */
  end(): void {
    this.gate.close();
    this.timer();
    for (const { item } of this.gate.clear()) this.drop(item, new BitfinexError('GATE_CLOSED', 'the node was stopped or deployed while it held the message'));
  }

  private release({ item: { message, send, done }, since }: Held<Passage>): void {
    const { clock, counts } = this.ports;
    const heldMs = Math.round(clock.monotonic() - since);
    const held: HeldMark = { since: clock.now() - heldMs, heldMs };
    const { bitfinex } = message as { bitfinex?: unknown };
    counts.passed++;
    counts.released++;
    try {
      send({ ...message, bitfinex: { ...(typeof bitfinex === 'object' ? bitfinex : {}), held } } as NodeMessageInFlow);
      done();
    } catch (error) {
      // those behind it are none the worse
      done(error as Error);
    }
  }

  private drop({ done }: Passage, error: BitfinexError): void {
    this.ports.counts.dropped++;
    done(error);
  }

  /** Gives up what has waited too long, and comes back when the next one has. */
  private settle(): void {
    const { clock, changed, why } = this.ports;
    this.timer();
    for (const { item } of this.gate.expire(clock.monotonic())) this.drop(item, new BitfinexError('GATE_TIMEOUT', `${why()}, for ${this.rules.maxMs} ms`));
    if (this.gate.dueAt < Infinity) this.timer = clock.after(Math.max(1, this.gate.dueAt - clock.monotonic()), () => this.settle());
    changed();
  }
}
