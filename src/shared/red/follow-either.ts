import type { Channel } from '../core/channel';
import type { Leave, Pool } from '../link/pool';
import type { Follower, FollowOptions } from '../link/stream';

/**
 * Follows a channel, or, once the exchange has refused that, the same under its other spelling. Only the refusal of the last
 * one is heard. Answers what ends either.
 */
export function followEither(pool: Pick<Pool, 'follow'>, first: Channel, other: Channel | undefined, follower: Follower, options: FollowOptions): Leave {
  if (other === undefined) return pool.follow(first, follower, options);
  let stage: 'first' | 'other' | 'over' = 'first';
  const change = (): void => {
    if (stage !== 'first') return;
    stage = 'other';
    leave('at-once');
    leave = pool.follow(other, follower, options);
  };
  let leave = pool.follow(
    first,
    (event) => {
      if (event.kind !== 'state' || event.state !== 'refused') follower(event);
      // one that was refused before says so at once, when there is nothing to leave yet
      else void Promise.resolve().then(change);
    },
    options,
  );
  return (when, held) => {
    stage = 'over';
    leave(when, held);
  };
}
