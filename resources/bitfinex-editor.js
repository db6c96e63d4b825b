/**
 * What the forms of this package share in the Node-RED editor. Plain script: the editor loads it before the forms.
 * Texts come from the node's own catalogue; whatever the exchange or a flow supplies is inserted as text, never as markup.
 */
/* global $, RED, URL, setTimeout */
globalThis.bitfinexEditor = (function () {
  'use strict';

  const SYMBOL = /^(f[A-Z0-9]{2,}|t([A-Z0-9]{6}|[A-Z0-9]{2,}:[A-Z0-9]{2,})|[A-Z0-9]{2,}\/([A-Z0-9]{2,})(:\3)?|[A-Z0-9]{6,}|[A-Z0-9]{2,}:[A-Z0-9]{2,})$/;
  const SUGGESTIONS = 40;
  /** Candles of a funding currency need their period in days (`p30`), or a sum of periods (`a30:p2:p30`). */
  const FUNDING_CANDLES = /^f[A-Z0-9]{2,}:(p\d+|a(10|30):p\d+:p\d+)$/;
  /** A perpetual, with or without the `deriv:` of the exchange's key. */
  const PERPETUAL = /^(deriv:)?(t?[A-Z0-9]+F0:[A-Z0-9]+F0|[A-Z0-9]{2,}\/([A-Z0-9]{2,}):\3)$/;

  /** `${NAME}` as the whole value: Node-RED puts the environment variable in when the flow starts. */
  const isEnv = (value) => /^\$\{[^}]+\}$/.test(String(value));
  const split = (text) => String(text ?? '').split(/[\s,;]+/).filter((part) => part !== '');
  const isSymbol = (text) => SYMBOL.test(text) || SYMBOL.test(text.toUpperCase());
  const isFunding = (text) => /^f[A-Z0-9]{2,}$/.test(text);
  /** What may stand in a message about a text from a flow. */
  const harmless = (text) => text.slice(0, 24).replace(/[^\w/:.+-]/g, '?');
  const word = (node, key, values) => node._def._(key, values);

  const prefix = (node) => (node._def.category === 'config' ? '#node-config-input-' : '#node-input-');

  /** A property as the open dialog shows it; the saved value when the dialog is about another node. */
  function current(node, property) {
    const isOpen = $(prefix(node) + 'name').data('bitfinexNode') === node.id;
    return isOpen ? $(prefix(node) + property).val() : node[property];
  }

  /** `true`, or the reason why the list cannot be used. An empty list is fine: symbols can come by message. */
  function checkList(node, value, isUsable) {
    if (isEnv(value)) return true;
    const wrong = split(value).find((part) => !isUsable(part));
    return wrong === undefined || word(node, 'symbols.invalid', { symbol: harmless(wrong) });
  }

  const checkSymbols = (node, value) => checkList(node, value, isSymbol);
  const checkCandleSymbols = (node, value) => checkList(node, value, isCandleSymbol);
  const checkKeys = (node, value) => checkList(node, value, isKey);
  const isCandleSymbol = (text) => (/^f[A-Z]/.test(text) ? FUNDING_CANDLES.test(text) : isSymbol(text));
  const isKey = (text) => text === 'liq:global' || PERPETUAL.test(text);

  function checkWholeNumber(node, value, { key = 'error.wholeNumber', least = 0, most = 999999999 } = {}) {
    if (isEnv(value)) return true;
    const isBetween = Number(value) >= least && Number(value) <= most;
    return (/^\s*\d{1,9}\s*$/.test(String(value)) && isBetween) || word(node, key);
  }

  function checkAmount(node, value) {
    const text = String(value ?? '').trim();
    if (text === '' || isEnv(text)) return true;
    return (/^(\d+\.?\d*|\.\d+)$/.test(text) && Number(text) > 0) || word(node, 'error.amount');
  }

  /** The exchange's checksum cannot be used for funding books, nor where only the best level is sent. */
  function checkEmit(node, value) {
    if (value !== 'verified') return true;
    if (String(current(node, 'depth')) === '1') return word(node, 'error.verifiedDepth');
    return !split(current(node, 'symbols')).some(isFunding) || word(node, 'error.verifiedFunding');
  }

  /** The addresses of a custom exchange; with another environment they are not used. */
  function checkAddress(node, property, value) {
    const text = String(value ?? '').trim();
    if (current(node, 'environment') !== 'custom' || isEnv(text)) return true;
    const [scheme, wrong] = property === 'restUrl' ? [/^https?:$/, /\/v2\/?$/] : [/^wss?:$/, /^$/];
    const isAddress = URL.canParse ? URL.canParse(text) : text.includes('://');
    if (!isAddress || !scheme.test(new URL(text).protocol)) return word(node, 'error.' + property);
    return !wrong.test(text) || word(node, 'error.restUrlVersion');
  }

  /** A new node takes the flow's account, so that it works without opening its dialog. */
  function chooseAccount(node) {
    if (node.account || RED.nodes.node(node.id)) return;
    RED.nodes.eachConfig((config) => {
      const isUsable = config.type === 'bitfinex-account' && config.d !== true && (!config.z || config.z === node.z);
      if (isUsable && !node.account) node.account = config.id;
    });
  }

  /** `BTC/USD ticker`, `BTC/USD +2 ticker`, `BTC/USD 1m`. */
  function label(node, { list = node.symbols, what = word(node, 'label.short') } = {}) {
    const symbols = split(list);
    const more = symbols.length > 1 ? ' +' + (symbols.length - 1) : '';
    return node.name || (symbols.length > 0 ? plain(symbols[0]) + more + ' ' + what : node._def.paletteLabel);
  }

  /** What every dialog does first. */
  function open(node) {
    $(prefix(node) + 'name').data('bitfinexNode', node.id);
    keepVariables(node);
  }

  /** What every stream's dialog does first. */
  function openStream(node, list = 'symbols') {
    open(node);
    listField(node, LISTS[list]);
  }

  /** What a stream can follow: the property that lists it, what may stand there, and what to suggest of the exchange's symbols. */
  const LISTS = {
    symbols: { field: '#node-input-symbols', check: checkSymbols, suggested: (rows) => rows },
    candles: { field: '#node-input-symbols', check: checkCandleSymbols, suggested: (rows) => rows.flatMap(withPeriods) },
    keys: { field: '#node-input-keys', check: checkKeys, suggested: (rows) => [LIQUIDATIONS, ...rows.filter(({ kind }) => kind === 'futures').map(derivativesKey)] },
  };
  const LIQUIDATIONS = { symbol: 'liq:global', id: '', kind: 'liquidations' };
  const derivativesKey = ({ symbol, id }) => ({ symbol: 'deriv:' + id, id: symbol, kind: '' });
  const withPeriods = (row) => (row.kind === 'funding' ? [':p30', ':p2', ':a30:p2:p30'].map((periods) => ({ ...row, symbol: row.symbol + periods, id: '' })) : [row]);
  /** The symbol in a key, and of funding candles without their periods. */
  const plain = (text) => text.replace(/^deriv:/, '').replace(/^(f[A-Z0-9]+):.*$/, '$1');

  /** A choice that a flow file sets to `${NAME}` stays so: the select gets it as a further choice. */
  function keepVariables(node) {
    for (const property of Object.keys(node._def.defaults)) {
      const field = $(prefix(node) + property);
      const value = node[property];
      if (!isEnv(value)) continue;
      if (field.is('select') && property !== 'account') $('<option>').val(value).text(value).appendTo(field).prop('selected', true);
      // without its field Node-RED leaves the property as it is
      if (field.is(':checkbox')) field.replaceWith($('<code>').text(value));
    }
  }

  function listField(node, { field: selector, check, suggested }) {
    const field = $(selector);
    const hint = $('<div class="bitfinex-hint"></div>').insertAfter(field.parent());
    let listed = { source: 'built-in', symbols: [] };

    const load = () => {
      const account = $('#node-input-account').val();
      $.getJSON('bitfinex/symbols', { account: account && account !== '_ADD_' ? account : '' }).done((answer) => {
        if (Array.isArray(answer?.symbols)) listed = answer;
        show();
      });
    };
    const show = () => {
      const reason = check(node, field.val());
      const missing = unlisted(listed, field.val());
      hint.toggleClass('bitfinex-wrong', reason !== true).text(
        reason !== true ? reason
        : isEnv(field.val()) ? word(node, 'symbols.variable')
        : split(field.val()).length === 0 ? word(node, 'symbols.empty')
        : missing.length > 0 ? word(node, 'symbols.unlisted', { symbols: missing.map(harmless).join(', ') })
        : word(node, 'symbols.hint'),
      );
    };

    field.autoComplete({ minLength: 1, search: (text) => completions(node, suggested(listed.symbols), text) });
    tellOfCompletion(field);
    field.on('input change', show);
    $('#node-input-account').on('change', load);
    load();
    show();
  }

  /** The widget takes the first suggestion on Enter or Tab without telling anybody. */
  const tellOfCompletion = (field) =>
    field.on('keydown', (event) => { if (event.key === 'Enter' || event.key === 'Tab') setTimeout(() => field.trigger('change')); });

  /** Suggestions for a field that holds one text. `choices`: `{text, about}`; they may depend on other fields. */
  function suggest(field, choices) {
    const matching = (typed) =>
      choices()
        .map((choice) => ({ choice, at: position(letters(choice.text), letters(typed)) }))
        .filter(({ at }) => at < Infinity)
        .sort((a, b) => a.at - b.at);
    const search = (typed) =>
      isEnv(typed) || choices().some(({ text }) => text === typed) ? [] : matching(typed).map(({ choice: { text, about } }) => ({ value: text, label: twoParts(text, about) }));
    $(field).autoComplete({ minLength: 1, search });
    tellOfCompletion($(field));
  }

  /** Suggestions for the last symbol of the list; what stands before it stays. */
  function completions(node, rows, text) {
    const [, before, last] = /^(.*?[\s,;]+|)([^\s,;]*)$/s.exec(text) ?? ['', '', ''];
    const wanted = letters(last);
    if (wanted === '' || isEnv(text) || rows.some((row) => row.symbol === last)) return [];
    return rows
      .map((row) => ({ row, at: Math.min(...[row.symbol, row.id, row.id.slice(1)].map((name) => position(letters(name), wanted))) }))
      .filter(({ at }) => at < Infinity)
      .sort((a, b) => a.at - b.at || rank(a.row) - rank(b.row) || plain(a.row.symbol).length - plain(b.row.symbol).length)
      .slice(0, SUGGESTIONS)
      .map(({ row }) => ({ value: before + row.symbol, label: suggestion(node, row) }));
  }

  // funding symbols are short and would come first, but few people look for them
  const rank = ({ kind }) => (kind === 'funding' ? 1 : 0);
  const letters = (text) => String(text).toUpperCase().replace(/[^A-Z0-9]/g, '');
  const position = (name, wanted) => (name.includes(wanted) ? name.indexOf(wanted) : Infinity);

  function suggestion(node, row) {
    const kind = ['exchange', 'futures', 'funding', 'liquidations'].includes(row.kind) ? word(node, 'symbols.' + row.kind) : '';
    return twoParts(row.symbol, kind + ' ' + row.id);
  }

  const twoParts = (text, about) => $('<div class="bitfinex-suggestion">').append($('<span>').text(text), $('<span>').text(about));

  /** Symbols that the exchange does not list. Silent while only the built-in list is at hand: it is not complete. */
  function unlisted(listed, text) {
    if (listed.source !== 'exchange' || isEnv(text)) return [];
    const names = new Set(listed.symbols.flatMap((row) => [row.symbol, row.id, letters(row.id.slice(1)), letters(row.symbol)]));
    return split(text)
      .filter((part) => part !== LIQUIDATIONS.symbol)
      .map(plain)
      .filter((part) => isSymbol(part) && !names.has(part) && !names.has(letters(part)));
  }

  /**
   * One line below a field: what the choice means (`key.value`), how to fill it in (`key`), or why it cannot stay so.
   * It looks again when one of `others` changes.
   */
  function explain(node, field, key, check = () => true, others = '') {
    const hint = $('<div class="bitfinex-hint"></div>').insertAfter($(field).parent());
    const show = () => {
      const value = $(field).val();
      const reason = check(value);
      const help = () => (isEnv(value) ? '' : word(node, $(field).is('select') ? key + '.' + value : key));
      hint.toggleClass('bitfinex-wrong', reason !== true).text(reason === true ? help() : reason);
    };
    $(field).add(others).on('change input', show);
    show();
    return hint;
  }

  /** A list of names in a text field, shown as boxes to tick; which ones there are depends on another field. */
  function checkboxes(boxes, input, other, names) {
    const chosen = new Set(split($(input).val()));
    if (isEnv($(input).val())) return $(boxes).hide();
    $(input).hide();
    const save = () => $(input).val(names().filter((name) => chosen.has(name)).join(', ')).trigger('change');
    const box = (name) => {
      const tick = $('<input type="checkbox">').prop('checked', chosen.has(name)).on('change', function () {
        if (this.checked) chosen.add(name);
        else chosen.delete(name);
        save();
      });
      return $('<label>').append(tick, $('<span>').text(name));
    };
    const draw = () => $(boxes).empty().append(names().map(box));
    $(other).on('change', () => { draw(); save(); });
    return draw();
  }

  /** Shows a part of the form only while `isWanted()` holds, looking again when one of `fields` changes. */
  function showWhile(part, fields, isWanted) {
    const look = () => $(part).toggle(isWanted());
    $(fields).on('change input', look);
    look();
  }

  return {
    checkAddress, checkAmount, checkCandleSymbols, checkEmit, checkKeys, checkSymbols, checkWholeNumber,
    chooseAccount, current, isEnv, label, open, openStream, explain, checkboxes, showWhile, suggest, word,
  };
})();
