import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Player, StepFailure } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

/** Each rule needs tokens of both of Microsoft's services. */
const RULEBOOK = `version: 1
separationOfDuties:
  - name: Reading against running
    reason: Who watches must not act.
    sides:
      - { name: reading, roles: [{ entraRole: Security Reader }, { entraRole: Privileged Role Administrator }] }
      - { name: running, roles: [{ azureRole: Virtual Machine Operator }] }
  - name: Looking against changing
    reason: Who looks must not change.
    sides:
      - { name: looking, roles: [{ entraRole: Global Reader }] }
      - { name: changing, roles: [{ azureRole: Contributor }] }
`;

describe('roles that are kept apart across Microsoft’s services', function () {
  this.timeout(60_000);
  let folder = '';
  let database: FreshDatabase;
  let stage: Stage;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-duties-'));
    const file = path.join(folder, 'rulebook.yaml');
    writeFileSync(file, RULEBOOK);
    database = await freshDatabase();
    stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: { PIMLICO_RULEBOOK: file },
      onBoot: () => undefined,
    });
  });
  after(async () => {
    await stage.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  async function plays(script: string): Promise<void> {
    try {
      await new Player(stage, () => undefined).play(readScript(script));
    } catch (thrown) {
      assert.fail(thrown instanceof StepFailure ? thrown.message : (thrown as Error));
    }
  }

  it('go on by themselves after Continue, with the token that waits for it', async () => {
    await plays(`
engineer: activate Security Reader for 1h because INC-1 audit
@clock +46m
engineer: [Continue]
@clock +15m
@expect engineer card=activation-active event=send contains "Security Reader"
engineer: activate "Virtual Machine Operator" for 1h because INC-1 audit
@expect engineer card=error title="Not beside what you hold" contains "Security Reader"
@clock +10m
engineer: deactivate Security Reader
engineer: activate "Virtual Machine Operator" for 1h because INC-1 audit
@expect engineer card=activation-active contains "Virtual Machine Operator"
`);
  });

  it('are activated after a sign-in, which brings the tokens to look with', async () => {
    await plays(`
oncall: activate "Privileged Role Administrator" for 30m because INC-2 rights
@expect oncall card=step-up
@stepup oncall ok
@expect oncall card=activation-active contains "Privileged Role Administrator"
`);
  });

  it('are refused when a group would give one at once that was named', async () => {
    await plays(`
oncall: activate "Global Reader" for 1h
@expect oncall card=activation-active
oncall: activate Contributor on rg-payments for 30m because INC-77 down ticket INC-77
@expect oncall card=choose-role
oncall: [Choose] choice="Contributor on rg-payments, through sg-breakglass-payments"
@expect oncall card=error title="Not beside what you hold" contains "Global Reader"
`);
  });
});
