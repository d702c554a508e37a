import type { SettingsFormNotice, SettingsNotice } from '../../domain/administration-notice.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { RoleSettings, SettingsApprover } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { PersonRecord } from '../../ports/store.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import type { Typed } from './form-values.ts';
import { heldSettings, plainRole } from './read-settings.ts';

const MOST_APPROVERS = 50;

/** Opens the form that changes settings, over what the tenant holds now. Throws what reading them throws. */
export async function openSettingsForm(
  services: Services,
  asker: Asker,
  { role }: Pick<SettingsNotice, 'role'>,
): Promise<SettingsFormNotice> {
  const { settings } = await heldSettings(services, actorOf(asker), role);
  return formNotice(services, { role, settings, typed: {}, problems: [] });
}

export interface FormState {
  readonly role: RoleAtScope;
  readonly settings: RoleSettings;
  readonly typed: Typed;
  readonly problems: readonly ProblemFacts[];
}

export function formNotice(
  { isFourEyesOn }: Pick<Services, 'isFourEyesOn'>,
  { role, settings, typed, problems }: FormState,
): SettingsFormNotice {
  return {
    card: 'settings-form',
    role: plainRole(role),
    settings,
    values: typed,
    problems,
    needsSecondPerson: isFourEyesOn,
  };
}

/**
 * Finds the approvers that were typed: among those there are already, by name or id, then in the tenant.
 *
 * @throws {AccessError} directory.person_unknown, directory.person_ambiguous (fact `words`), settings.invalid for what cannot
 *   approve
 */
export async function findApprovers(
  services: Services,
  asker: Asker,
  { names, current }: { readonly names: readonly string[]; readonly current: readonly SettingsApprover[] },
): Promise<readonly SettingsApprover[]> {
  if (names.length > MOST_APPROVERS) {
    throw new AccessError('settings.invalid', 'too many approvers', {
      facts: { kind: 'form', field: 'approvers', reason: `At most ${MOST_APPROVERS} approvers fit the form.` },
    });
  }
  const found: SettingsApprover[] = [];
  for (const name of names) {
    found.push(await findApprover(services, asker, { name, current }));
  }
  return found;
}

async function findApprover(
  services: Services,
  asker: Asker,
  { name, current }: { readonly name: string; readonly current: readonly SettingsApprover[] },
): Promise<SettingsApprover> {
  const wanted = name.toLowerCase();
  const [held, sameName] = current.filter((one) => one.name.toLowerCase() === wanted || one.id === wanted);
  if (held !== undefined && sameName === undefined) {
    return held;
  }
  const [principal, other] = await services.directory.findPrincipals(actorOf(asker), name);
  if (principal === undefined || other !== undefined) {
    const code = principal === undefined ? 'directory.person_unknown' : 'directory.person_ambiguous';
    throw new AccessError(code, 'not exactly one of that name', { facts: { words: name.slice(0, 200) } });
  }
  if (principal.kind !== 'user' && principal.kind !== 'group') {
    throw new AccessError('settings.invalid', 'neither a person nor a group', {
      facts: { kind: 'form', field: 'approvers', reason: `${principal.name} is neither a person nor a group.` },
    });
  }
  return {
    kind: principal.kind === 'user' ? 'person' : 'group',
    id: principal.id.toLowerCase(),
    name: principal.name,
  };
}

/**
 * Finds the second administrator among the people who use the bot, since only they can be sent a card. Never the proposer.
 *
 * @throws {AccessError} settings.needs_second_person, directory.person_unknown, directory.person_ambiguous
 */
export async function findSecondPerson(
  services: Services,
  asker: Asker,
  name: string | undefined,
): Promise<PersonRecord> {
  if (name === undefined) {
    throw new AccessError('settings.needs_second_person', 'nobody was named', { facts: {} });
  }
  const people = await services.store.now.people.listByName(name);
  const others = people.filter(({ id }) => id !== asker.person.id);
  const [second, third] = others;
  if (second !== undefined && third === undefined) {
    return second;
  }
  const facts = { words: name.slice(0, 200) };
  if (third !== undefined) {
    throw new AccessError('directory.person_ambiguous', 'several people of that name', { facts });
  }
  const code = people.length > 0 ? 'settings.needs_second_person' : 'directory.person_unknown';
  throw new AccessError(code, 'nobody else of that name uses the bot', { facts });
}
