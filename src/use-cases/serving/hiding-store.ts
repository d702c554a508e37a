import type { Store, Stores } from '../../ports/store.ts';
import { type ApproverNames, hideApprovers } from './hide-approvers.ts';

/** The store, with no card in it that names approvers to whom they are not shown: whoever makes one need not think of it. */
export function hidingApprovers(store: Store, shown: ApproverNames): Store {
  if (shown === 'names') {
    return store;
  }
  const hiding = (stores: Stores): Stores => ({
    ...stores,
    cards: {
      ...stores.cards,
      post: async (draft) =>
        await stores.cards.post({ ...draft, notice: hideApprovers(draft.notice, draft.recipient, shown) }),
      postMany: async (drafts, hold) =>
        await stores.cards.postMany(
          drafts.map((draft) => ({ ...draft, notice: hideApprovers(draft.notice, draft.recipient, shown) })),
          hold,
        ),
      revise: async (story, recipient, slot, notice) =>
        await stores.cards.revise(story, recipient, slot, hideApprovers(notice, recipient, shown)),
    },
  });
  return {
    now: hiding(store.now),
    transaction: async (work) => await store.transaction(async (stores) => await work(hiding(stores))),
  };
}
