/**
 * The checks that the official Node library makes of sequence numbers (bitfinex-api-node, `_validateMessageSeq`), in other
 * words: which numbers a frame must carry, and what must have happened to them since the last one.
 */
export class SequenceAudit {
  /** The last numbers seen: of all frames of the socket, and of the account's. */
  open = -1;
  account = -1;

  /** What the library would complain about; `undefined`: nothing. */
  complaint(frame: unknown): string | undefined {
    if (!Array.isArray(frame) || frame.length === 0) return undefined;
    const isOfAccount = frame[0] === 0 && frame[1] !== 'hb';
    const isReply = String((frame[2] as unknown[] | undefined)?.[1] ?? '').endsWith('-req');
    const wrong = isReply ? undefined : this.checkOpen(frame.at(isOfAccount ? -2 : -1), frame);
    return wrong ?? (isOfAccount ? this.checkAccount(frame.at(-1) as unknown, frame) : undefined);
  }

  private checkOpen(number: unknown, frame: unknown[]): string | undefined {
    if (!Number.isFinite(number)) return `no number: ${JSON.stringify(frame)}`;
    const last = this.open;
    this.open = number as number;
    return last === -1 || number === last + 1 ? undefined : `${last}, then ${JSON.stringify(frame)}`;
  }

  private checkAccount(number: unknown, frame: unknown[]): string | undefined {
    if (!Number.isFinite(number)) return `no number of the account: ${JSON.stringify(frame)}`;
    if (number === 0) return undefined;
    const last = this.account;
    if (frame[1] === 'n') return number === last ? undefined : `a notification moved ${last}: ${JSON.stringify(frame)}`;
    this.account = number as number;
    return last === -1 || number === last + 1 ? undefined : `of the account ${last}, then ${JSON.stringify(frame)}`;
  }
}
