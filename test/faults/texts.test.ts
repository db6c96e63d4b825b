import assert from 'node:assert/strict';
import { nearestSymbols, resolveSymbol } from '../../src/shared/core/symbol';
import { shorten } from '../../src/shared/red/status';
import { PoolWorld, ticker, type Ear } from './pool-world';

/** Longer than any honest word, with markup, colours of a terminal, a line of its own and letters that turn the text around. */
const HOSTILE = `<img src=x onerror="alert(1)">\u001b[31mred\u001b[0m\nnode-red: all is well\r\u202e\u0000${'A'.repeat(1024 * 1024)}`;

const isPlain = (text: string): boolean => text.length <= 400 && !/[<>\p{Cc}\p{Cf}\u2028\u2029]/u.test(text);

describe('hostile texts of the exchange', () => {
  let world: PoolWorld;
  let ear: Ear;
  beforeEach(async () => {
    world = new PoolWorld();
    [ear] = world.follow(ticker('tBTCUSD')) as [Ear];
    await world.pass(100);
    world.lines.last.greet({ version: 2, serverId: HOSTILE, platform: { status: 1 }, msg: HOSTILE });
    world.lines.last.event({ event: 'conf', status: 'OK', flags: 1, msg: HOSTILE });
    await world.pass(100);
  });
  afterEach(() => world.end());

  const reasons = (): string[] => ear.events.flatMap((event) => (event.kind === 'state' ? [event.reason] : []));

  for (const [code, state] of [[10300, 'refused'], [11000, 'waiting']] as const) {
    it(`in an error to a subscription (${code}) reach a node as one short line without markup (F94)`, async () => {
      world.lines.last.event({ event: 'error', channel: 'ticker', symbol: 'tBTCUSD', code, msg: HOSTILE, pair: HOSTILE });
      await world.pass(100);
      assert.equal(ear.state, state);
      assert.match(reasons().at(-1) ?? '', new RegExp(`red.*\\(${code}\\)$`));
      assert.ok(reasons().every(isPlain), reasons().at(-1)?.slice(0, 100));
    });
  }

  it('in events, info, symbols and keys are told to nobody (F94)', async () => {
    const line = world.lines.last;
    line.event({ event: HOSTILE, msg: HOSTILE });
    line.event({ event: 'info', code: 20060, msg: HOSTILE });
    line.event({ event: 'info', code: 5, msg: HOSTILE });
    line.event({ event: 'subscribed', channel: 'ticker', symbol: HOSTILE, pair: HOSTILE, chanId: 1, [HOSTILE]: HOSTILE });
    line.event({ event: 'error', channel: HOSTILE, symbol: HOSTILE, code: 10300, msg: HOSTILE });
    line.event({ event: 'unsubscribed', status: HOSTILE, chanId: 2 });
    await world.pass(2_000);
    assert.ok([...reasons(), ...world.reports].every(isPlain));
    assert.deepEqual(ear.states, ['connecting']);
  });

  it('as names of symbols are not suggested to a person who mistyped one (F94)', () => {
    const listed = new Set(['tBTCUSD', 't<b>BTCUDS</b>', 't\u001b[31mBTCUDS', `tBTCUDS${'<'.repeat(100_000)}`, 'tBTC\nUDS', 't<script>:UDS']);
    assert.deepEqual(nearestSymbols('BTC/UDS', listed), ['BTC/USD']);
    assert.throws(() => resolveSymbol('BTC/UDS', listed), (error: Error) => isPlain(error.message) && error.message.includes('BTC/USD'));
  });

  it('are cut to what fits under a node (F94)', () => {
    assert.ok(shorten(HOSTILE).length < 20);
  });
});
