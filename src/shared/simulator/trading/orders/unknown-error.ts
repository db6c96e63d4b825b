/** What a client is told where the exchange itself failed: nobody knows how far it came (bitfinex-v2.md 8.6). */
export const UNKNOWN_ERROR = { kind: 'refused', text: 'unknown error', code: 10000 } as const;
