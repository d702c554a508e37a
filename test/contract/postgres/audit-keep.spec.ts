import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAnchors } from '../../../src/adapters/audit/anchor-file.ts';
import { type AuditSettings, keepAudit } from '../../../src/adapters/audit/keep-audit.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { type Receiver, startReceiver } from '../webhook/receiver.ts';
import { aFixture, ENGINEER, type Fixture } from './fixture.ts';

describe('what a bot does with the audit trail', () => {
  let on: Fixture;
  let receiver: Receiver;
  let folder = '';
  before(async () => {
    receiver = await startReceiver();
  });
  after(() => receiver.close());
  beforeEach(async () => {
    on = await aFixture();
    receiver.begin();
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-keep-'));
    const at = on.clock.now().subtract({ hours: 2 });
    const facts = { justification: 'INC-42' };
    const event = { event: 'activation.intended', at, actorId: ENGINEER, requestId: null, facts } as const;
    await on.record(event);
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await on.drop();
  });

  const settings = (over: Partial<AuditSettings> = {}): AuditSettings => ({
    tenantId: 't',
    managedIdentityClientId: null,
    auditAnchors: null,
    auditAnchorWebhook: null,
    auditAnchorBlob: null,
    auditWebhook: null,
    auditWebhookSecret: new Secret('a-key-of-24-characters-or-more'),
    auditKeepFor: null,
    ...over,
  });
  const keep = async (over: Partial<AuditSettings>) =>
    await keepAudit(settings(over), { pool: on.pool, clock: on.clock, log: silentLog });
  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const types = (): readonly string[] =>
    receiver.received.flatMap(({ body }) => (JSON.parse(body) as { type: string }[]).map(({ type }) => type));
  async function count(table: string): Promise<number> {
    const { rows } = await on.pool.query<{ n: number }>(`select count(*)::integer as n from pimlico.${table}`);
    return rows[0]?.n ?? 0;
  }

  it('links, and anchors the head in a file and at a receiver', async () => {
    const file = path.join(folder, 'anchors.ndjson');
    const kept = await keep({ auditAnchors: file, auditAnchorWebhook: new Secret(receiver.url) });
    await until(() => types().length === 1);
    await kept.close();
    assert.deepEqual(types(), ['pimlico.audit.anchored']);
    assert.deepEqual(
      (await readAnchors(file)).map(({ place }) => place),
      [1],
    );
  });

  it('sends what is linked to a receiver, and nothing outside where none is set', async () => {
    const silent = await keep({});
    await until(async () => (await count('audit_links')) === 1);
    await silent.close();
    assert.deepEqual([types(), await count('audit_stream')], [[], 0]);
    const sending = await keep({ auditWebhook: new Secret(receiver.url) });
    await until(() => types().length > 0);
    await sending.close();
    assert.deepEqual(types(), ['pimlico.audit.recorded']);
  });

  it('forgets what old records tell of people where that is set, and keeps it else', async () => {
    const keeping = await keep({});
    await until(async () => (await count('audit_links')) === 1);
    await keeping.close();
    assert.equal(await count('audit_personal'), 2);
    const forgetting = await keep({ auditKeepFor: Temporal.Duration.from({ hours: 1 }) });
    await until(async () => (await count('audit_personal')) === 0);
    await forgetting.close();
    assert.equal(await count('audit'), 1);
  });

  it('does not begin with a file of anchors that is none', async () => {
    const file = path.join(folder, 'anchors.ndjson');
    writeFileSync(file, 'nonsense\n');
    await assert.rejects(keep({ auditAnchors: file }), { code: 'config.invalid' });
  });
});
