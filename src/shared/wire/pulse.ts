import { any, flag, integer, nullable, table, text, texts, type RowOf } from './row';

/** Profile of an author on Pulse. `timestamp` in ms. */
export const pulseProfile = table('pulse profile', {
  id: text(0),
  timestamp: integer(1),
  nickname: text(3),
  picture: nullable(text(5)),
  text: nullable(text(6)),
  twitter: nullable(text(9)),
  followers: nullable(integer(11)),
  following: nullable(integer(12)),
  tippingStatus: nullable(integer(16)),
});
/** A decoded row of {@link pulseProfile}. */
export type PulseProfile = RowOf<typeof pulseProfile>;

/** Message on Pulse, the exchange's news feed. `timestamp` in ms. */
export const pulse = table(
  'pulse',
  {
    id: text(0),
    timestamp: integer(1),
    userId: text(3),
    title: nullable(text(5)),
    content: text(6),
    isPin: nullable(flag(9)),
    isPublic: nullable(flag(10)),
    commentsDisabled: nullable(flag(11)),
    tags: nullable(texts(12)),
    attachments: nullable(texts(13)),
    meta: any(14),
    likes: nullable(integer(15)),
    /** a list of one {@link pulseProfile} row */
    profiles: nullable(any(18)),
    comments: nullable(integer(19)),
  },
  22,
);
/** A decoded row of {@link pulse}. */
export type Pulse = RowOf<typeof pulse>;
