import type { PullId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';

/**
 * Lets the activations of a pull be committed once, and only while it is being pulled: it may have been stood down, or carried out by
 * another page, meanwhile.
 *
 * @throws {AccessError} card.stale
 */
export async function claimPulls(stores: Stores, planned: readonly { readonly pull?: PullId }[]): Promise<void> {
  for (const id of new Set(planned.flatMap(({ pull }) => pull ?? []))) {
    const pull = await stores.pulls.lock(id);
    if (pull?.state !== 'pulling' || (await stores.requests.listOfPull(id)).length > 0) {
      throw new AccessError('card.stale', `the pull is ${pull?.state ?? 'gone'}, or was carried out`);
    }
  }
}
