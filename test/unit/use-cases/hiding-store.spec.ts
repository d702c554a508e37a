import assert from 'node:assert/strict';
import sinon from 'sinon';
import { type CardId, principalId } from '../../../src/domain/ids.ts';
import type { Cards, Store, Stores } from '../../../src/ports/store.ts';
import { hidingApprovers } from '../../../src/use-cases/serving/hiding-store.ts';
import { ALL_NOTICES } from '../cards/administration-notices.ts';

const PERSON = principalId('00000000-0000-4000-8000-000000000001');

describe('hidingApprovers', () => {
  it('holds approvers’ cards back for what is looked up for them, as long as without it', async () => {
    const postMany = sinon.fake.resolves<Parameters<Cards['postMany']>, Promise<readonly CardId[]>>([]);
    const stores = { cards: { postMany } } as unknown as Stores;
    const plain: Store = { now: stores, transaction: async (work) => await work(stores) };
    const heldFor = Temporal.Duration.from({ seconds: 3 });
    const drafts = ALL_NOTICES.filter(({ card }) => card === 'approval-request').map((notice) => ({
      story: '7F3K',
      recipient: PERSON,
      notice,
    }));
    await hidingApprovers(plain, 'none').transaction(({ cards }) => cards.postMany(drafts, { heldFor }));
    assert.ok(drafts.length > 0, 'there are cards of approvers');
    assert.deepEqual(postMany.args, [[drafts, { heldFor }]]);
  });
});
