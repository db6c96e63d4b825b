import type { Clock } from '../core/clock';
import type { OpenLine } from './socket';

/** What went over the lines of one set of addresses. */
export interface LineCounts {
  /** Sockets that were opened. */
  opened: number;
  /** Characters received: bytes, for the exchange writes plain ASCII. */
  bytes: number;
  /** When the newest socket was opened, UTC ms. */
  lastOpenedAt: number | undefined;
}

/** Opens lines as before, and counts them. */
export function counted(openLine: OpenLine, counts: LineCounts, clock: Clock): OpenLine {
  return (url, events) =>
    openLine(url, {
      opened: () => {
        counts.opened++;
        counts.lastOpenedAt = clock.now();
        events.opened();
      },
      text: (data) => {
        counts.bytes += data.length;
        events.text(data);
      },
      closed: (reason, retryAfterMs) => events.closed(reason, retryAfterMs),
    });
}
