import type { Cards } from '../../src/ports/store.ts';
import type { Product } from './product.ts';

/** How many cards are posted in one statement, of each from now on. */
export function watchPostedSizes({ services: { store } }: Pick<Product, 'services'>): readonly number[] {
  const sizes: number[] = [];
  const transaction = store.transaction.bind(store);
  store.transaction = async (work) =>
    await transaction(async (stores) => {
      const postMany: Cards['postMany'] = async (drafts, hold) => {
        sizes.push(drafts.length);
        return await stores.cards.postMany(drafts, hold);
      };
      return await work({ ...stores, cards: { ...stores.cards, postMany } });
    });
  return sizes;
}
