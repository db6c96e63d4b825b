import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { PRACTICE } from '../../src/shared/simulator/trouble/practice-trouble';
import { WALLETS } from '../../src/shared/simulator/trading/account/order';
import { startNodeRed, type FlowNode, type NodeRedChild } from '../node-red/child';
import { chromiumPath, launchChromium } from './chromium';
import { words } from './form';

/** What the page sees as globals; the compiler needs no browser types for it. */
declare const RED: {
  nodes: { node(id: string): unknown; dirty(): boolean };
  editor: { editConfig(name: string, type: string, id: string): void };
  tray: { close(): void };
};
interface Element {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly className: string;
}
declare const document: { querySelectorAll(selector: string): Iterable<Element>; readonly activeElement: { readonly id: string } };

const [ACCOUNT, IDLE, REAL] = ['a000000000000001', 'a000000000000002', 'a000000000000003'] as const;
const KINDS = Object.keys(PRACTICE);
const say = (key: string, values: Record<string, string | number> = {}): string =>
  Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`__${name}__`, String(value)), words('account', 'en-US').get(key) as string);

/** As the longest account id has it. */
const DOOR = { rest: 'http://127.0.0.1:65535', ws: 'ws://127.0.0.1:65535/ws/2', apiKey: 'paper-a0000000000000a1-2', apiSecret: 'paper-a0000000000000a1-2-secret' };

describe('the practice section in a browser', function () {
  this.timeout(60_000);
  let red: NodeRedChild;
  let browser: Browser | undefined;
  let page: Page | undefined;
  const troubles: string[] = [];

  const flow = (): FlowNode[] => {
    const account = { type: 'bitfinex-account', name: '', environment: 'simulated', restUrl: '', wsUrl: '', debugLog: false, version: 1 };
    const place = { z: 'f000000000000001', x: 200, version: 1, wires: [[]] };
    return [
      { id: 'f000000000000001', type: 'tab', label: 'practice' },
      { ...account, id: ACCOUNT },
      { ...account, id: IDLE },
      { ...account, id: REAL, environment: 'bitfinex' },
      { id: 'ticker', type: 'bitfinex-ticker-stream', ...place, y: 80, account: ACCOUNT, symbols: 'BTC/USD', source: 'ticker', interval: 0 },
      { id: 'book', type: 'bitfinex-book-stream', ...place, y: 140, account: ACCOUNT, symbols: 'BTC/USD', precision: 'P0', depth: 25, frequency: 'F0', output: 'top', emit: 'live', interval: 1000, slippageSize: '' },
    ];
  };

  before(async function () {
    if (chromiumPath === undefined) {
      console.log('      Chromium is absent (set CHROMIUM to its path): the tests in the browser are skipped');
      return this.skip();
    }
    red = await startNodeRed({ flow: flow() });
    await red.until(() => ['ticker', 'book'].every((id) => red.status(id).fill === 'blue'), 'the streams are live');
    browser = await launchChromium();
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 1000 } });
    page.on('pageerror', (error) => troubles.push(String(error)));
    await page.goto(red.url);
    await page.waitForFunction((id) => typeof RED !== 'undefined' && RED.nodes?.node?.(id) != null, ACCOUNT);
    await page.locator('#red-ui-loading-progress, .red-ui-loading').waitFor({ state: 'hidden' }).catch(() => undefined);
  });
  after(async () => {
    await browser?.close();
    await red?.stop();
  });
  afterEach(async () => {
    if (page === undefined) return;
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.evaluate(() => { if ([...document.querySelectorAll('.bitfinex-form')].length > 0) RED.tray.close(); });
    await page.locator('.bitfinex-form').waitFor({ state: 'detached' });
  });

  const at = (selector: string): Locator => (page as Page).locator(selector);
  async function open(id: string): Promise<void> {
    await (page as Page).evaluate((account) => RED.editor.editConfig('', 'bitfinex-account', account), id);
    await at('#node-config-dialog-ok').click({ trial: true });
  }
  /** Opens the dialog of the account in use, with one part unfolded. */
  async function unfold(part: string): Promise<void> {
    await open(ACCOUNT);
    const summary = at('.bitfinex-practice summary').filter({ hasText: part });
    await summary.waitFor();
    if (!(await at('.bitfinex-practice details[open] summary').allTextContents()).some((text) => text.startsWith(part))) await summary.click();
  }
  const balances = async (): Promise<string[]> => Promise.all((await at('.bitfinex-balances tbody tr').all()).map(async (row) => (await row.locator('td').allTextContents()).join(' ')));
  const note = (): Promise<string | null> => at('.bitfinex-practice > .bitfinex-practice-quiet').textContent();
  const result = (name: string): Locator => at('.bitfinex-practice details').filter({ has: at(`#bitfinex-practice-${name}`) }).locator('.bitfinex-result');
  const saying = (name: string, text: string): Promise<void> => result(name).filter({ hasText: text }).waitFor();
  const trouble = (kind: string): Locator => at('.bitfinex-trouble').filter({ hasText: say(`trouble.${kind}.name`) });

  it('shows the balances, and folds the rest away', async () => {
    await open(ACCOUNT);
    await at('.bitfinex-balances td').first().waitFor();
    assert.deepEqual(await at('.bitfinex-balances th').allTextContents(), ['wallet', 'currency', 'total', 'available'].map((key) => say(`practice.${key}`)));
    assert.deepEqual(await balances(), ['exchange BTC 1 1', 'exchange USD 100000 100000', 'margin BTC 1 1', 'margin USD 100000 100000']);
    assert.deepEqual(await at('.bitfinex-practice summary').allTextContents(), ['trouble', 'deposit', 'reset', 'door'].map((key) => say(`practice.${key}`)));
    assert.equal(await at('.bitfinex-practice details[open]').count(), 0);
    assert.equal(await note(), '');
  });

  it('makes maintenance: the nodes say so, the seconds run, and stopping it makes them live again', async () => {
    await unfold(say('practice.trouble'));
    assert.equal(await at('.bitfinex-trouble').count(), KINDS.length);
    const press = trouble('maintenance').getByRole('button');
    assert.equal(await press.getAttribute('aria-label'), say('practice.startOf', { name: say('trouble.maintenance.name') }));
    await press.focus();
    await press.press('Enter');
    await trouble('maintenance').getByRole('button', { name: say('practice.stopOf', { name: say('trouble.maintenance.name') }) }).waitFor();
    await red.until(() => ['ticker', 'book'].every((id) => red.status(id).fill === 'yellow' && /maintenance/.test(red.status(id).text ?? '')), 'the nodes are in maintenance');
    assert.ok((await at('.bitfinex-practice summary').allTextContents()).includes(say('practice.going', { count: 1 })));
    const left = async (): Promise<number> => Number.parseInt((await trouble('maintenance').locator('.bitfinex-left').textContent()) ?? '', 10);
    const first = await left();
    assert.ok(first > 30 && first <= 60, String(first));
    while ((await left()) >= first) await (page as Page).waitForTimeout(100);
    // the button is the same one, and has the focus still
    await press.press('Enter');
    await trouble('maintenance').getByRole('button', { name: say('practice.startOf', { name: say('trouble.maintenance.name') }) }).waitFor();
    await red.until(() => ['ticker', 'book'].every((id) => red.status(id).fill === 'blue'), 'the nodes are live again', 30_000);
    assert.equal(await trouble('maintenance').locator('.bitfinex-left').textContent(), '');
    assert.deepEqual(troubles, []);
  });

  it('is unfolded where a trouble goes on, and cannot stop a price that moves', async () => {
    await unfold(say('practice.trouble'));
    await trouble('crash').getByRole('button').click();
    await trouble('crash').locator('[aria-disabled="true"]').waitFor();
    assert.equal(await trouble('crash').getByRole('button').textContent(), say('practice.start'));
    await (page as Page).evaluate(() => RED.tray.close());
    await at('.bitfinex-form').waitFor({ state: 'detached' });
    await open(ACCOUNT);
    await at('.bitfinex-practice details[open] .bitfinex-going').waitFor();
    await trouble('crash').locator('[aria-disabled="false"]').waitFor({ timeout: 10_000 });
  });

  it('adds play money, with the keyboard alone', async () => {
    await unfold(say('practice.deposit'));
    const label = (name: string): Locator => at('.bitfinex-practice').getByLabel(say(`practice.${name}`), { exact: true });
    await label('wallet').selectOption('funding');
    await label('currency').fill('ust');
    await label('currency').press('Escape');
    await label('amount').fill('2500.5');
    await label('amount').press('Enter');
    await saying('amount', say('practice.added', { amount: '2500.5', currency: 'UST', wallet: 'funding' }));
    assert.ok((await balances()).includes('funding UST 2500.5 2500.5'), (await balances()).join(' | '));
  });

  it('says what is wrong with a deposit, and which field it is', async () => {
    await unfold(say('practice.deposit'));
    const before = await balances();
    const [amount, currency] = [at('#bitfinex-practice-amount'), at('#bitfinex-practice-currency')];
    await amount.fill('1,5');
    await amount.press('Enter');
    await saying('amount', say('practice.wrong.amount'));
    assert.deepEqual([await amount.getAttribute('aria-invalid'), await currency.getAttribute('aria-invalid')], ['true', null]);
    await amount.fill('1.5');
    await currency.fill('COFFEE');
    await at('.bitfinex-practice').getByRole('button', { name: say('practice.add'), exact: true }).click();
    await saying('amount', say('practice.wrong.currency'));
    assert.deepEqual([await amount.getAttribute('aria-invalid'), await currency.getAttribute('aria-invalid')], [null, 'true']);
    assert.equal(await (page as Page).evaluate(() => document.activeElement.id), 'bitfinex-practice-currency');
    assert.deepEqual(await balances(), before);
  });

  it('starts over when the word is typed, and not before', async () => {
    await unfold(say('practice.reset'));
    const before = await balances();
    assert.ok(before.includes('funding UST 2500.5 2500.5'), before.join(' | '));
    const confirm = at('.bitfinex-practice').getByLabel(say('practice.confirm', { word: 'RESET' }));
    const press = at('.bitfinex-practice').getByRole('button', { name: say('practice.resetNow') });
    for (const typed of ['', 'reset']) {
      await confirm.fill(typed);
      await press.click();
      await saying('confirm', say('practice.wrong.confirm', { word: 'RESET' }));
    }
    assert.deepEqual(await balances(), before);
    await confirm.fill('RESET');
    await confirm.press('Enter');
    await saying('confirm', say('practice.resetDone'));
    assert.deepEqual(await balances(), ['exchange BTC 1 1', 'exchange USD 100000 100000', 'margin BTC 1 1', 'margin USD 100000 100000']);
    assert.equal(await confirm.inputValue(), '');
    await red.until(() => ['ticker', 'book'].every((id) => red.status(id).fill === 'blue'), 'the streams are live', 30_000);
  });

  it('leaves alone what is typed and unfolded while it looks again', async () => {
    await unfold(say('practice.deposit'));
    await at('#bitfinex-practice-amount').pressSequentially('12', { delay: 1_500 });
    assert.deepEqual([await at('#bitfinex-practice-amount').inputValue(), await at('.bitfinex-practice details[open]').count()], ['12', 1]);
  });

  it('is hidden where orders are real; what is not deployed or not in use says so', async () => {
    await open(REAL);
    await at('.bitfinex-now').waitFor();
    assert.equal(await at('.bitfinex-practice').isVisible(), false);
    await (page as Page).selectOption('#node-config-input-environment', 'simulated');
    await at('.bitfinex-practice').filter({ hasText: say('now.unknown') }).waitFor();
    await (page as Page).evaluate(() => RED.tray.close());
    await at('.bitfinex-form').waitFor({ state: 'detached' });
    await open(IDLE);
    await at('.bitfinex-practice').filter({ hasText: say('practice.unused.simulated') }).waitFor();
    assert.equal(await at('.bitfinex-balances').count(), 0);
    await (page as Page).selectOption('#node-config-input-environment', 'mirror');
    await at('.bitfinex-practice').filter({ hasText: say('now.unknown') }).waitFor();
  });

  it('says at a mirror that prices are real, and offers what its exchange offers', async () => {
    const offered = ['maintenance', 'lost-answer'].map((kind) => ({ kind, lastsMs: 60_000, canStop: true }));
    let inUse = false;
    const state = { wallets: [], orders: 0, positions: 0, troubles: offered, walletTypes: WALLETS, currencies: ['USD'], resetWord: 'RESET', door: DOOR };
    await (page as Page).route('**/bitfinex/account/*', (route) => route.fulfill({ json: { environment: 'bitfinex', inUse: false, limits: [], practice: inUse ? { inUse, ...state } : { inUse } } }));
    await open(ACCOUNT);
    await (page as Page).selectOption('#node-config-input-environment', 'mirror');
    await at('.bitfinex-practice').filter({ hasText: say('practice.unused.mirror') }).waitFor();
    inUse = true;
    await at('.bitfinex-practice').filter({ hasText: say('practice.mirror') }).waitFor();
    assert.deepEqual(await at('.bitfinex-trouble strong').allTextContents(), offered.map(({ kind }) => say(`trouble.${kind}.name`)));
  });

  it('says so where the login may only look, the exchange has stopped or Node-RED is away', async () => {
    await unfold(say('practice.deposit'));
    const press = at('.bitfinex-practice').getByRole('button', { name: say('practice.add'), exact: true });
    for (const [status, key] of [[401, 'practice.forbidden'], [403, 'practice.forbidden'], [409, 'practice.gone'], [404, 'practice.gone'], [500, 'practice.failed']] as const) {
      await (page as Page).route('**/bitfinex/account/*/deposit', (route) => route.fulfill({ status, json: { error: 'x', field: '<img src=x>' } }));
      await press.click();
      await saying('amount', say(key));
      await (page as Page).unroute('**/bitfinex/account/*/deposit');
    }
    await (page as Page).route('**/bitfinex/account/*/deposit', (route) => route.abort());
    await press.click();
    await saying('amount', say('now.away'));
  });

  it('shows nothing of the server as markup', async () => {
    const bad = '<img src=x onerror=alert(1)>';
    const wallets = [{ wallet: bad, currency: bad, total: bad, available: bad }];
    const practice = { inUse: true, wallets, orders: bad, positions: bad, troubles: [], walletTypes: [bad], currencies: [bad], resetWord: bad, door: { rest: bad, ws: bad, apiKey: bad, apiSecret: bad } };
    await (page as Page).route('**/bitfinex/account/*', (route) => route.fulfill({ json: { environment: 'simulated', inUse: false, limits: [], practice } }));
    await open(ACCOUNT);
    await at('.bitfinex-balances td').first().waitFor();
    assert.equal(await at('.bitfinex-practice img').count(), 0);
    assert.equal((await balances())[0], [bad, bad, bad, bad].join(' '));
  });

  it('fits into the narrowest tray, with large sums and all unfolded', async () => {
    const wallets = [{ wallet: 'exchange', currency: 'TESTUSDTF0', total: '123456789.12345678', available: '123456789.12345678' }];
    const kinds = KINDS.map((kind) => ({ kind, lastsMs: 60_000, leftMs: 59_000, canStop: true }));
    const practice = { inUse: true, wallets, orders: 1000, positions: 100, troubles: kinds, walletTypes: WALLETS, currencies: ['USD'], resetWord: 'RESET', door: DOOR };
    await (page as Page).route('**/bitfinex/account/*', (route) => route.fulfill({ json: { environment: 'simulated', inUse: false, limits: [], practice } }));
    await open(ACCOUNT);
    for (const part of ['deposit', 'reset', 'door']) await at('.bitfinex-practice summary').filter({ hasText: say(`practice.${part}`) }).click();
    const wide = await (page as Page).evaluate(() => [...document.querySelectorAll('.bitfinex-practice, .bitfinex-practice *')].filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1).map(({ className }) => className));
    assert.deepEqual(wide, []);
  });

  it('changes nothing of the account itself', async () => {
    await unfold(say('practice.deposit'));
    await at('#bitfinex-practice-amount').fill('7');
    await at('#node-config-dialog-ok').click();
    await at('.bitfinex-form').waitFor({ state: 'detached' });
    assert.equal(await (page as Page).evaluate(() => RED.nodes.dirty()), false);
    assert.deepEqual(troubles, []);
  });
});
