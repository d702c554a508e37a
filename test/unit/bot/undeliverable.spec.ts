import assert from 'node:assert/strict';
import { noteUndeliverable } from '../../../bot/undeliverable.ts';
import type { ActivationRequest } from '../../../src/domain/activation.ts';
import { cardId, principalId, requestId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { ApprovalAsk, CardRecord, Store } from '../../../src/ports/store.ts';

const ID = requestId('7F3K');
const ALEX = principalId('11111111-2222-4333-8444-555555555555');
const MEGAN = principalId('22222222-2222-4333-8444-555555555555');

function storeWith(state: string) {
  const asks: ApprovalAsk[] = [{ requestId: ID, approverId: MEGAN, approverName: 'Megan Bowen', reach: 'asked' }];
  const revised: unknown[] = [];
  const request = {
    id: ID,
    state,
    requesterId: ALEX,
    requesterName: 'Alex Wilber',
    role: { roleName: 'Security Reader', scope: { id: '/', name: 'Whole tenant' } },
    duration: Temporal.Duration.from({ hours: 2 }),
    startsAt: null,
    requestedAt: Temporal.Instant.from('2026-11-23T08:00:00Z'),
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
      markUnreachable: async () => void asks.splice(0, 1, { ...(asks[0] as ApprovalAsk), reach: 'unreachable' }),
      listAsks: async () => asks,
    },
    cards: {
      revise: async (story: string, recipient: string, slot: string, notice: Notice) => {
        revised.push([story, recipient, slot, notice.card === 'activation-pending' ? notice.approvers : null]);
        return cardId('pending');
      },
    },
  };
  const store = { transaction: (work: (with_: unknown) => unknown) => work(stores) } as unknown as Store;
  return { store, asks, revised };
}

const card = (notice: object): CardRecord => ({ recipient: MEGAN, notice }) as unknown as CardRecord;
const APPROVAL = card({ card: 'approval-request', request: { requestId: ID } });

describe('noteUndeliverable', () => {
  it('marks the approver and says so on the pending card of the requester', async () => {
    const { store, asks, revised } = storeWith('pending');
    assert.deepEqual(await noteUndeliverable(store, APPROVAL), ['pending']);
    assert.equal(asks[0]?.reach, 'unreachable');
    assert.deepEqual(revised, [[ID, ALEX, 'activation-pending', [{ name: 'Megan Bowen', reach: 'unreachable' }]]]);
  });

  it('changes no card once the request is decided', async () => {
    const { store, asks, revised } = storeWith('active');
    assert.deepEqual([await noteUndeliverable(store, APPROVAL), revised], [[], []]);
    assert.equal(asks[0]?.reach, 'unreachable');
  });

  it('has nothing to tell about other cards', async () => {
    const { store, asks } = storeWith('pending');
    assert.deepEqual(await noteUndeliverable(store, card({ card: 'help' })), []);
    assert.equal(asks[0]?.reach, 'asked');
  });
});
