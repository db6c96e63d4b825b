/** What is known about a currency beyond its code; everything is optional on the exchange too (bitfinex-v2.md 7.2). */
export interface CurrencyFacts {
  readonly label: string;
  /** The name where it is another than the code. */
  readonly name?: string;
  /** How it is paid in and out. */
  readonly method?: string;
  /** The network that it lives on, where that is not its own. */
  readonly pool?: string;
  readonly explorer?: string;
  /** What a withdrawal costs. */
  readonly fee?: number;
}

const onEthereum = (label: string, method: string, fee: number): CurrencyFacts => ({ label, method, pool: 'ETH', fee });

/** The currencies of the synthetic markets; fiat has neither network nor explorer. */
export const CURRENCIES: Readonly<Record<string, CurrencyFacts>> = {
  BTC: { label: 'Bitcoin', method: 'BITCOIN', explorer: 'https://blockstream.info', fee: 0.0004 },
  ETH: { label: 'Ethereum', method: 'ETHEREUM', explorer: 'https://etherscan.io', fee: 0.0017 },
  LTC: { label: 'Litecoin', method: 'LITECOIN', explorer: 'https://live.blockcypher.com', fee: 0.001 },
  USD: { label: 'US Dollar' },
  EUR: { label: 'Euro' },
  UST: { label: 'Tether USDt', name: 'USDt', method: 'TETHERUSE', pool: 'ETH', fee: 5 },
  XRP: { label: 'XRP', method: 'RIPPLE', explorer: 'https://bithomp.com', fee: 0.1 },
  SOL: { label: 'Solana', method: 'SOL', explorer: 'https://explorer.solana.com', fee: 0.01 },
  ADA: { label: 'Cardano ADA', method: 'ADA', explorer: 'https://cardanoscan.io', fee: 0.3 },
  DOT: { label: 'Polkadot', method: 'DOT', explorer: 'https://polkascan.io', fee: 0.1 },
  DOGE: { label: 'Dogecoin', method: 'DOGE', explorer: 'https://dogechain.info', fee: 5 },
  LEO: onEthereum('Unus Sed LEO', 'LEO', 1.2),
  LINK: onEthereum('Chainlink', 'LINK', 0.4),
  UNI: onEthereum('Uniswap', 'UNI', 0.6),
  AAVE: onEthereum('Aave', 'AAVE', 0.024),
  XAUT: onEthereum('Tether Gold', 'XAUT', 0.0021),
  DUSK: onEthereum('Dusk Network', 'DUSK', 25),
  AVAX: { label: 'Avalanche', method: 'AVAX', explorer: 'https://snowtrace.io', fee: 0.01 },
  XLM: { label: 'Stellar Lumen', method: 'XLM', explorer: 'https://stellarchain.io', fee: 0.1 },
  XMR: { label: 'Monero', method: 'MONERO', explorer: 'https://xmrchain.net', fee: 0.0001 },
  TRX: { label: 'TRON', method: 'TRX', explorer: 'https://tronscan.org', fee: 1 },
  NEO: { label: 'NEO', method: 'NEO', explorer: 'https://neotracker.io', fee: 0 },
  EOS: { label: 'EOS', method: 'EOS', explorer: 'https://bloks.io', fee: 0.1 },
  BTCF0: { label: 'Bitcoin Derivative' },
  ETHF0: { label: 'Ethereum Derivative' },
  USTF0: { label: 'USD (Tether) Derivative', name: 'USDt0' },
};
