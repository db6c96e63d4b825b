import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { startNodeRed, type FlowNode, type NodeRedChild, type OtherPackage } from '../node-red/child';
import { SmallExchange } from '../small-exchange';
import { until } from '../until';

const folder = resolve(__dirname, '../../examples/flows');
const ABOVE = 50_000;
const AGAIN_BELOW = 49_500;

/** The example as shipped, but with the test's exchange and the test's own settings in some nodes. */
function exampleWith(file: string, { rest, ws }: SmallExchange, settings: Record<string, object>): FlowNode[] {
  const flow = JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[];
  const changed = flow.map((node) => {
    if (node.type === 'bitfinex-account') return { ...node, environment: 'custom', restUrl: rest, wsUrl: ws };
    return { ...node, ...settings[node.type], ...(node.type === 'bitfinex-ticker-stream' ? { interval: 0 } : {}) };
  });
  const ticker = changed.find(({ type }) => type === 'bitfinex-ticker-stream') as FlowNode;
  ticker['wires'] = [[...(ticker['wires'] as string[][])[0] as string[], 'heard']];
  return [...changed, { id: 'heard', type: 'test-collector', z: ticker['z'], x: 1, y: 1, tag: 'prices', wires: [] }];
}

/** A server that speaks as much of Telegram's bot API as the sender uses. */
async function startTelegram(): Promise<{ url: string; sent: { chat_id: string; text: string }[]; server: Server }> {
  const sent: { chat_id: string; text: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const result = request.url?.endsWith('/sendMessage') === true ? { message_id: 1, date: 1, chat: { id: 1 } } : { id: 1, is_bot: true, first_name: 'bot' };
      if (request.url?.endsWith('/sendMessage') === true) sent.push(Object.fromEntries(new URLSearchParams(body)) as { chat_id: string; text: string });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, result }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent, server };
}

async function startMail(): Promise<{ port: number; mails: string[]; server: SMTPServer }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    hideSTARTTLS: true,
    authOptional: true,
    onAuth: (_auth, _session, done) => done(null, { user: 'me' }),
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk) => (text += String(chunk)));
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return { port: (server.server.address() as AddressInfo).port, mails, server };
}

describe('the price alerts', function () {
  this.timeout(90_000);
  let exchange: SmallExchange;
  let red: NodeRedChild | undefined;
  beforeEach(async () => {
    exchange = await SmallExchange.start();
  });
  afterEach(async () => {
    await red?.stop();
    red = undefined;
    await exchange.end();
  });

  /** Credentials only come over the admin API, as from the editor. */
  async function run(flow: readonly FlowNode[], packages: readonly OtherPackage[]): Promise<NodeRedChild> {
    red = await startNodeRed({ packages });
    await red.deploy(flow);
    await red.until(() => exchange.subscribed === 1, 'the ticker is subscribed', 20_000);
    return red;
  }

  /** Each price is seen by the flow before the next one is quoted. */
  async function quote(...prices: number[]): Promise<void> {
    for (const price of prices) {
      exchange.quote(price);
      await red?.until(() => red?.messages('prices').at(-1)?.msg.payload.last === price, `the flow hears ${price}`);
    }
  }

  /** A hundred times up and down around the threshold, but never as low as where it is forgotten. */
  const DANCE = Array.from({ length: 100 }, (_, at) => ABOVE + (at % 2 === 0 ? 10 + at : -10 - at));

  async function tellsOnce(sent: readonly unknown[], child: NodeRedChild, flow: readonly FlowNode[]): Promise<void> {
    await quote(ABOVE - 1000, ABOVE - 1, ABOVE + 5);
    await until(() => sent.length === 1, 'the alert', 15_000);
    await quote(...DANCE);
    await child.deploy(flow, 'full');
    await child.until(() => child.messages('prices').length > 0 && exchange.subscribed === 1, 'the ticker goes on after a deploy', 20_000);
    await quote(ABOVE + 7);
    // during maintenance prices are old: nothing is told, nothing is forgotten
    exchange.info(20060);
    await quote(AGAIN_BELOW - 100, ABOVE + 300);
    assert.equal(sent.length, 1, 'told once, not a hundred times');
  }

  it('by Telegram: one message when the price goes over the threshold, the next only after it has come down', async () => {
    const telegram = await startTelegram();
    try {
      const settings = { 'telegram bot': { baseapiurl: telegram.url, credentials: { token: '123:test' } } };
      const flow = exampleWith('09-price-alert-telegram.json', exchange, settings);
      const child = await run(flow, ['node-red-contrib-telegrambot']);
      await tellsOnce(telegram.sent, child, flow);
      assert.equal(telegram.sent[0]?.chat_id, '123456789');
      assert.match(telegram.sent[0]?.text ?? '', /^BTC\/USD is at 50005, above 50000$/);
      exchange.drop();
      await child.until(() => exchange.subscribed === 1, 'the line comes back', 20_000);
      await quote(AGAIN_BELOW, ABOVE + 1);
      await until(() => telegram.sent.length === 2, 'the second alert', 15_000);
    } finally {
      telegram.server.closeAllConnections();
      telegram.server.close();
    }
  });

  it('by e-mail: one mail, whatever the price does around the threshold', async () => {
    const mail = await startMail();
    try {
      const settings = { 'e-mail': { server: '127.0.0.1', port: String(mail.port), secure: false, tls: false, credentials: { userid: 'me@example.com', password: 'secret' } } };
      const flow = exampleWith('10-price-alert-email.json', exchange, settings);
      const child = await run(flow, ['node-red-node-email']);
      await tellsOnce(mail.mails, child, flow);
      assert.match(mail.mails[0] ?? '', /^To: you@example\.com/m);
      assert.match(mail.mails[0] ?? '', /^Subject: BTC\/USD is at 50005, above 50000/m);
    } finally {
      await new Promise<void>((done) => void mail.server.close(() => done()));
    }
  });
});
