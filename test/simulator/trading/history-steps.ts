import fc from 'fast-check';

/** The markets of a history: what a tick and a typical order is, and where the middle of the book begins, in ticks. */
export const MARKETS = [
  { symbol: 'tBTCUSD', tick: 10, digits: 0, middle: 2000, lot: 0.00731237 },
  { symbol: 'tETHBTC', tick: 0.00001, digits: 5, middle: 5000, lot: 0.09312371 },
  { symbol: 'tBTCF0:USTF0', tick: 10, digits: 0, middle: 2000, lot: 0.00231237 },
] as const;

export const TYPES = ['LIMIT', 'MARKET', 'STOP', 'STOP LIMIT', 'TRAILING STOP', 'FOK', 'IOC'] as const;

const at = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 2) }, { weight: 1, arbitrary: fc.constant(1) });
const salt = fc.nat(1e6);

/** Which of the last orders is meant. */
const which = fc.nat(7);

/** Distance from the middle, ticks. */
const offset = fc.integer({ min: -7, max: 7 });

/** Of each kind of thing that can happen: how often, and with what. */
const order = fc.record({
  do: fc.constant('order' as const),
  at,
  type: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('LIMIT' as const, 'MARKET' as const) }, { weight: 4, arbitrary: fc.constantFrom(...TYPES) }),
  spot: fc.nat(4).map((one) => one < 2),
  buy: fc.boolean(),
  lots: fc.integer({ min: 1, max: 300 }),
  offset,
  more: fc.integer({ min: 1, max: 6 }),
  flags: fc.oneof({ weight: 14, arbitrary: fc.constant(0) }, { weight: 7, arbitrary: fc.constantFrom(64, 512, 1024, 4096, 4160, 16384, 524288) }),
  lev: fc.constantFrom(1, 3, 10, 25, 100),
  tifSeconds: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
});
/** All the money there is for a market order, and the market runs away before it comes there. */
const allIn = fc.record({ do: fc.constant('all in' as const), percent: fc.constantFrom(1, 6), salt });
const update = fc.record({ do: fc.constant('update' as const), which, offset, lots: fc.integer({ min: 1, max: 300 }), what: fc.constantFrom('price', 'amount', 'delta', 'lev', 'both') });
const cancel = fc.record({ do: fc.constant('cancel' as const), which });
const cancelAll = fc.record({ do: fc.constant('cancel all' as const) });
const deposit = fc.record({ do: fc.constant('deposit' as const), wallet: fc.constantFrom('exchange' as const, 'margin' as const), units: fc.bigInt({ min: 1n, max: 500_00000000n }) });
const transfer = fc.record({ do: fc.constant('transfer' as const), back: fc.boolean(), currency: fc.constantFrom('USD', 'BTC'), part: fc.nat(100) });
const collateral = fc.record({ do: fc.constant('collateral' as const), part: fc.nat(120) });
const show = fc.record({ do: fc.constant('show' as const), at, by: fc.integer({ min: -3, max: 3 }), salt });
const print = fc.record({ do: fc.constant('print' as const), at, offset: fc.integer({ min: -8, max: 8 }), lots: fc.integer({ min: 1, max: 600 }), buy: fc.boolean() });
const jump = fc.record({ do: fc.constant('jump' as const), at, percent: fc.constantFrom(-25, -12, -6, 6, 12, 25), salt });
const wait = fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 900 }) });
const lasting = { steps: fc.integer({ min: 1, max: 4 }) };
const halt = fc.record({ do: fc.constant('halt' as const), ...lasting });
const stale = fc.record({ do: fc.constant('stale' as const), at, ...lasting });
const restart = fc.record({ do: fc.constant('restart' as const), salt });

/** One thing that happens. */
export const step = fc.oneof(
  { weight: 30, arbitrary: order },
  { weight: 2, arbitrary: allIn },
  { weight: 6, arbitrary: update },
  { weight: 4, arbitrary: cancel },
  { weight: 2, arbitrary: cancelAll },
  { weight: 2, arbitrary: deposit },
  { weight: 3, arbitrary: transfer },
  { weight: 3, arbitrary: collateral },
  { weight: 12, arbitrary: show },
  { weight: 16, arbitrary: print },
  { weight: 5, arbitrary: jump },
  { weight: 20, arbitrary: wait },
  { weight: 3, arbitrary: halt },
  { weight: 3, arbitrary: stale },
  { weight: 2, arbitrary: restart },
);
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
export type StepOf<Kind extends Step['do']> = Extract<Step, { do: Kind }>;

/** A history: what happens, one after the other. */
export const steps = fc.array(step, { minLength: 5, maxLength: 55, size: 'max' });
