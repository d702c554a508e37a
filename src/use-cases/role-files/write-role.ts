import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleChangeItem } from '../../domain/role-files-notice.ts';
import { type AccessError, asAccessError } from '../../errors.ts';
import { canonicalRole, isSameName } from '../../roles/role-drift.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import type { PlannedRole } from './plan-change.ts';
import { hashOf } from './survey.ts';
import { definitionsOf } from './uses.ts';

/** What became of one role. */
export interface Written {
  readonly item: RoleChangeItem;
  /** `found`: its answer was lost, and the tenant shows it. */
  readonly how: 'answered' | 'found';
}

/**
 * Writes one role once, with the actor's own token, and reads it again: what the tenant holds is what counts. An answer that was
 * lost is looked up and never asked for again. Throws nothing: the role says what became of it.
 */
export async function writeRole(services: Services, asker: Asker, role: PlannedRole): Promise<Written> {
  try {
    await send(services, asker, role);
  } catch (thrown) {
    const error = asAccessError(thrown);
    services.log.warn('roles.write_failed', { role: role.item.id, code: error.code, message: error.message });
    return error.code === 'activation.in_doubt'
      ? await lookAfter(services, asker, role, 'found')
      : { item: { ...role.item, outcome: 'failed', problem: problemOf(role.item, error) }, how: 'answered' };
  }
  return await lookAfter(services, asker, role, 'answered');
}

async function send(services: Services, asker: Asker, { item, wanted, held }: PlannedRole): Promise<void> {
  const part = definitionsOf(services, item);
  const actor = actorOf(asker);
  if (wanted !== null && held !== null) {
    await part.update(actor, { from: held, to: { ...wanted, id: item.id } });
  } else if (wanted !== null) {
    await part.create(actor, { ...wanted, id: item.id });
  } else if (held !== null) {
    await part.remove(actor, held);
  }
}

/** A claims challenge is for the browser, not for a card. */
function problemOf({ name }: RoleChangeItem, { code, facts: { claims: _claims, ...facts } }: AccessError) {
  return { code, facts: { roleName: name, ...facts } };
}

async function lookAfter(
  services: Services,
  asker: Asker,
  { item }: PlannedRole,
  how: Written['how'],
): Promise<Written> {
  const isThere = await isAsWanted(services, asker, item);
  const inDoubt = { code: 'activation.in_doubt', facts: {} } as const;
  return isThere
    ? { item: { ...item, outcome: 'done', problem: null }, how }
    : { item: { ...item, outcome: 'in-doubt', problem: inDoubt }, how };
}

/** Whether the tenant shows what was asked for; also false when nobody could look. */
async function isAsWanted(services: Services, asker: Asker, item: RoleChangeItem): Promise<boolean> {
  try {
    const found = await findWritten(services, asker, item);
    return item.wantedHash === null ? found === null : found !== null;
  } catch (thrown) {
    services.log.warn('roles.doubt_remains', { role: item.id, code: asAccessError(thrown).code });
    return false;
  }
}

/**
 * The role as the tenant holds it, where that is what was asked for; for a deletion, the role that is still there. A new role may
 * have got another id than the one it was asked for with: then it is found by its name.
 *
 * @throws {AccessError} what reading throws
 */
export async function findWritten(
  services: Services,
  asker: Asker,
  item: RoleChangeItem,
): Promise<RoleDefinition | null> {
  const part = definitionsOf(services, item);
  const actor = actorOf(asker);
  const byId = await part.find(actor, item.id);
  if (item.action === 'delete') {
    return byId;
  }
  const isWanted = (role: RoleDefinition): boolean => hashOf(canonicalRole(role)) === item.wantedHash;
  if (byId !== null || item.action === 'update') {
    return byId !== null && isWanted(byId) ? byId : null;
  }
  const all = await part.listCustom(actor);
  return all.find((role) => isSameName(role, item) && isWanted(role)) ?? null;
}

/** Refusals that are about this one role: the next one may well be taken. */
const OF_THE_ROLE: ReadonlySet<string> = new Set([
  'role_definition.exists',
  'role_definition.limit',
  'role_definition.refused',
  'role_definition.scope_forbidden',
  'role_definition.changed_meanwhile',
  'role_definition.in_use',
]);

/** Says whether what comes after it is left alone: nobody knows how things stand, or nothing would be taken. */
export function isFinal({ item: { outcome, problem } }: Written): boolean {
  return outcome !== 'done' && !(outcome === 'failed' && problem !== null && OF_THE_ROLE.has(problem.code));
}
