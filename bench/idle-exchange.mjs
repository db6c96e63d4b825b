/**
 * An embedded exchange with orders that rest in ten markets, and nobody who looks. `empty` has what a Node-RED with this
 * package has loaded anyhow, and no exchange. Plain JavaScript on the built code, so that the measured process does nothing else.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './receiver.mjs';

const require = createRequire(import.meta.url);
for (const name of ['node:http', 'node:crypto', 'ws', '../dist/shared/link/hub.js']) require(name);

const SYMBOLS = ['tBTCUSD', 'tETHUSD', 'tLTCUSD', 'tXRPUSD', 'tSOLUSD', 'tADAUSD', 'tDOTUSD', 'tDOGE:USD', 'tLINK:USD', 'tAVAX:USD'];

const { name } = JSON.parse(process.argv[2]);

if (name === 'exchange') {
  const load = (path) => require(`../dist/shared/simulator/${path}.js`);
  const folder = mkdtempSync(join(tmpdir(), 'idle-exchange-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { wallClock } = load('wall-clock');
  const store = load('trading/store/file-store').FileStore.open(join(folder, 'account.json'), { clock: wallClock, report: console.error });
  const { trading, users } = await load('exchange').startExchange({ store });
  const account = trading.open(users[0]);
  for (const symbol of SYMBOLS) {
    const price = Number((trading.prices.last(symbol) * 0.97).toPrecision(4));
    const amount = BigInt(Math.round(1e10 / price));
    const wish = { symbol, type: 'LIMIT', spot: true, amount, price, auxLimit: 0, trailing: 0, ocoStop: 0, flags: 0, tif: null, lev: 1, cid: null, cidOco: null, gid: null, meta: null };
    if ('kind' in trading.submit(account, wish)) throw new Error(`no order in ${symbol}`);
  }
}

measure(() => ({ messages: 0 }));
