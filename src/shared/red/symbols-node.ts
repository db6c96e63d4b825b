import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { BitfinexError, type ErrorCode } from '../core/errors';
import { MARKET_KINDS, type MarketKind, type Markets } from '../core/markets';
import { hub } from '../link/hub';
import { openAccount, type OpenAccount } from './account-user';
import { choiceField, type Saved } from './fields';
import { NodeStatus } from './node-status';
import type { StatusKey } from './status';
import { answerSymbols, readSymbolsCall, type SymbolsCall } from './symbols-call';

/** What an answer says about itself. */
export interface SymbolsOrigin {
  /** Name of the account node. */
  account: string;
  /** `cache`: kept from an earlier run, for the exchange has not answered yet. */
  source: 'exchange' | 'cache' | undefined;
  /** When the exchange said so, UTC ms. */
  readAt: number | undefined;
  simulated?: true;
}

type Send = (answer: NodeMessageInFlow) => void;

/** What is known once the account could be opened and the settings be read. */
interface Opened extends OpenAccount {
  readonly kind: MarketKind;
}

/** How errors of the exchange colour the node until the next answer; all others are about one message. */
const SHOWN: Partial<Record<ErrorCode, StatusKey>> = { EXCHANGE_UNREACHABLE: 'offline', MAINTENANCE: 'maintenance', RATE_LIMITED: 'waiting' };

/** Registers a node that answers from the exchange's list of markets. */
export function registerSymbols(RED: NodeAPI, type: string): void {
  RED.nodes.registerType(type, function (this: Node, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    const symbols = new SymbolsNode(RED, this, definition as unknown as Saved);
    const dontStart = hub().whenStarted(() => symbols.start());
    // what is told of a message that cannot be copied is told without it
    this.on('input', (message, send, done) => void symbols.input(message, send, done).catch((error: unknown) => this.error(error as Error, {})));
    this.on('close', (done: () => void) => {
      dontStart();
      symbols.close();
      done();
    });
  });
}

class SymbolsNode {
  private readonly status: NodeStatus;
  private opened: Opened | undefined;
  private closed = false;
  private asking = 0;
  private resting: { readonly key: StatusKey; readonly words?: string; readonly suffix?: string } = { key: 'idle' };

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly saved: Saved,
  ) {
    this.status = new NodeStatus(RED, node);
  }

  /** All nodes of the flow exist: says at once what is wrong in the dialog. */
  start(): void {
    if (this.closed) return;
    try {
      this.open();
    } catch (error) {
      this.status.misconfigured(error, 'kind');
      this.node.error(error as Error, {});
    }
    this.show();
  }

  async input(message: NodeMessageInFlow, send: Send, done: (error?: Error) => void): Promise<void> {
    try {
      const opened = this.open();
      const call = readSymbolsCall(message as unknown as Saved);
      const markets = await this.ask(opened, call);
      if (this.closed) return done();
      send({ ...message, ...answerSymbols(call, markets, opened.kind), bitfinex: originOf(opened) } as unknown as NodeMessageInFlow);
      done();
    } catch (error) {
      // what is given up because the node goes is nobody's error
      done(this.closed ? undefined : (error as Error));
    }
  }

  /** Never waits for the network. */
  close(): void {
    this.closed = true;
    this.opened?.release();
    this.status.end();
  }

  private open(): Opened {
    if (this.opened !== undefined) return this.opened;
    const kind = choiceField(this.saved, 'kind', MARKET_KINDS);
    return (this.opened = { ...openAccount(this.RED, this.saved), kind });
  }

  /** Whoever asks while there is no list hears why. */
  private async ask(opened: Opened, { action }: SymbolsCall): Promise<Markets> {
    const list = opened.venue.markets;
    this.asking++;
    this.show();
    try {
      const markets = action === 'refresh' ? await list.refresh() : ((await list.get()) ?? (await list.refresh()));
      const key = opened.account.spec.isSimulated ? 'simulated' : 'live';
      this.resting = list.source === 'cache' ? { key: 'stale', words: 'offline' } : { key, words: 'idle', suffix: ` (${markets.list(opened.kind).length})` };
      return markets;
    } catch (error) {
      const shown = error instanceof BitfinexError ? SHOWN[error.code] : undefined;
      if (shown !== undefined) this.resting = { key: shown };
      throw error;
    } finally {
      this.asking--;
      this.show();
    }
  }

  private show(): void {
    if (this.closed) return;
    if (this.asking > 0) this.status.show('connecting');
    else this.status.show(this.resting.key, this.resting);
  }
}

function originOf({ account: { name, spec }, venue: { markets } }: OpenAccount): SymbolsOrigin {
  return { account: name, source: markets.source, readAt: markets.readAt, ...(spec.isSimulated ? { simulated: true as const } : {}) };
}
