import type { Clock, Stop } from '../../core/clock';
import type { RestCall } from '../rest/rest-call';
import { FAULT, type RestFault } from './rest-fault';
import { Spells, type Spell } from './spell';

/** Which calls go wrong, and how many of them. */
export interface RestWish {
  /** The path begins with this (`ticker/`, `auth/`), or the call is one that this picks; default: every call. */
  readonly on?: string | ((call: RestCall) => boolean);
  /** Default 1; `Infinity` until stopped. */
  readonly times?: number;
  /** Told of each hit, before it shows. */
  readonly onHit?: () => void;
}

/** What REST suffers: for each call the first fitting wish counts. */
export class RestTrouble {
  private readonly spells = new Spells<RestCall, RestFault>();
  private lateMs: () => number = () => 0;

  constructor(private readonly clock: Clock) {}

  fail(fault: RestFault, { on = '', times, onHit }: RestWish = {}): Spell {
    const fits = typeof on === 'string' ? ({ path }: RestCall): boolean => path.startsWith(on) : on;
    return this.spells.cast(fault, { fits, times, onHit });
  }

  /** Everything but `platform/status` is refused, in one of the two forms. */
  down(form: 'maintenance' | 'unavailable'): Spell {
    return this.fail(FAULT[form], { on: ({ path }) => path !== 'platform/status', times: Infinity });
  }

  /** Every answer comes late by this much and by up to `jitterMs` more. Calls are carried out as they come. */
  slow(ms: number, jitterMs: number): Stop {
    this.lateMs = () => ms + this.clock.random() * jitterMs;
    return () => void (this.lateMs = () => 0);
  }

  /** The fault of this call; asked once for each. */
  take(call: RestCall): RestFault | undefined {
    const fault = this.spells.take(call);
    const lateMs = this.lateMs();
    if (lateMs === 0) return fault;
    return fault === undefined ? FAULT.answeredLate(lateMs) : { ...fault, delayMs: (fault.delayMs ?? 0) + lateMs };
  }
}
