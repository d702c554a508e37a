import assert from 'node:assert/strict';
import { type RoleAtScope, roleKey } from '../../../src/domain/assignment.ts';
import { principalId, roleDefinitionId, scheduleRequestId } from '../../../src/domain/ids.ts';
import type { TenantEvent } from '../../../src/ports/tenant-feed.ts';
import { type Deed, matchLog, type Sides } from '../../../src/use-cases/reconcile/match-log.ts';

const at = (time: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${time}:00Z`);
const ROLE: RoleAtScope = {
  surface: 'directory',
  roleDefinitionId: roleDefinitionId('88d8e3e3-8f55-4a1e-953a-9b9898b8876b'),
  roleName: 'Operator',
  scope: { id: '/', name: 'tenant-wide' },
};
const PERSON = principalId('00000000-0000-4000-8000-000000000001');
const REQUEST = 'AAAAAAAA-0000-4000-8000-000000000001';

const anEvent = (over: Partial<TenantEvent> = {}): TenantEvent => ({
  id: `row ${over.kind ?? 'active'}`,
  at: at('10:00'),
  kind: 'active',
  principalId: PERSON,
  principalName: 'Alex',
  role: ROLE,
  requestId: scheduleRequestId(REQUEST),
  by: null,
  justification: null,
  ...over,
});
const aDeed = (over: Partial<Deed> = {}): Deed => ({
  kind: 'activation',
  at: at('10:00'),
  requestId: '7F3K',
  scheduleRequestId: REQUEST.toLowerCase(),
  principalId: PERSON,
  roleKey: roleKey(ROLE),
  roleName: 'Operator',
  scopeId: '/',
  outcome: null,
  shownAt: over.at ?? at('10:00'),
  ...over,
});
/** What is found, in short. */
function found(sides: Partial<Sides>): readonly string[] {
  const all = { events: [], deeds: [], since: at('08:00'), until: at('12:00'), now: at('12:00'), ...sides };
  return matchLog(all).map((one) => `${one.found} ${one.outcome ?? one.kind}`);
}

describe('Entra’s log beside the trail', () => {
  it('finds nothing where both tell of the same', () => {
    const events = [
      anEvent({ kind: 'waiting' }),
      anEvent({ kind: 'approved' }),
      anEvent(),
      anEvent({ kind: 'deactivated', at: at('10:30'), requestId: scheduleRequestId('another') }),
    ];
    const deeds = [
      aDeed(),
      aDeed({ kind: 'decision', outcome: 'approve' }),
      aDeed({ kind: 'deactivation', at: at('10:30'), shownAt: null }),
      aDeed({ kind: 'deactivation', at: at('10:31') }),
    ];
    assert.deepEqual(found({ events, deeds }), []);
  });

  it('finds an activation past the bot once, though it waited and became active', () => {
    assert.deepEqual(found({ events: [anEvent({ kind: 'waiting' }), anEvent()] }), ['elsewhere activation']);
  });

  it('finds an activation past the bot beside one of the same person through it', () => {
    const other = anEvent({ requestId: scheduleRequestId('other') });
    assert.deepEqual(found({ events: [anEvent(), other], deeds: [aDeed()] }), ['elsewhere activation']);
  });

  it('takes a row without a request for ours by person, role and time, and for no other', () => {
    const event = anEvent({ requestId: null });
    assert.deepEqual(found({ events: [event], deeds: [aDeed({ at: at('10:14'), shownAt: null })] }), []);
    assert.deepEqual(found({ events: [event], deeds: [aDeed({ at: at('10:16'), shownAt: null })] }), [
      'elsewhere activation',
    ]);
    assert.deepEqual(found({ events: [event], deeds: [aDeed({ roleKey: 'another', shownAt: null })] }), [
      'elsewhere activation',
    ]);
  });

  it('finds decisions past the bot, and one that is not what was decided through it', () => {
    const deeds = [aDeed({ kind: 'decision', outcome: 'approve' })];
    assert.deepEqual(found({ events: [anEvent({ kind: 'denied' })] }), ['elsewhere deny']);
    assert.deepEqual(found({ events: [anEvent({ kind: 'denied' })], deeds }), ['elsewhere deny', 'unseen approve']);
  });

  it('finds what was given back past the bot, also where it was given back here at another time', () => {
    const event = anEvent({ kind: 'deactivated' });
    assert.deepEqual(found({ events: [event] }), ['elsewhere deactivation']);
    const deeds = [aDeed({ kind: 'deactivation', at: at('09:00'), shownAt: null })];
    assert.deepEqual(found({ events: [event], deeds }), ['elsewhere deactivation']);
  });

  it('does not take what time did for somebody’s doing', () => {
    const events = (['ended', 'undecided', 'canceled'] as const).map((kind) => anEvent({ kind }));
    assert.deepEqual(found({ events }), []);
  });

  it('finds what the bot claims and the log does not show', () => {
    const deeds = [
      aDeed(),
      aDeed({ kind: 'decision', outcome: 'deny' }),
      aDeed({ kind: 'deactivation' }),
      aDeed({ requestId: 'TRY1', shownAt: null }),
    ];
    assert.deepEqual(found({ deeds }), ['unseen activation', 'unseen deny', 'unseen deactivation']);
  });

  it('takes any row about the request for a sign of the activation', () => {
    assert.deepEqual(found({ events: [anEvent({ kind: 'canceled' })], deeds: [aDeed()] }), []);
  });

  it('takes an end shortly before for the one that was given back', () => {
    const deeds = [aDeed({ kind: 'deactivation' })];
    assert.deepEqual(found({ events: [anEvent({ kind: 'ended', at: at('09:10') })], deeds }), []);
    assert.deepEqual(found({ events: [anEvent({ kind: 'ended', at: at('08:50') })], deeds }), ['unseen deactivation']);
  });

  it('does not judge rows younger than 15 minutes, nor deeds whose turn came less than an hour ago', () => {
    assert.deepEqual(found({ events: [anEvent({ at: at('11:46') })] }), []);
    assert.deepEqual(found({ events: [anEvent({ at: at('11:45') })] }), ['elsewhere activation']);
    assert.deepEqual(found({ deeds: [aDeed({ at: at('11:01') })] }), []);
    assert.deepEqual(found({ deeds: [aDeed({ at: at('11:00') })] }), ['unseen activation']);
    assert.deepEqual(found({ deeds: [aDeed({ at: at('09:00'), shownAt: at('11:30') })] }), []);
  });

  it('judges the period that was asked for, and nothing around it', () => {
    const events = [anEvent({ id: 'a', at: at('07:59') }), anEvent({ id: 'b', at: at('11:30') })];
    const deeds = [aDeed({ requestId: 'A', scheduleRequestId: 'x', at: at('07:59') })];
    assert.deepEqual(found({ events, deeds, until: at('11:00') }), []);
    assert.deepEqual(found({ events, deeds, since: at('07:00'), until: at('11:00') }), [
      'elsewhere activation',
      'unseen activation',
    ]);
  });
});
