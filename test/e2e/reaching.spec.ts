import assert from 'node:assert/strict';
import { Player, StepFailure } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Call } from '../../sandbox/platform/types.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const ASKING_PIM = /^\/v1\.0\/roleManagement\/directory\/roleAssignmentScheduleRequests$/;

describe('reaching approvers, with the processes that do it', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let stage: Stage;
  let seen: Sighting[];

  before(async () => {
    database = await freshDatabase();
    stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: { PIMLICO_APPROVER_WAVE: '2' },
      onBoot: () => undefined,
    });
  });
  beforeEach(() => {
    seen = [];
  });
  after(async () => {
    await stage.close();
    await database.drop();
  });

  async function plays(script: string): Promise<void> {
    try {
      await new Player(stage, (sighting) => void seen.push(sighting)).play(readScript(script));
    } catch (thrown) {
      assert.fail(thrown instanceof StepFailure ? thrown.message : (thrown as Error));
    }
  }

  const lastCall = async () => Number((await stage.control.send('GET', '/calls')).lastSeq);
  const callsSince = async (seq: number) =>
    (await stage.control.send('GET', `/calls?since=${seq}`)).calls as readonly Call[];

  it('has told the requester before PIM is asked, and makes no such message where everybody can be reached', async () => {
    await plays(`
approver: help
@block approver
engineer: activate Contoso-App-Assignment-Operator for 1h because INC-1
@expect engineer card=activation-pending contains "Megan Bowen blocked this bot."
engineer: [Cancel request]
@clock +1m
`);
    const before = await lastCall();
    await plays(`
engineer: activate Contoso-App-Assignment-Operator for 1h because INC-2
@expect engineer card=activation-pending event=send contains "Asking PIM" contains "Cannot be reached here: Megan Bowen (blocked this bot)"
`);
    const calls = await callsSince(before);
    const asked = calls.findIndex(({ method, path }) => method === 'POST' && ASKING_PIM.test(path));
    const told = calls.findIndex(
      ({ service, method, status }) => service === 'connector' && method === 'POST' && status === 201,
    );
    assert.ok(asked >= 0 && told >= 0 && told < asked, `told as call ${told}, asked as call ${asked}`);
    await plays(`
engineer: [Cancel request]
@unblock approver
approver: help
@clock +1m
`);
    const sound = await lastCall();
    await plays('engineer: activate Contoso-App-Assignment-Operator for 1h because INC-3');
    const first = (await callsSince(sound)).find(
      ({ service, method, path }) => (service === 'connector' && method === 'POST') || ASKING_PIM.test(path),
    );
    assert.match(first?.path ?? '', ASKING_PIM);
    await plays('engineer: [Cancel request]');
  });

  it('asks the second wave once, also when the bot was killed meanwhile', async () => {
    const members = ['approver', 'approver2', 'oncall', 'oncall2', 'admin'];
    await stage.control.send('POST', '/directory/group', { name: 'sg-app-approvers', members });
    await stage.moveClock(Temporal.Duration.from({ minutes: 6 }));
    await plays(`
engineer: activate Contoso-App-Assignment-Operator for 1h because INC-4
@expect engineer card=activation-pending contains "3 more will be asked at 10:1"
`);
    const asked = () =>
      seen.filter(({ card, event }) => card === 'approval-request' && event === 'send').map(({ to }) => to);
    assert.equal(asked().length, 2);
    await plays(`
@restart
@clock +5m
`);
    assert.equal(asked().length, 2);
    await plays('@clock +5m');
    assert.deepEqual(asked().toSorted(), members.toSorted());
    await plays(`
admin: [Approve] justification="the others are away"
@expect engineer card=activation-active contains "Patti Fernandez"
@clock +1h
`);
    assert.deepEqual(asked().toSorted(), members.toSorted());
  });
});
