import type { Scope } from '../../domain/assignment.ts';
import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { WhichRoleNotice, WhichRolePurpose } from '../../domain/which-role-notice.ts';
import { AccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { looksLikeOperation } from '../../roles/plain-words/find-operation.ts';
import type { WantedAccess } from '../../roles/rank.ts';
import type { RoleIndex } from '../../roles/role-index.ts';
import { postAnswer, postError } from '../error-card.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { type FoundPlace, findPlace, resourceTypeOf } from './find-place.ts';
import { CERTAINTIES, type OwnFitting, ownFitting } from './own-fitting.ts';
import { findWanted, meaningFacts, type ReadMeaning, readMeaning, type Wanted } from './read-meaning.ts';
import { plainWordsOf, roleIndexOf } from './role-knowledge.ts';
import { taskRoles } from './task-roles.ts';
import { whoAdministers } from './who-administers.ts';

/** What somebody wants to do, as they said it. */
export interface WhichRoleQuestion {
  readonly purpose: WhichRolePurpose;
  readonly asked: string;
  /** Words or a path; null when none was said. */
  readonly scope: string | null;
  /** What the words mean, when that was chosen on a card. */
  readonly meaningKey: string | null;
}

const MOST_OTHERS = 6;
const MOST_TENANT_ROLES = 3;

/**
 * Answers which of the asker's own roles lets them do something, the least first; or which of the tenant's would, and who gives it.
 * Words that mean several things are asked back. Only what the asker holds or may activate is looked at, never somebody else's.
 *
 * @throws {AccessError} command.problem, identity.sign_in_required, graph.*
 */
export async function whichRole(services: Services, asker: Asker, question: WhichRoleQuestion): Promise<Posted> {
  if (question.asked.trim() === '') {
    const text = 'Say what you want to do: "which role lets me restart virtual machines on rg-payments".';
    throw new AccessError('command.problem', 'nothing was asked', { facts: { text } });
  }
  const knowledge = await services.catalogue.current();
  const placed = await placeOf(services, asker, question, knowledge);
  if (placed.kind === 'unclear') {
    return await postError(services, asker, placed.error, placed.suggestions);
  }
  const notice = await answerAt(services, asker, { question, knowledge, asked: placed.asked, scope: placed.scope });
  return await postAnswer(services, asker, notice);
}

type Placed =
  | Exclude<FoundPlace, { readonly kind: 'one' }>
  | { readonly kind: 'placed'; readonly asked: string; readonly scope: Scope | null };

/**
 * Where it shall be done: as it was said; else a name among the words, such as `vm-pay-01`. What stands behind "in" or "on" and is
 * no place may belong to the words: "read secrets in key vaults".
 */
async function placeOf(
  services: Services,
  asker: Asker,
  { asked, scope }: WhichRoleQuestion,
  knowledge: RoleKnowledge,
): Promise<Placed> {
  if (scope !== null) {
    const found = await findPlace(services, asker, scope);
    if (found.kind === 'one') {
      return { kind: 'placed', asked, scope: found.scope };
    }
    const joined = `${asked} in ${scope}`;
    const isOneText = !looksLikeOperation(asked) && found.suggestions.length === 0;
    const { meanings, names } = plainWordsOf(knowledge, services.tasks).understand(joined);
    return isOneText && meanings.length > 0 && names.length === 0
      ? { kind: 'placed', asked: joined, scope: null }
      : found;
  }
  const names = looksLikeOperation(asked) ? [] : plainWordsOf(knowledge, services.tasks).understand(asked).names;
  const [name, second] = names;
  if (name === undefined || second !== undefined) {
    return { kind: 'placed', asked, scope: null };
  }
  const found = await findPlace(services, asker, name);
  return found.kind === 'one' ? { kind: 'placed', asked, scope: found.scope } : found;
}

interface Placement {
  readonly question: WhichRoleQuestion;
  readonly knowledge: RoleKnowledge;
  readonly asked: string;
  readonly scope: Scope | null;
}

async function answerAt(services: Services, asker: Asker, placement: Placement): Promise<WhichRoleNotice> {
  const { question, knowledge, asked, scope } = placement;
  const { tasks } = services;
  const resourceType = scope === null ? null : resourceTypeOf(scope.id);
  const read = chosen(readMeaning({ asked, resourceType, tasks }, knowledge), () =>
    question.meaningKey === null ? undefined : findWanted(question.meaningKey, tasks, knowledge),
  );
  const [wanted, second] = read.fitting;
  const base = {
    card: 'which-role',
    purpose: question.purpose,
    asked: asked.slice(0, 300),
    isListed: read.isListed,
    place: scope === null ? null : { scopeName: scope.name, scopeId: scope.id },
  } as const;
  if (wanted === undefined || second !== undefined) {
    const areOthersFitting = wanted !== undefined;
    const others = (areOthersFitting ? read.fitting : read.others).slice(0, MOST_OTHERS).map(meaningFacts);
    const unreadDefinitions = unreadKinds(knowledge, 'operations');
    return { ...base, ...NOTHING_FOUND, meaning: null, others, areOthersFitting, unreadDefinitions };
  }
  const others = read.others.slice(0, MOST_OTHERS).map(meaningFacts);
  const index = roleIndexOf(knowledge);
  const access = accessOf(wanted, scope, index);
  const own = await ownFitting(services, asker, { wanted: access, scope, index, hierarchy: knowledge.hierarchy });
  const found = {
    ...base,
    meaning: meaningFacts(wanted),
    others,
    areOthersFitting: false,
    fitting: own.roles,
    fittingTotal: own.total,
    elsewhere: [...new Set(own.elsewhere.map(({ roleName, scope: { name } }) => `${roleName} on ${name}`))],
    unread: own.unread,
    unreadDefinitions: unreadKinds(knowledge, 'roles').filter((kind) => kindsOf(wanted).includes(kind)),
  };
  return own.total > 0
    ? { ...found, tenantRoles: [], tenantTotal: 0, administrators: null }
    : { ...found, ...(await tenantHelp(services, asker, own, scope)) };
}

const NOTHING_FOUND = {
  fitting: [],
  fittingTotal: 0,
  elsewhere: [],
  tenantRoles: [],
  tenantTotal: 0,
  administrators: null,
  unread: [],
} as const;

/** What was chosen on a card is what was meant; the rest are other readings of the same words. */
function chosen(read: ReadMeaning, find: () => Wanted | undefined): ReadMeaning {
  const wanted = find();
  return wanted === undefined ? read : { fitting: [wanted], others: [], isListed: read.isListed };
}

/** Which kinds of roles could allow it. */
function kindsOf(wanted: Wanted): readonly RoleDefinition['kind'][] {
  switch (wanted.kind) {
    case 'operation':
    case 'pattern':
      return ['azure'];
    case 'directory-action':
      return ['directory'];
    case 'task':
      return wanted.task.roles.flatMap(({ kind }) => (kind === 'other' ? [] : [kind]));
  }
}

const PARTS = {
  roles: { azure: 'azure-roles', directory: 'directory-roles' },
  operations: { azure: 'azure-operations', directory: 'directory-actions' },
} as const;

function unreadKinds({ unread }: RoleKnowledge, what: keyof typeof PARTS): readonly RoleDefinition['kind'][] {
  const kinds: readonly RoleDefinition['kind'][] = ['azure', 'directory'];
  return kinds.filter((kind) => unread.some(({ part }) => part === PARTS[what][kind]));
}

function accessOf(wanted: Wanted, scope: Scope | null, index: RoleIndex): WantedAccess {
  const scopeId = scope?.id ?? null;
  switch (wanted.kind) {
    case 'operation':
    case 'pattern':
      return { kind: 'azure', operation: wanted.name, plane: wanted.plane, scopeId };
    case 'directory-action':
      return { kind: 'directory', action: wanted.name, scopeId };
    case 'task':
      return { kind: 'found', fitting: taskRoles(index, wanted.task), scopeId };
  }
}

/** Which of the tenant's roles would do, and who gives them. */
async function tenantHelp(
  services: Services,
  asker: Asker,
  { tenant, tenantTotal }: OwnFitting,
  scope: Scope | null,
): Promise<Pick<WhichRoleNotice, 'tenantRoles' | 'tenantTotal' | 'administrators'>> {
  const [first] = tenant;
  const kind = first?.role.definition.kind;
  return {
    tenantRoles: tenant.slice(0, MOST_TENANT_ROLES).map(({ role: { definition }, answer }) => ({
      kind: definition.kind,
      id: definition.id ?? '',
      roleName: definition.name,
      isCustom: definition.isCustom,
      isSure: CERTAINTIES[answer] === 'sure',
    })),
    tenantTotal,
    administrators: kind === undefined ? null : await whoAdministers(services, asker, { kind, scope }),
  };
}
