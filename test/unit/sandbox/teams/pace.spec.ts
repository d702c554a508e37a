import assert from 'node:assert/strict';

import { Pace } from '../../../../sandbox/teams/pace.ts';

const at = (seconds: number): Temporal.Instant =>
  Temporal.Instant.from('2026-11-23T08:00:00Z').add({ milliseconds: Math.round(seconds * 1000) });

function times(
  pace: Pace,
  count: number,
  operation: 'send' | 'members' | 'roster',
  now: Temporal.Instant,
): (number | null)[] {
  return Array.from({ length: count }, () => pace.refuses(operation, 'a:1', now));
}

describe('Pace', () => {
  it('lets everything pass until it is switched on', () => {
    assert.deepEqual(new Set(times(new Pace(), 100, 'send', at(0))), new Set([null]));
  });

  it('lets seven sends pass in a second and eight in two', () => {
    const pace = new Pace();
    pace.enabled = true;
    assert.deepEqual(times(pace, 8, 'send', at(0)), [null, null, null, null, null, null, null, 1]);
    assert.deepEqual(times(pace, 2, 'send', at(1)), [null, 1]);
    assert.equal(pace.refuses('send', 'a:1', at(2)), null);
  });

  it('lets sixty sends pass in half a minute', () => {
    const pace = new Pace();
    pace.enabled = true;
    const waits = Array.from({ length: 61 }, (_, index) => pace.refuses('send', 'a:1', at(index * 0.4)));
    assert.deepEqual(new Set(waits.slice(0, 60)), new Set([null]));
    assert.equal(waits[60], 6);
  });

  it('counts conversations apart, but fifty a second over the tenant', () => {
    const pace = new Pace();
    pace.enabled = true;
    const waits = Array.from({ length: 51 }, (_, index) => pace.refuses('send', `a:${index}`, at(0)));
    assert.deepEqual(new Set(waits.slice(0, 50)), new Set([null]));
    assert.equal(waits[50], 1);
  });

  it('lets the deprecated roster be read five times a minute', () => {
    const pace = new Pace();
    pace.enabled = true;
    assert.deepEqual(times(pace, 6, 'roster', at(0)), [null, null, null, null, null, 60]);
  });
});
