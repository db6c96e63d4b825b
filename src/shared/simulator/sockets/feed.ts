import type { Stop } from '../../core/clock';

/** What a follower of a channel gets; the payload is JSON text, made once for all of them. */
export type Delivery =
  /** rows of one book update, each a frame of its own unless the client asked for bulk updates */
  | { readonly kind: 'book'; readonly rows: readonly string[] }
  | { readonly kind: 'checksum'; readonly payload: string }
  | { readonly kind: 'other'; readonly payload: string };

/** Hears what a feed delivers. */
export type Follower = (delivery: Delivery) => void;

/** One channel, made once for all its subscribers: it works from the first of them to the last. */
export abstract class Feed {
  private readonly followers = new Set<Follower>();

  /** @returns leaves the channel */
  join(follower: Follower): Stop {
    if (this.followers.size === 0) this.begin();
    this.followers.add(follower);
    return () => {
      if (this.followers.delete(follower) && this.followers.size === 0) this.end();
    };
  }

  /** The first frame of a subscriber, as of now: JSON text; none where the channel has no state. */
  abstract snapshot(): string | undefined;
  protected abstract begin(): void;
  protected abstract end(): void;

  protected send(delivery: Delivery): void {
    for (const follower of [...this.followers]) follower(delivery);
  }

  protected sendPayload(payload: string): void {
    this.send({ kind: 'other', payload });
  }
}
