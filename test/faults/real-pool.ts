import type { Channel } from '../../src/shared/core/channel';
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { Pool } from '../../src/shared/link/pool';
import { openSocket } from '../../src/shared/link/socket';
import { hurriedClock } from '../hurried-clock';
import { Ear } from './pool-world';

/** The real pool over real sockets, in a time of its own that may run faster. */
export class RealPool {
  readonly clock;
  readonly pool: Pool;
  readonly reports: string[] = [];

  constructor(url: string, faster: number) {
    const clock = (this.clock = hurriedClock(faster));
    this.pool = new Pool({ clock, limiter: new Limiter(clock), connects: new Limiter(clock), openLine: openSocket, url: async () => url, report: (text) => void this.reports.push(text) }, new Grace(clock));
  }

  follow(channel: Channel): Ear {
    const ear = new Ear();
    this.pool.follow(channel, ear.hear);
    return ear;
  }

  end(): void {
    this.pool.end();
  }
}
