import type { PaperAccount } from '../account/paper-account';
import type { Trading } from '../trading';

/** For whom a command is carried out, and when. */
export interface CommandHost {
  readonly trading: Trading;
  readonly account: PaperAccount;
  /** UTC ms. */
  readonly now: number;
  /** Order entry is refused: maintenance. */
  readonly isHalted: boolean;
}
