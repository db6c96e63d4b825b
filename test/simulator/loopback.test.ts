import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import WebSocket from 'ws';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { ask } from './http';
import { Folder } from './trading/kept-floor';
import { KilledExchange } from './trading/killed-exchange';

const PROBE = join(__dirname, '../outgoing-probe.cjs');
const run = promisify(execFile);

/** How a connection to this address ends: `connect`, or the error's code. */
async function knock(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  const outcome = await Promise.race([once(socket, 'connect').then(() => 'connect'), once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? '')]).catch((error: NodeJS.ErrnoException) => error.code ?? '');
  socket.destroy();
  return outcome;
}

describe('the simulated exchange and other machines', function () {
  this.timeout(30_000);
  const folder = new Folder();
  let exchange: Exchange;
  before(async () => void (exchange = await startExchange()));
  after(async () => {
    await exchange.stop();
    folder.remove();
  });

  it('is reached at 127.0.0.1 and at no other address of this machine', async () => {
    const port = Number(new URL(exchange.rest).port);
    assert.equal(await knock('127.0.0.1', port), 'connect');
    const others = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ address }) => address !== '127.0.0.1').map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address)));
    // of the loopback network another one too, which Linux answers
    for (const host of [...others, ...(process.platform === 'linux' ? ['127.0.0.2'] : [])]) assert.match(await knock(host, port), /ECONNREFUSED|EADDRNOTAVAIL|EHOSTUNREACH|ENETUNREACH|EINVAL/, host);
  });

  it('serves no page of the web, whatever name leads it here', async () => {
    const upgraded = async (headers: Record<string, string>): Promise<string> => {
      const socket = new WebSocket(exchange.ws, { headers });
      const outcome = await Promise.race([once(socket, 'open').then(() => 'open'), once(socket, 'error').then(([error]) => (error as Error).message)]).catch((error: Error) => error.message);
      socket.terminate();
      return outcome;
    };
    const strangers = [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://localhost.evil.example' }, { origin: 'http://127.0.0.1@evil.example' }, { origin: 'file://' }, { host: 'evil.example:80' }, { host: '127.0.0.1.evil.example' }];
    for (const headers of strangers) {
      assert.equal((await ask(`${exchange.rest}/v2/platform/status`, { headers })).status, 403, JSON.stringify(headers));
      assert.equal((await ask(`${exchange.rest}/v2/auth/r/wallets`, { method: 'POST', body: '{}', headers })).status, 403);
      assert.match(await upgraded(headers), /403/, JSON.stringify(headers));
    }
    // programs may say that they come from the address that they go to
    const friends: Record<string, string>[] = [{}, { origin: exchange.rest }, { origin: 'http://localhost' }, { host: 'localhost:1' }, { host: '[::1]' }];
    for (const headers of friends) assert.deepEqual([(await ask(`${exchange.rest}/v2/platform/status`, { headers })).status, await upgraded(headers)], [200, 'open'], JSON.stringify(headers));
  });

  it('contacts nobody, whatever is done with it', async () => {
    const child = await KilledExchange.start(folder.file(), ['--latency', '0'], ['--require', PROBE]);
    const signed = child.client();
    const socket = await signed.open();
    for (const channel of ['ticker', 'trades', 'book']) await socket.subscribe({ channel, symbol: 'tBTCUSD' });
    for (const type of ['EXCHANGE MARKET', 'EXCHANGE LIMIT']) socket.send([0, 'on', null, { type, symbol: 'tBTCUSD', amount: '0.01', price: '20000' }]);
    for (const path of ['platform/status', 'tickers?symbols=ALL', 'conf/pub:list:pair:exchange', 'candles/trade:1m:tBTCUSD/hist']) assert.equal((await fetch(`${child.printed.rest}/v2/${path}`)).status, 200);
    assert.equal((await signed.post('w/withdraw', { wallet: 'exchange', method: 'bitcoin', amount: '1', address: 'x' })).status, 500);
    await fetch(`${child.printed.rest}/admin/trouble`, { method: 'POST', body: '{"kind":"lost-line","seconds":0.1}' });
    await socket.until(() => socket.closedWith !== undefined);
    assert.equal(await child.end('SIGTERM'), '');
  });

  it('is judged by a probe that hears of every contact', async () => {
    const { stderr } = await run(process.execPath, ['--require', PROBE, '-e', "fetch('http://127.0.0.1:59876').catch(() => require('node:http').get('http://localhost:9').on('error', () => require('node:dgram').createSocket('udp4').close()))"]);
    assert.deepEqual(stderr.trim().split('\n'), ['outgoing 127.0.0.1:59876', 'outgoing localhost:9', 'outgoing a datagram socket']);
  });
});
