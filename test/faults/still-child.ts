/**
 * A pool in a process of its own that can stand still: its parent stops it by a signal, or tells it to block its event
 * loop for so many ms. It follows tickers of the exchange at argv in a faster time, and tells what it hears of them.
 */
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { Pool } from '../../src/shared/link/pool';
import { openSocket } from '../../src/shared/link/socket';
import { hurriedClock } from '../hurried-clock';

const [, , url = '', faster = '1'] = process.argv;
const clock = hurriedClock(Number(faster));
const pool = new Pool({ clock, limiter: new Limiter(clock), connects: new Limiter(clock), openLine: openSocket, url: async () => url, report: () => undefined }, new Grace(clock));
for (const symbol of ['tBTCUSD', 'tETHUSD']) {
  pool.follow({ channel: 'ticker', symbol }, (event) => {
    if (event.kind === 'state') process.send?.({ kind: 'state', symbol, state: event.state });
    if (event.kind === 'ticker') process.send?.({ kind: 'price', symbol, price: event.ticker.last });
  });
}

process.on('message', (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
  process.send?.({ kind: 'awake', timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length });
});
process.on('disconnect', () => process.exit());
