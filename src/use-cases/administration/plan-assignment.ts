import type { AssignmentOrder, ListedAssignment, Principal } from '../../domain/administration.ts';
import type { AssignmentFormNotice } from '../../domain/administration-notice.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { ProblemFacts } from '../../domain/card-facts.ts';
import { isBefore, iso, roleFacts } from '../facts.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { type AssignmentWords, formValues, type WantedEnd } from './assignment-words.ts';
import { type NamedRole, nameRole } from './name-role.ts';

/** What would happen, or the form for what is missing. Nothing is sent from here. */
export type AssignmentPlan =
  | { readonly kind: 'form'; readonly notice: AssignmentFormNotice }
  | { readonly kind: 'ready'; readonly order: AssignmentOrder; readonly current: ListedAssignment | null };

const MISSING = {
  principal: 'Whom is it for? Name a person or a group: a sign-in name is clearest.',
  role: 'Which role?',
  kind: 'There is an eligible and an active assignment: say which of the two.',
  end: 'Until when? Say a date or a duration, or "permanent" where the settings allow it.',
  order: 'The assignment would end before it begins: say a later end.',
} as const;

/**
 * Works out which assignment of whom an administrator means, and what is there now, with their own token.
 *
 * @throws {AccessError} identity.sign_in_required, identity.consent_missing, graph.*
 */
export async function planAssignment(
  services: Services,
  asker: Asker,
  words: AssignmentWords,
): Promise<AssignmentPlan> {
  const form = (problem: ProblemFacts, suggestions: readonly string[] = [], changed = words): AssignmentPlan => ({
    kind: 'form',
    notice: { card: 'assignment-form', values: formValues(changed), problem, suggestions },
  });
  const [principals, named] = await Promise.all([
    findPrincipals(services, asker, words.principal),
    nameTypedRole(services, asker, words),
  ]);
  const [principal, other] = principals;
  const isSwapped =
    principal === undefined && named?.kind === 'unclear' && (await meansOpposite(services, asker, words));
  if (isSwapped) {
    const swapped = { ...words, principal: words.role, role: words.principal };
    return form({ code: 'command.problem', facts: { text: swappedText(words) } }, [], swapped);
  }
  if (principal === undefined || other !== undefined) {
    return form(principalProblem(words.principal, principals), principals.map(spokenPrincipal).slice(0, 8));
  }
  if (named === null) {
    return form(problem('role'));
  }
  if (named.kind === 'unclear') {
    return form({ code: named.error.code, facts: named.error.facts }, named.suggestions);
  }
  const held = await listHeld(services, asker, named.role, principal);
  const kind = words.kind ?? kindOf(words, held);
  if (kind === null) {
    return form(problem('kind'));
  }
  const current = held.find((row) => row.kind === kind) ?? null;
  const mismatch = mismatchOf(words, current);
  if (mismatch !== null) {
    const next = { assign: 'update', extend: 'renew', update: 'assign', renew: 'renew', remove: 'remove' } as const;
    const changed = { ...words, kind, action: next[words.action] };
    return form({ code: mismatch, facts: about(named.role, principal) }, [], changed);
  }
  // One that still runs is lengthened, whatever the verb.
  const action = words.action === 'renew' && current !== null ? 'extend' : words.action;
  const times = timesOf(services, asker, { ...words, action }, current);
  if ('problem' in times) {
    return form(times.problem, [], { ...words, kind });
  }
  const { justification, ticket } = words;
  return {
    kind: 'ready',
    order: { action, kind, role: named.role, principal, ...times, justification, ticket },
    current,
  };
}

/** What the principal holds of the role by an administrator's hand: activations and what comes through groups are not theirs to change. */
export async function listHeld(
  services: Services,
  asker: Asker,
  role: RoleAtScope,
  principal: Principal,
): Promise<readonly ListedAssignment[]> {
  const rows = await services.roles.administrationOf(role).listAssignments(actorOf(asker), { role });
  return rows.filter(
    (row) =>
      row.principal.id.toLowerCase() === principal.id.toLowerCase() &&
      row.assignmentType === 'assigned' &&
      row.memberType === 'direct',
  );
}

/** What the order needs to be there, or not to be there. An assignment that ended is in no list, and may be renewed. */
export function mismatchOf(
  { action }: Pick<AssignmentWords, 'action'>,
  current: ListedAssignment | null,
): 'assignment.exists' | 'assignment.not_found' | null {
  if (action === 'assign') {
    return current === null ? null : 'assignment.exists';
  }
  return current === null && action !== 'renew' ? 'assignment.not_found' : null;
}

/** Whom and what a problem is about. */
export function about(role: RoleAtScope, principal: Principal): Readonly<Record<string, string>> {
  return { ...roleFacts(role), principalName: principal.name };
}

async function findPrincipals(services: Services, asker: Asker, words: string): Promise<readonly Principal[]> {
  return words === '' ? [] : await services.directory.findPrincipals(actorOf(asker), words);
}

/** People copy suggestions into the form as they stand: "ROLE on SCOPE". */
async function nameTypedRole(
  services: Services,
  asker: Asker,
  { role, scope }: AssignmentWords,
): Promise<NamedRole | null> {
  if (role === '') {
    return null;
  }
  const named = await nameRole(services, asker, role, scope);
  const split = role.lastIndexOf(' on ');
  if (named.kind === 'one' || named.suggestions.length > 0 || split <= 0) {
    return named;
  }
  return await nameRole(services, asker, role.slice(0, split), role.slice(split + 4));
}

/** "Remove ROLE from PERSON": each of the two words means something where the other one stands. */
async function meansOpposite(services: Services, asker: Asker, words: AssignmentWords): Promise<boolean> {
  if (words.principal === '') {
    return false;
  }
  const people = await findPrincipals(services, asker, words.role);
  if (people.length === 0) {
    return false;
  }
  const named = await nameTypedRole(services, asker, { ...words, role: words.principal });
  return named !== null && (named.kind === 'one' || named.suggestions.length > 0);
}

function swappedText({ principal }: AssignmentWords): string {
  return `Nobody is called “${principal.slice(0, 60)}”, but a role is: I have swapped the two. Look whether that is meant.`;
}

function principalProblem(words: string, found: readonly Principal[]): ProblemFacts {
  if (words === '') {
    return problem('principal');
  }
  const code = found.length === 0 ? 'directory.person_unknown' : 'directory.person_ambiguous';
  return { code, facts: { words: words.slice(0, 200) } };
}

/** What means nobody else. */
function spokenPrincipal({ id, userPrincipalName }: Principal): string {
  return userPrincipalName ?? id;
}

function problem(what: keyof typeof MISSING): ProblemFacts {
  return { code: 'command.problem', facts: { text: MISSING[what] } };
}

/** Eligible is the usual one to give; of what is there, the only one. Null when that is not clear. */
function kindOf({ action }: AssignmentWords, held: readonly ListedAssignment[]): 'eligible' | 'active' | null {
  const kinds = [...new Set(held.map(({ kind }) => kind))];
  if (action === 'assign' || kinds.length === 0) {
    return 'eligible';
  }
  return kinds.length === 1 ? (kinds[0] ?? null) : null;
}

type Times = Pick<AssignmentOrder, 'startsAt' | 'endsAt'>;

function timesOf(
  services: Services,
  asker: Asker,
  words: AssignmentWords,
  current: ListedAssignment | null,
): Times | { readonly problem: ProblemFacts } {
  if (words.action === 'remove') {
    return { startsAt: null, endsAt: null };
  }
  const now = services.clock.now();
  const { startsAt: said, end } = words;
  if (said !== null && isBefore(said.add({ minutes: 1 }), now)) {
    return { problem: { code: 'activation.start_in_past', facts: { start: iso(said) } } };
  }
  if (end === null) {
    return { problem: problem('end') };
  }
  const startsAt = said !== null && isBefore(now, said) ? said : null;
  // "Extend for 30 days" means 30 days more.
  const from = startsAt ?? (words.action === 'extend' ? (current?.endsAt ?? now) : now);
  const endsAt = endOf(end, from, asker.person.timeZone);
  if (endsAt !== null && !isBefore(from, endsAt)) {
    return { problem: problem('order') };
  }
  return { startsAt, endsAt };
}

function endOf(end: WantedEnd, from: Temporal.Instant, timeZone: string): Temporal.Instant | null {
  switch (end.kind) {
    case 'permanent':
      return null;
    case 'at':
      return end.at;
    case 'for':
      return from.toZonedDateTimeISO(timeZone).add(end.duration).toInstant();
  }
}
