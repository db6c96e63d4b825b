import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { FRAME_FAULT, replyTo } from '../../src/shared/simulator/trouble/frame-fault';
import { Line } from '../../src/shared/simulator/sockets/line';
import { SocketTrouble } from '../../src/shared/simulator/trouble/socket-trouble';
import { VirtualClock } from '../virtual-clock';
import { Client } from './client';

describe('the line to a client', () => {
  let clock: VirtualClock;
  let trouble: SocketTrouble;
  let server: WebSocketServer;
  let url: string;
  let clients: Client[];
  beforeEach(async () => {
    clock = new VirtualClock();
    trouble = new SocketTrouble(clock);
    clients = [];
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((done) => void server.once('listening', done));
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    for (const client of clients) client.close();
    server.close();
  });

  /** A line and who is at its other end. */
  async function connect(): Promise<{ line: Line; client: Client }> {
    const number = trouble.lines.size + 1;
    const accepted = new Promise<Line>((done) => void server.once('connection', (socket) => done(new Line(number, socket, clock, (frame) => trouble.takeFrame(frame)))));
    const client = new Client(url);
    clients.push(client);
    const line = await accepted;
    trouble.adopt(line);
    return { line, client };
  }

  const frame = (type: string, content: unknown = []): [string, string] => [type, JSON.stringify([0, type, content])];
  const sendAll = (line: Line, ...types: string[]): void => types.forEach((type) => line.sendPrivate(...frame(type)));
  const reply = (input: string): [string, string] => frame('n', [1, `${input}-req`, null, null, [7], null, 'SUCCESS', '']);

  /** The types of channel 0 that came, up to a mark that is sent now. */
  async function heard({ line, client }: { line: Line; client: Client }): Promise<unknown[]> {
    line.send('[0,"mark"]');
    await client.until(() => client.texts.includes('[0,"mark"]'));
    return client.frames.map((one) => (one as unknown[])[1]).filter((type) => type !== 'mark');
  }

  it('loses frames of a type, as many as wished, and no others', async () => {
    const to = await connect();
    const spell = trouble.failFrame(FRAME_FAULT.lost, { on: 'tu', times: 2 });
    sendAll(to.line, 'on', 'te', 'tu', 'tu', 'oc', 'tu');
    assert.deepEqual(await heard(to), ['on', 'te', 'oc', 'tu']);
    assert.equal(spell.hits, 2);
  });

  it('sends frames twice', async () => {
    const to = await connect();
    trouble.failFrame(FRAME_FAULT.doubled, { on: 'te' });
    sendAll(to.line, 'te', 'tu', 'te');
    assert.deepEqual(await heard(to), ['te', 'te', 'tu', 'te']);
  });

  it('lets a frame be overtaken by the next one of a type, or by any', async () => {
    const to = await connect();
    trouble.failFrame(FRAME_FAULT.behind('oc'), { on: 'te' });
    sendAll(to.line, 'te', 'wu', 'oc', 'bu');
    trouble.failFrame(FRAME_FAULT.behind('any'), { on: 'on' });
    sendAll(to.line, 'on', 'ou');
    assert.deepEqual(await heard(to), ['wu', 'oc', 'te', 'bu', 'ou', 'on']);
    assert.equal(clock.waiting, 0);
  });

  it('waits not for ever for who should overtake', async () => {
    const to = await connect();
    trouble.failFrame(FRAME_FAULT.behind('oc'), { on: 'te' });
    sendAll(to.line, 'te', 'wu');
    assert.deepEqual(await heard(to), ['wu']);
    clock.advance(5000);
    sendAll(to.line, 'oc');
    await to.client.until(() => to.client.texts.some((text) => text.includes('"oc"')));
    assert.deepEqual(await heard(to), ['wu', 'te', 'oc']);
  });

  it('sends one frame late, and what follows in time', async () => {
    const to = await connect();
    trouble.failFrame(FRAME_FAULT.late(2000), { on: 'auth' });
    to.line.sendPrivate('auth', '{"event":"auth","status":"OK"}');
    sendAll(to.line, 'ws');
    clock.advance(1999);
    assert.deepEqual(await heard(to), ['ws']);
    clock.advance(1);
    await to.client.event(({ event }) => event === 'auth');
  });

  it('swallows the reply to one input and to no other', async () => {
    const to = await connect();
    trouble.failFrame(FRAME_FAULT.lost, { on: replyTo('on') });
    to.line.sendPrivate(...reply('oc'));
    to.line.sendPrivate(...reply('on'));
    sendAll(to.line, 'on');
    to.line.sendPrivate(...reply('on'));
    await heard(to);
    const inputs = to.client.texts.map((text) => /"(\w+)-req"/.exec(text)?.[1]).filter((input) => input !== undefined);
    assert.deepEqual(inputs, ['oc', 'on']);
    assert.equal(to.client.texts.filter((text) => text.startsWith('[0,"on"')).length, 1);
  });

  it('breaks in place of a reply, and only the line that it was for', async () => {
    const [to, other] = [await connect(), await connect()];
    trouble.failFrame(FRAME_FAULT.cut, { on: replyTo('on') });
    to.line.sendPrivate(...reply('on'));
    sendAll(to.line, 'on');
    await to.client.until(() => to.client.closedWith !== undefined);
    assert.deepEqual([to.client.closedWith, to.client.texts], [1006, []]);
    sendAll(other.line, 'on');
    assert.deepEqual(await heard(other), ['on']);
  });

  it('can be picked by its number', async () => {
    const [one, two] = [await connect(), await connect()];
    trouble.failFrame(FRAME_FAULT.lost, { on: ({ connection }) => connection === 2 });
    for (const to of [one, two]) sendAll(to.line, 'wu');
    assert.deepEqual([await heard(one), await heard(two)], [['wu'], []]);
  });

  it('is late by latency and jitter, and keeps the order all the same', async () => {
    const to = await connect();
    const end = trouble.slow(100, 400);
    const sent: string[] = [];
    for (let at = 0; at < 50; at++) {
      sent.push(`[7,${at}]`);
      to.line.send(sent[at] as string);
      clock.advance(10);
    }
    // what was sent last is still on its way
    assert.equal(clock.waiting, 1);
    clock.advance(500);
    await to.client.until(() => to.client.texts.length === sent.length);
    assert.deepEqual(to.client.texts, sent);
    end();
    to.line.send('[8]');
    await to.client.until(() => to.client.texts.includes('[8]'));
    assert.equal(clock.waiting, 0);
  });

  it('jitters: no two waits are the same', async () => {
    const to = await connect();
    trouble.slow(100, 400);
    const waits: number[] = [];
    for (let at = 0; at < 20; at++) {
      const from = clock.monotonic();
      to.line.send(`[7,${at}]`);
      while (clock.waiting > 0) clock.advance(1);
      waits.push(clock.monotonic() - from);
    }
    assert.ok(Math.min(...waits) >= 100 && Math.max(...waits) <= 501);
    assert.ok(new Set(waits).size > 10);
  });

  it('of a new client is as slow as the others', async () => {
    trouble.slow(300);
    const to = await connect();
    to.line.send('[1]');
    clock.advance(299);
    assert.equal(clock.waiting, 1);
    clock.advance(1);
    await to.client.until(() => to.client.texts.length === 1);
  });
});
