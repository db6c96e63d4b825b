import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BitfinexRest, ExchangePorts, Signed } from '../../src/shared/link/bitfinex-rest';

type Made = new (ports: ExchangePorts) => BitfinexRest;

/** The class as users get it, in the bundle; and as it stands in the source, over the whole of ccxt. */
export const CLASSES = ['dist', 'src'] as const;

export function classOf(where: (typeof CLASSES)[number]): Made {
  const file = join(__dirname, '../..', where, 'shared/link/bitfinex-rest');
  if (where === 'dist' && !existsSync(`${file}.js`)) throw new Error('dist is missing: run npm run build first (npm test does)');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- one of two copies, chosen here
  return (require(file) as { BitfinexRest: Made }).BitfinexRest;
}

const PAIRS = ['BTCUSD', 'BTCUST', 'ETHUST', 'LTCUST'];
const FUTURES = ['BTCF0:USTF0', 'ETHF0:USTF0', 'LTCF0:USTF0'];
const INFO = [null, null, null, '0.00004', '2000.0', null, null, null, 0.1, 0.05, null, null];

/** Four pairs, three perpetuals and what they are made of. */
const CONF: Readonly<Record<string, unknown>> = {
  'pub:info:pair': PAIRS.map((pair) => [pair, INFO]),
  'pub:info:pair:futures': FUTURES.map((pair) => [pair, INFO]),
  'pub:list:pair:margin': PAIRS,
  'pub:list:currency': ['BTC', 'ETH', 'LTC', 'USD', 'UST', 'BTCF0', 'ETHF0', 'LTCF0', 'USTF0'],
  'pub:map:currency:sym': [['UST', 'USDt']],
};

/** One request as it would leave. */
export interface Sent extends Signed {
  readonly method: string;
}

/** An exchange object whose requests end in a list; each but those for the markets is answered by `answer`. */
export function exchangeOf(where: (typeof CLASSES)[number], answer: (sent: Sent) => unknown) {
  const sent: Sent[] = [];
  let nonce = 1_700_000_000_000_000;
  const exchange = new (classOf(where))({
    key: () => ({ apiKey: 'KEY', secret: 'SECRET' }),
    nonce: () => nonce++,
    forAll: (work) => work(),
    carry: async (method, path, sign) => {
      const one = { method, ...sign() };
      sent.push(one);
      return path.startsWith('conf/') ? path.slice('conf/'.length).split(',').map((label) => CONF[label] ?? []) : answer(one);
    },
  });
  return { exchange, sent };
}
