import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleChangeItem, RolesChangeNotice, StandingUse } from '../../domain/role-files-notice.ts';
import { AccessError } from '../../errors.ts';
import { canonicalRole } from '../../roles/role-drift.ts';
import { CONFIRM_WITHIN } from '../administration/change-assignment.ts';
import { iso } from '../facts.ts';
import type { Asker, Services } from '../services.ts';
import { hasErrors } from './findings.ts';
import { createRightsReader } from './rights.ts';
import { cut } from './show-drift.ts';
import { hashOf, namedRoles, type SurveyedRole, surveyRoles } from './survey.ts';
import { countHolders, listUses } from './uses.ts';

/** What is to be written, besides what the card of it shows. */
export interface PlannedRole {
  readonly item: RoleChangeItem;
  readonly wanted: RoleDefinition | null;
  readonly held: RoleDefinition | null;
}

export interface RolesPlan {
  readonly notice: RolesChangeNotice;
  readonly roles: readonly PlannedRole[];
}

/** What an administrator asks for. */
export type RolesWish = Pick<RolesChangeNotice, 'names' | 'justification'>;

/** More would not be seen whole on one card, with what the template puts around each, in bytes of JSON. */
const MOST_AT_ONCE = 10;
const LARGEST_PLAN = 15_000;
const AROUND = 1_300;
const MOST_USES = 60;

/**
 * Works out what `roles apply` would write: of the roles that are named, or of all, those that the tenant does not hold as their
 * files say. What lints with errors, or what the asker has no right to, blocks the plan. Roles that only the tenant has are not
 * among them.
 *
 * @throws {AccessError} what surveying throws, role_files.role_unknown, role_files.too_many; null when there is nothing to write
 */
export async function planApply(services: Services, asker: Asker, wish: RolesWish): Promise<RolesPlan | null> {
  const { names } = wish;
  const survey = await surveyRoles(services, asker);
  const chosen = survey.problems.length > 0 ? [] : namedRoles(survey.roles, names);
  const changing = chosen.filter(({ drift: { state, findings } }) => isToWrite(state) || hasErrors(findings));
  if (changing.length === 0 && survey.problems.length === 0) {
    return null;
  }
  const rights = createRightsReader(services, asker);
  const roles = await Promise.all(
    changing.slice(0, MOST_AT_ONCE).map(async ({ drift, wanted, held }): Promise<PlannedRole> => {
      const item: RoleChangeItem = {
        ...drift,
        ...bare(services, { wanted, held }),
        action: held === null ? 'create' : 'update',
        holders: held === null ? null : await countHolders(services, asker, held),
        rights: await rights.read(
          'write',
          [wanted, held].filter((one) => one !== null),
        ),
      };
      return { item: cut(item), wanted, held };
    }),
  );
  const notice: RolesChangeNotice = {
    ...draft(services, 'apply', wish),
    items: roles.map(({ item }) => item),
    problems: survey.problems.slice(0, MOST_USES),
  };
  if (changing.length > MOST_AT_ONCE || sizeOf(notice.items) > LARGEST_PLAN) {
    throw new AccessError('role_files.too_many', 'the plan is longer than a card', {
      facts: { count: String(changing.length) },
    });
  }
  return { notice: judged(notice, applyProblem(notice)), roles };
}

function isToWrite(state: RoleChangeItem['state']): boolean {
  return state === 'different' || state === 'only-in-files' || state === 'unseen';
}

function sizeOf(items: readonly RoleChangeItem[]): number {
  return items.reduce((size, item) => size + AROUND + Buffer.byteLength(JSON.stringify(item)), 0);
}

/** Why nothing of the plan may be written. */
function applyProblem({ items, problems }: RolesChangeNotice): ProblemFacts | null {
  if (problems.length > 0 || items.some(({ findings }) => hasErrors(findings))) {
    return { code: 'role_files.wrong', facts: {} };
  }
  const unseen = items.find(({ state }) => state === 'unseen');
  return unseen === undefined ? rightsProblem(items) : { code: 'role_files.unseen', facts: { roleName: unseen.name } };
}

function rightsProblem(items: readonly RoleChangeItem[]): ProblemFacts | null {
  const [missing] = items.flatMap(({ kind, rights }) =>
    rights === null ? [] : rights.missing.map((on) => ({ kind, on })),
  );
  if (missing === undefined) {
    return null;
  }
  return missing.kind === 'directory'
    ? { code: 'role_definition.administrator_needed', facts: {} }
    : { code: 'role_definition.scope_forbidden', facts: { scope: missing.on } };
}

/**
 * Works out what `roles delete` would delete, and who stands in the way.
 *
 * @throws {AccessError} role_files.role_unknown, role_files.ambiguous, role_definition.built_in, and what reading the tenant throws
 */
export async function planDelete(services: Services, asker: Asker, wish: RolesWish): Promise<RolesPlan> {
  const { names } = wish;
  const { drift, held } = await namedInTenant(services, asker, names);
  const uses = await listUses(services, asker, held);
  const item: RoleChangeItem = {
    ...drift,
    ...bare(services, { wanted: null, held }),
    // What is deleted is the tenant's, whatever a file would call it.
    name: held.name,
    nameInTenant: null,
    action: 'delete',
    uses: uses.map(standing).toSorted(byPlace).slice(0, MOST_USES),
    usesTotal: uses.length,
    rights: await createRightsReader(services, asker).read('delete', [held]),
  };
  const notice: RolesChangeNotice = { ...draft(services, 'delete', wish), items: [cut(item)] };
  const problem: ProblemFacts | null =
    uses.length > 0
      ? { code: 'role_definition.in_use', facts: { count: String(uses.length) } }
      : rightsProblem(notice.items);
  return { notice: judged(notice, problem), roles: [{ item, wanted: null, held }] };
}

/** Of several of one name none is meant for sure. */
async function namedInTenant(
  services: Services,
  asker: Asker,
  names: readonly string[],
): Promise<Pick<SurveyedRole, 'drift'> & { readonly held: RoleDefinition }> {
  const { roles } = await surveyRoles(services, asker);
  const builtIn = await findBuiltIn(services, names);
  if (builtIn !== null) {
    throw new AccessError('role_definition.built_in', 'a built-in role', { facts: { roleName: builtIn } });
  }
  const [only, other] = namedRoles(roles, names).flatMap(({ drift, held }) => (held === null ? [] : [{ drift, held }]));
  const facts = { words: names.join(', ').slice(0, 200) };
  if (only === undefined) {
    throw new AccessError('role_files.role_unknown', 'no custom role of the tenant', { facts });
  }
  if (other !== undefined) {
    throw new AccessError('role_files.ambiguous', 'several custom roles', { facts });
  }
  return only;
}

async function findBuiltIn(
  { catalogue }: Pick<Services, 'catalogue'>,
  names: readonly string[],
): Promise<string | null> {
  const wanted = new Set(names.map((name) => name.trim().toLowerCase()));
  const { roles } = await catalogue.current();
  return roles.find((role) => !role.isCustom && wanted.has(role.name.toLowerCase()))?.name ?? null;
}

function standing({ principal, kind, scope }: Awaited<ReturnType<typeof listUses>>[number]): StandingUse {
  return { principalName: principal.name, kind, scopeName: scope.name };
}

function byPlace(a: StandingUse, b: StandingUse): number {
  const [one, other] = [a, b].map(({ scopeName, kind, principalName }) => `${scopeName}\0${kind}\0${principalName}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** What every item begins with. */
function bare(
  services: Services,
  { wanted, held }: Pick<PlannedRole, 'wanted' | 'held'>,
): Pick<RoleChangeItem, 'id' | 'heldHash' | 'wantedHash' | 'uses' | 'usesTotal' | 'outcome' | 'problem'> {
  return {
    // A new role gets its id now: after an answer that was lost it can be looked for.
    id: held?.id ?? wanted?.id ?? services.newId(),
    heldHash: held === null ? null : hashOf(canonicalRole(held)),
    wantedHash: wanted === null ? null : hashOf(canonicalRole(wanted)),
    uses: [],
    usesTotal: 0,
    outcome: 'planned',
    problem: null,
  };
}

function draft(
  services: Services,
  action: RolesChangeNotice['action'],
  { names, justification }: RolesWish,
): RolesChangeNotice {
  return {
    card: 'roles-change',
    action,
    phase: 'confirm',
    names,
    items: [],
    justification,
    problems: [],
    problem: null,
    expiresAt: iso(services.clock.now().add(CONFIRM_WITHIN)),
  };
}

function judged(notice: RolesChangeNotice, problem: ProblemFacts | null): RolesChangeNotice {
  return problem === null ? notice : { ...notice, phase: 'blocked', problem };
}
