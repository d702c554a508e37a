import assert from 'node:assert/strict';
import { noteReached, noteUndeliverable } from '../../../bot/undeliverable.ts';
import type { ActivationRequest } from '../../../src/domain/activation.ts';
import type { UnreachableWhy } from '../../../src/domain/approver.ts';
import { cardId, principalId, requestId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { ApprovalAsk } from '../../../src/ports/approvals.ts';
import type { CardRecord, Store } from '../../../src/ports/store.ts';
import { summarize } from '../../../src/use-cases/pending-card.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const ID = requestId('7F3K');
const NOW = Temporal.Instant.from('2026-11-23T08:00:00Z');
const ALEX = principalId('11111111-2222-4333-8444-555555555555');
const MEGAN = principalId('22222222-2222-4333-8444-555555555555');

function servicesWith(state: string, waiting = 0) {
  const asks: ApprovalAsk[] = [{ requestId: ID, approverId: MEGAN, approverName: 'Megan Bowen', reach: 'asked' }];
  const revised: unknown[] = [];
  const timers: unknown[] = [];
  const request = {
    id: ID,
    state,
    requesterId: ALEX,
    requesterName: 'Alex Wilber',
    role: { roleName: 'Security Reader', scope: { id: '/', name: 'Whole tenant' } },
    duration: Temporal.Duration.from({ hours: 2 }),
    startsAt: null,
    requestedAt: NOW,
    remindedApproversAt: null,
    justification: 'x',
    ticket: null,
    leadsTo: null,
    isDurationKnown: true,
    learnedAfter: null,
  } as unknown as ActivationRequest;
  const stores = {
    requests: { lock: async () => request },
    approvals: {
      markUnreachable: async (_: unknown, __: unknown, why: UnreachableWhy) =>
        void asks.splice(0, 1, { ...(asks[0] as ApprovalAsk), reach: 'unreachable', why }),
      markReached: async () => {
        const wasUnreachable = asks[0]?.reach === 'unreachable';
        asks.splice(0, 1, { ...(asks[0] as ApprovalAsk), reach: 'asked' });
        return wasUnreachable;
      },
      findAsk: async () => asks[0] ?? null,
      summarizeAsks: async () => {
        const { counts, ...rest } = summarize(asks);
        return { ...rest, counts: { ...counts, waiting } };
      },
    },
    timers: { set: async (timer: unknown) => void timers.push(timer) },
    botSettings: { find: async () => null },
    cards: {
      findInStory: async () => [],
      revise: async (story: string, recipient: string, slot: string, notice: Notice) => {
        revised.push([story, recipient, slot, notice.card === 'activation-pending' ? notice.approvers : null]);
        return cardId('pending');
      },
    },
  };
  const store = { transaction: (work: (with_: unknown) => unknown) => work(stores) } as unknown as Store;
  return { services: { store, clock: createFakeClock(NOW.toString()) }, asks, revised, timers };
}

const card = (notice: object): CardRecord => ({ recipient: MEGAN, notice }) as unknown as CardRecord;
const APPROVAL = card({ card: 'approval-request', request: { requestId: ID } });

describe('noteUndeliverable', () => {
  it('marks the approver and says so, with the reason, on the pending card of the requester', async () => {
    const { services, asks, revised } = servicesWith('pending');
    assert.deepEqual(await noteUndeliverable(services, APPROVAL, 'blocked'), ['pending']);
    assert.equal(asks[0]?.reach, 'unreachable');
    const shown = [{ name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' }];
    assert.deepEqual(revised, [[ID, ALEX, 'activation-pending', shown]]);
    assert.deepEqual(await noteUndeliverable(services, APPROVAL, 'blocked'), []);
  });

  it('calls the next wave at once when nobody of this one can be reached', async () => {
    const { services, timers } = servicesWith('pending', 3);
    await noteUndeliverable(services, APPROVAL, 'removed');
    assert.deepEqual(timers, [{ kind: 'approval.next-wave', subject: ID, dueAt: NOW }]);
  });

  it('changes no card once the request is decided', async () => {
    const { services, asks, revised } = servicesWith('active');
    assert.deepEqual([await noteUndeliverable(services, APPROVAL, 'failed'), revised], [[], []]);
    assert.deepEqual([asks[0]?.reach, asks[0]?.why], ['unreachable', 'failed']);
  });

  it('has nothing to tell about other cards', async () => {
    const { services, asks } = servicesWith('pending');
    assert.deepEqual(await noteUndeliverable(services, card({ card: 'help' }), 'failed'), []);
    assert.equal(asks[0]?.reach, 'asked');
  });

  it('is set right once the card arrives, and changes nothing where it had arrived before', async () => {
    const { services, asks, revised } = servicesWith('pending');
    assert.deepEqual([await noteReached(services, APPROVAL), revised], [[], []]);
    await noteUndeliverable(services, APPROVAL, 'blocked');
    assert.deepEqual(
      [await noteReached(services, APPROVAL), asks[0]?.reach, revised.length],
      [['pending'], 'asked', 2],
    );
  });
});
