/**
 * The dialog of the request node: what to suggest, and what can be sent. Plain script like bitfinex-editor.js, whose
 * functions it uses when it is called, for the two may be loaded in any order.
 */
/* global $ */
globalThis.bitfinexRequest = (function () {
  'use strict';

  const editor = () => globalThis.bitfinexEditor;

  const choice = ([text, about]) => ({ text, about });
  /** Reads that suit most flows, each with params that work; what the exchange offers beyond them can be typed in. */
  const METHODS = [
    ['fetchTicker', '["BTC/USD"]'], ['fetchTickers', '[["BTC/USD", "ETH/USD"]]'], ['fetchOrderBook', '["BTC/USD", 25]'], ['fetchTrades', '["BTC/USD"]'],
    ['fetchOHLCV', '["BTC/USD", "1h"]'], ['fetchFundingRate', '["BTC/USDT:USDT"]'], ['fetchFundingRateHistory', '["BTC/USDT:USDT"]'],
    ['fetchOpenInterest', '["BTC/USDT:USDT"]'], ['fetchLiquidations', '["BTC/USDT:USDT"]'], ['fetchMarkets', ''], ['fetchCurrencies', ''], ['fetchStatus', ''],
    ['fetchBalance', ''], ['fetchOpenOrders', ''], ['fetchMyTrades', ''], ['fetchPositions', ''], ['fetchLedger', ''], ['GET', ''], ['POST', ''],
  ].map(choice);
  /** A signed path reads with the key of the account. */
  const PATHS = {
    GET: [
      ['platform/status', ''], ['tickers', '{"symbols": "tBTCUSD,fUSD"}'], ['tickers/hist', '{"symbols": "tBTCUSD"}'], ['trades/tBTCUSD/hist', '{"limit": 100}'],
      ['candles/trade:1h:tBTCUSD/hist', '{"limit": 100}'], ['book/tBTCUSD/P0', '{"len": 25}'], ['stats1/pos.size:1m:tBTCUSD:long/hist', '{"limit": 100}'],
      ['status/deriv', '{"keys": "ALL"}'], ['liquidations/hist', '{"limit": 100}'], ['funding/stats/fUSD/hist', ''], ['conf/pub:list:pair:exchange', ''],
    ].map(choice),
    POST: [
      ['calc/trade/avg', '{"symbol": "tBTCUSD", "amount": "1"}'], ['calc/fx', '{"ccy1": "BTC", "ccy2": "USD"}'], ['auth/r/wallets', ''], ['auth/r/permissions', ''], ['auth/r/info/user', ''],
    ].map(choice),
  };
  const PATH = /^[\w.:,-]+(\/[\w.:,-]+)*$/;
  const DOTS = /(^|\/)\.+(\/|$)/;
  /** GET and POST name a path; everything else is a method of ccxt. */
  const verb = (method) => (/^(GET|POST)$/i.test(String(method).trim()) ? String(method).trim().toUpperCase() : undefined);
  const choicesOfPath = (method) => PATHS[verb(method)] ?? [];
  const usesPath = (method) => verb(method) !== undefined || editor().isEnv(method);

  /** What the dialog leaves empty, messages bring. */
  function checkMethod(node, value) {
    const text = String(value ?? '').trim();
    if (text === '' || editor().isEnv(text) || verb(text) !== undefined) return true;
    return (/^[A-Za-z]\w*$/.test(text) && !/^(PUT|DELETE|PATCH|HEAD|OPTIONS)$/i.test(text)) || editor().word(node, 'error.method');
  }

  function checkPath(node, value) {
    const text = String(value ?? '').trim();
    if (verb(editor().current(node, 'method')) === undefined || text === '' || editor().isEnv(text)) return true;
    const path = text.replace(/\?.*$/s, '').replace(/^\/?(v2\/)?/, '').replace(/%3a/gi, ':').replace(/%2c/gi, ',');
    if (!PATH.test(path) || DOTS.test(path)) return editor().word(node, 'error.path');
    return !/^auth\/w(\/|$)/i.test(path) || editor().word(node, 'error.pathWrites');
  }

  /** A path takes named parameters, a method of ccxt its arguments in a list. */
  function checkParams(node, value) {
    const text = String(value ?? '').trim();
    if (text === '' || editor().isEnv(text)) return true;
    const method = editor().current(node, 'method');
    const params = parsed(text);
    if (typeof params !== 'object' || params === null) return editor().word(node, 'error.params');
    if (verb(method) !== undefined) return !Array.isArray(params) || editor().word(node, 'error.paramsObject');
    return editor().isEnv(method) || Array.isArray(params) || editor().word(node, 'error.paramsList');
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** `fetchTicker`, `GET tickers`. */
  function label(node) {
    const path = verb(node.method) === undefined ? '' : ' ' + String(node.path ?? '').replace(/^\//, '');
    return node.name || (node.method ? node.method + path : node._def.paletteLabel);
  }

  const EXAMPLES = new Set(['', ...[...METHODS, ...Object.values(PATHS).flat()].map(({ about }) => about)]);

  /** Whoever takes a suggestion gets params that work with it; what was written by hand stays. */
  function fillIn(params, method, path) {
    const chosen = () => [$(method).val(), $(path).val()].join(' ');
    let before = chosen();
    $(method).add(path).on('change', () => {
      if (chosen() === before) return;
      before = chosen();
      const choices = verb($(method).val()) === undefined ? METHODS : choicesOfPath($(method).val());
      const wanted = verb($(method).val()) === undefined ? $(method).val() : $(path).val();
      const example = choices.find(({ text }) => text === wanted)?.about;
      if (example !== undefined && EXAMPLES.has($(params).typedInput('value'))) $(params).typedInput('value', example);
    });
  }

  function open(node) {
    const [method, path, params] = ['#node-input-method', '#node-input-path', '#node-input-params'];
    editor().open(node);
    editor().suggest(method, () => METHODS);
    editor().suggest(path, () => choicesOfPath($(method).val()));
    $(params).typedInput({ types: ['json'] });
    fillIn(params, method, path);
    editor().explain(node, method, 'hint.method', (value) => checkMethod(node, value));
    const pathHint = editor().explain(node, path, 'hint.path', (value) => checkPath(node, value), method);
    editor().showWhile($('#bitfinex-path').add(pathHint), method, () => usesPath($(method).val()));
    const check = (value) => checkParams(node, value);
    const list = editor().explain(node, params, 'hint.arguments', check, method);
    const object = editor().explain(node, params, 'hint.params', check, method);
    editor().showWhile(object, method, () => verb($(method).val()) !== undefined);
    editor().showWhile(list, method, () => verb($(method).val()) === undefined);
  }

  return { checkMethod, checkParams, checkPath, label, open };
})();
