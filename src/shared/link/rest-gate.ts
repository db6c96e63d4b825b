/** The way of one try up to its leaving. It closes when the caller gives up, or when its limit closes. */
export class Gate {
  private readonly control = new AbortController();

  constructor(
    readonly lane: string,
    private readonly outer: AbortSignal | undefined,
  ) {
    outer?.addEventListener('abort', this.giveUp);
    if (outer?.aborted === true) this.giveUp();
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  close(reason: unknown): void {
    this.control.abort(reason);
  }

  /** The call is through, or over. */
  end(): void {
    this.outer?.removeEventListener('abort', this.giveUp);
  }

  private readonly giveUp = (): void => this.close(this.outer?.reason);
}
