/**
 * The practice section of the account's dialog: balances of the practice exchange, trouble, play money, a new beginning.
 * Texts come from the node's catalogue; whatever the server supplies is inserted as text, never as markup.
 */
/* global $, bitfinexEditor */
globalThis.bitfinexPractice = (function () {
  'use strict';

  /** What is proposed at first; the amount is left to the person. */
  const CURRENCY = 'USD';

  const word = (node, key, values) => node._def._(key, values);
  const seconds = (ms) => Math.ceil(ms / 1000);
  const quiet = () => $('<div class="bitfinex-practice-quiet">');
  const button = (text) => $('<button type="button" class="red-ui-button">').text(text);

  /**
   * Puts the section into its place; `environment` is the field where the exchange is chosen.
   * @returns what shows an answer of the server (`show`), or the key of what is to be said instead (`say`)
   */
  function open(node, place, environment) {
    const section = { node, chosen: () => $(environment).val(), note: quiet(), desk: $('<div>').hide() };
    $('<div class="bitfinex-practice">').append($('<h4>').text(word(node, 'practice.title')), section.note, section.desk).appendTo(place);
    const say = (key) => {
      // one answer that did not come takes nothing away from under the hands
      if (key !== 'now.away') section.desk.hide();
      section.note.text(word(node, key));
    };
    const show = (answer) => {
      const key = reasonForNothing(section, answer);
      if (key !== undefined) return say(key);
      section.note.text(section.chosen() === 'mirror' ? word(node, 'practice.mirror') : '');
      section.draw ??= build(section, answer.practice);
      section.draw(answer.practice);
      section.desk.show();
    };
    return { show, say };
  }

  /** Why there is nothing to show, as a key; what was deployed may be another exchange than what is chosen now. */
  function reasonForNothing({ chosen }, { environment, practice }) {
    const deployed = environment === 'simulated' ? 'simulated' : 'mirror';
    if (practice === undefined || (chosen() !== deployed && !bitfinexEditor.isEnv(chosen()))) return 'now.unknown';
    return practice.inUse ? undefined : 'practice.unused.' + deployed;
  }

  /** Builds the parts once, so that what is unfolded, typed or focused stays so. @returns what shows a state in all of them */
  function build(section, first) {
    const parts = [balances, troubles, deposit, startOver, door].map((part) => part(section, first));
    section.desk.append(parts.flatMap(({ element }) => element));
    return (state) => parts.forEach(({ draw }) => draw?.(state));
  }

  /** Balances, and how much is open. */
  function balances({ node }) {
    const [rows, open] = [$('<tbody>'), quiet()];
    const heads = ['wallet', 'currency', 'total', 'available'].map((key) => $('<th scope="col">').text(word(node, 'practice.' + key)));
    const table = $('<table class="bitfinex-balances">').append($('<thead>').append($('<tr>').append(heads)), rows);
    const draw = ({ wallets, orders, positions }) => {
      rows.empty().append(wallets.map(({ wallet, currency, total, available }) => $('<tr>').append([wallet, currency, total, available].map((text) => $('<td>').text(text)))));
      open.text(word(node, 'practice.open', { orders, positions }));
    };
    return { element: [table, open], draw };
  }

  function fold(title) {
    const summary = $('<summary>').text(title);
    return { summary, element: $('<details>').append(summary) };
  }

  /** The rainy days, each with a button that begins it, and ends it while it goes on. */
  function troubles(section, { troubles: all }) {
    const { node } = section;
    const { summary, element } = fold('');
    const rows = new Map(all.map((trouble) => [trouble.kind, troubleRow(section, trouble)]));
    element.append(quiet().text(word(node, 'practice.troubleHint')), $('<ul>').append([...rows.values()].map((row) => row.element)));
    element.prop('open', all.some(isGoing));
    const draw = ({ troubles: now }) => {
      const count = now.filter(isGoing).length;
      summary.text(count > 0 ? word(node, 'practice.going', { count }) : word(node, 'practice.trouble'));
      for (const trouble of now) rows.get(trouble.kind)?.draw(trouble);
    };
    return { element, draw };
  }

  const isGoing = ({ leftMs }) => leftMs !== undefined;

  function troubleRow(section, { kind, lastsMs }) {
    const { node } = section;
    const say = (what) => word(node, `trouble.${kind}.${what}`, { seconds: seconds(lastsMs) });
    const [left, press, result] = [$('<span class="bitfinex-left">'), button('').addClass('red-ui-button-small'), line()];
    const text = $('<div>').append($('<strong>').text(say('name')), $('<div>').text(say('what')), quiet().text(say('good')), result);
    const element = $('<li class="bitfinex-trouble">').append(text, $('<div class="bitfinex-press">').append(press, left));
    const draw = (trouble) => drawTrouble(node, trouble, { element, press, left, name: say('name') });
    press.on('click', ({ detail }) => {
      // the second press of a double one would stop what the first began
      if (detail < 2 && press.attr('aria-disabled') !== 'true') act(section, press.data('path'), { kind }, { result, press });
    });
    return { element, draw };
  }

  function drawTrouble(node, trouble, { element, press, left, name }) {
    const goes = isGoing(trouble);
    const does = goes && trouble.canStop ? 'stop' : 'start';
    element.toggleClass('bitfinex-going', goes);
    left.text(goes ? word(node, 'practice.left', { seconds: seconds(trouble.leftMs) }) : '');
    press.data('path', does === 'stop' ? 'trouble/stop' : 'trouble').text(word(node, 'practice.' + does)).attr('aria-label', word(node, `practice.${does}Of`, { name }));
    able(press, !goes || trouble.canStop);
  }

  /** A button that may not be pressed keeps the focus: who came to it with the keyboard is not sent away. */
  const able = (press, isAble) => press.attr('aria-disabled', String(!isAble)).toggleClass('disabled', !isAble);

  /** Play money: which wallet, which currency, how much. */
  function deposit(section, { walletTypes, currencies }) {
    const { node } = section;
    const { element } = fold(word(node, 'practice.deposit'));
    const wallet = $('<select>').append(walletTypes.map((type) => $('<option>').val(type).text(word(node, 'practice.wallets.' + type))));
    const currency = $('<input type="text" autocomplete="off">').val(CURRENCY);
    const amount = $('<input type="text" inputmode="decimal" autocomplete="off">');
    const [press, result] = [button(word(node, 'practice.add')), line()];
    const add = () => {
      const wish = { wallet: wallet.val(), currency: currency.val().trim().toUpperCase(), amount: amount.val().trim() };
      act(section, 'deposit', wish, { result, press, fields: { wallet, currency, amount }, done: () => word(node, 'practice.added', wish) });
    };
    element.append(row(section, 'wallet', wallet), row(section, 'currency', currency), row(section, 'amount', amount), under(press), result);
    pressedBy(press, add, amount);
    bitfinexEditor.suggest(currency, () => currencies.map((text) => ({ text, about: '' })));
    return { element };
  }

  /** A new beginning, for whoever types the word. */
  function startOver(section, { resetWord }) {
    const { node } = section;
    const { element } = fold(word(node, 'practice.reset'));
    const confirm = $('<input type="text" autocomplete="off" spellcheck="false">');
    const [press, result] = [button(word(node, 'practice.resetNow')), line()];
    const begin = () => act(section, 'reset', { confirm: confirm.val() }, { result, press, fields: { confirm }, values: { word: resetWord }, done: () => confirm.val('') && word(node, 'practice.resetDone') });
    element.append(quiet().text(word(node, 'practice.resetHint')), row(section, 'confirm', confirm, { word: resetWord }), under(press), result);
    pressedBy(press, begin, confirm);
    return { element };
  }

  /** Where another program on this computer can trade on the account. */
  function door({ node }) {
    const { element } = fold(word(node, 'practice.door'));
    const facts = $('<dl class="bitfinex-facts">');
    element.append(quiet().text(word(node, 'practice.doorHint')), facts);
    const draw = ({ door: way }) => facts.empty().append(Object.entries(way).flatMap(([key, text]) => [$('<dt>').text(word(node, 'practice.doors.' + key)), $('<dd>').append($('<code>').text(text))]));
    return { element, draw };
  }

  const under = (press) => $('<div class="form-row bitfinex-under">').append(press);

  function row({ node }, name, field, values) {
    const id = 'bitfinex-practice-' + name;
    return $('<div class="form-row">').append($('<label>').attr('for', id).text(word(node, 'practice.' + name, values)), field.attr('id', id));
  }

  /** Enter in the last field does the same as the button, and nothing to the dialog. */
  function pressedBy(press, act, field) {
    press.on('click', () => { if (press.attr('aria-disabled') !== 'true') act(); });
    field.on('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      press.trigger('click');
    });
  }

  /** Where it is said how an action went, for eyes and for screen readers. */
  const line = () => $('<div class="bitfinex-result" role="status">');

  /**
   * Asks the server to do it, and says in `result` how that goes. `fields` by the names under which the server knows them:
   * the one that it refuses is marked and gets the focus.
   */
  function act(section, path, wish, { result, press, fields = {}, values = {}, done = () => '' }) {
    const { node } = section;
    const tell = (text, isWrong) => result.toggleClass('bitfinex-wrong', isWrong).text(text);
    for (const field of Object.values(fields)) field.removeClass('input-error').removeAttr('aria-invalid');
    tell(word(node, 'practice.working'), false);
    able(press, false);
    $.ajax({ method: 'POST', url: `bitfinex/account/${encodeURIComponent(node.id)}/${path}`, contentType: 'application/json', dataType: 'json', data: JSON.stringify(wish) })
      .always(() => able(press, true))
      .done((practice) => {
        section.draw(practice);
        tell(done(), false);
      })
      .fail(({ status, responseJSON }) => {
        const refused = status === 400 ? responseJSON?.field : undefined;
        fields[refused]?.addClass('input-error').attr('aria-invalid', 'true').trigger('focus');
        tell(word(node, reasonFor(status, refused), values), true);
      });
  }

  /** Why it was not done, as a key. */
  const reasonFor = (status, field) => {
    if (['kind', 'wallet', 'currency', 'amount', 'confirm'].includes(field)) return 'practice.wrong.' + field;
    return { 401: 'practice.forbidden', 403: 'practice.forbidden', 404: 'practice.gone', 409: 'practice.gone', 0: 'now.away' }[status] ?? 'practice.failed';
  };

  return { open };
})();
