/**
 * The account's dialog in the Node-RED editor: checks of the key, and a panel that shows how its exchange is doing.
 * Texts come from the node's catalogue; whatever the server supplies is inserted as text, never as markup.
 */
/* global $, document, setTimeout */
globalThis.bitfinexAccount = (function () {
  'use strict';

  const EVERY_MS = 2000;
  /** While something passes by itself, of which the seconds are shown. */
  const OFTEN_MS = 1000;
  /** What Node-RED shows in place of a saved password. */
  const SAVED = '__PWRD__';
  /** Share of a limit from which its bar warns. */
  const HIGH = 0.75;

  const word = (node, key, values) => node._def._(key, values);
  const seconds = (ms) => (ms < 9950 ? (ms / 1000).toFixed(1) : String(Math.round(ms / 1000)));

  /** `true`, or the reason why this cannot be a key. Variables are checked when they are used. */
  function checkKey(node, field, value) {
    const text = String(value ?? '');
    if (text === '' || text === SAVED || /^\$\{[^}]+\}$/.test(text)) return true;
    return /^[\x21-\x7e]+$/.test(text) || word(node, 'error.' + field);
  }

  /** Node-RED takes a key that was never entered for a changed one, unless it is told that there is none. */
  function openKeys({ credentials }) {
    for (const field of ['has_apiKey', 'has_apiSecret']) for (const known of [credentials, credentials?._]) if (known) known[field] ??= false;
  }

  /** Shows how the account is doing, again every 2 s as long as the dialog is open, and lets other `views` show it too. */
  function showNow(node, place, views = []) {
    const [panel, now, others] = [$('<div class="bitfinex-now">'), $('<div>'), $('<details>').hide()];
    panel.append($('<h4>').text(word(node, 'now.title')), now, others.append('<summary>', '<div>')).appendTo(place);
    const isOpen = () => document.contains(panel[0]);
    const say = (text) => {
      now.empty().append(quiet(text));
      others.hide();
    };
    const all = [{ show: (answer) => show(node, answer, { now, others, say }), say: (key) => say(word(node, key)) }, ...views];
    const look = () => {
      if (!isOpen()) return;
      let nextMs = EVERY_MS;
      $.getJSON('bitfinex/account/' + encodeURIComponent(node.id))
        .done((answer) => {
          for (const view of all) view.show(answer);
          if (answer.practice?.troubles?.some(({ leftMs }) => leftMs !== undefined)) nextMs = OFTEN_MS;
        })
        .fail(({ status }) => all.forEach((view) => view.say('now.' + ({ 401: 'forbidden', 403: 'forbidden', 404: 'unknown' }[status] ?? 'away'))))
        .always(() => setTimeout(look, nextMs));
    };
    // the dialog's form is put into the page after this
    setTimeout(look);
  }

  /** What is unfolded or has the focus stays as it is while the numbers change. */
  function show(node, answer, { now, others, say }) {
    if (answer.error !== undefined) return say(word(node, 'now.wrong', { code: answer.field ?? answer.error }));
    if (!answer.inUse) return say(word(node, 'now.unused'));
    const used = answer.limits.filter(isInUse);
    const unused = answer.limits.filter((row) => !isInUse(row));
    const rows = used.length === 0 ? quiet(word(node, 'now.noLimits')) : used.map((row) => limit(node, row));
    now.empty().append(facts(node, answer), $('<h5>').text(word(node, 'now.limits')), rows);
    others.children('summary').text(word(node, 'now.others', { count: unused.length }));
    others.show().children('div').empty().append(unused.map((row) => limit(node, row)));
  }

  const quiet = (text) => $('<div class="bitfinex-now-quiet">').text(text);
  const isInUse = ({ used, waiting, heldMs }) => used > 0 || waiting > 0 || heldMs > 0;

  function facts(node, { state, sockets, channels, connectedAt, lost, symbols }) {
    const rows = [
      ...(state === undefined ? [] : [['platform', [word(node, 'platform.' + state)]]]),
      ['sockets', sockets.length === 0 ? [word(node, 'now.noSockets')] : sockets.map((one) => word(node, 'socket.' + one.state, { channels: one.channels }))],
      ['channels', channelTexts(node, channels)],
      ['connected', [connectedAt === undefined ? word(node, 'now.never') : word(node, 'now.lost', { at: new Date(connectedAt).toLocaleTimeString(), lost })]],
      ...(symbols === undefined ? [] : [['symbols', [word(node, 'symbols.' + symbols.source, { at: new Date(symbols.readAt).toLocaleString() })]]]),
    ];
    return $('<dl class="bitfinex-facts">').append(rows.flatMap(([key, lines]) => [$('<dt>').text(word(node, 'now.' + key)), $('<dd>').append(lines.map((line) => $('<div>').text(line)))]));
  }

  function channelTexts(node, channels) {
    const texts = Object.entries(channels).map(([state, count]) => count + ' ' + word(node, 'channel.' + state));
    return texts.length === 0 ? [word(node, 'now.noChannels')] : [texts.join(', ')];
  }

  function limit(node, row) {
    const share = Math.min(1, row.used / row.max);
    const colour = row.heldMs > 0 || share === 1 ? 'bitfinex-full' : share >= HIGH ? 'bitfinex-high' : '';
    const bar = $('<div class="bitfinex-bar">').append($('<div>').addClass(colour).css('width', (row.heldMs > 0 ? 1 : share) * 100 + '%'));
    const text = word(node, 'now.seconds', { used: row.used, max: row.max, seconds: row.perMs / 1000 });
    const more = [text, waiting(node, row)].filter((part) => part !== '').join('; ');
    return $('<div class="bitfinex-limit">').append($('<span>').text(word(node, 'limit.' + row.limit)), bar, $('<span>').text(more));
  }

  function waiting(node, { waiting, waitMs, heldMs }) {
    if (heldMs > 0) return word(node, 'now.held', { seconds: seconds(heldMs) });
    if (waiting > 0) return word(node, 'now.waiting', { waiting, seconds: seconds(waitMs) });
    return waitMs > 0 ? word(node, 'now.next', { seconds: seconds(waitMs) }) : '';
  }

  return { checkKey, openKeys, showNow };
})();
