import { any, integer, nullable, number, table, text, type RowOf } from './row';

/**
 * Notification (bitfinex-v2.md 5.8): `n` on channel 0, and the bare reply of every REST write (8.6). `info` is what the
 * type says: an order or offer row (its `...Reply` table), a list of them, or an object. Only `status` tells success.
 */
export const notification = table('notification', {
  /** as sent: ms, seconds with a fraction, or null; {@link notifiedAt} gives ms */
  time: nullable(number(0)),
  type: text(1),
  messageId: nullable(integer(2)),
  info: any(4),
  code: nullable(integer(5)),
  /** SUCCESS, ERROR, FAILURE or INFO */
  status: text(6),
  /** for people; may change, so never branch on it */
  text: nullable(text(7)),
});
/** A decoded row of {@link notification}. */
export type Notification = RowOf<typeof notification>;

/** Below this a time is in seconds: as milliseconds it would lie before April 1973 (bitfinex-v2.md 1.4). */
const SECONDS_BELOW = 1e11;

/** When the exchange sent the notification, whole ms; `null` where it did not say. */
export function notifiedAt({ time }: Pick<Notification, 'time'>): number | null {
  return time === null ? null : Math.round(time < SECONDS_BELOW ? time * 1000 : time);
}
