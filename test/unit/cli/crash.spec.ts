import assert from 'node:assert/strict';
import type { Ask, Card, Evidence, Face, TenantRequest } from '../../../cli/crash/evidence.ts';
import { readFaultNames } from '../../../cli/crash/faults.ts';
import { findBreaches, type InvariantName, type Known } from '../../../cli/crash/invariants.ts';
import { drawMendings } from '../../../cli/crash/mend.ts';
import { drawPlot } from '../../../cli/crash/plot.ts';

const ROLE = 'Security Reader';
const TEXT = `Access is active\nRole: ${ROLE}\nRequest AB12`;

const ask: Ask = {
  id: 'AB12',
  requester: 'engineer',
  surface: 'directory',
  role: ROLE,
  state: 'active',
  requestedAt: '2026-11-23T09:00:00Z',
  scheduleRequestId: 'pim-1',
  marker: 'mark-1',
  activeFrom: '2026-11-23T09:00:00Z',
  activeUntil: '2026-11-23T10:00:00Z',
  endReason: null,
  intendedOutcome: null,
  decidedBy: 'approver',
  continues: null,
  wish: 'none',
  approvers: ['approver'],
};
const request: TenantRequest = {
  id: 'pim-1',
  person: 'engineer',
  surface: 'directory',
  role: ROLE,
  scope: '/',
  kind: 'assignment',
  action: 'selfActivate',
  status: 'Provisioned',
  createdAt: '2026-11-23T09:00:00Z',
  customData: 'mark-1',
  reviewedBy: 'approver',
};
const face: Face = {
  person: 'engineer',
  activityId: '2',
  card: 'activation-active',
  title: 'Access is active',
  text: TEXT,
  buttons: ['Deactivate'],
};
const decided: Face = {
  person: 'approver',
  activityId: '1',
  card: 'approval-decided',
  title: 'Request approved',
  text: 'Request approved\nRequest AB12',
  buttons: [],
};
const card: Card = {
  id: 'card-1',
  story: 'AB12',
  recipient: 'engineer',
  slot: 'activation-active',
  card: 'activation-active',
  isRetired: false,
  isWithdrawn: false,
  activityId: '2',
  outbox: null,
  reason: null,
};
const active = {
  person: 'engineer',
  role: ROLE,
  scope: '/',
  start: '2026-11-23T09:00:00Z',
  end: '2026-11-23T10:00:00Z',
  requestId: 'pim-1',
};
const good: Evidence = {
  now: '2026-11-23T09:30:00Z',
  requests: [request],
  active: [active],
  asks: [ask],
  cards: [card],
  faces: [decided, face],
  calls: [{ service: 'graph', method: 'PATCH', path: '/beta/x/roleAssignmentApprovals/pim-1/steps/s', status: 204 }],
  seen: [{ ...face, seq: 1, at: '2026-11-23T09:00:00Z', to: 'engineer', chat: 'personal', event: 'send', inputs: [] }],
  failedJobs: [],
};
const known: Known = {
  portal: new Set(),
  wanted: new Map([[`engineer ${ROLE}`, 1]]),
  said: [{ person: 'engineer', at: '2026-11-23T09:00:00Z' }],
};
const reminder: Face = { ...face, activityId: '3', card: 'expiry-reminder', buttons: ['Continue'] };

const BROKEN: readonly (readonly [what: string, invariant: InvariantName, change: Partial<Evidence>])[] = [
  ['a sentence without an answer', 'every sentence was answered', { seen: [] }],
  ['a state that PIM denies', 'every request reached its true state', { active: [] }],
  [
    'an end that PIM denies',
    'every request reached its true state',
    { active: [{ ...active, end: '2026-11-23T11:00:00Z' }] },
  ],
  ['an ask that PIM knows nothing of', 'every request reached its true state', { requests: [] }],
  [
    'an ask that was sent twice',
    'PIM was asked for each thing once',
    { requests: [request, { ...request, id: 'pim-2' }] },
  ],
  ['an activation that nobody asked for', 'PIM was asked for each thing once', { asks: [] }],
  ['a decision that was made twice', 'PIM was asked for each thing once', { calls: [...good.calls, ...good.calls] }],
  ['a lie', 'PIM knows what people were told of', { requests: [{ ...request, status: 'Denied' }] }],
  [
    'an old card at the end of a story',
    'the newest card of each story tells the truth',
    { faces: [decided, { ...face, card: 'activation-pending' }] },
  ],
  [
    'two cards that offer something',
    'the newest card of each story tells the truth',
    { faces: [decided, { ...face, text: `${TEXT}\nbefore` }, { ...face, activityId: '3' }] },
  ],
  [
    'a decision that can be made again',
    'approvers see one truth',
    { faces: [{ ...decided, buttons: ['Approve'] }, face] },
  ],
  [
    'an approver who reads something else',
    'approvers see one truth',
    { faces: [{ ...decided, title: 'Request denied' }, face] },
  ],
  ['an approver who was never asked', 'approvers see one truth', { faces: [face] }],
  ['a card that is not seen', 'cards and database agree', { cards: [card, { ...card, activityId: '9' }] }],
  ['a card that was taken back and is seen', 'cards and database agree', { cards: [{ ...card, isWithdrawn: true }] }],
  ['a retired card with buttons', 'cards and database agree', { cards: [{ ...card, isRetired: true }] }],
  ['a card that was given up', 'nothing is left over', { cards: [{ ...card, outbox: 'dead', reason: 'broken' }] }],
  ['a job that was given up', 'nothing is left over', { failedJobs: ['timer.fire: lost'] }],
  ['an activation without a reminder', 'no reminder is missing', { now: '2026-11-23T09:50:00Z' }],
  ['two reminders', 'no reminder is doubled', { faces: [decided, reminder, { ...reminder, activityId: '4' }] }],
];

describe('the invariants of the crash matrix', () => {
  it('hold where tenant, database and people agree', () => {
    assert.deepEqual(findBreaches(good, known), []);
  });

  it('hold where somebody has the newest card twice: that one press counts is tried by pressing', () => {
    assert.deepEqual(findBreaches({ ...good, faces: [decided, face, { ...face, activityId: '3' }] }, known), []);
  });

  it('hold where what was to follow failed, and its person is asked once more on the card of what ended', () => {
    const ended: Ask = { ...ask, state: 'ended', endReason: 'expired' };
    const failed: Ask = {
      ...ask,
      id: 'CD34',
      state: 'failed',
      scheduleRequestId: null,
      marker: 'x',
      continues: 'AB12',
    };
    const text = 'Access has ended\nRequest AB12';
    const again: Face = { ...face, activityId: '5', card: 'activation-ended', text, buttons: ['Activate again'] };
    const cards = [
      { ...card, isRetired: true },
      { ...card, id: 'card-2', activityId: '5', card: 'activation-ended' },
    ];
    const evidence = {
      ...good,
      active: [],
      asks: [ended, failed],
      faces: [decided, { ...face, buttons: [] }, again],
      cards,
    };
    const wrong = findBreaches(evidence, known).filter(
      ({ invariant }) => invariant === 'the newest card of each story tells the truth',
    );
    assert.deepEqual(wrong, []);
  });

  for (const [what, invariant, change] of BROKEN) {
    it(`find ${what}`, () => {
      const breaches = findBreaches({ ...good, ...change }, known);
      assert.ok(
        breaches.some((breach) => breach.invariant === invariant),
        JSON.stringify(breaches),
      );
    });
  }
});

describe('a plot of the crash matrix', () => {
  it('is the same for the same seed and point, and another for another', () => {
    const plot = (seed: number, point: number) => {
      const { beats, kills, faults, isAway } = drawPlot({ seed, point, faults: ['drop', 'slow'] });
      return { beats, kills, faults, isAway };
    };
    assert.deepEqual(plot(7, 3), plot(7, 3));
    assert.notDeepEqual(plot(7, 3), plot(7, 4));
    assert.notDeepEqual(plot(7, 3), plot(8, 3));
  });

  it('has a part on each surface and one with an approval', () => {
    for (let point = 1; point <= 50; point += 1) {
      const deeds = drawPlot({ seed: 1, point, faults: [] }).beats.flatMap((beat) => beat.deeds);
      const said = deeds.filter(({ kind }) => kind === 'say').map((deed) => JSON.stringify(deed));
      const has = (words: RegExp): boolean => said.some((deed) => words.test(deed));
      assert.ok(has(/Contoso-App/) && has(/sg-payments/) && has(/Contributor|Virtual Machine/), `${point}: ${said}`);
    }
  });

  it('asks people to press once more where nobody knows whether something arrived', () => {
    const lost = { ...ask, state: 'failed', scheduleRequestId: null };
    const doubted = { ...ask, state: 'pending', intendedOutcome: 'deny' };
    const buttons = (asks: readonly Ask[]) =>
      drawMendings({ ...good, asks }).map((deed) =>
        deed.kind === 'press' ? `${deed.person} ${deed.button}` : deed.kind,
      );
    assert.deepEqual(buttons([lost]), ['engineer Activate again']);
    assert.deepEqual(buttons([lost, ask]), []);
    assert.deepEqual(buttons([doubted]), ['approver Deny']);
    assert.deepEqual(buttons([{ ...doubted, intendedOutcome: 'cancel' }]), ['engineer Cancel request']);
    assert.deepEqual(buttons([ask]), []);
  });

  it('knows its faults by name', () => {
    assert.deepEqual(readFaultNames('none'), []);
    assert.deepEqual(readFaultNames('drop,slow'), ['drop', 'slow']);
    assert.equal(readFaultNames('drop,rain'), null);
  });
});
