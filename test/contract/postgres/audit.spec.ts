import assert from 'node:assert/strict';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import { APPROVER, aFixture, type Fixture, id } from './fixture.ts';

describe('the audit trail in PostgreSQL', () => {
  let on: Fixture;
  beforeEach(async () => {
    on = await aFixture();
  });
  afterEach(() => on.drop());

  it('puts what is common to all onto every record, also in a transaction', async () => {
    let rulebook = 'first';
    const { pool, clock } = on;
    const store = createPostgresStore({ pool, clock, replica: 'here', auditFacts: () => ({ rulebook }) });
    const happened = { at: clock.now(), actorId: null, requestId: id('RULE') };
    await store.now.audit.activationRefused({ ...happened, facts: { code: 'activation.too_long' } });
    rulebook = 'second';
    await store.transaction(async ({ audit }) => await audit.activationExpired(happened));
    const { rows } = await pool.query("select facts from pimlico.audit where request_id = 'RULE' order by position");
    assert.deepEqual(rows, [
      { facts: { code: 'activation.too_long', rulebook: 'first' } },
      { facts: { rulebook: 'second' } },
    ]);
  });

  it('records an event and refuses to change or remove it', async () => {
    const now = on.clock.now();
    const { audit } = on.here.store.now;
    await audit.approvalDecided({ at: now, actorId: APPROVER, requestId: id('7F3K'), facts: { outcome: 'approve' } });
    await audit.personSignedIn({ at: now, actorId: null });
    const { rows } = await on.pool.query(
      'select event, at::text, actor_id, request_id, facts from pimlico.audit_trail order by position',
    );
    const at = '2026-11-23 08:00:00+00';
    assert.deepEqual(rows, [
      { event: 'approval.decided', at, actor_id: APPROVER, request_id: '7F3K', facts: { outcome: 'approve' } },
      { event: 'person.signed_in', at, actor_id: null, request_id: null, facts: {} },
    ]);
    for (const attempt of [
      `update pimlico.audit set event = 'x'`,
      'delete from pimlico.audit',
      'truncate pimlico.audit',
    ]) {
      await assert.rejects(on.pool.query(attempt), /only ever added to/);
    }
  });
});
