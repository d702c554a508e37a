import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { runAudit } from '../../cli/audit/run.ts';
import { Player } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { botEnvironment } from '../../cli/stage/bot-environment.ts';
import { Stage } from '../../cli/stage/stage.ts';
import { type Ran, runCommand } from '../support/command.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { trustCertificateAuthority } from '../support/trust-ca.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';

describe('the trail of a bot beside Entra’s log', () => {
  let database: FreshDatabase;
  let stage: Stage;

  before(async function () {
    this.timeout(120_000);
    database = await freshDatabase();
    stage = await Stage.open({ now: '2026-11-23T09:00:00Z', databaseUrl: database.url, onBoot: () => undefined });
    trustCertificateAuthority(readFileSync(stage.sandbox.ca, 'utf8'));
  });

  after(async () => {
    await stage.close();
    await database.drop();
  });

  const plays = async (...lines: readonly string[]): Promise<void> =>
    await new Player(stage, () => undefined).play(readScript(lines.join('\n')));
  const match = (...args: readonly string[]): Promise<Ran> =>
    runCommand(runAudit, ['match', ...args], botEnvironment(stage.sandbox, database.url));

  it('tells of the same where everything came through the bot, and names what did not', async function () {
    this.timeout(120_000);
    await plays(
      'engineer: activate Security Reader for 2h because audit',
      `engineer: activate ${OPERATOR} for 2h because INC-42`,
      '@expect approver card=approval-request',
      'approver: [Approve] justification="fine"',
      'engineer: activate Contributor on rg-web for 1h because CHG-7',
      'oncall: activate sg-payments-oncall for 2h because INC-9',
      '@clock +10m',
      'engineer: deactivate Security Reader',
      'oncall: deactivate sg-payments-oncall',
      '@clock +5h',
    );
    const same = await match();
    assert.deepEqual([same.code, same.err], [0, ''], same.out);
    assert.match(same.out, /^Nothing differs .*; [6-9] rows were read\.$/m);
    await plays(
      '@portal engineer activate Security Reader duration=PT1H justification="past the bot"',
      `engineer: activate ${OPERATOR} for 2h because INC-43`,
      `@portal approver2 deny ${OPERATOR} justification="wrong week"`,
      '@clock +10m',
      '@portal engineer deactivate Security Reader',
      '@clock +5h',
    );
    const { code, out } = await match('--json');
    const found = out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    assert.equal(code, 1);
    assert.deepEqual(
      found.map((one) => `${one.found} ${one.outcome ?? one.kind} ${one.roleName}`),
      ['elsewhere activation Security Reader', `elsewhere deny ${OPERATOR}`, 'elsewhere deactivation Security Reader'],
    );
  });
});
