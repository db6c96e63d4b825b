/**
 * What the forms of this package share in the Node-RED editor. Plain script: the editor loads it before the forms.
 * Texts come from the node's own catalogue; whatever the exchange or a flow supplies is inserted as text, never as markup.
 */
/* global $, RED, URL, setTimeout */
globalThis.bitfinexEditor = (function () {
  'use strict';

  const SYMBOL = /^(f[A-Z0-9]{2,}|t([A-Z0-9]{6}|[A-Z0-9]{2,}:[A-Z0-9]{2,})|[A-Z0-9]{2,}\/([A-Z0-9]{2,})(:\3)?|[A-Z0-9]{6,}|[A-Z0-9]{2,}:[A-Z0-9]{2,})$/;
  const SUGGESTIONS = 40;

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

  /** `true`, or the reason why the list of symbols cannot be used. An empty list is fine: symbols can come by message. */
  function checkSymbols(node, value) {
    if (isEnv(value)) return true;
    const wrong = split(value).find((part) => !isSymbol(part));
    return wrong === undefined || word(node, 'symbols.invalid', { symbol: harmless(wrong) });
  }

  function checkWholeNumber(node, value) {
    if (isEnv(value)) return true;
    return /^\s*\d{1,9}\s*$/.test(String(value)) || word(node, 'error.wholeNumber');
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

  /** `BTC/USD ticker`, `BTC/USD +2 ticker`. */
  function label(node) {
    const symbols = split(node.symbols);
    const more = symbols.length > 1 ? ' +' + (symbols.length - 1) : '';
    return node.name || (symbols.length > 0 ? symbols[0] + more + ' ' + word(node, 'label.short') : node._def.paletteLabel);
  }

  /** What every dialog does first. */
  function open(node) {
    $(prefix(node) + 'name').data('bitfinexNode', node.id);
    keepVariables(node);
  }

  /** What every stream's dialog does first. */
  function openStream(node) {
    open(node);
    symbolsField(node);
  }

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

  function symbolsField(node) {
    const field = $('#node-input-symbols');
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
      const reason = checkSymbols(node, field.val());
      const missing = unlisted(listed, field.val());
      hint.toggleClass('bitfinex-wrong', reason !== true).text(
        reason !== true ? reason
        : isEnv(field.val()) ? word(node, 'symbols.variable')
        : split(field.val()).length === 0 ? word(node, 'symbols.empty')
        : missing.length > 0 ? word(node, 'symbols.unlisted', { symbols: missing.map(harmless).join(', ') })
        : word(node, 'symbols.hint'),
      );
    };

    field.autoComplete({ minLength: 1, search: (text) => completions(node, listed, text) });
    // the widget takes the first suggestion on Enter or Tab without telling anybody
    field.on('keydown', (event) => { if (event.key === 'Enter' || event.key === 'Tab') setTimeout(() => field.trigger('change')); });
    field.on('input change', show);
    $('#node-input-account').on('change', load);
    load();
    show();
  }

  /** Suggestions for the last symbol of the list; what stands before it stays. */
  function completions(node, listed, text) {
    const [, before, last] = /^(.*?[\s,;]+|)([^\s,;]*)$/s.exec(text) ?? ['', '', ''];
    const wanted = letters(last);
    if (wanted === '' || isEnv(text) || listed.symbols.some((row) => row.symbol === last)) return [];
    return listed.symbols
      .map((row) => ({ row, at: Math.min(...[row.symbol, row.id, row.id.slice(1)].map((name) => position(letters(name), wanted))) }))
      .filter(({ at }) => at < Infinity)
      .sort((a, b) => a.at - b.at || rank(a.row) - rank(b.row) || a.row.symbol.length - b.row.symbol.length)
      .slice(0, SUGGESTIONS)
      .map(({ row }) => ({ value: before + row.symbol, label: suggestion(node, row) }));
  }

  // funding symbols are short and would come first, but few people look for them
  const rank = ({ kind }) => (kind === 'funding' ? 1 : 0);
  const letters = (text) => String(text).toUpperCase().replace(/[^A-Z0-9]/g, '');
  const position = (name, wanted) => (name.includes(wanted) ? name.indexOf(wanted) : Infinity);

  function suggestion(node, row) {
    const kind = ['exchange', 'futures', 'funding'].includes(row.kind) ? word(node, 'symbols.' + row.kind) : '';
    return $('<div class="bitfinex-suggestion">').append($('<span>').text(row.symbol), $('<span>').text(kind + ' ' + row.id));
  }

  /** Symbols that the exchange does not list. Silent while only the built-in list is at hand: it is not complete. */
  function unlisted(listed, text) {
    if (listed.source !== 'exchange' || isEnv(text)) return [];
    const names = new Set(listed.symbols.flatMap((row) => [row.symbol, row.id, letters(row.id.slice(1)), letters(row.symbol)]));
    return split(text).filter((part) => isSymbol(part) && !names.has(part) && !names.has(letters(part)));
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

  return { checkAddress, checkAmount, checkEmit, checkSymbols, checkWholeNumber, chooseAccount, label, open, openStream, explain, checkboxes, showWhile };
})();
