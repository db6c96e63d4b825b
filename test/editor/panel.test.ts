import assert from 'node:assert/strict';
import { createContext, runInContext } from 'node:vm';
import type { Browser, Page } from 'playwright-core';
import { LIMITS } from '../../src/shared/core/limits';
import { PLATFORM_STATES } from '../../src/shared/core/maintenance';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { startNodeRed, type FlowNode, type NodeRedChild } from '../node-red/child';
import { chromiumPath, launchChromium } from './chromium';
import { LANGUAGES, textOf, words } from './form';

/** What the page sees as globals; the compiler needs no browser types for it. */
declare const RED: {
  nodes: { node(id: string): unknown; dirty(): boolean };
  editor: { editConfig(name: string, type: string, id: string): void };
  tray: { close(): void };
};
declare const document: { querySelectorAll(selector: string): Iterable<{ textContent: string | null }> };

const [ACCOUNT, IDLE, PRACTICE] = ['a000000000000001', 'a000000000000002', 'a000000000000003'] as const;
const PLACE = { z: 'f000000000000001', x: 200, version: 1, wires: [[]] };
const script = (): string => textOf('resources/bitfinex-account.js');
const say = (key: string, values: Record<string, string | number> = {}): string =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`__${name}__`, String(value)), words('account', 'en-US').get(key) as string);

describe("the panel's words", () => {
  it('are all in the catalogue: those that its script names, each limit, each state', () => {
    const named = [...script().matchAll(/word\(node, '([^']+)'( \+)?/g)].map(([, key]) => key as string);
    assert.ok(named.length > 10);
    for (const language of LANGUAGES) {
      const known = words('account', language);
      for (const key of named) assert.ok(key.endsWith('.') ? [...known.keys()].some((one) => one.startsWith(key)) : known.has(key), `${language} ${key}`);
      for (const limit of Object.keys(LIMITS)) assert.ok(known.has(`limit.${limit}`), `${language} ${limit}`);
      for (const state of ['open', 'opening', 'waiting', 'maintenance']) assert.ok(known.has(`socket.${state}`), `${language} ${state}`);
      for (const state of PLATFORM_STATES) assert.ok(known.has(`platform.${state}`), `${language} ${state}`);
      for (const state of ['connecting', 'waiting', 'live', 'resyncing', 'stale', 'offline', 'maintenance', 'unverified', 'refused']) assert.ok(known.has(`channel.${state}`), `${language} ${state}`);
    }
    assert.deepEqual([...words('account', 'en-US').keys()].filter((key) => key.startsWith('limit.')).map((key) => key.slice('limit.'.length)), Object.keys(LIMITS));
  });

  it('its style uses only the variables of the editor', () => assert.doesNotMatch(textOf('resources/bitfinex-account.css'), /#[0-9a-f]{3,8}\b|rgba?\(|hsl/i));
});

describe('the check of a key in the dialog', () => {
  const context = createContext({});
  runInContext(script(), context);
  const check = (value: string): unknown => runInContext('bitfinexAccount', context).checkKey({ _def: { _: (key: string) => key } }, 'apiKey', value);

  it('takes a key, a saved one, a variable and nothing', () => {
    for (const value of ['', 'aB3dE6gH9', '__PWRD__', '${BITFINEX_API_KEY}']) assert.equal(check(value), true, value);
  });
  it('refuses blanks, line breaks and letters that are in no key', () => {
    for (const value of [' ', 'aB3 ', 'a b', 'a\tb', 'a\nb', 'å', 'a\u200bb', '${A} ${B}']) assert.equal(check(value), 'error.apiKey', JSON.stringify(value));
  });
});

describe("the account's dialog in a browser", function () {
  this.timeout(60_000);
  let exchange: Exchange | undefined;
  let red: NodeRedChild | undefined;
  let browser: Browser | undefined;
  let page: Page;
  const troubles: string[] = [];
  let asked = 0;

  const flow = ({ rest, ws }: Exchange): FlowNode[] => {
    const account = { type: 'bitfinex-account', name: '', environment: 'custom', restUrl: rest, wsUrl: ws, debugLog: false, version: 1 };
    return [
      { id: 'f000000000000001', type: 'tab', label: 'panel' },
      { ...account, id: ACCOUNT },
      { ...account, id: IDLE, restUrl: `${rest}/unused` },
      { ...account, id: PRACTICE, environment: 'simulated' },
      { id: 'ticker', type: 'bitfinex-ticker-stream', ...PLACE, y: 80, account: ACCOUNT, symbols: 'BTC/USD, ETH/USD', source: 'ticker', interval: 1000 },
      { id: 'trades', type: 'bitfinex-trades-stream', ...PLACE, y: 140, account: ACCOUNT, symbols: 'BTC/USD', batch: false, interval: 1000 },
    ];
  };

  before(async function () {
    if (chromiumPath === undefined) {
      console.log('      Chromium is absent (set CHROMIUM to its path): the tests in the browser are skipped');
      return this.skip();
    }
    exchange = await startExchange({ seed: 9 });
    red = await startNodeRed({ flow: flow(exchange) });
    await red.until(() => ['ticker', 'trades'].every((id) => (red as NodeRedChild).status(id).fill === 'green'), 'the streams are live');
    browser = await launchChromium();
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 1000 } });
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('request', (request) => { if (request.url().includes('/bitfinex/account/')) asked++; });
    await page.goto(red.url);
    await page.waitForFunction((id) => typeof RED !== 'undefined' && RED.nodes?.node?.(id) != null, ACCOUNT);
    await page.locator('#red-ui-loading-progress, .red-ui-loading').waitFor({ state: 'hidden' }).catch(() => undefined);
  });
  after(async () => {
    await browser?.close();
    await red?.stop();
    await exchange?.stop();
  });
  afterEach(async () => {
    if (page === undefined) return;
    await page.evaluate(() => { if ([...document.querySelectorAll('.bitfinex-form')].length > 0) RED.tray.close(); });
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
  });

  async function open(id: string): Promise<void> {
    await page.evaluate((account) => RED.editor.editConfig('', 'bitfinex-account', account), id);
    await page.locator('#node-config-dialog-ok').click({ trial: true });
  }
  const facts = (): Promise<string[]> => page.locator('.bitfinex-facts dt, .bitfinex-facts dd').allTextContents();
  const limits = async (): Promise<string[][]> => {
    const rows = await page.locator('.bitfinex-now > div .bitfinex-limit').all();
    return Promise.all(rows.map((row) => row.locator('span').allTextContents()));
  };

  it('shows the connection, its channels and the limits in use, the others folded away', async () => {
    await open(ACCOUNT);
    await page.locator('.bitfinex-facts').waitFor();
    const shown = await facts();
    assert.ok(shown.includes(say('socket.open', { channels: 3 })), shown.join(' | '));
    assert.ok(shown.includes(`3 ${say('channel.live')}`), shown.join(' | '));
    assert.ok(shown.includes(say('platform.operative')), shown.join(' | '));
    assert.ok(shown.some((text) => text.startsWith(say('symbols.exchange', { at: '' }))), shown.join(' | '));
    const used = await limits();
    assert.ok(used.some(([name, text]) => name === say('limit.connect') && text === say('now.seconds', { used: 1, max: 20, seconds: 60 })), JSON.stringify(used));
    assert.equal(used.some(([name]) => name === say('limit.trades')), false);
    assert.equal(await page.isVisible('.bitfinex-now details .bitfinex-limit'), false);
    assert.equal(await page.locator('.bitfinex-now details .bitfinex-limit').count(), Object.keys(LIMITS).length - used.length);
    assert.deepEqual(troubles, []);
  });

  it('goes on by itself: a limit that is used meanwhile gets a bar, and what was unfolded stays unfolded', async () => {
    await open(ACCOUNT);
    await page.locator('.bitfinex-now summary').click();
    for (let at = 0; at < 12; at++) await red?.inject('trades', { action: 'get', symbol: 'BTC/USD' });
    const row = page.locator('.bitfinex-now > div .bitfinex-limit', { hasText: say('limit.trades') });
    await row.waitFor({ timeout: 10_000 });
    await page.waitForFunction((text) => [...document.querySelectorAll('.bitfinex-limit span')].some((span) => span.textContent === text), say('now.seconds', { used: 12, max: 15, seconds: 60 }));
    assert.equal(await row.locator('.bitfinex-high').count(), 1);
    assert.equal(await row.locator('.bitfinex-bar > div').getAttribute('style'), 'width: 80%;');
    assert.equal(await page.isVisible('.bitfinex-now details .bitfinex-limit'), true);
  });

  it('shows a lost line, and the new one', async () => {
    await open(ACCOUNT);
    await page.locator('.bitfinex-facts').waitFor();
    exchange?.trouble.dropSockets();
    await page.waitForFunction(() => [...document.querySelectorAll('.bitfinex-facts dd')].some(({ textContent }) => /\(lost: 1\)/.test(textContent ?? '')), undefined, { timeout: 15_000 });
  });

  it('asks no more when the dialog is closed', async () => {
    await open(ACCOUNT);
    await page.locator('.bitfinex-facts').waitFor();
    await page.evaluate(() => RED.tray.close());
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
    const before = asked;
    assert.ok(before > 0);
    // longer than from one look to the next
    await page.waitForTimeout(2_500);
    assert.equal(asked, before);
  });

  it('says of an account that nobody uses that it is not in use', async () => {
    await open(IDLE);
    await page.locator('.bitfinex-now-quiet').waitFor();
    assert.equal(await page.locator('.bitfinex-now-quiet').textContent(), say('now.unused'));
  });

  it('shows nothing of the server as markup', async () => {
    await page.route('**/bitfinex/account/*', (route) => route.fulfill({ json: { error: 'x', field: '<img src=x onerror=alert(1)>' } }));
    await open(IDLE);
    await page.locator('.bitfinex-now-quiet').waitFor();
    assert.equal(await page.locator('.bitfinex-now img').count(), 0);
    await page.unroute('**/bitfinex/account/*');
  });

  it('asks for a key only where one is of use, and says what is wrong with it', async () => {
    await open(PRACTICE);
    assert.equal(await page.isVisible('#node-config-input-apiKey'), false);
    await page.selectOption('#node-config-input-environment', 'bitfinex');
    assert.equal(await page.isVisible('#node-config-input-apiKey'), true);
    assert.equal(await page.getAttribute('#node-config-input-apiSecret', 'type'), 'password');
    await page.fill('#node-config-input-apiKey', 'aB3dE6 ');
    await page.locator('#node-config-input-apiKey').blur();
    const hint = page.locator('#bitfinex-keys .bitfinex-hint').first();
    assert.equal(await hint.textContent(), say('error.apiKey'));
    await page.fill('#node-config-input-apiKey', 'aB3dE6');
    await page.locator('#node-config-input-apiKey').blur();
    assert.equal(await hint.textContent(), say('hint.apiKey'));
  });

  it('leaves the account as it is when the dialog is opened and closed', async () => {
    await open(ACCOUNT);
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => RED.nodes.dirty()), false);
    assert.deepEqual(troubles, []);
  });

  it('saves a key with the credentials, not in the flow, and shows it never again', async () => {
    await open(ACCOUNT);
    await page.fill('#node-config-input-apiKey', 'canaryKEY');
    await page.fill('#node-config-input-apiSecret', 'canarySECRET');
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
    const starts = (red as NodeRedChild).starts;
    await page.locator('#red-ui-header-button-deploy').click();
    await red?.until(() => (red as NodeRedChild).starts > starts, 'the flows have started again');
    const get = async (path: string): Promise<string> => (await fetch((red as NodeRedChild).url + path)).text();
    assert.deepEqual(JSON.parse(await get(`/credentials/bitfinex-account/${ACCOUNT}`)), { has_apiKey: true, has_apiSecret: true });
    assert.doesNotMatch(await get('/flows'), /canary/);
    await page.reload();
    await page.waitForFunction((id) => typeof RED !== 'undefined' && RED.nodes?.node?.(id) != null, ACCOUNT);
    await page.locator('#red-ui-loading-progress, .red-ui-loading').waitFor({ state: 'hidden' }).catch(() => undefined);
    await open(ACCOUNT);
    assert.deepEqual([await page.inputValue('#node-config-input-apiKey'), await page.inputValue('#node-config-input-apiSecret')], ['__PWRD__', '__PWRD__']);
    assert.equal(await page.locator('#bitfinex-keys .bitfinex-wrong').count(), 0);
  });
});
