import assert from 'node:assert/strict';

import { Sightings } from '../../../../sandbox/teams/sightings.ts';

const now = Temporal.Instant.from('2026-11-23T08:00:00Z');

function aSighting(text: string): Parameters<Sightings['add']>[0] {
  const nothing = { card: null, title: null, buttons: [], inputs: [] };
  return { ...nothing, to: 'engineer', chat: 'personal', event: 'send', text, activityId: '1' };
}

describe('Sightings', () => {
  const create = (kept?: number): Sightings => new Sightings({ now: () => now, set: async () => undefined }, kept);

  it('numbers what was seen and reads it from any number on', () => {
    const sightings = create();
    for (const text of ['a', 'b', 'c']) sightings.add(aSighting(text));
    assert.deepEqual(
      sightings.after(1).map(({ seq, at, text }) => [seq, at, text]),
      [
        [2, '2026-11-23T08:00:00Z', 'b'],
        [3, '2026-11-23T08:00:00Z', 'c'],
      ],
    );
    assert.deepEqual([sightings.last, sightings.after(3)], [3, []]);
  });

  it('forgets all but the last it is told to keep', () => {
    const sightings = create(3);
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) sightings.add(aSighting(text));
    assert.deepEqual(
      sightings.after(0).map(({ text }) => text),
      ['e', 'f', 'g'],
    );
    assert.deepEqual(
      sightings.after(6).map(({ text }) => text),
      ['g'],
    );
  });
});
