import assert from 'node:assert/strict';
import { toOcsf } from '../../../cli/audit/ocsf.ts';
import events from '../../../cli/audit/ocsf-events.json' with { type: 'json' };
import type { TrailRecord } from '../../../src/adapters/postgres/audit-read.ts';
import { AUDIT_EVENTS } from '../../../src/domain/audit.ts';

const PERSON = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';

const aRecord = (over: Partial<TrailRecord> = {}): TrailRecord => ({
  position: 7,
  event: 'activation.intended',
  at: Temporal.Instant.from('2026-11-23T08:00:00.5Z'),
  actorId: PERSON,
  requestId: '7F3K',
  facts: {},
  ...over,
});
/** By what OCSF 1.3 has in these classes. */
const ACTIVITIES: Readonly<Record<number, readonly number[]>> = {
  3001: [99],
  3002: [1, 2, 99],
  3004: [1, 2, 3, 4],
  3005: [1, 2],
};
const told = (over: Partial<TrailRecord>) => toOcsf(aRecord(over), null) as Readonly<Record<string, unknown>>;

describe('a record as an event of OCSF', () => {
  it('is mapped for every event of the trail', () => {
    const mapped = new Set(Object.keys(events));
    assert.deepEqual(
      AUDIT_EVENTS.filter((event) => !mapped.has(event)),
      [],
    );
  });

  for (const event of AUDIT_EVENTS) {
    it(`has a class, an activity and everything that is required for ${event}`, () => {
      const object = told({ event });
      const { class_uid, activity_id, type_uid } = object;
      assert.ok(ACTIVITIES[Number(class_uid)]?.includes(Number(activity_id)), `${class_uid} ${activity_id}`);
      assert.equal(type_uid, Number(class_uid) * 100 + Number(activity_id));
      for (const name of ['class_name', 'activity_name', 'severity', 'status']) {
        assert.equal(typeof object[name], 'string', name);
      }
      const wanted = { 3001: ['user'], 3002: ['user', 'service'], 3004: ['entity'], 3005: ['user', 'privileges'] };
      for (const name of wanted[class_uid as 3001]) {
        assert.ok(object[name] !== undefined, name);
      }
    });
  }

  it('tells who, what, when and of which ask', () => {
    assert.deepEqual(told({ facts: { role: 'r', scope: '/', justification: 'INC-42', ticket: 'T1' } }), {
      category_uid: 3,
      category_name: 'Identity & Access Management',
      class_uid: 3004,
      class_name: 'Entity Management',
      activity_id: 1,
      activity_name: 'Create',
      type_uid: 300_401,
      type_name: 'Entity Management: Create',
      severity_id: 1,
      severity: 'Informational',
      status_id: 0,
      status: 'Unknown',
      time: 1_795_420_800_500,
      message: 'activation.intended',
      metadata: {
        version: '1.3.0',
        product: { name: 'Pimlico', vendor_name: 'Pimlico' },
        uid: '7',
        event_code: 'activation.intended',
        correlation_uid: '7F3K',
      },
      actor: { user: { uid: PERSON, type: 'User', type_id: 1 } },
      entity: { type: 'Activation request', uid: '7F3K' },
      comment: 'INC-42',
      unmapped: { role: 'r', scope: '/', ticket: 'T1' },
    });
  });

  it('is about the person whose access changes, whoever changed it', () => {
    const facts = { action: 'assign', principal: PERSON, role: 'r', scope: '/' };
    const object = told({ event: 'assignment.changed', actorId: OTHER, requestId: null, facts });
    assert.deepEqual(object.user, { uid: PERSON, type: 'User', type_id: 1 });
    assert.deepEqual(object.actor, { user: { uid: OTHER, type: 'User', type_id: 1 } });
    assert.deepEqual(object.privileges, ['r']);
    assert.deepEqual(object.unmapped, { action: 'assign', scope: '/' });
  });

  it('takes access away where the fact says so', () => {
    const activity = (action: string) => told({ event: 'assignment.changed', facts: { action } }).type_uid;
    assert.deepEqual([activity('assign'), activity('extend'), activity('remove')], [300_501, 300_501, 300_502]);
  });

  it('is a failure with our code where it was refused', () => {
    const object = told({ event: 'activation.refused', facts: { code: 'activation.not_eligible' } });
    assert.deepEqual([object.status_id, object.status_code, object.severity_id], [2, 'activation.not_eligible', 2]);
  });

  it('has the program as actor where nobody acted, and loses no fact of an event it does not know', () => {
    const object = told({ event: 'novelty.seen', actorId: null, requestId: null, facts: { what: 'x', n: null } });
    assert.deepEqual(object.actor, { app_name: 'Pimlico' });
    assert.deepEqual(object.unmapped, { what: 'x', n: null });
    assert.deepEqual([object.type_uid, object.activity_name], [300_499, 'Other']);
  });
});
