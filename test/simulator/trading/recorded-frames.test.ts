import assert from 'node:assert/strict';
import { jsonLines, needsData } from '../../shared-data';
import { Client, type Json } from '../client';
import { PaperWorld } from './paper-world';
import { caughtUp } from './session-client';
import { differences } from './shapes';

type Frame = readonly [chanId: number, type: string, payload: readonly unknown[]];

/** A frame of channel 0 that was recorded, and whose it is. */
interface Sample {
  readonly name: string;
  readonly frame: Frame | Json;
}

interface Script {
  readonly name: string;
  readonly steps: readonly { readonly dir: string; readonly text: string }[];
}

/** The server's turns of the recorded conversations of accounts. */
function scripted(): Sample[] {
  return jsonLines<Script>('ws-scripts.jsonl')
    .filter(({ steps }) => steps[0]?.text.includes('"auth"') === true)
    .flatMap(({ name, steps }) => steps.filter(({ dir }) => dir !== 'client').map(({ text }) => ({ name, frame: JSON.parse(text) as Sample['frame'] })));
}

/** The single frames about accounts. */
function single(): Sample[] {
  return jsonLines<{ origin: string; category: string; frame: string }>('frames.jsonl').flatMap(({ origin, category, frame: text }) => {
    const frame = parsed(text);
    const isOfAccount = Array.isArray(frame) ? frame[0] === 0 && typeof frame[1] === 'string' && frame[1] !== 'hb' : (frame as Json | undefined)?.['event'] === 'auth';
    return isOfAccount ? [{ name: `${category} of ${origin}`, frame: frame as Sample['frame'] }] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What tells a message from others of its type: of notifications what they answer and how, of orders how they stand. */
function kindOf(frame: Sample['frame']): string {
  if (!isFrame(frame)) return `auth ${String(frame['status'])}`;
  const [, type, payload] = frame;
  if (type === 'n') return `n ${String(payload[1])} ${String(payload[6])}`;
  if (['on', 'ou', 'oc'].includes(type)) return `${type} ${/^[A-Z ]+/.exec(String(payload[13]))?.[0].trim() ?? ''}`;
  if (type === 'wu') return `wu ${payload[4] === null ? 'not worked out' : 'worked out'}${typeof payload[6] === 'object' && payload[6] !== null ? ' of a trade' : ''}`;
  if (type === 'miu') return `miu ${String(payload[0])}`;
  return type;
}

const isFrame = (frame: Sample['frame']): frame is Frame => Array.isArray(frame);

describe('private frames that were recorded', () => {
  let world: PaperWorld;
  /** The simulator's last message of each kind. */
  const ours = new Map<string, Sample['frame']>();
  let samples: Sample[];

  // a life of an account in which each kind of message occurs
  before(async function () {
    needsData(this);
    samples = [...scripted(), ...single()];
    world = await PaperWorld.start({ symbols: ['tBTCUSD', 'tETHUSD'] });
    for (const market of world.markets) market.show({ bids: [[29_990, 0.5], [29_980, 5]], asks: [[30_000, 5]] });
    const stranger = await Client.open(world.exchange.ws);
    stranger.send(world.user.login({ authSig: 'ab'.repeat(48) }));
    await stranger.event(({ event }) => event === 'auth');
    await world.order({ symbol: 'tETHUSD', type: 'MARKET', amount: '0.1' });
    await world.order({ symbol: 'tETHUSD', type: 'EXCHANGE LIMIT', amount: '0.2', price: '120' });
    const client = await world.open({ subId: 'mine' });
    world.settle();
    await caughtUp(client);
    const say = async (type: string, payload: unknown): Promise<void> => {
      client.send([0, type, null, payload]);
      await caughtUp(client);
      world.settle();
      await caughtUp(client);
    };
    const order = { symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.1', price: '10000' };
    await say('on', { ...order, cid: 1 });
    const id = (client.of(0).findLast(([, type]) => type === 'on')?.[2] as number[])[0];
    await say('ou', { id, price: '11000' });
    await say('oc', { id });
    await say('on', { ...order, price: '-1' });
    await say('oc', { id: 'x' });
    await say('on', { ...order, type: 'EXCHANGE STOP', price: '40000' });
    // two levels: in part, then whole
    await say('on', { ...order, type: 'EXCHANGE MARKET', amount: '-0.7', price: undefined });
    await say('calc', [['margin_sym_tETHUSD'], ['position_tETHUSD']]);
    for (const frame of [...stranger.frames, ...client.frames] as Sample['frame'][]) if (isFrame(frame) || frame['event'] === 'auth') ours.set(kindOf(frame), frame);
    stranger.close();
  });
  after(async () => world?.end());

  for (const kind of ['auth', 'orders, positions, trades, wallets and balances']) {
    it(`have a counterpart of the same shape: ${kind}`, () => {
      const wrong = samples.filter((sample) => !isElsewhere(sample) && kindOf(sample.frame).startsWith('auth') === (kind === 'auth')).flatMap((sample) => unexpected(sample));
      assert.deepEqual(wrong, []);
    });
  }

  it('are others only as listed, and the list has nothing that does not occur', () => {
    const known = new Set(samples.map(({ name, frame }) => `${name}: ${kindOf(frame)}`));
    assert.deepEqual([...Object.keys(DIFFERS), ...ELSEWHERE].filter((key) => !known.has(key)), []);
    const counts = [samples.length, samples.filter(isElsewhere).length];
    assert.deepEqual(counts, [69, 13]);
  });

  /** What differs in another way than listed. */
  function unexpected({ name, frame }: Sample): string[] {
    const key = `${name}: ${kindOf(frame)}`;
    const own = ours.get(kindOf(frame));
    if (own === undefined) return [`${key} has no counterpart`];
    const found = differences(isFrame(frame) ? frame[2] : frame, isFrame(own) ? own[2] : own);
    const listed: readonly string[] = DIFFERS[key] ?? [];
    return found.join() === listed.join() ? [] : [`${key}: ${found.join('; ')}`];
  }
});

const isElsewhere = ({ name, frame }: Sample): boolean => ELSEWHERE.includes(`${name}: ${kindOf(frame)}`);

/** Funding is a round trip of the wire only (test/wire/scripts.test.ts); one is a client's frame, one a row of 2018 that was made by hand. */
const ELSEWHERE: readonly string[] = [
  'CancelFundingOffer: foc',
  'FundingCreditUpdate: fcu',
  'FundingLoanSnapshot: fls',
  'FundingOfferSnapshot: fos',
  'FundingUserTrade: fte',
  'funding of gocryptotrader: n fon-req SUCCESS',
  'funding of gocryptotrader: fls',
  'funding of gocryptotrader: fln',
  'funding of gocryptotrader: fiu',
  'funding of gocryptotrader: fte',
  'funding of gocryptotrader: ftu',
  'orders of bitfinex-v2-wss-api-java: ox_multi',
  'orders of public-notes: oc ',
];

/** META says where an order comes from since 2020 (bitfinex-v2.md 5.2). */
const META = '31: null, here object';
const REPLY_META = `4.${META}`;

/** Replies of 2018 and 2019 left most of a new order out, and HIDDEN null. */
const OLD_REPLY = ['4.4: null, here number', '4.5: null, here number', '4.12: null, here number', '4.13: null, here string', '4.17: null, here number', '4.18: null, here number', '4.19: null, here number', '4.24: null, here number', '4.28: null, here string', REPLY_META];

/** Nobody is on the other side of a trade here. */
const NO_OPPOSITE = 'order_id_oppo: number, here null';

/** Where a recorded frame is of another shape than ours: old rows are shorter, and some had columns that are gone. */
const DIFFERS: Readonly<Record<string, readonly string[]>> = {
  'PlaceOrder: n on-req SUCCESS': ['4.24: null, here number', REPLY_META],
  'UpdateOrder: n ou-req SUCCESS': [REPLY_META],
  'OrderUpdate: oc CANCELED': [META],
  // times may be null on the socket
  'PositionUpdate: pu': ['12: null, here number', '13: null, here number', `19.${NO_OPPOSITE}`],
  'WalletUpdate: wu not worked out of a trade': [`6.${NO_OPPOSITE}`],
  'errors of bitfinex-v2-wss-api-java: n on-req ERROR': ['0: null, here number', '4: 26 cells, here 32'],
  'errors of public-notes: n oc-req ERROR': ['4: 26 cells, here 32'],
  'orders of bitfinex-api-go: n on-req SUCCESS': ['0: null, here number', '4: 34 cells, here 32'],
  'orders of bitfinex-api-go: on ACTIVE': ['all: 33 cells, here 32'],
  'orders of bitfinex-api-go: n ou-req SUCCESS': ['4.1: number, here null', REPLY_META],
  'orders of bitfinex-api-go: ou ACTIVE': ['1: number, here null', META],
  'orders of bitfinex-api-py: oc EXECUTED': [META],
  'orders of bitfinex-v2-wss-api-java: on ACTIVE': ['all: 26 cells, here 32'],
  'orders of bitfinex-v2-wss-api-java: te': ['all: 11 cells, here 12'],
  'orders of gocryptotrader: os': [`0.${META}`],
  'orders of gocryptotrader: oc CANCELED': [META],
  'orders of gocryptotrader: n on-req SUCCESS': ['4.24: null, here number', REPLY_META],
  'orders of public-notes: n on-req SUCCESS': OLD_REPLY,
  'positions of bitfinex-api-go: ps': ['0: 10 cells, here 20'],
  'positions of bitfinex-v2-wss-api-java: ps': ['0: 10 cells, here 20'],
  'positions of bitfinex-v2-wss-api-java: pu': ['all: 10 cells, here 20'],
  'wallets of bitfinex-api-go: wu worked out': ['all: 8 cells, here 7'],
  'wallets of bitfinex-api-go: ws': ['0: 5 cells, here 7'],
  'wallets of bitfinex-v2-wss-api-java: ws': ['0: 5 cells, here 7'],
  'wallets of public-notes: wu worked out': ['5: null, here string'],
};
