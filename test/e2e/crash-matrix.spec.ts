import assert from 'node:assert/strict';
import { FAULT_NAMES } from '../../cli/crash/faults.ts';
import { playRun } from '../../cli/crash/run.ts';
import { Theater } from '../../cli/crash/theater.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const SEED = 7;

/** The short version of `npm run test:crash`: the long one plays hundreds. */
const RUNS = [
  { points: [1, 2], faults: [], title: 'killed in a mixed hour' },
  {
    points: [6],
    faults: FAULT_NAMES,
    title: 'killed in a mixed hour in which Microsoft and the disk fail as well',
  },
] as const;

describe('the crash matrix', () => {
  let database: FreshDatabase;
  let theater: Theater;

  before(async function () {
    this.timeout(60_000);
    database = await freshDatabase();
    theater = await Theater.open(database.url);
  });

  after(async () => {
    await theater.close();
    await database.drop();
  });

  for (const { points, faults, title } of RUNS) {
    for (const point of points) {
      it(`${title} (${SEED}.${point}): tenant, database and people agree, and nothing is done twice`, async function () {
        this.timeout(60_000);
        const { breaches, kills, story } = await playRun(theater, { seed: SEED, point, faults });
        assert.ok(kills.length > 0, 'the bot was not killed');
        assert.deepEqual(breaches, [], story.join('\n'));
      });
    }
  }

  it('leaves an audit trail that verifies', async () => {
    const { broken, linked, unlinked } = await theater.trail();
    assert.equal(broken, null);
    assert.ok(linked + unlinked > 20, `${linked} and ${unlinked}`);
  });
});
