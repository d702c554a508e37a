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
    const event = { event: 'activation.expired', at: clock.now(), actorId: null, requestId: id('RULE') } as const;
    await store.now.audit.record({ ...event, facts: { own: 'kept' } });
    rulebook = 'second';
    await store.transaction(async ({ audit }) => await audit.record({ ...event, facts: {} }));
    const { rows } = await pool.query("select facts from pimlico.audit where request_id = 'RULE' order by position");
    assert.deepEqual(rows, [{ facts: { own: 'kept', rulebook: 'first' } }, { facts: { rulebook: 'second' } }]);
  });

  it('records an event and refuses to change or remove it', async () => {
    await on.here.store.now.audit.record({
      event: 'approval.decided',
      at: on.clock.now(),
      actorId: APPROVER,
      requestId: id('7F3K'),
      facts: { decision: 'approve' },
    });
    await on.here.store.now.audit.record({
      event: 'activation.expired',
      at: on.clock.now(),
      actorId: null,
      requestId: null,
      facts: {},
    });
    const { rows } = await on.pool.query(
      'select event, at::text, actor_id, request_id, facts from pimlico.audit_trail order by position',
    );
    const at = '2026-11-23 08:00:00+00';
    assert.deepEqual(rows, [
      { event: 'approval.decided', at, actor_id: APPROVER, request_id: '7F3K', facts: { decision: 'approve' } },
      { event: 'activation.expired', at, actor_id: null, request_id: null, facts: {} },
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
