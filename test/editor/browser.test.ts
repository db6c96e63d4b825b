import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startNodeRed, type FlowNode, type NodeRedChild } from '../node-red/child';
import { chromiumPath, launchChromium } from './chromium';
import { ROOT, textOf, words, type Language, type Stem } from './form';

/** What the page sees as globals; the compiler needs no browser types for it. */
declare const RED: Editor;
interface EditorNode {
  id: string;
  type: string;
  valid?: boolean;
  _def: { set: { id: string } };
  [property: string]: unknown;
}
interface Editor {
  nodes: {
    node(id: string): EditorNode | null;
    eachNode(visit: (node: EditorNode) => void): void;
    dirty(): boolean;
  };
  editor: { edit(node: EditorNode): void; editConfig(name: string, type: string, id: string): void };
  tray: { close(): void };
  workspaces: { show(id: string): void; active(): string };
}

const ACCOUNT = 'a000000000000001';
const FLOW: FlowNode[] = [
  { id: 'f000000000000001', type: 'tab', label: 'dialogs' },
  { id: ACCOUNT, type: 'bitfinex-account', name: '', environment: 'simulated', restUrl: '', wsUrl: '', version: 1 },
  { id: 'b000000000000001', type: 'bitfinex-ticker-stream', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: 'BTC/USD', source: 'ticker', interval: 1000, onlyChanged: 'bid, last', version: 1, x: 200, y: 80, wires: [[]] },
  { id: 'b000000000000002', type: 'bitfinex-trades-stream', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: 'BTC/USD', batch: true, interval: 500, version: 1, x: 200, y: 140, wires: [[]] },
  { id: 'b000000000000003', type: 'bitfinex-book-stream', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: 'BTC/USD', precision: 'P0', depth: 25, frequency: 'F0', output: 'book', emit: 'live', interval: 1000, slippageSize: '', version: 1, x: 200, y: 200, wires: [[]] },
  { id: 'b000000000000004', type: 'bitfinex-book-stream', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: '${SYMBOLS}', precision: '${PRECISION}', depth: '${DEPTH}', frequency: 'F0', output: '${OUTPUT}', emit: '${EMIT}', interval: '${EVERY}', slippageSize: '', version: 1, x: 200, y: 260, wires: [[]] },
  { id: 'b000000000000005', type: 'bitfinex-trades-stream', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: '', batch: '${BATCH}', interval: 1000, version: 1, x: 200, y: 320, wires: [[]] },
  { id: 'b000000000000006', type: 'bitfinex-candles', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: 'BTC/USD, fUSD:p30', timeframe: '1m', history: 100, output: 'window', onlyClosed: false, fillGaps: true, interval: 500, version: 1, x: 500, y: 80, wires: [[]] },
  { id: 'b000000000000007', type: 'bitfinex-candles', z: 'f000000000000001', name: '', account: ACCOUNT, symbols: '${SYMBOLS}', timeframe: '${TIMEFRAME}', history: '${HISTORY}', output: '${CANDLES}', onlyClosed: '${BATCH}', fillGaps: '${BATCH}', interval: '${EVERY}', version: 1, x: 500, y: 140, wires: [[]] },
  { id: 'b000000000000008', type: 'bitfinex-status-stream', z: 'f000000000000001', name: '', account: ACCOUNT, keys: 'deriv:tBTCF0:USTF0', interval: 1000, version: 1, x: 500, y: 200, wires: [[]] },
  { id: 'b000000000000009', type: 'bitfinex-symbols', z: 'f000000000000001', name: '', account: ACCOUNT, kind: 'futures', version: 1, x: 500, y: 260, wires: [[]] },
  { id: 'b00000000000000a', type: 'bitfinex-request', z: 'f000000000000001', name: '', account: ACCOUNT, method: 'GET', path: 'tickers', params: '{"symbols":"tBTCUSD"}', version: 1, x: 500, y: 320, wires: [[]] },
  { id: 'b00000000000000b', type: 'bitfinex-request', z: 'f000000000000001', name: '', account: ACCOUNT, method: '${METHOD}', path: '${REST_PATH}', params: '${PARAMS}', version: 1, x: 500, y: 380, wires: [[]] },
  { id: 'b00000000000000c', type: 'bitfinex-maintenance-watch', z: 'f000000000000001', name: '', account: ACCOUNT, gate: 'hold', holdLimit: 7, holdMaxMs: 5000, version: 1, x: 500, y: 440, wires: [[], []] },
  { id: 'b00000000000000d', type: 'bitfinex-maintenance-watch', z: 'f000000000000001', name: '', account: ACCOUNT, gate: '${GATE}', holdLimit: '${HISTORY}', holdMaxMs: '${EVERY}', version: 1, x: 500, y: 500, wires: [[], []] },
];
const ENV = { SYMBOLS: 'ETH/USD', PRECISION: 'P1', DEPTH: '25', OUTPUT: 'top', EMIT: 'live', EVERY: '500', BATCH: 'true', TIMEFRAME: '5m', HISTORY: '20', CANDLES: 'candle', METHOD: 'fetchTicker', REST_PATH: '', PARAMS: '["BTC/USD"]', GATE: 'hold' };
const [TICKER, TRADES, BOOK] = ['b000000000000001', 'b000000000000002', 'b000000000000003'] as const;
const [CANDLES, STATUS, SYMBOLS, REQUEST, WATCH] = ['b000000000000006', 'b000000000000008', 'b000000000000009', 'b00000000000000a', 'b00000000000000c'] as const;

/** The editor asks Node-RED's catalogue on the internet what there is to install; it may be out of reach. */
const isForeign = (text: string): boolean => text.includes('catalogue.nodered.org');

describe('the editor in a browser', function () {
  this.timeout(120_000);
  let red: NodeRedChild | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let troubles: string[] = [];

  before(async function () {
    if (chromiumPath === undefined) {
      console.log('      Chromium is absent (set CHROMIUM to its path): the tests in the browser are skipped');
      return this.skip();
    }
    red = await startNodeRed({ flow: FLOW, env: { ...process.env, ...ENV } });
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await red?.stop();
  });
  afterEach(async () => {
    if (browser !== undefined) await closeDialog();
  });

  let shown: Language | undefined;

  /** Opens the editor; the page stays open for the tests that follow, as loading it takes seconds. */
  async function open(language: Language = 'en-US'): Promise<void> {
    troubles = [];
    if (shown === language) return;
    await page?.context().close();
    shown = language;
    const context = await (browser as Browser).newContext({ locale: language === 'sv' ? 'sv-SE' : language, viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on('console', (message) => {
      const text = `${message.text()} ${message.location().url}`;
      if (message.type() === 'error' && !isForeign(text)) troubles.push(text);
    });
    page.on('pageerror', (error) => troubles.push(String(error)));
    await page.goto((red as NodeRedChild).url);
    await page.waitForFunction((id) => typeof RED !== 'undefined' && RED.nodes?.node?.(id) != null, BOOK);
    await page.locator('#red-ui-loading-progress, .red-ui-loading').waitFor({ state: 'hidden' }).catch(() => undefined);
  }

  /** Opens a node's dialog and waits until it is ready. */
  async function edit(id: string): Promise<void> {
    await page.evaluate((nodeId) => {
      const node = RED.nodes.node(nodeId);
      if (node === null) throw new Error(`${nodeId} is not there`);
      if (node['z'] === undefined) RED.editor.editConfig('', node.type, node.id);
      else RED.editor.edit(node);
    }, id);
    await page.locator('.bitfinex-form').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.bitfinex-form .bitfinex-hint').length > 0);
    // the tray slides in; until then clicks land elsewhere
    await page.locator('#node-dialog-ok, #node-config-dialog-ok').first().click({ trial: true });
  }

  const closeDialog = async (): Promise<void> => {
    await page.evaluate(() => { if (document.querySelector('.bitfinex-form') !== null) RED.tray.close(); });
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
  };
  const done = async (): Promise<void> => {
    await page.locator('#node-dialog-ok, #node-config-dialog-ok').first().click();
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
  };
  const hintOf = (property: string): Promise<string> =>
    page.evaluate((name) => document.querySelector(`#node-input-${name}, #node-config-input-${name}`)?.closest('.form-row')?.nextElementSibling?.textContent ?? '', property);
  const isWrong = (property: string): Promise<boolean> => page.evaluate((name) => document.querySelector(`#node-input-${name}`)?.classList.contains('input-error') === true, property);
  const say = (stem: Stem, key: string, values: Record<string, string> = {}): string =>
    Object.entries(values).reduce((text, [name, value]) => text.replace(`__${name}__`, value), words(stem, 'en-US').get(key) as string);

  for (const language of ['sv', 'en-US'] as const) {
    it(`opens every dialog without an error and without an untranslated text (${language})`, async () => {
      await open(language);
      for (const { id, type } of FLOW.filter(({ type }) => type.startsWith('bitfinex-'))) {
        await edit(id);
        const untranslated = await page.evaluate(() =>
          [...document.querySelectorAll('.bitfinex-form [data-i18n]')].filter((element) => /^\w+(\.\w+)+$/.test((element.textContent ?? '').trim())).map((element) => element.outerHTML),
        );
        assert.deepEqual(untranslated, [], type);
        const hints = await page.locator('.bitfinex-hint').allTextContents();
        assert.deepEqual(hints.filter((hint) => /^\w+(\.\w+)+$/.test(hint)), [], type);
        const label = await page.locator('.bitfinex-form label').first().textContent();
        assert.equal(label?.trim(), language === 'sv' ? 'Namn' : 'Name');
        await closeDialog();
      }
      assert.deepEqual(troubles, []);
    });
  }

  it('leaves a node as it is when its dialog is opened and closed, variables too', async () => {
    await open();
    for (const { id, ...saved } of FLOW.filter(({ type }) => type.startsWith('bitfinex-') && type !== 'bitfinex-account')) {
      await edit(id);
      await done();
      const kept = await page.evaluate((nodeId) => JSON.parse(JSON.stringify({ ...RED.nodes.node(nodeId), _def: undefined, users: undefined })) as Record<string, unknown>, id);
      for (const name of Object.keys(saved).filter((name) => !['wires', 'x', 'y', 'type', 'z'].includes(name))) assert.equal(String(kept[name]), String(saved[name]), `${id} ${name}`);
    }
    assert.equal(await page.evaluate(() => RED.nodes.dirty()), false);
  });

  it('says why a symbol cannot be used, and takes it back when it is corrected', async () => {
    await open();
    await edit(TICKER);
    await page.fill('#node-input-symbols', 'BTC/USD, btc');
    await page.locator('#node-input-symbols').blur();
    assert.equal(await hintOf('symbols'), say('ticker-stream', 'symbols.invalid', { symbol: 'btc' }));
    assert.equal(await isWrong('symbols'), true);
    await page.fill('#node-input-symbols', 'BTC/USD');
    await page.locator('#node-input-symbols').blur();
    assert.equal(await hintOf('symbols'), say('ticker-stream', 'symbols.hint'));
    assert.equal(await isWrong('symbols'), false);
    assert.deepEqual(troubles, []);
  });

  it('shows markup in a symbol as text', async () => {
    await open();
    await edit(TICKER);
    await page.fill('#node-input-symbols', '<img/src=x/onerror=alert(1)>');
    await page.locator('#node-input-symbols').blur();
    assert.ok((await hintOf('symbols')).includes('?img/src'));
    assert.equal(await page.locator('.bitfinex-form img').count(), 0);
  });

  it("suggests the exchange's symbols for the last one of a list", async () => {
    await open();
    await edit(TRADES);
    await page.fill('#node-input-symbols', '');
    await page.locator('#node-input-symbols').pressSequentially('BTC/USD, ethus', { delay: 20 });
    const suggestion = page.locator('.bitfinex-suggestion').first();
    await suggestion.waitFor();
    assert.match((await suggestion.textContent()) ?? '', /^ETH\/USD/);
    await page.locator('#node-input-symbols').press('Enter');
    assert.equal(await page.inputValue('#node-input-symbols'), 'BTC/USD, ETH/USD');
    assert.equal(await isWrong('symbols'), false);
    await page.fill('#node-input-symbols', 'BTC/USD, ABC/XYZ');
    await page.locator('#node-input-symbols').blur();
    assert.equal(await hintOf('symbols'), say('trades-stream', 'symbols.unlisted', { symbols: 'ABC/XYZ' }));
    assert.equal(await isWrong('symbols'), false, 'the list may be old: a hint, no error');
  });

  it('explains the choices of a book, and shows only the fields that matter', async () => {
    await open();
    await edit(BOOK);
    assert.equal(await page.isVisible('#node-input-slippageSize'), false);
    await page.selectOption('#node-input-output', 'depth');
    assert.equal(await hintOf('output'), say('book-stream', 'outputHint.depth'));
    assert.equal(await page.isVisible('#node-input-slippageSize'), true);
    await page.selectOption('#node-input-emit', 'verified');
    assert.equal(await isWrong('emit'), false);
    await page.selectOption('#node-input-depth', '1');
    assert.equal(await hintOf('emit'), say('book-stream', 'error.verifiedDepth'));
    assert.equal(await isWrong('emit'), true);
    await page.selectOption('#node-input-depth', '100');
    assert.equal(await isWrong('emit'), false);
    await page.fill('#node-input-symbols', 'fUSD');
    await page.locator('#node-input-symbols').blur();
    assert.equal(await hintOf('emit'), say('book-stream', 'error.verifiedFunding'));
  });

  it('shows the interval of trades only when they are batched', async () => {
    await open();
    await edit(TRADES);
    assert.equal(await page.isVisible('#node-input-interval'), true);
    await page.uncheck('#node-input-batch');
    assert.equal(await page.isVisible('#node-input-interval'), false);
  });

  it('shows the interval of candles unless closed ones leave one by one, and explains the output', async () => {
    await open();
    await edit(CANDLES);
    assert.equal(await page.isVisible('#node-input-interval'), true);
    await page.selectOption('#node-input-output', 'candle');
    assert.equal(await hintOf('output'), say('candles', 'outputHint.candle'));
    assert.equal(await page.isVisible('#node-input-interval'), true);
    await page.check('#node-input-onlyClosed');
    assert.equal(await page.isVisible('#node-input-interval'), false);
    await page.selectOption('#node-input-output', 'window');
    assert.equal(await page.isVisible('#node-input-interval'), true);
    await page.fill('#node-input-history', '20000');
    await page.locator('#node-input-history').blur();
    assert.equal(await hintOf('history'), say('candles', 'error.history'));
    assert.equal(await isWrong('history'), true);
  });

  /** Types, takes the first suggestion, and answers what it said and what the field then holds. */
  async function complete(property: string, typed: string): Promise<{ suggested: string; value: string }> {
    const field = page.locator(`#node-input-${property}`);
    await field.fill('');
    await field.pressSequentially(typed, { delay: 20 });
    const suggestion = page.locator('.bitfinex-suggestion').first();
    await suggestion.waitFor();
    const suggested = (await suggestion.locator('span').first().textContent()) ?? '';
    await field.press('Enter');
    // the dialog looks again when the widget has written, which is in its next turn
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    return { suggested, value: await field.inputValue() };
  }

  it('suggests funding symbols of candles with their periods', async () => {
    await open();
    await edit(CANDLES);
    assert.deepEqual(await complete('symbols', 'BTC/USD, fusd'), { suggested: 'fUSD:p30', value: 'BTC/USD, fUSD:p30' });
    assert.equal(await hintOf('symbols'), say('candles', 'symbols.hint'));
    await page.fill('#node-input-symbols', 'fUSD');
    await page.locator('#node-input-symbols').blur();
    assert.equal(await hintOf('symbols'), say('candles', 'symbols.invalid', { symbol: 'fUSD' }));
    await page.fill('#node-input-symbols', 'fXYZ:p7');
    await page.locator('#node-input-symbols').blur();
    assert.equal(await hintOf('symbols'), say('candles', 'symbols.unlisted', { symbols: 'fXYZ' }));
  });

  it('suggests perpetuals and all liquidations as keys', async () => {
    await open();
    await edit(STATUS);
    assert.deepEqual(await complete('keys', 'btcf0'), { suggested: 'deriv:tBTCF0:USTF0', value: 'deriv:tBTCF0:USTF0' });
    assert.deepEqual(await complete('keys', 'deriv:tBTCF0:USTF0, liq'), { suggested: 'liq:global', value: 'deriv:tBTCF0:USTF0, liq:global' });
    assert.equal(await hintOf('keys'), say('status-stream', 'symbols.hint'));
    assert.equal(await isWrong('keys'), false);
    await page.fill('#node-input-keys', 'deriv:tBTCUSD');
    await page.locator('#node-input-keys').blur();
    assert.equal(await hintOf('keys'), say('status-stream', 'symbols.invalid', { symbol: 'deriv:tBTCUSD' }));
    assert.equal(await isWrong('keys'), true);
  });

  it('explains each kind of symbols', async () => {
    await open();
    await edit(SYMBOLS);
    for (const kind of ['exchange', 'margin', 'futures', 'funding']) {
      await page.selectOption('#node-input-kind', kind);
      assert.equal(await hintOf('kind'), say('symbols', `kindHint.${kind}`));
    }
  });

  it('asks for a path only with GET and POST, suggests methods and paths, and says what params must be', async () => {
    await open();
    await edit(REQUEST);
    const params = '.red-ui-typedInput-input-wrap input';
    const hints = (): Promise<string[]> => page.locator('.bitfinex-hint:visible').allTextContents();
    assert.equal(await page.isVisible('#node-input-path'), true);
    assert.deepEqual(await complete('path', 'deriv'), { suggested: 'status/deriv', value: 'status/deriv' });
    assert.ok((await hints()).includes(say('request', 'hint.params')));
    assert.deepEqual(await complete('method', 'fetchord'), { suggested: 'fetchOrderBook', value: 'fetchOrderBook' });
    await page.locator('#node-input-method').blur();
    assert.equal(await page.isVisible('#node-input-path'), false);
    assert.deepEqual(await hints(), [say('request', 'hint.method'), say('request', 'error.paramsList')], 'an object is no list of arguments');
    await page.locator(params).fill('["BTC/USD", 25]');
    await page.locator(params).blur();
    assert.deepEqual(await hints(), [say('request', 'hint.method'), say('request', 'hint.arguments')]);
    await page.locator(params).fill('["BTC/USD"');
    await page.locator(params).blur();
    assert.deepEqual(await hints(), [say('request', 'hint.method'), say('request', 'error.params')]);
    assert.deepEqual(troubles, []);
  });

  it('fills in params that work with a suggestion, but not over what was written by hand', async () => {
    await open();
    await edit(REQUEST);
    const params = page.locator('.red-ui-typedInput-input-wrap input');
    await complete('path', 'liquidations');
    assert.equal(await params.inputValue(), '{"symbols":"tBTCUSD"}');
    await params.fill('');
    await params.blur();
    await complete('path', 'status/der');
    await page.locator('#node-input-path').blur();
    assert.equal(await params.inputValue(), '{"keys": "ALL"}');
    await complete('method', 'fetchohl');
    await page.locator('#node-input-method').blur();
    assert.equal(await params.inputValue(), '["BTC/USD", "1h"]');
  });

  it('shows how much and how long only where messages are held', async () => {
    await open();
    await edit(WATCH);
    assert.equal(await hintOf('gate'), say('maintenance-watch', 'gateHint.hold'));
    assert.deepEqual([await page.isVisible('#node-input-holdLimit'), await page.isVisible('#node-input-holdMaxMs')], [true, true]);
    await page.selectOption('#node-input-gate', 'block');
    assert.equal(await hintOf('gate'), say('maintenance-watch', 'gateHint.block'));
    assert.deepEqual([await page.isVisible('#node-input-holdLimit'), await page.isVisible('#node-input-holdMaxMs')], [false, false]);
  });

  it('saves the ticked values of a ticker, and only those that its source has', async () => {
    await open();
    await edit(TICKER);
    const saved = (): Promise<string> => page.inputValue('#node-input-onlyChanged');
    assert.deepEqual(await page.locator('#bitfinex-fields label').filter({ has: page.locator('input:checked') }).allTextContents(), ['bid', 'last']);
    await page.locator('#bitfinex-fields label', { hasText: /^ask$/ }).locator('input').check();
    assert.equal(await saved(), 'bid, ask, last');
    await page.selectOption('#node-input-source', 'book');
    assert.equal(await saved(), 'bid, ask');
  });

  it('asks for addresses only when the exchange is custom', async () => {
    await open();
    await edit(ACCOUNT);
    assert.equal(await page.isVisible('#node-config-input-restUrl'), false);
    await page.selectOption('#node-config-input-environment', 'custom');
    assert.equal(await page.isVisible('#node-config-input-restUrl'), true);
    assert.equal(await hintOf('restUrl'), say('account', 'error.restUrl'));
    await page.fill('#node-config-input-restUrl', 'http://127.0.0.1:8080');
    await page.locator('#node-config-input-restUrl').blur();
    assert.equal(await hintOf('restUrl'), say('account', 'hint.restUrl'));
  });

  it("gives a new node the flow's account, and stands in the group Bitfinex with its own icon", async () => {
    await open();
    const group = page.locator('#red-ui-palette-container-bitfinex, [id="red-ui-palette-base-category-bitfinex"]').first();
    await group.scrollIntoViewIfNeeded();
    assert.equal((await page.locator('.red-ui-palette-header', { hasText: 'Bitfinex' }).first().textContent())?.trim(), 'Bitfinex');
    const before = await page.evaluate(() => { const ids: string[] = []; RED.nodes.eachNode(({ id }) => ids.push(id)); return ids; });
    await page.locator('.red-ui-palette-node[data-palette-type="bitfinex-ticker-stream"]').dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 500, y: 120 } });
    const account = await page.evaluate((known) => {
      let found: unknown;
      RED.nodes.eachNode((node) => { if (!known.includes(node.id)) found = node['account']; });
      return found;
    }, before);
    assert.equal(account, ACCOUNT);
    for (const name of readdirSync(join(ROOT, 'icons')).map((file) => file.replace(/\.svg$/, ''))) {
      const icon = await page.request.get(`${(red as NodeRedChild).url}/icons/@nexus-flows/node-red-bitfinex/${name}.svg`);
      assert.equal(await icon.text(), textOf(`icons/${name}.svg`));
    }
  });

  it('imports an example by hand, deploys it, and the stream is live', async () => {
    await open();
    const example = JSON.parse(textOf(join('examples', 'flows', '01-live-price.json'))) as FlowNode[];
    const stream = example.find(({ type }) => type === 'bitfinex-ticker-stream')?.id as string;
    await page.locator('#red-ui-workspace-chart').click({ position: { x: 600, y: 400 } });
    await page.keyboard.press('Control+i');
    await page.fill('#red-ui-clipboard-dialog-import-text', JSON.stringify(example));
    // the dialog looks at the text when a key goes up
    await page.locator('#red-ui-clipboard-dialog-import-text').press('End');
    await page.locator('#red-ui-clipboard-dialog-ok').click();
    await page.waitForFunction((id) => RED.nodes.node(id) !== null, stream);
    await page.locator('#red-ui-header-button-deploy').click();
    await (red as NodeRedChild).until(() => (red as NodeRedChild).status(stream).fill === 'blue', 'a blue dot', 20_000);
    assert.deepEqual(troubles, []);
  });

  it('offers the examples of the package', async () => {
    const offered = await (await fetch(`${(red as NodeRedChild).url}/library/examples/flows/@nexus-flows/node-red-bitfinex/flows`)).json();
    const files = readdirSync(join(ROOT, 'examples', 'flows')).map((name) => name.replace(/\.json$/, ''));
    for (const name of files) assert.ok(JSON.stringify(offered).includes(name), name);
  });
});
