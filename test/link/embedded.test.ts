import assert from 'node:assert/strict';
import { embeddedExchange } from '../../src/shared/link/embedded';
import type { VenueSpec } from '../../src/shared/link/venue';
import { Client } from '../simulator/client';

describe('an embedded exchange', () => {
  let spec: VenueSpec;
  beforeEach(() => (spec = embeddedExchange('embedded', { seed: 1, account: 'me', report: () => undefined })));
  afterEach(() => spec.stop());

  it('is as strict as the exchange with who reads too often', async () => {
    const { rest } = await spec.addresses();
    const statuses = [];
    for (let call = 1; call <= 4; call++) statuses.push((await fetch(`${rest}/v2/liquidations/hist`)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    assert.equal((await fetch(`${rest}/v2/platform/status`)).status, 200);
  });

  it('is as strict as the exchange with who connects too often', async () => {
    const { ws } = await spec.addresses();
    const clients = [];
    for (let count = 1; count <= 20; count++) clients.push(await Client.open(ws));
    await assert.rejects(Client.open(ws), /429/);
    for (const client of clients) client.close();
  });
});
