import type { Wanted } from './traffic';

const book = (symbol: string, len: '25' | '100'): Wanted => ({ channel: 'book', symbol, prec: 'P0', freq: 'F0', len });

/** As many as one socket takes: 13 books, 6 trades, 6 tickers of as many symbols. */
const MIXED = ['BTC', 'ETH', 'XRP', 'SOL', 'LTC', 'ADA', 'DOT', 'XLM', 'TRX', 'EOS', 'NEO', 'XMR', 'ZEC', 'ETC', 'IOT', 'OMG', 'DSH', 'UNI', 'SUI', 'APT', 'FIL', 'XTZ', 'LEO', 'VET', 'ZRX'];

/** What the receivers of one group ask for. */
export const WORKLOADS: Readonly<Record<string, readonly Wanted[]>> = {
  one: [book('tBTCUSD', '25')],
  mixed: MIXED.map((name, at) => {
    const symbol = `t${name}USD`;
    if (at < 13) return book(symbol, at % 2 === 0 ? '25' : '100');
    return { channel: at < 19 ? 'trades' : 'ticker', symbol };
  }),
  candles: MIXED.map((name) => ({ channel: 'candles' as const, key: `trade:1m:t${name}USD` })),
};
