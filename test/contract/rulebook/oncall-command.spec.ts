import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runRulebook } from '../../../cli/rulebook/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const ROTA = path.join(import.meta.dirname, '../../../rulebooks/sandbox.rota.yaml');
const LYNNE = 'lynner@contoso.onmicrosoft.com';
const ISAIAH = 'isaiahl@contoso.onmicrosoft.com';
const BOOK = `version: 1
onCall:
  - { name: leads, entraGroup: sg-oncall-leads }
  - { name: Weekly, rota: sandbox.rota.yaml }
`;
const ONE_ROTA = 'version: 1\nonCall:\n  - { name: Weekly, rota: sandbox.rota.yaml }\n';

describe('npm run rulebook -- oncall', () => {
  let sandbox: RunningSandbox;
  let folder = '';
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-oncall-'));
    copyFileSync(ROTA, path.join(folder, 'sandbox.rota.yaml'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  function file(text: string): string {
    const where = path.join(folder, 'book.yaml');
    writeFileSync(where, text);
    return where;
  }
  const onCall = (book: string, args: readonly string[] = [], env = commandEnvironment(sandbox)): Promise<Ran> =>
    runCommand(runRulebook, ['oncall', file(book), ...args], env);

  it('says who is on call by each source, at an instant, and until when', async () => {
    const { code, out } = await onCall(BOOK, ['--at', '2026-11-23T09:00+01:00']);
    assert.equal(code, 0);
    assert.deepEqual(out.split('\n'), [
      `leads (group sg-oncall-leads): Lynne Robbins <${LYNNE}>, Isaiah Langer <${ISAIAH}>`,
      `Weekly (rota sandbox.rota.yaml): ${LYNNE}, until 2026-11-30T08:00:00Z`,
      '',
    ]);
  });

  it('answers for now when no instant is given', async () => {
    const { code, out } = await onCall(ONE_ROTA, ['--json'], {});
    const { people, until } = JSON.parse(out);
    assert.equal(code, 0);
    assert.equal(people.length, 1);
    const left = Temporal.Now.instant().until(Temporal.Instant.from(until)).total('hours');
    assert.ok(left > -1 && left < 15 * 24, until);
  });

  it('needs no tenant for a rota, whose people it names as they are written', async () => {
    const { code, out, err } = await onCall(BOOK, ['--source', 'WEEKLY', '--at', '2026-12-24T08:00:00Z'], {});
    assert.deepEqual([code, err], [0, '']);
    assert.equal(out, `Weekly (rota sandbox.rota.yaml): ${ISAIAH}, until 2026-12-26T08:00:00Z\n`);
    const { code: without, err: why } = await onCall(BOOK, [], {});
    assert.equal(without, 2);
    assert.match(why, /^config\.invalid: /);
  });

  it('looks people of rotas up with --tenant, and says whom it does not find', async () => {
    const at = ['--tenant', '--at', '2026-11-30T08:00:00Z'];
    const { out } = await onCall(ONE_ROTA, at);
    assert.equal(out, `Weekly (rota sandbox.rota.yaml): Isaiah Langer <${ISAIAH}>, until 2026-12-07T08:00:00Z\n`);
    const { disabledAccounts } = sandbox.world.tenant;
    disabledAccounts.add(sandbox.people.oncall2?.id ?? '');
    try {
      const gone = await onCall(ONE_ROTA, at);
      assert.equal(gone.code, 0);
      assert.equal(gone.out, 'Weekly (rota sandbox.rota.yaml): nobody, until 2026-12-07T08:00:00Z\n');
      assert.equal(gone.err, `Weekly: the tenant has no ${ISAIAH}, or disabled it\n`);
    } finally {
      disabledAccounts.clear();
    }
  });

  it('prints JSON lines', async () => {
    const { out } = await onCall(BOOK, ['--json', '--at', '2026-11-23T08:00:00Z']);
    const [leads = '', weekly = ''] = out.split('\n');
    const { people, ...rest } = JSON.parse(leads);
    assert.deepEqual(rest, { source: 'leads', kind: 'entra-group', until: null });
    assert.deepEqual(people[0], { id: sandbox.people.oncall?.id, name: 'Lynne Robbins', userPrincipalName: LYNNE });
    assert.deepEqual(JSON.parse(weekly), {
      source: 'Weekly',
      kind: 'rota',
      people: [{ id: LYNNE, name: LYNNE, userPrincipalName: LYNNE }],
      until: '2026-11-30T08:00:00Z',
    });
  });

  it('says why a source cannot be read, goes on with the others and exits 1', async () => {
    const book = `version: 1
onCall:
  - { name: lost, rota: nowhere.rota.yaml }
  - { name: wrong, rota: book.yaml }
  - { name: nobody, entraGroup: sg-nowhere }
  - { name: Weekly, rota: sandbox.rota.yaml }
`;
    const { code, out } = await onCall(book, ['--at', '2026-11-23T08:00:00Z']);
    assert.equal(code, 1);
    assert.match(
      out,
      /^lost \(rota nowhere\.rota\.yaml\): nobody, since it is not known: The rota \S+ cannot be read \(ENOENT\)\.$/m,
    );
    assert.match(
      out,
      /^wrong \(rota book\.yaml\): nobody, since it is not known: The rota .* is wrong:\n {2}line 1: /m,
    );
    assert.match(
      out,
      /^nobody \(group sg-nowhere\): nobody, since it is not known: No groups are called “sg-nowhere”$/m,
    );
    assert.match(out, /\nWeekly \(rota sandbox\.rota\.yaml\): lynner@\S+, until 2026-11-30T08:00:00Z\n$/);
    const [json = ''] = (await onCall(book, ['--json'])).out.split('\n');
    const { error, ...about } = JSON.parse(json);
    assert.deepEqual(about, { source: 'lost', kind: 'rota' });
    assert.match(error, /cannot be read \(ENOENT\)/);
  });

  it('refuses an instant that is none, a source that is not there and a rulebook that is wrong', async () => {
    const refusals: readonly (readonly [book: string, args: readonly string[], why: RegExp])[] = [
      [ONE_ROTA, ['--at', 'noon'], /--at “noon” is no instant: write it with its offset/],
      [ONE_ROTA, ['--at', '2026-12-24T09:00'], /is no instant/],
      [ONE_ROTA, ['--source', 'nights'], /has no on-call source “nights”\. There are: “Weekly”\./],
      ['version: 2\n', [], /line 1: version: must be 1/],
    ];
    for (const [book, args, why] of refusals) {
      const { code, err } = await onCall(book, args, {});
      assert.equal(code, 2);
      assert.match(err, why);
    }
  });

  it('says that a rulebook has no sources', async () => {
    const { code, out, err } = await onCall('version: 1\n', [], {});
    assert.deepEqual([code, out], [0, '']);
    assert.match(err, /book\.yaml has no on-call sources\.\n$/);
  });
});
