import type { RoleChangeItem, RolesChangeNotice } from '../../domain/role-files-notice.ts';
import type { RoleDefinitionFacts } from '../../ports/audit.ts';
import type { Stores } from '../../ports/store.ts';
import type { Posted } from '../services.ts';
import type { RolesCard } from './propose-roles.ts';

/** What the trail keeps of each step: which role, and by hashes what it was and was to be. */
export function changeFacts(
  { action, kind, id, name, heldHash, wantedHash }: RoleChangeItem,
  { justification }: Pick<RolesChangeNotice, 'justification'>,
): RoleDefinitionFacts {
  return { action, kind, role: id, roleName: name, was: heldHash ?? '', becomes: wantedHash ?? '', justification };
}

/** Brings the card to what is true now. */
export async function reviseRoles(
  stores: Stores,
  { story, recipient, slot }: Pick<RolesCard, 'story' | 'recipient' | 'slot'>,
  notice: RolesChangeNotice,
): Promise<Posted> {
  const revised = await stores.cards.revise(story, recipient, slot, notice);
  return revised === null ? [] : [revised];
}
