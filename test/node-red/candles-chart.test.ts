import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../editor/chromium';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';

/** As the dashboard's own editor saves them. */
const DASHBOARD: FlowNode[] = [
  { id: 'base', type: 'ui-base', name: 'Dashboard', path: '/dashboard', includeClientData: true, acceptsClientConfig: [], showPathInSidebar: false, navigationStyle: 'none', titleBarStyle: 'default' },
  { id: 'theme', type: 'ui-theme', name: 'Theme', colors: { surface: '#ffffff', primary: '#0094ce', bgPage: '#eeeeee', groupBg: '#ffffff', groupOutline: '#cccccc' }, sizes: { pagePadding: '12px', groupGap: '12px', groupBorderRadius: '4px', widgetGap: '12px' } },
  { id: 'page', type: 'ui-page', name: 'Page', ui: 'base', path: '/candles', icon: 'home', layout: 'grid', theme: 'theme', order: 1, className: '', visible: 'true', disabled: 'false' },
  { id: 'group', type: 'ui-group', name: 'Group', page: 'page', width: '12', height: '1', order: 1, showTitle: false, className: '', visible: 'true', disabled: 'false' },
];

/** With the values that a new ui-chart has; only its size is chosen. */
const CHART: FlowNode = {
  ...{ id: 'chart', type: 'ui-chart', z: 'tab', x: 300, y: 100, group: 'group', name: '', label: 'chart', order: 1, width: '12', height: '8', className: '', wires: [[]] },
  ...{ chartType: 'line', category: 'topic', categoryType: 'msg', xAxisLabel: '', xAxisProperty: '', xAxisPropertyType: 'timestamp', xAxisType: 'time', xAxisFormat: '', xAxisFormatType: 'auto', xmin: '', xmax: '' },
  ...{ yAxisLabel: '', yAxisProperty: 'payload', yAxisPropertyType: 'msg', ymin: '', ymax: '', bins: 10, action: 'append', stackSeries: false, pointShape: 'circle', pointRadius: 4, showLegend: true, interpolation: 'linear' },
  ...{ removeOlder: 1, removeOlderUnit: '3600', removeOlderPoints: '', colors: ['#0095ff'], textColor: ['#666666'], textColorDefault: true, gridColor: ['#e5e5e5'], gridColorDefault: true },
};

const FLOW: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'candles' },
  { id: 'account', type: 'bitfinex-account', name: 'practice', environment: 'simulated', restUrl: '', wsUrl: '', version: 1 },
  { id: 'candles', type: 'bitfinex-candles', z: 'tab', x: 100, y: 100, name: '', account: 'account', symbols: 'BTC/USD', timeframe: '1m', history: 60, output: 'chart', onlyClosed: false, fillGaps: false, interval: 1000, version: 1, wires: [['chart', 'heard']] },
  { id: 'heard', type: 'test-collector', z: 'tab', x: 300, y: 160, tag: 'heard', wires: [] },
  ...DASHBOARD,
  CHART,
];

/** Pixels of the chart in the colours of rising and falling candles. */
const painted = (page: Page): Promise<{ up: number; down: number }> =>
  page.evaluate(() => {
    const [canvas] = document.querySelectorAll('canvas');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const found = { up: 0, down: 0 };
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === 0x2f && data[at + 1] === 0x9e && data[at + 2] === 0x83) found.up++;
      if (data[at] === 0xc8 && data[at + 1] === 0x55 && data[at + 2] === 0x3d) found.down++;
    }
    return found;
  });

describe('candles on the stock chart of the dashboard', function () {
  this.timeout(60_000);
  let red: NodeRedChild | undefined;
  let browser: Browser | undefined;
  let page: Page;
  const troubles: string[] = [];

  before(async function () {
    if (chromiumPath === undefined) {
      console.log('      Chromium is absent (set CHROMIUM to its path): the chart is not looked at');
      return this.skip();
    }
    red = await startNodeRed({ flow: FLOW, packages: ['@flowfuse/node-red-dashboard'] });
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 1000, height: 700 } })).newPage();
    page.on('pageerror', (error) => troubles.push(String(error)));
  });
  after(async () => {
    await browser?.close();
    await red?.stop();
  });

  async function candlesAreSeen(): Promise<void> {
    await page.waitForSelector('canvas');
    const end = Date.now() + 10_000;
    for (let found = await painted(page); found.up < 500 || found.down < 500; found = await painted(page)) assert.ok(Date.now() < end, `painted: ${JSON.stringify(found)}`);
  }

  it('are seen after the start, while they go on, and after the page was loaded again', async () => {
    const child = red as NodeRedChild;
    await child.until(() => child.messages('heard').length > 0, 'the first message');
    await page.goto(`${child.url}/dashboard/candles`);
    await candlesAreSeen();
    await child.until(() => child.messages('heard').length > 1, 'the next message', 20_000);
    await candlesAreSeen();
    await page.reload();
    await candlesAreSeen();
    assert.deepEqual(troubles, []);
  });
});
