import type { Clock, Stop } from '../../core/clock';
import type { PassingTrouble, TroubleMaker } from './trouble-maker';

/** A trouble that goes on. */
export interface GoingTrouble {
  readonly kind: string;
  readonly effect: string;
  /** When it ends by itself at the latest, UTC ms. */
  readonly until: number;
  /** How long that is from now, whole ms. */
  readonly leftMs: number;
  /** Ends it now. */
  end(): void;
}

/** The troubles that go on: each ends when its time is over, when it has done its work, or when it is told to. */
export class GoingTroubles {
  private readonly going = new Set<Going>();

  constructor(
    private readonly host: TroubleMaker,
    private readonly clock: Clock,
  ) {}

  /** In the order in which they began. */
  get list(): readonly GoingTrouble[] {
    return [...this.going];
  }

  begin(kind: string, trouble: PassingTrouble, lastsMs = trouble.lastsMs): GoingTrouble {
    const one: Going = new Going(kind, trouble.effect, this.clock, lastsMs, () => this.going.delete(one));
    this.going.add(one);
    one.begin(trouble.begin(this.host, one.end));
    return one;
  }

  /** Ends those of this kind, or all. @returns how many */
  end(kind?: string): number {
    const ended = [...this.going].filter((one) => kind === undefined || one.kind === kind);
    for (const one of ended) one.end();
    return ended.length;
  }
}

class Going implements GoingTrouble {
  readonly until: number;
  private readonly endsAt: number;
  private stop: Stop = () => undefined;
  private cancel: Stop = () => undefined;

  constructor(
    readonly kind: string,
    readonly effect: string,
    private readonly clock: Clock,
    lastsMs: number,
    /** Takes it out of the list; `false` when it had ended before. */
    private readonly leave: () => boolean,
  ) {
    this.until = Math.round(clock.now() + lastsMs);
    this.endsAt = clock.monotonic() + lastsMs;
  }

  get leftMs(): number {
    return Math.max(0, Math.ceil(this.endsAt - this.clock.monotonic()));
  }

  begin(stop: Stop): void {
    this.stop = stop;
    this.cancel = this.clock.after(this.leftMs, this.end);
  }

  end = (): void => {
    if (!this.leave()) return;
    this.cancel();
    this.stop();
  };
}
