import { flag, table, type RowOf } from './row';

/** REST `platform/status` (bitfinex-v2.md 7.1): `[1]` operative, `[0]` maintenance. */
export const platform = table('platform', { operative: flag(0) });
/** A decoded row of {@link platform}. */
export type Platform = RowOf<typeof platform>;
