/**
 * The field names of the Go library beside ours, written from its documentation and reviewed by hand: an expectation that
 * owes nothing to the column tables.
 */
export type Subject =
  | 'loan' | 'offer' | 'order' | 'position' | 'ticker' | 'own funding trade' | 'own trade' | 'trade' | 'wallet' | 'candle' | 'funding info'
  | 'invoice' | 'ledger' | 'margin' | 'stats' | 'book' | 'derivatives' | 'liquidation' | 'balance' | 'notification' | 'pulse' | 'profile';

type Row = Readonly<Record<string, unknown>>;
type Read = (row: Row) => unknown;

/** Not in the row: Go copies it from the subscription, or reads a placeholder. */
const elsewhere = (why: string): { readonly elsewhere: string } => ({ elsewhere: why });
const SUBSCRIPTION = elsewhere('of the subscription');
const PLACEHOLDER = elsewhere('a placeholder in the documentation, always zero in these cases');

const info = (key: string): Read => (row) => (row['info'] as Row)[key];
/** In front of REST rows; WebSocket rows leave it to the subscription. */
const REST_ONLY = 'REST only';

type Name = string | Read | { readonly elsewhere: string };

const LOAN: Readonly<Record<string, Name>> = {
  ID: 'id', Symbol: 'symbol', Side: 'side', MTSCreated: 'timestamp', MTSUpdated: 'lastUpdateTimestamp', Amount: 'amount', Status: 'status',
  RateType: 'rateType', Rate: 'rate', Period: 'period', MTSOpened: 'mtsOpening', MTSLastPayout: 'mtsLastPayout', Notify: 'notify', Hidden: 'hidden',
  Insure: PLACEHOLDER, Renew: 'renew', RateReal: 'rateReal', NoClose: 'noClose', PositionPair: 'positionPair',
};

const NAMES: Readonly<Record<Subject, Readonly<Record<string, Name>>>> = {
  loan: LOAN,
  offer: {
    ID: 'id', Symbol: 'symbol', MTSCreated: 'timestamp', MTSUpdated: 'lastUpdateTimestamp', Amount: 'remaining', AmountOrig: 'amount', Type: 'type',
    Flags: 'flags', Status: 'status', Rate: 'rate', Period: 'period', Notify: 'notify', Hidden: 'hidden', Insure: PLACEHOLDER, Renew: 'renew', RateReal: 'rateReal',
  },
  order: {
    ID: 'id', GID: 'gid', CID: 'clientOrderId', Symbol: 'symbol', MTSCreated: 'timestamp', MTSUpdated: 'lastUpdateTimestamp',
    Amount: 'remaining', AmountOrig: 'amount', Type: 'type', TypePrev: 'typePrev', MTSTif: 'mtsTif', Flags: 'flags', Status: 'status', Price: 'price',
    PriceAvg: 'average', PriceTrailing: 'priceTrailing', PriceAuxLimit: 'priceAuxLimit', Notify: 'notify', Hidden: 'hidden', PlacedID: 'placedId',
    Routing: 'routing', Meta: 'meta',
  },
  position: {
    Id: 'id', Symbol: 'symbol', Status: 'status', Amount: 'amount', BasePrice: 'entryPrice', MarginFunding: 'marginFunding', MarginFundingType: 'marginFundingType',
    ProfitLoss: 'unrealizedPnl', ProfitLossPercentage: 'percentage', LiquidationPrice: 'liquidationPrice', Leverage: 'leverage', Flag: PLACEHOLDER,
    MtsCreate: 'timestamp', MtsUpdate: 'lastUpdateTimestamp', Type: elsewhere('the type of the message, pn or pc'), Collateral: 'collateral',
    CollateralMin: 'maintenanceMargin', Meta: 'meta',
  },
  ticker: {
    Symbol: REST_ONLY, Frr: 'frr', Bid: 'bid', BidPeriod: 'bidPeriod', BidSize: 'bidVolume', Ask: 'ask', AskPeriod: 'askPeriod', AskSize: 'askVolume',
    DailyChange: 'change', DailyChangePerc: 'changeRelative', LastPrice: 'last', Volume: 'baseVolume', High: 'high', Low: 'low', FrrAmountAvailable: 'frrAmountAvailable',
  },
  'own funding trade': { ID: 'id', Symbol: 'symbol', MTSCreated: 'timestamp', OfferID: 'offer', Amount: 'amount', Rate: 'rate', Period: 'period', Maker: 'maker' },
  'own trade': {
    ID: 'id', Pair: 'symbol', MTS: 'timestamp', OrderID: 'order', ExecAmount: 'amount', ExecPrice: 'price', OrderType: 'type', OrderPrice: 'orderPrice',
    Maker: 'maker', Fee: 'fee', FeeCurrency: 'feeCurrency', ClientOrderID: 'clientOrderId',
  },
  trade: { Pair: SUBSCRIPTION, Symbol: SUBSCRIPTION, ID: 'id', MTS: 'timestamp', Amount: 'amount', Price: 'price', Rate: 'price', Period: 'period' },
  wallet: {
    Type: 'type', Currency: 'currency', Balance: 'total', UnsettledInterest: 'unsettledInterest', BalanceAvailable: 'free', LastChange: 'description', TradeDetails: 'meta',
  },
  candle: { Symbol: SUBSCRIPTION, Resolution: SUBSCRIPTION, MTS: 'timestamp', Open: 'open', Close: 'close', High: 'high', Low: 'low', Volume: 'volume' },
  'funding info': { Symbol: 'symbol', YieldLoan: info('yieldLoan'), YieldLend: info('yieldLend'), DurationLoan: info('durationLoan'), DurationLend: info('durationLend') },
  invoice: { InvoiceHash: 'hash', Invoice: 'invoice', Amount: 'amount' },
  ledger: { ID: 'id', Currency: 'currency', MTS: 'timestamp', Amount: 'amount', Balance: 'after', Description: 'description' },
  margin: {
    UserProfitLoss: info('userPl'), UserSwaps: info('userSwaps'), MarginBalance: info('marginBalance'), MarginNet: info('marginNet'), MarginRequired: info('marginRequired'),
    Symbol: 'symbol', TradableBalance: info('tradableBalance'), GrossBalance: info('grossBalance'), Buy: info('buy'), Sell: info('sell'),
  },
  stats: { Period: 'timestamp', Volume: 'value' },
  book: {
    Symbol: SUBSCRIPTION, ID: 'id', Price: 'price', Rate: 'price', Period: 'period', Count: 'count', Amount: 'amount',
    PriceJsNum: (row) => String(row['price']), AmountJsNum: (row) => String(row['amount']),
    Side: elsewhere('the sign of the amount'), Action: elsewhere('a count or price of 0'),
  },
  derivatives: {
    Symbol: REST_ONLY, MTS: 'timestamp', Price: 'last', SpotPrice: 'indexPrice', InsuranceFundBalance: 'insuranceFundBalance',
    FundingAccrued: 'nextFundingRate', FundingStep: 'nextFundingStep', FundingEventMTS: 'nextFundingTimestamp', MarkPrice: 'markPrice', OpenInterest: 'openInterest',
  },
  liquidation: {
    Symbol: 'symbol', PositionID: 'id', MTS: 'timestamp', Amount: 'amount', BasePrice: 'entryPrice', IsMatch: 'isMatch', IsMarketSold: 'isMarketSold', PriceAcquired: 'price',
  },
  balance: { TotalAUM: 'aum', NetAUM: 'aumNet' },
  notification: { MTS: 'time', Type: 'type', MessageID: 'messageId', Code: 'code', Status: 'status', Text: 'text' },
  pulse: {
    ID: 'id', MTS: 'timestamp', UserID: 'userId', Title: 'title', Content: 'content', IsPin: 'isPin', IsPublic: 'isPublic', CommentsDisabled: 'commentsDisabled',
    Tags: 'tags', Attachments: 'attachments', Likes: 'likes', Comments: 'comments',
  },
  profile: {
    ID: 'id', MTS: 'timestamp', Nickname: 'nickname', Picture: 'picture', Text: 'text', TwitterHandle: 'twitter', Followers: 'followers', Following: 'following',
    TippingStatus: 'tippingStatus',
  },
};

/** How a Go field is read off our row, or where else Go has it from; throws for a field that nobody has reviewed. */
export function nameOf(subject: Subject, key: string, row: Row): { readonly elsewhere: string } | { readonly read: Read } {
  const name = NAMES[subject][key];
  if (name === undefined) throw new Error(`${subject}: nobody has reviewed ${key}`);
  if (typeof name === 'object') return name;
  if (name === REST_ONLY) return 'symbol' in row ? { read: () => row['symbol'] } : SUBSCRIPTION;
  return { read: typeof name === 'string' ? () => row[name] : name };
}
