import { GROUP_MEMBER, type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import type { RoleDefinition } from '../../domain/role-definition.ts';
import { AccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import type { KnowledgePart, RoleKnowledge } from '../../ports/role-catalogue.ts';
import { isSameName, notFound } from '../administration/name-role.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** What a name can mean: a role definition of the tenant, or a group whose membership PIM governs. */
export type Subject =
  | { readonly kind: 'definition'; readonly key: string; readonly name: string; readonly role: KnownDefinition }
  | { readonly kind: 'group'; readonly key: string; readonly name: string; readonly group: RoleAtScope };

/** A definition that the tenant has, so that it has an id. */
export type KnownDefinition = RoleDefinition & { readonly id: string };

export type NamedSubject =
  | { readonly kind: 'one'; readonly subject: Subject }
  | { readonly kind: 'several'; readonly subjects: readonly Subject[] }
  | { readonly kind: 'none'; readonly error: AccessError; readonly suggestions: readonly string[] };

/** As a person says it, or as a button or a choice names it. */
export interface SpokenSubject {
  readonly words: string;
  readonly key: string | null;
}

/** As many as a card can offer and a person can read. */
const MOST_CHOICES = 25;

/**
 * Finds the role definition or the group that the words mean. Definitions are no secret; of groups only those are found that the
 * asker may activate. What was not read may hold what is not found: then that is the answer, and never "there is none".
 *
 * @throws {AccessError} role.definitions_unread, identity.sign_in_required, graph.*
 */
export async function nameSubject(
  services: Services,
  asker: Asker,
  { words, key }: SpokenSubject,
  knowledge: RoleKnowledge,
): Promise<NamedSubject> {
  const subjects = [...definitionsOf(knowledge), ...(await ownGroups(services, asker))];
  const chosen = key === null ? undefined : subjects.find((one) => one.key === key);
  if (chosen !== undefined) {
    return { kind: 'one', subject: chosen };
  }
  const exact = subjects.filter(({ name }) => isSameName(name, words));
  const found = exact.length > 0 ? exact : resembling(subjects, words);
  const [subject, other] = found;
  if (subject !== undefined) {
    return other === undefined ? { kind: 'one', subject } : { kind: 'several', subjects: found.slice(0, MOST_CHOICES) };
  }
  throwUnreadDefinitions(knowledge, words);
  return { kind: 'none', error: notFound(words, null, false), suggestions: nearestNames(subjects, words) };
}

/** Names a definition in a choice and on a button. */
export function definitionKeyOf({ kind, id }: Pick<KnownDefinition, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

function definitionsOf({ roles }: RoleKnowledge): readonly Subject[] {
  return roles
    .filter(isKnown)
    .map((role) => ({ kind: 'definition', key: definitionKeyOf(role), name: role.name, role }));
}

/** Whatever comes from the tenant has an id; files may lack one. */
export function isKnown(role: RoleDefinition): role is KnownDefinition {
  return role.id !== null;
}

async function ownGroups(services: Services, asker: Asker): Promise<readonly Subject[]> {
  const { rows } = await services.eligibility.read(actorOf(asker));
  return rows
    .filter((row) => services.roles.of(row).capabilities.givesMembership && row.roleDefinitionId === GROUP_MEMBER)
    .map((group) => ({ kind: 'group', key: roleKey(group), name: group.roleName, group }));
}

function resembling(subjects: readonly Subject[], words: string): readonly Subject[] {
  const match = matchRoles(words, subjects.map(candidate), null);
  if (match.kind === 'none') {
    return [];
  }
  return (match.kind === 'one' ? [match.match] : match.matches).map(({ subject }) => subject);
}

function nearestNames(subjects: readonly Subject[], words: string): readonly string[] {
  const match = matchRoles(words, subjects.map(candidate), null);
  return match.kind === 'none' ? match.nearest.map(({ name }) => name) : [];
}

function candidate(subject: Subject) {
  return { id: subject.key, name: subject.name, scopeName: '', scopeId: subject.key, subject };
}

const PARTS: Readonly<Partial<Record<KnowledgePart, string>>> = {
  'azure-roles': 'Azure',
  'directory-roles': 'Microsoft Entra',
};

function throwUnreadDefinitions({ unread }: RoleKnowledge, words: string): void {
  const parts = unread.flatMap(({ part }) => PARTS[part] ?? []);
  if (parts.length > 0) {
    const facts = { part: parts.join(', '), words: words.slice(0, 200) };
    throw new AccessError('role.definitions_unread', `role definitions of ${facts.part} were not read`, { facts });
  }
}
