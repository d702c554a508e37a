import {
  type ActiveAssignment,
  type EligibleAssignment,
  GROUP_MEMBER,
  GROUP_OWNER,
  type RoleAtScope,
  scopeKey,
} from '../domain/assignment.ts';
import type { UnreadPart } from '../domain/card-facts.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { RoleAdministration } from '../ports/role-administration.ts';
import type { Actor, RoleManagement, TenantRequest } from '../ports/role-management.ts';

/** What was read, and which parts of PIM could not be: one that fails holds up no other. */
export interface Listing<T> {
  readonly rows: readonly T[];
  readonly unread: readonly UnreadPart[];
  /** Why, in the same order. */
  readonly errors: readonly AccessError[];
}

type Part = Pick<RoleManagement, 'surface'>;

/** Everything PIM governs for a person, each role in the hands of the part that keeps it. */
export class RoleSurfaces {
  readonly parts: readonly RoleManagement[];
  readonly #administration: readonly RoleAdministration[];

  constructor(parts: readonly RoleManagement[], administration: readonly RoleAdministration[]) {
    this.parts = parts;
    this.#administration = administration;
  }

  /** The part that keeps this role. */
  of(role: Pick<RoleAtScope, 'surface'>): RoleManagement {
    return partOf(this.parts, role);
  }

  /** The same for what administrators do. */
  administrationOf(role: Pick<RoleAtScope, 'surface'>): RoleAdministration {
    return partOf(this.#administration, role);
  }

  async listActive(actor: Actor): Promise<Listing<ActiveAssignment>> {
    return await readParts(this.parts, async (part) => await part.listActive(actor));
  }

  /** Always asks the tenant; {@link EligibilityShelf} keeps what was read. */
  async listEligible(actor: Actor): Promise<Listing<EligibleAssignment>> {
    return await readParts(this.parts, async (part) => await part.listEligible(actor));
  }

  async listOpenRequests(actor: Actor): Promise<Listing<TenantRequest>> {
    return await readParts(this.parts, async (part) => await part.listOpenRequests(actor));
  }

  async listAwaitingDecision(actor: Actor): Promise<Listing<TenantRequest>> {
    return await readParts(this.parts, async (part) => await part.listAwaitingDecision(actor));
  }

  /** Asks every part of PIM for roles that the words mean. */
  async findRoles(actor: Actor, words: string, scope: string | null): Promise<Listing<RoleAtScope>> {
    const found = await readParts(this.#administration, async (part) => await part.findRoles(actor, words, scope));
    return { ...found, rows: found.rows.filter((role) => !isBesideMembership(role, found.rows)) };
  }
}

/** Who names a group means its membership; ownership has to be said, and then comes alone. */
function isBesideMembership(role: RoleAtScope, rows: readonly RoleAtScope[]): boolean {
  const isTwin = (other: RoleAtScope): boolean =>
    other.roleDefinitionId === GROUP_MEMBER && scopeKey(other.scope.id) === scopeKey(role.scope.id);
  return role.roleDefinitionId === GROUP_OWNER && rows.some(isTwin);
}

function partOf<T extends Part>(parts: readonly T[], { surface }: Part): T {
  const part = parts.find((one) => one.surface === surface);
  if (part === undefined) {
    throw new AccessError('internal.unexpected', `nobody keeps roles of ${surface}`);
  }
  return part;
}

/**
 * Reads all parts side by side. What the person can mend by signing in is theirs to hear; else only what fails everywhere is
 * a failure.
 */
export async function readParts<P extends Part, T>(
  parts: readonly P[],
  read: (part: P) => Promise<readonly T[]>,
): Promise<Listing<T>> {
  const settled = await Promise.allSettled(parts.map(read));
  const rows: T[] = [];
  const unread: UnreadPart[] = [];
  const errors: AccessError[] = [];
  for (const [index, outcome] of settled.entries()) {
    if (outcome.status === 'fulfilled') {
      rows.push(...outcome.value);
      continue;
    }
    const error = asAccessError(outcome.reason);
    if (error.code === 'identity.sign_in_required' || error.code === 'internal.unexpected') {
      throw error;
    }
    errors.push(error);
    unread.push({ surface: (parts[index] as P).surface, code: error.code });
  }
  const [first] = errors;
  if (first !== undefined && errors.length === parts.length) {
    throw first;
  }
  return { rows, unread, errors };
}
