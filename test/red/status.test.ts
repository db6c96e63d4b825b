import assert from 'node:assert/strict';
import { shorten, statusKeyOf, StatusLight } from '../../src/shared/red/status';
import { VirtualClock } from '../virtual-clock';

describe('status', () => {
  it('lets the worst stream speak for all, and live only when all are', () => {
    assert.equal(statusKeyOf([], false), 'idle');
    assert.equal(statusKeyOf(['live', 'live'], false), 'live');
    assert.equal(statusKeyOf(['live'], true), 'simulated');
    assert.equal(statusKeyOf(['live', 'resyncing'], true), 'resyncing');
    assert.equal(statusKeyOf(['connecting', 'offline', 'live'], false), 'offline');
    assert.equal(statusKeyOf(['refused', 'offline'], false), 'rejected');
  });

  it('stays under 20 characters', () => {
    assert.equal(shorten('live 118940'), 'live 118940');
    assert.ok(shorten('a'.repeat(40)).length < 20);
  });

  it('changes at most twice a second and ends with the newest (F102)', () => {
    const clock = new VirtualClock();
    const shown: string[] = [];
    const light = new StatusLight(clock, ({ text }) => shown.push(text));
    for (let at = 0; at <= 100; at++) {
      light.set({ key: 'live', text: String(at) });
      clock.advance(50);
    }
    clock.advance(1000);
    assert.ok(shown.length <= 12, `${shown.length} in 5 s`);
    assert.equal(shown.at(-1), '100');
  });

  it('shows every change of state in its turn, however short it was', () => {
    const clock = new VirtualClock();
    const shown: string[] = [];
    const light = new StatusLight(clock, ({ text }) => shown.push(text));
    for (const [key, text] of [['live', '1'], ['live', '2'], ['resyncing', 'resyncing'], ['live', '3'], ['live', '4']] as const) light.set({ key, text });
    clock.advance(400);
    assert.deepEqual(shown, ['1']);
    clock.advance(2000);
    assert.deepEqual(shown, ['1', '2', 'resyncing', '4']);
  });

  it('does not send what is shown already, and nothing after its end', () => {
    const clock = new VirtualClock();
    let sent = 0;
    const light = new StatusLight(clock, () => sent++);
    for (let at = 0; at < 5; at++) {
      light.set({ key: 'live', text: 'live' });
      clock.advance(1000);
    }
    assert.equal(sent, 1);
    light.set({ key: 'offline', text: 'a' });
    light.set({ key: 'offline', text: 'b' });
    light.end();
    clock.advance(1000);
    assert.deepEqual([sent, clock.waiting], [2, 0]);
  });
});
