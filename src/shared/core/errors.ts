/**
 * Errors are sorted by what the user may safely do next: fix the flow (`misuse`), read the exchange's words (`refused`),
 * or try again (`unreachable`: nothing was sent). Every code stands in this table and nowhere else.
 */
export const ERRORS = {
  ACCOUNT_MISSING: { kind: 'misuse', help: 'choose an account in the node' },
  ACTION_UNKNOWN: { kind: 'misuse', help: 'use subscribe, unsubscribe or list' },
  ENV_NOT_SET: { kind: 'misuse', help: 'set the environment variable, or enter a value' },
  FIELD_INVALID: { kind: 'misuse', help: 'correct the field' },
  HOST_NOT_ALLOWED: { kind: 'misuse', help: "only loopback addresses are allowed; list other hosts as bitfinexHosts in Node-RED's settings file" },
  SYMBOL_MISSING: { kind: 'misuse', help: 'set msg.symbol to a symbol such as BTC/USD, or to a list of them' },
  SYMBOL_UNKNOWN: { kind: 'misuse', help: 'use a symbol of the exchange, such as BTC/USD, tBTCUSD or fUSD' },
  SUBSCRIBE_REFUSED: { kind: 'refused', help: 'the exchange refused the channel' },
  EXCHANGE_UNREACHABLE: { kind: 'unreachable', help: 'nothing was sent; check the network and the address of the account' },
  ANSWER_UNUSABLE: { kind: 'unreachable', help: 'the exchange answered something else than was asked for; try again later' },
} as const satisfies Record<string, { kind: 'misuse' | 'refused' | 'unreachable'; help: string }>;

/** A code of the table. */
export type ErrorCode = keyof typeof ERRORS;
/** What the user may safely do next. */
export type ErrorKind = (typeof ERRORS)[ErrorCode]['kind'];

/** An error that a person can act on: what happened, what to do, and a code for flows. Holds no secret and no library object. */
export class BitfinexError extends Error {
  readonly kind: ErrorKind;

  constructor(
    readonly code: ErrorCode,
    /** What happened, without what to do. */
    readonly what: string,
  ) {
    super(`${what}: ${ERRORS[code].help}`);
    this.name = 'BitfinexError';
    this.kind = ERRORS[code].kind;
  }
}
