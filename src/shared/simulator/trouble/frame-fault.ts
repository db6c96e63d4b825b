/** A frame of channel 0 that is about to be sent. */
export interface PrivateFrame {
  /** `n`, `on`, `te`, `wu`, ... (bitfinex-v2.md 5.1), or `auth` for the answer to a login. */
  readonly type: string;
  /** The whole frame. */
  readonly text: string;
  /** The socket's number in the log. */
  readonly connection: number;
}

/** What becomes of a frame of channel 0. What it tells has happened in any case: only the telling goes wrong. */
export type FrameFault =
  /** it does not come; its sequence number is used up */
  | { readonly kind: 'lost' }
  /** it comes twice, with the same number */
  | { readonly kind: 'doubled' }
  /** it comes right behind the next frame of type `behind` (`any`: of whatever type), and at the latest after so many ms */
  | { readonly kind: 'late'; readonly ms: number; readonly behind?: string }
  /** the socket is destroyed in its stead: the client sees 1006 */
  | { readonly kind: 'cut' };

/** How long a frame waits for another one to overtake it, ms. */
const OVERTAKEN_MS = 5000;

/** The faults of single frames. */
export const FRAME_FAULT = {
  lost: { kind: 'lost' },
  doubled: { kind: 'doubled' },
  cut: { kind: 'cut' },
  late: (ms: number): FrameFault => ({ kind: 'late', ms }),
  /** Overtaken by the next frame of this type: `te` behind `oc`. */
  behind: (type: string): FrameFault => ({ kind: 'late', behind: type, ms: OVERTAKEN_MS }),
} as const satisfies Record<string, FrameFault | ((...values: never[]) => FrameFault)>;

/** Picks the reply to an input: `on`, `ou`, `oc`, `oc_multi`, `ox_multi` (bitfinex-v2.md 6.2). */
export const replyTo =
  (...inputs: readonly string[]) =>
  ({ type, text }: PrivateFrame): boolean =>
    type === 'n' && inputs.some((input) => text.includes(`"${input}-req"`));
