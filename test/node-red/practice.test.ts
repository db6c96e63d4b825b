import assert from 'node:assert/strict';
import { startNodeRed, type NodeRedChild } from './child';

/** The password is "word". */
const PASSWORD = '$2b$04$RIpOTLJMNrR/0djfETG7y.wFGCkjFvEu/zm8PcHhACMdANWpI3Qda';
const ACTIONS = ['trouble', 'trouble/stop', 'deposit', 'reset'];

describe('the practice exchange of a Node-RED that asks for a login', function () {
  this.timeout(60_000);
  let red: NodeRedChild;

  before(async () => {
    const users = [{ username: 'looker', password: PASSWORD, permissions: 'read' }, { username: 'owner', password: PASSWORD, permissions: '*' }];
    const flow = [
      { id: 'tab', type: 'tab', label: 'practice' },
      { id: 'account', type: 'bitfinex-account', name: '', environment: 'simulated', version: 1 },
      { id: 'ticker', type: 'bitfinex-ticker-stream', z: 'tab', x: 200, y: 80, account: 'account', symbols: 'BTC/USD', source: 'ticker', interval: 0, version: 1, wires: [[]] },
    ];
    red = await startNodeRed({ flow, settings: { adminAuth: { type: 'credentials', users } } });
    await red.until(() => red.status('ticker').fill === 'blue', 'the stream is live');
  });
  after(() => red?.stop());

  async function tokenOf(username: string, scope: string): Promise<string> {
    const body = JSON.stringify({ client_id: 'node-red-admin', grant_type: 'password', scope, username, password: 'word' });
    const answer = await fetch(`${red.url}/auth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
  const post = async (action: string, authorization: string): Promise<number> => (await fetch(`${red.url}/bitfinex/account/account/${action}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: '{"kind":"maintenance"}' })).status;

  it('is shown to whoever may read, and commanded only by whoever may write', async () => {
    const [looker, owner] = [`Bearer ${await tokenOf('looker', 'read')}`, `Bearer ${await tokenOf('owner', '*')}`];
    const { practice } = (await (await fetch(`${red.url}/bitfinex/account/account`, { headers: { authorization: looker } })).json()) as { practice: { inUse: boolean; wallets: unknown[] } };
    assert.deepEqual([practice.inUse, practice.wallets.length], [true, 4]);
    for (const action of ACTIONS) assert.deepEqual([await post(action, ''), await post(action, 'Bearer wrong'), await post(action, looker)], [401, 401, 401], action);
    assert.deepEqual(await Promise.all(ACTIONS.map((action) => post(action, owner))), [200, 200, 400, 400]);
    assert.ok(red.output.includes('practice exchange: trouble maintenance'), red.output.slice(-400));
  });
});
