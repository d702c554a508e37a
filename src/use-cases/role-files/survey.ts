import { createHash } from 'node:crypto';
import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { DriftState, RoleDifference, RoleDrift, RoleFinding, UnreadKind } from '../../domain/role-files-notice.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { differenceOf, isDifferent, isSameName, pairRoles, type RolePair } from '../../roles/role-drift.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { lintFolder } from './findings.ts';
import { type FolderRole, readFolder } from './read-folder.ts';

/** One custom role with both of its definitions. */
export interface SurveyedRole {
  readonly drift: RoleDrift;
  readonly wanted: RoleDefinition | null;
  readonly held: RoleDefinition | null;
}

/** All custom roles of the folder and of what the asker may see of the tenant. */
export interface Survey {
  readonly roles: readonly SurveyedRole[];
  readonly problems: readonly RoleFinding[];
  readonly unread: readonly UnreadKind[];
}

/**
 * Reads the folder and, with the asker's own token, the tenant, both as they are now, and compares them.
 *
 * @throws {AccessError} role_files.none, role_files.unreadable, identity.sign_in_required; what else keeps a part of the tenant
 *   from being read stands in `unread`, unless it is all of it
 */
export async function surveyRoles(services: Services, asker: Asker): Promise<Survey> {
  const folder = await readFolder(services);
  const [tenant, known] = await Promise.all([readTenant(services, asker), services.catalogue.current()]);
  const pairs = pairRoles(folder.roles, tenant.roles);
  const knowledge = await freshIfNeeded(services, known, pairs);
  const held = pairs.flatMap((pair) => (pair.filed === null || pair.held === null ? [] : [pair.held]));
  const findings = lintFolder(services, folder.roles, { knowledge, held });
  const roles = pairs.map((pair) => surveyed(pair, { knowledge, kindsUnread: tenant.kindsUnread, findings }));
  return { roles, problems: folder.problems, unread: tenant.unread };
}

/** What is kept of the tenant may be older than a deletion elsewhere: then it is no sign that a role is hidden from the asker. */
async function freshIfNeeded(
  { catalogue }: Pick<Services, 'catalogue'>,
  known: RoleKnowledge,
  pairs: readonly RolePair<FolderRole>[],
): Promise<RoleKnowledge> {
  const isMissed = pairs.some(({ filed, held }) => filed !== null && held === null && isKnown(filed.definition, known));
  if (!isMissed) {
    return known;
  }
  catalogue.forget();
  return await catalogue.current();
}

interface Tenant {
  readonly roles: readonly RoleDefinition[];
  readonly kindsUnread: ReadonlySet<RoleDefinition['kind']>;
  readonly unread: readonly UnreadKind[];
}

async function readTenant(services: Services, asker: Asker): Promise<Tenant> {
  const parts = services.definitions;
  const settled = await Promise.allSettled(parts.map(async (part) => await part.listCustom(actorOf(asker))));
  const roles: RoleDefinition[] = [];
  const failed: { readonly kind: RoleDefinition['kind']; readonly error: AccessError }[] = [];
  for (const [index, outcome] of settled.entries()) {
    const part = parts[index];
    if (outcome.status === 'fulfilled') {
      roles.push(...outcome.value);
    } else if (part !== undefined) {
      failed.push({ kind: part.kind, error: asAccessError(outcome.reason) });
    }
  }
  const [first] = failed;
  const isAll = first !== undefined && failed.length === parts.length;
  const grave = failed.find(
    ({ error }) => isAll || error.code === 'identity.sign_in_required' || error.code === 'internal.unexpected',
  );
  if (grave !== undefined) {
    throw grave.error;
  }
  return {
    roles,
    kindsUnread: new Set(failed.map(({ kind }) => kind)),
    unread: failed.map(({ kind, error: { code } }) => ({ surface: kind, code })),
  };
}

interface Ground {
  readonly knowledge: RoleKnowledge;
  readonly kindsUnread: ReadonlySet<RoleDefinition['kind']>;
  readonly findings: ReadonlyMap<FolderRole, readonly RoleFinding[]>;
}

const NO_NAMES = { total: 0, names: [] } as const;
const NOTHING = { total: 0, escalating: [], others: [] } as const;
const NO_DIFFERENCE: RoleDifference = {
  nameInTenant: null,
  isDescriptionOther: false,
  isConditionOther: false,
  isEnabledByFile: null,
  gains: NOTHING,
  losses: NOTHING,
  isSpeltOtherwise: false,
  patterns: NO_NAMES,
  scopesAdded: NO_NAMES,
  scopesRemoved: NO_NAMES,
};

function surveyed({ filed, held }: RolePair<FolderRole>, ground: Ground): SurveyedRole {
  const wanted = filed?.definition ?? null;
  const definition = wanted ?? held;
  if (definition === null) {
    throw new AccessError('internal.unexpected', 'a pair of nothing');
  }
  const isUnseen = held === null && isHiddenFrom(definition, ground);
  const difference = wanted === null || isUnseen ? NO_DIFFERENCE : differenceOf(wanted, held, ground.knowledge);
  const findings = filed === null ? [] : (ground.findings.get(filed) ?? []);
  const drift: RoleDrift = {
    ...difference,
    key: hashOf(`${definition.kind} ${definition.id ?? ''} ${definition.name} ${filed?.file ?? ''}`).slice(0, 16),
    kind: definition.kind,
    name: definition.name,
    file: filed?.file ?? null,
    state: isUnseen ? 'unseen' : stateOf(wanted, held, difference),
    findings,
    findingsTotal: findings.length,
    holders: null,
    rights: null,
  };
  return { drift, wanted, held };
}

/** The part could not be read, or the reader knows a role that the asker does not see. */
function isHiddenFrom(definition: RoleDefinition, { knowledge, kindsUnread }: Ground): boolean {
  return kindsUnread.has(definition.kind) || isKnown(definition, knowledge);
}

function isKnown(definition: RoleDefinition, { roles }: RoleKnowledge): boolean {
  return roles.some(
    (role) =>
      role.isCustom &&
      role.kind === definition.kind &&
      (definition.id === null ? isSameName(role, definition) : role.id === definition.id.toLowerCase()),
  );
}

function stateOf(wanted: RoleDefinition | null, held: RoleDefinition | null, difference: RoleDifference): DriftState {
  if (held === null) {
    return 'only-in-files';
  }
  if (wanted === null) {
    return 'only-in-tenant';
  }
  return isDifferent(difference) ? 'different' : 'same';
}

/** SHA-256, in hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Those of the roles that are named, by their name, the tenant's, or the file's; all of them when nothing is named.
 *
 * @throws {AccessError} role_files.role_unknown (fact `words`)
 */
export function namedRoles(roles: readonly SurveyedRole[], names: readonly string[]): readonly SurveyedRole[] {
  if (names.length === 0) {
    return roles;
  }
  const chosen = names.flatMap((name) => {
    const found = roles.filter(({ drift }) => isCalled(drift, name));
    if (found.length === 0) {
      throw new AccessError('role_files.role_unknown', 'neither a file nor a custom role has this name', {
        facts: { words: name.slice(0, 200) },
      });
    }
    return found;
  });
  return [...new Set(chosen)];
}

function isCalled({ name, nameInTenant, file }: RoleDrift, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  const base = file?.slice(file.lastIndexOf('/') + 1) ?? null;
  const names = [name.trim(), nameInTenant?.trim(), file, base, base?.replace(/\.json$/i, '')];
  return names.some((one) => one?.toLowerCase() === wanted);
}
