import type { ChannelFrame } from '../wire/frame';
import { derivativesStatus, liquidation } from '../wire/status';
import { attempt } from './attempt';
import type { DerivativesNews, Dropped, Feed, LiquidationsNews, Quiet } from './feed';

/** The state of one perpetual: each row is the whole state, and two of three repeat the last (bitfinex-v2.md 3.5). */
export class DerivativesFeed implements Feed {
  private last: DerivativesNews | undefined;
  private lastText = '';

  receive(frame: ChannelFrame): DerivativesNews | Quiet | Dropped | undefined {
    if (frame.kind !== 'row') return undefined;
    const { row } = frame;
    const text = JSON.stringify(row);
    if (text === this.lastText) return { kind: 'quiet' };
    return attempt(() => {
      this.last = { kind: 'derivatives', status: derivativesStatus.decode(row), info: row };
      this.lastText = text;
      return this.last;
    });
  }

  welcome(): DerivativesNews | undefined {
    return this.last;
  }

  mark(): number {
    return 0;
  }

  restart(): void {
    this.last = undefined;
    this.lastText = '';
  }
}

/** Liquidations of all perpetuals; there is no snapshot, and nothing of the past. */
export class LiquidationsFeed implements Feed {
  receive(frame: ChannelFrame): LiquidationsNews | Quiet | Dropped | undefined {
    if (frame.kind === 'row') return this.read([frame.row]);
    return frame.kind === 'rows' ? this.read(frame.rows) : undefined;
  }

  /** Each row is a liquidation of its own: one that makes no sense does not take the others with it. */
  private read(rows: readonly unknown[]): LiquidationsNews | Quiet | Dropped {
    const items = rows.map((row) => attempt(() => ({ kind: 'item' as const, liquidation: liquidation.decode(row), info: row as readonly unknown[] })));
    const liquidations = items.flatMap((item) => (item.kind === 'item' ? [{ liquidation: item.liquidation, info: item.info }] : []));
    if (liquidations.length > 0) return { kind: 'liquidations', liquidations };
    return items.find((item) => item.kind === 'dropped') ?? { kind: 'quiet' };
  }

  welcome(): undefined {
    return undefined;
  }

  mark(): number {
    return 0;
  }

  restart(): void {
    // nothing is remembered
  }
}
