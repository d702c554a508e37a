import assert from 'node:assert/strict';
import { Player } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';

describe('a database from yesterday’s backup', () => {
  let database: FreshDatabase;
  let stage: Stage;
  let seen: Sighting[] = [];

  before(async function () {
    this.timeout(120_000);
    database = await freshDatabase();
    stage = await Stage.open({ now: '2026-11-23T09:00:00Z', databaseUrl: database.url, onBoot: () => undefined });
  });

  after(async () => {
    await stage.close();
    await database.drop();
  });

  const plays = async (...lines: readonly string[]): Promise<readonly Sighting[]> => {
    seen = [];
    await new Player(stage, (sighting) => seen.push(sighting)).play(readScript(lines.join('\n')));
    return seen;
  };
  const sent = (to: string): readonly (string | null)[] =>
    seen.filter((one) => one.to === to && one.event === 'send').map(({ card }) => card);

  it('is brought to where the tenant is: nobody gets stale cards, nothing is asked twice, old buttons do nothing', async function () {
    this.timeout(120_000);
    await plays(
      'engineer: activate Security Reader for 2h because audit',
      `engineer: activate ${OPERATOR} for 2h because INC-42`,
      'contractor: activate Virtual Machine Operator (Contractors) for 2h because INC-43',
      '@expect approver card=approval-request',
      '@clock +6m',
    );
    await stage.killBot();
    const restore = await database.backUp();
    await stage.startBot();
    // What the backup does not know: a yes, a no, an activation and a request.
    await plays(
      'approver: [Approve] justification="fine"',
      `@portal approver2 deny ${OPERATOR} justification="wrong week"`,
      '@clock +20h',
      'engineer: activate Contributor on rg-web for 1h because CHG-7',
      'oncall: activate sg-payments-oncall for 4h because INC-9',
      '@clock +10m',
    );
    await stage.killBot();
    await restore();
    await stage.startBot();
    await plays('@clock +2m');
    assert.deepEqual(sent('contractor'), []);
    assert.deepEqual(sent('approver2'), []);

    const { requests } = await stage.control.send('GET', '/pim/state');
    const before = (requests as readonly unknown[]).length;
    await plays(
      '@clock +1m',
      // Of the request that the backup does not know the approver has a card of before, whose button is void, and a new one.
      '@forge approver [Approve] of approver',
      '@expect none engineer card=activation-active',
      'approver: [Approve] justification="fine"',
      '@expect engineer card=activation-active contains "rg-web"',
      'oncall: deactivate sg-payments-oncall',
      '@expect oncall card=activation-ended',
    );
    const after = ((await stage.control.send('GET', '/pim/state')).requests as readonly unknown[]).length;
    // Giving back is a request of its own.
    assert.equal(after, before + 1);
  });
});
