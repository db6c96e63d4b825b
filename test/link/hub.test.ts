import assert from 'node:assert/strict';
import { LIMITS } from '../../src/shared/core/limits';
import { Hub, hub } from '../../src/shared/link/hub';
import type { VenueSpec } from '../../src/shared/link/venue';

function spec(key: string): VenueSpec & { stopped: number } {
  const made = {
    key,
    label: 'custom' as const,
    isSimulated: false,
    stopped: 0,
    report: () => undefined,
    addresses: async () => ({ rest: 'http://127.0.0.1:9', ws: 'ws://127.0.0.1:9' }),
    stop: async () => {
      made.stopped++;
    },
  };
  return made;
}

describe('hub', () => {
  it('is one for the process', () => {
    assert.equal(hub(), hub());
    assert.equal((globalThis as Record<symbol, unknown>)[Symbol.for('@nexus-flows/node-red-bitfinex/hub')], hub());
  });

  it('gives equal addresses one venue and other addresses another', async () => {
    const registry = new Hub();
    const [one, same, other] = [registry.use(spec('a')), registry.use(spec('a')), registry.use(spec('b'))];
    assert.equal(one.venue, same.venue);
    assert.notEqual(one.venue, other.venue);
    await registry.end();
  });

  it('counts the new sockets of the whole process, only the embedded exchange has its own count', async () => {
    const registry = new Hub();
    const [one, other] = [registry.use(spec('a')), registry.use(spec('b'))];
    for (let at = 0; at < LIMITS.connect.max; at++) await one.venue.connects.admit('connect');
    assert.equal(other.venue.connects.isShort('connect'), true);
    assert.equal(registry.use({ ...spec('c'), isSimulated: true }).venue.connects.isShort('connect'), false);
    await registry.end();
  });

  it('starts nothing anew before the end of the one before', async () => {
    const registry = new Hub();
    let ended = (): void => undefined;
    const stopping = new Promise<void>((done) => (ended = done));
    const steps: string[] = [];
    registry.use({ ...spec('a'), stop: () => stopping.then(() => void steps.push('stopped')) });
    const end = registry.end();
    const { venue } = registry.use({ ...spec('a'), addresses: async () => (steps.push('started'), { rest: '', ws: '' }) });
    const addresses = venue.spec.addresses();
    await Promise.resolve();
    assert.deepEqual(steps, []);
    ended();
    await Promise.all([end, addresses]);
    assert.deepEqual(steps, ['stopped', 'started']);
    await registry.end();
  });

  it('counts its users: a release counts once, and the last one ends the venue', async () => {
    const registry = new Hub();
    const exchange = spec('a');
    const [one, two] = [registry.use(exchange), registry.use(exchange)];
    one.release();
    one.release();
    assert.equal(registry.use(exchange).venue, two.venue);
    await registry.end();
    assert.equal(exchange.stopped, 1);
  });
});
