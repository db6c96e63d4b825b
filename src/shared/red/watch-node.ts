import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { Stop } from '../core/clock';
import type { GateRules } from '../core/gate';
import type { PlatformChange, PlatformState } from '../core/maintenance';
import { systemClock } from '../link/clock';
import { hub } from '../link/hub';
import { openAccount, type OpenAccount } from './account-user';
import type { Saved } from './fields';
import { MessageGate } from './message-gate';
import { NodeStatus } from './node-status';
import type { StatusKey } from './status';

/** What a message about the exchange's state says about itself. */
export interface PlatformOrigin {
  channel: 'platform';
  /** Name of the account node. */
  account: string;
  /** UTC ms at which this process sent it. */
  receivedAt: number;
  state: 'live';
  simulated?: true;
  /** An answer to `msg.action` = `state`. */
  requested?: true;
}

type Send = (outputs: (NodeMessageInFlow | null)[]) => void;

/** What is known once the account could be opened and the settings be read. */
interface Opened extends OpenAccount {
  readonly gate: MessageGate;
  readonly stop: Stop;
}

/** Colour and words of each state, and what an error says of it. */
const SHOWN: Record<PlatformState | 'unknown', { key: StatusKey; words: string; why: string }> = {
  unknown: { key: 'connecting', words: 'connecting', why: 'the state of the exchange is not known yet' },
  operative: { key: 'live', words: 'operative', why: 'the exchange is operative' },
  maintenance: { key: 'maintenance', words: 'maintenance', why: 'the exchange is in maintenance' },
  restarting: { key: 'connecting', words: 'restarting', why: 'the exchange restarts' },
  unreachable: { key: 'offline', words: 'unreachable', why: 'the exchange does not answer' },
};

/**
 * Registers a node that tells each change of the exchange's state on its first output, and lets its input through to the
 * second while the exchange is operative. Nobody knows before the first answer, so until then the gate is closed.
 * `msg.action` = `state` asks for the present state; any other action is meant for a node behind the gate, and passes.
 */
export function registerWatch(RED: NodeAPI, type: string, rules: (saved: Saved) => GateRules): void {
  RED.nodes.registerType(type, function (this: Node, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    const watch = new WatchNode(RED, this, definition as unknown as Saved, rules);
    const dontStart = hub().whenStarted(() => watch.start());
    this.on('input', (message, send, done) => {
      const end = (error?: Error): void => {
        try {
          done(error);
        } catch (problem) {
          // what is told of a message that cannot be copied is told without it
          this.error(problem as Error, {});
        }
      };
      watch.input(message, send as unknown as Send, end);
    });
    this.on('close', (done: () => void) => {
      dontStart();
      watch.close();
      done();
    });
  });
}

class WatchNode {
  private readonly status: NodeStatus;
  private opened: Opened | undefined;
  private started = false;
  private closed = false;
  /** Questions that came before anything was known. */
  private asked: { answer(change: PlatformChange): void; giveUp(): void }[] = [];

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly saved: Saved,
    private readonly rules: (saved: Saved) => GateRules,
  ) {
    this.status = new NodeStatus(RED, node);
  }

  /** Whoever starts during maintenance is told so. */
  start(): void {
    if (this.closed) return;
    this.started = true;
    try {
      const { venue } = this.open();
      if (venue.platform.present !== undefined) this.hear(venue.platform.present);
    } catch (error) {
      this.status.misconfigured(error, 'account');
      this.node.error(error as Error, {});
    }
  }

  input(message: NodeMessageInFlow, send: Send, done: (error?: Error) => void): void {
    try {
      const { gate } = this.open();
      if ((message as Saved)['action'] === 'state') return this.ask(message, send, done);
      gate.arrive({ message, send: (one) => send([null, one]), done });
    } catch (error) {
      done(error as Error);
    }
  }

  /** Never waits: what is held ends now. */
  close(): void {
    this.closed = true;
    this.opened?.stop();
    this.opened?.gate.end();
    this.opened?.release();
    for (const { giveUp } of this.asked.splice(0)) giveUp();
    this.status.end();
  }

  private open(): Opened {
    if (this.opened !== undefined) return this.opened;
    const rules = this.rules(this.saved);
    const account = openAccount(this.RED, this.saved);
    const { platform, gates } = account.venue;
    const gate = new MessageGate(rules, { clock: systemClock, counts: gates, why: () => SHOWN[platform.state ?? 'unknown'].why, changed: () => this.show() });
    const stop = platform.watch((change) => this.hear(change));
    this.opened = { ...account, gate, stop };
    if (platform.state === 'operative') gate.open();
    this.show();
    return this.opened;
  }

  /** The news goes before the messages that were held for it. */
  private hear(change: PlatformChange): void {
    if (this.closed || this.opened === undefined) return;
    const { gate } = this.opened;
    try {
      if (this.started) this.node.send([this.about(change), null] as never);
      for (const { answer } of this.asked.splice(0)) answer(change);
      if (change.state === 'operative') gate.open();
      else gate.close();
      this.show();
    } catch (error) {
      // a message that cannot be sent is this node's trouble, not that of all who watch the exchange
      this.node.error(error as Error, {});
    }
  }

  private ask(message: NodeMessageInFlow, send: Send, done: () => void): void {
    const answer = (change: PlatformChange): void => {
      const { bitfinex, ...about } = this.about(change);
      send([{ ...message, ...about, bitfinex: { ...bitfinex, requested: true } } as NodeMessageInFlow, null]);
      done();
    };
    const present = this.opened?.venue.platform.present;
    if (present !== undefined) answer(present);
    else this.asked.push({ answer, giveUp: done });
  }

  private about(change: PlatformChange): { topic: string; payload: PlatformChange; bitfinex: PlatformOrigin } {
    const { name, spec } = (this.opened as Opened).account;
    const bitfinex: PlatformOrigin = { channel: 'platform', account: name, receivedAt: systemClock.now(), state: 'live', ...(spec.isSimulated ? { simulated: true } : {}) };
    return { topic: 'platform', payload: { ...change }, bitfinex };
  }

  private show(): void {
    if (this.closed || this.opened === undefined) return;
    const { venue, gate, account } = this.opened;
    const { key, words } = SHOWN[venue.platform.state ?? 'unknown'];
    this.status.show(key === 'live' && account.spec.isSimulated ? 'simulated' : key, { words, suffix: gate.held > 0 ? ` (${gate.held})` : '' });
  }
}
