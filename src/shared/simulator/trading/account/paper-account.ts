import type { AccountEvent } from './account-event';
import type { AccountState } from './account-state';
import type { Effects } from './effects';

/** Hears a private message of the account: `type` and payload as on channel 0. */
export type PrivateListener = (type: string, payload: unknown) => void;

/** What an account is opened with. */
export interface PaperUser {
  readonly userId: number;
  /** What `info/user` calls it. */
  readonly name: string;
}

/** One account of the exchange: who it is, how it stands, and who listens. */
export class PaperAccount {
  readonly listeners = new Set<PrivateListener>();

  constructor(
    readonly user: PaperUser,
    readonly state: AccountState,
    /** Writes the event down, before anybody hears of it. */
    private readonly record: (event: AccountEvent) => void,
  ) {}

  /** Makes the event true, and writes it down. */
  apply(event: AccountEvent): Effects {
    const effects = this.state.apply(event);
    this.record(event);
    return effects;
  }

  tell(type: string, payload: unknown): void {
    for (const listener of [...this.listeners]) listener(type, payload);
  }
}
