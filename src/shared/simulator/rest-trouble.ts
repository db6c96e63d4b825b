import type { Stop } from '../core/clock';
import type { RestCall } from './rest-call';
import { FAULT, type RestFault } from './rest-fault';

/** Which calls go wrong, and how many of them. */
export interface RestWish {
  /** The path begins with this (`ticker/`, `auth/`), or the call is one that this picks; default: every call. */
  readonly on?: string | ((call: RestCall) => boolean);
  /** Default 1; `Infinity` until stopped. */
  readonly times?: number;
}

/** A fault that waits for its calls, or goes on. */
export interface Spell {
  readonly stop: Stop;
  /** Calls that went wrong by it. */
  readonly hits: number;
}

/** What REST suffers: for each call the first fitting wish counts. */
export class RestTrouble {
  private spells: RunningSpell[] = [];

  fail(fault: RestFault, { on = '', times = 1 }: RestWish = {}): Spell {
    const fits = typeof on === 'string' ? ({ path }: RestCall): boolean => path.startsWith(on) : on;
    const spell = new RunningSpell(fault, fits, times, () => void (this.spells = this.spells.filter((one) => one !== spell)));
    this.spells.push(spell);
    return spell;
  }

  /** Everything but `platform/status` is refused, in one of the two forms. */
  down(form: 'maintenance' | 'unavailable'): Spell {
    return this.fail(FAULT[form], { on: ({ path }) => path !== 'platform/status', times: Infinity });
  }

  /** The fault of this call; asked once for each. */
  take(call: RestCall): RestFault | undefined {
    return this.spells.find((spell) => spell.fits(call))?.take();
  }
}

class RunningSpell implements Spell {
  hits = 0;

  constructor(
    private readonly fault: RestFault,
    readonly fits: (call: RestCall) => boolean,
    private readonly times: number,
    readonly stop: Stop,
  ) {}

  take(): RestFault {
    this.hits++;
    if (this.hits >= this.times) this.stop();
    return this.fault;
  }
}
