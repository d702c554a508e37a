import { type EligibleAssignment, roleKey } from '../domain/assignment.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { RoleChoice } from '../domain/notice.ts';
import { searchRoles } from '../language/search.ts';
import { candidate, direct, distinctChoices } from './activation-target.ts';
import type { Services } from './services.ts';
import { onlyServed } from './serving/find-unserved.ts';

/** Asks of the person that are looked back over for what they use. */
const NEWEST_ASKS = 50;

/** What somebody types into the box of roles, and which part of what fits they want to see. */
export interface RoleSearch {
  readonly words: string;
  readonly skip: number;
  readonly top: number;
}

/** Choices of eligible roles that are served, in the order in which they are wanted: what was asked for last, then by name and place. */
export async function arrangeOwnRoles(
  services: Pick<Services, 'store' | 'rules'>,
  person: PrincipalId,
  eligible: readonly EligibleAssignment[],
): Promise<readonly RoleChoice[]> {
  return distinctChoices((await arranged(services, person, eligible)).map(direct));
}

/**
 * Suggests eligible roles of this person, and of nobody else, while they type: the first ones where nothing was typed. Asks
 * nobody: for whom nothing was read here within the hour, nothing is suggested. A suggestion is no right: what is chosen is
 * looked up again when it is sent.
 */
export async function searchOwnRoles(
  services: Pick<Services, 'store' | 'eligibility' | 'rules'>,
  person: PrincipalId,
  { words, skip, top }: RoleSearch,
): Promise<readonly RoleChoice[]> {
  const eligible = await services.eligibility.peek(person);
  if (eligible.length === 0) {
    return [];
  }
  const roles = await arranged(services, person, eligible);
  const choices = new Map(distinctChoices(roles.map(direct)).map((choice) => [choice.key, choice]));
  const found = searchRoles(words, roles.map(candidate));
  return found.slice(skip, skip + top).flatMap(({ id }) => choices.get(id) ?? []);
}

async function arranged(
  { store, rules }: Pick<Services, 'store' | 'rules'>,
  person: PrincipalId,
  eligible: readonly EligibleAssignment[],
): Promise<readonly EligibleAssignment[]> {
  const asks = await store.now.requests.listNewestOf(person, NEWEST_ASKS);
  const newest = [...new Set(asks.map(({ role }) => roleKey(role)))];
  const ages = new Map(newest.map((key, age) => [key, age]));
  const ageOf = (role: EligibleAssignment): number => ages.get(roleKey(role)) ?? newest.length;
  const { compare } = new Intl.Collator('en');
  return onlyServed({ rules }, eligible).toSorted(
    (a, b) => ageOf(a) - ageOf(b) || compare(a.roleName, b.roleName) || compare(a.scope.name, b.scope.name),
  );
}
