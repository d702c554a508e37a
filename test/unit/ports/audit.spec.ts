import assert from 'node:assert/strict';
import { AUDIT_EVENTS, type AuditEvent } from '../../../src/domain/audit.ts';
import { principalId, requestId } from '../../../src/domain/ids.ts';
import { type Audit, auditOf } from '../../../src/ports/audit.ts';

const HAPPENED = {
  at: Temporal.Instant.from('2026-11-23T08:00:00Z'),
  actorId: principalId('00000000-0000-4000-8000-000000000001'),
};
const OF_REQUEST = { ...HAPPENED, requestId: requestId('7F3K') };

type Written = Omit<AuditEvent, 'at'> & { readonly at: string };

/** Instants as text: mocha cannot print what it finds different in others, and ends without a word. */
const asText = (event: AuditEvent): Written => ({ ...event, at: event.at.toString() });

function aTrail(): { readonly audit: Audit; readonly written: readonly Written[] } {
  const written: Written[] = [];
  const audit = auditOf({ record: async (event) => void written.push(asText(event)) });
  return { audit, written };
}

describe('the methods of the audit trail', () => {
  it('are one for each event, no more and no less', () => {
    const names = Object.keys(aTrail().audit).map((method) => method.toLowerCase());
    assert.deepEqual(
      names,
      AUDIT_EVENTS.map((event) => event.replaceAll(/[._]/g, '')),
    );
  });

  it('are named like their event', () => {
    const { audit } = aTrail();
    const some = ['activationIntended', 'stepUpOffered', 'activationDeactivationIntended', 'alarmSecondRoute'] as const;
    for (const method of some) {
      assert.equal(typeof audit[method], 'function', method);
    }
  });

  it('each write exactly their event, with what they were given', async () => {
    const { audit, written } = aTrail();
    const facts = { own: 'kept' };
    for (const method of Object.values(audit)) {
      await method({ ...OF_REQUEST, facts });
    }
    assert.deepEqual(
      written,
      AUDIT_EVENTS.map((event) => asText({ ...OF_REQUEST, facts, event })),
    );
  });

  it('write no request and no facts where an event has none', async () => {
    const { audit, written } = aTrail();
    await audit.personSignedIn(HAPPENED);
    await audit.activationExpired(OF_REQUEST);
    await audit.activationFailed({ ...OF_REQUEST, facts: {} });
    assert.deepEqual(written, [
      asText({ ...HAPPENED, event: 'person.signed_in', requestId: null, facts: {} }),
      asText({ ...OF_REQUEST, event: 'activation.expired', facts: {} }),
      asText({ ...OF_REQUEST, event: 'activation.failed', facts: {} }),
    ]);
  });

  it('hand on that an event was not written', async () => {
    const audit = auditOf({ record: () => Promise.reject(new TypeError('no trail')) });
    await assert.rejects(audit.activationExpired(OF_REQUEST), /no trail/);
  });
});

/** A test of the type check, which fails when one of these lines compiles. Nobody runs it. */
void (async (audit: Audit): Promise<void> => {
  // @ts-expect-error an event needs its facts
  await audit.activationActive(OF_REQUEST);
  // @ts-expect-error all of them
  await audit.activationActive({ ...OF_REQUEST, facts: { from: '' } });
  // @ts-expect-error not those of another one
  await audit.activationActive({ ...OF_REQUEST, facts: { code: 'activation.too_long' } });
  // @ts-expect-error nor those of another one beside its own
  await audit.activationActive({ ...OF_REQUEST, facts: { from: '', until: '', code: 'activation.too_long' } });
  // @ts-expect-error an event without facts takes none
  await audit.activationExpired({ ...OF_REQUEST, facts: { code: 'activation.too_long' } });
  // @ts-expect-error facts are text
  await audit.approvalAsked({ ...OF_REQUEST, facts: { approvers: 2, scheduleRequestId: '' } });
  // @ts-expect-error a fact that may be left out is not undefined
  await audit.activationFailed({ ...OF_REQUEST, facts: { code: undefined } });
  // @ts-expect-error a reason is one of our codes
  await audit.activationRefused({ ...OF_REQUEST, facts: { code: 'because' } });
  // @ts-expect-error what is always about an ask needs it
  await audit.activationExpired(HAPPENED);
  // @ts-expect-error and null is none
  await audit.activationExpired({ ...HAPPENED, requestId: null });
  // @ts-expect-error what may be about an ask says so
  await audit.alarmRaised({ ...HAPPENED, facts: { story: '', slot: '', card: '', channel: '', people: '0' } });
  // @ts-expect-error what is never about an ask takes none
  await audit.personSignedIn({ ...HAPPENED, requestId: requestId('7F3K') });
  // @ts-expect-error there is no way around the methods
  await audit.record({ ...OF_REQUEST, event: 'activation.expired', facts: {} });
});
