/**
 * Errors are sorted by what the user may safely do next: fix the flow (`misuse`), read the exchange's words (`refused`),
 * try again later (`unreachable`: nothing has happened), or look first (`unknown`: it may have happened). Every code
 * stands in this table and nowhere else.
 */
export const ERRORS = {
  ACCOUNT_MISSING: { kind: 'misuse', help: 'choose an account in the node' },
  ACTION_UNKNOWN: { kind: 'misuse', help: 'use one of the actions that the help of the node lists' },
  ENV_NOT_SET: { kind: 'misuse', help: 'set the environment variable, or enter a value' },
  FIELD_INVALID: { kind: 'misuse', help: 'correct the field' },
  HOST_NOT_ALLOWED: { kind: 'misuse', help: "only loopback addresses are allowed; list other hosts as bitfinexHosts in Node-RED's settings file" },
  KEY_MISSING: { kind: 'misuse', help: 'enter the API key and its secret in the account' },
  SYMBOL_MISSING: { kind: 'misuse', help: 'set msg.symbol to a symbol such as BTC/USD, or to a list of them' },
  SYMBOL_UNKNOWN: { kind: 'misuse', help: 'use a symbol of the exchange, such as BTC/USD, tBTCUSD or fUSD' },
  WRITE_CLOSED: { kind: 'misuse', help: 'this version only reads' },
  SUBSCRIBE_REFUSED: { kind: 'refused', help: 'the exchange refused the channel' },
  REQUEST_REFUSED: { kind: 'refused', help: 'the exchange refused the request; its words say why' },
  KEY_REFUSED: { kind: 'refused', help: 'check the API key, its secret and its permissions' },
  NONCE_REFUSED: { kind: 'refused', help: 'another program uses the same API key: give each program a key of its own' },
  RATE_LIMITED: { kind: 'unreachable', help: 'nothing was done; try again after the time that is named' },
  MAINTENANCE: { kind: 'unreachable', help: 'nothing was done; wait until the maintenance of the exchange is over' },
  GATE_CLOSED: { kind: 'unreachable', help: 'the gate of the maintenance watch is closed; send the message again later' },
  GATE_FULL: { kind: 'unreachable', help: 'the gate holds as many messages as it may; send the message again later' },
  GATE_TIMEOUT: { kind: 'unreachable', help: 'the gate held the message as long as it may; send it again later' },
  EXCHANGE_UNREACHABLE: { kind: 'unreachable', help: 'check the network and the address of the account' },
  ANSWER_UNUSABLE: { kind: 'unreachable', help: 'the exchange answered something else than was asked for; try again later' },
  OUTCOME_UNKNOWN: { kind: 'unknown', help: 'it may have happened: look before doing it again' },
} as const satisfies Record<string, { kind: 'misuse' | 'refused' | 'unreachable' | 'unknown'; help: string }>;

/** A code of the table. */
export type ErrorCode = keyof typeof ERRORS;
/** What the user may safely do next. */
export type ErrorKind = (typeof ERRORS)[ErrorCode]['kind'];

/** What is known beyond the code. All of it may reach Catch nodes: no secret, no library object. */
export interface ErrorFacts {
  /** The exchange's own code: 10020. */
  readonly exchangeCode?: number;
  /** HTTP status of the answer. */
  readonly httpStatus?: number;
  /** UTC ms before which trying again is useless. */
  readonly retryAt?: number;
}

/** An error that a person can act on: what happened, what to do, and a code for flows. Holds no secret and no library object. */
export class BitfinexError extends Error {
  readonly kind: ErrorKind;
  readonly exchangeCode?: number;
  readonly httpStatus?: number;
  readonly retryAt?: number;

  constructor(
    readonly code: ErrorCode,
    /** What happened, without what to do. */
    readonly what: string,
    facts: ErrorFacts = {},
  ) {
    super(`${what}: ${ERRORS[code].help}`);
    this.name = 'BitfinexError';
    this.kind = ERRORS[code].kind;
    Object.assign(this, facts);
  }
}
