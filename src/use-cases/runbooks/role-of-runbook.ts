import { GROUP_MEMBER, GROUP_SCOPE_NAMES, type RoleAtScope } from '../../domain/assignment.ts';
import { isNamedRole, type NamedRole } from '../../domain/named-role.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { type ActivationTarget, nameTarget } from '../activation-target.ts';
import { readActive } from '../list-active.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** What the asker has of the role that a runbook names. */
export interface RoleOfRunbook {
  /** As the tenant has it; null when the asker has nothing of it. */
  readonly role: RoleAtScope | null;
  /** What they may activate; null when nothing, or when only a choice would tell. */
  readonly target: ActivationTarget | null;
  /** Whether the part of PIM that keeps it could not be read. */
  readonly isUnread: boolean;
}

/**
 * Finds the role of a runbook among what the asker may activate, at a narrower scope or through a group as well, and among what is
 * active.
 *
 * @throws {AccessError} identity.sign_in_required, graph.*
 */
export async function roleOfRunbook(services: Services, asker: Asker, runbook: Runbook): Promise<RoleOfRunbook> {
  const wanted = runbook.role;
  const eligible = await services.eligibility.read(actorOf(asker));
  const isUnread = eligible.unread.some(({ surface }) => surface === wanted.surface);
  const own = eligible.rows.find((role) => isNamedRole(wanted, role));
  if (own !== undefined) {
    return { role: own, target: { role: own, eligible: null, next: null }, isUnread };
  }
  const named = await nameTarget(services, asker, { words: wanted.role, scope: scopeWords(wanted) }, eligible.rows);
  const target = named.kind === 'one' && isMeant(wanted, named.target) ? named.target : null;
  if (target !== null) {
    return { role: target.next ?? target.role, target, isUnread };
  }
  const active = await readActive(services, asker);
  return { role: active.rows.find((role) => isNamedRole(wanted, role)) ?? null, target: null, isUnread };
}

/** Names are matched with some kindness; what a runbook names is exactly one role. */
function isMeant(wanted: NamedRole, { role, next }: ActivationTarget): boolean {
  return isNamedRole(wanted, next ?? role);
}

function scopeWords({ surface, scope }: NamedRole): string {
  if (surface === 'group') {
    return GROUP_SCOPE_NAMES[scope === 'owner' ? 'owner' : GROUP_MEMBER];
  }
  return scope ?? '/';
}
