import type { ExtensionRequestedNotice } from '../../domain/administration-notice.ts';
import { type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import { candidate } from '../activation-target.ts';
import { postAnswer, postError } from '../error-card.ts';
import { isBefore, iso, roleFacts } from '../facts.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from '../services.ts';
import { demandRunning, refuseWhilePaused } from '../serving/demand-running.ts';
import { demandServed } from '../serving/find-unserved.ts';
import { nameRole, type Unclear, unclearRole } from './name-role.ts';

/** A wish for more time on an assignment of one's own, as it was said. */
export interface SpokenExtension {
  readonly roles: readonly string[];
  readonly scope: string | null;
  /** Null when the words do not say whether the eligible or the active assignment is meant. */
  readonly kind: 'eligible' | 'active' | null;
  readonly duration: Temporal.Duration | null;
  readonly until: Temporal.Instant | null;
  readonly justification: string | null;
}

/** Asked for when no end was said. The settings' own limit is not the person's to read. */
const USUAL_EXTENSION = Temporal.Duration.from({ hours: 24 * 30 });

/** One assignment of the asker; one that is not listed has ended. */
interface OwnAssignment {
  readonly role: RoleAtScope;
  readonly kind: 'eligible' | 'active';
  readonly endsAt: Temporal.Instant | null;
  readonly isOver: boolean;
}

/**
 * Asks PIM for more time on an assignment of the asker's own: to extend one that runs, to renew one that has ended; which of the
 * two follows from the assignment, not from the verb. An administrator decides in the portal. The intent is recorded first.
 *
 * @throws {AccessError} command.problem, activation.extension_impossible, assignment.not_found, activation.already_pending,
 *   activation.refused_by_policy, activation.in_doubt, identity.sign_in_required, graph.*
 */
export async function requestExtension(services: Services, asker: Asker, spoken: SpokenExtension): Promise<Posted> {
  await refuseWhilePaused(services, 'usual');
  const named = await nameAssignment(services, asker, spoken);
  if (named.kind === 'unclear') {
    return await postError(services, asker, named.error, named.suggestions);
  }
  const { role, kind, isOver } = named.assignment;
  await demandServed(services, asker.person.id, role);
  const part = services.roles.of(role);
  if (!part.capabilities.extendable.includes(kind)) {
    throw impossible(role, 'surface');
  }
  const action = isOver ? 'renew' : 'extend';
  const endsAt = wantedEnd(services, named.assignment, spoken);
  const justification = spoken.justification?.trim() ?? '';
  await services.store.transaction(async (stores) => {
    await demandRunning(services, stores, 'usual');
    await claimClick(asker, stores);
    await stores.audit.extensionAsked({
      at: services.clock.now(),
      actorId: asker.person.id,
      facts: {
        action,
        kind,
        role: role.roleDefinitionId,
        scope: role.scope.id,
        endsAt: iso(endsAt),
        justification,
      },
    });
  });
  try {
    await part.requestExtension(actorOf(asker), { action, kind, role, endsAt, justification });
  } catch (thrown) {
    throw mendableBySignIn(services, asker, asAccessError(thrown));
  }
  const notice: ExtensionRequestedNotice = {
    card: 'extension-requested',
    role: roleFacts(role),
    action,
    kind,
    endsAt: iso(endsAt),
    justification,
  };
  return await postAnswer(services, asker, notice);
}

/**
 * Some of these requests need a permission that no ordinary token carries, to write eligible assignments (pim-api §2.2). The
 * admin app has it; what it lets the asker do is still PIM's to say.
 */
function mendableBySignIn(services: Services, { steppedUp }: Asker, error: AccessError): AccessError {
  const isLeft = steppedUp?.app !== 'admin' && services.page.isAvailable('admin');
  return error.code === 'identity.consent_missing' && isLeft
    ? new AccessError('identity.admin_sign_in_required', error.message, { cause: error })
    : error;
}

function wantedEnd(
  services: Services,
  { role, endsAt: current, isOver }: OwnAssignment,
  { duration, until }: SpokenExtension,
): Temporal.Instant {
  if (!isOver && current === null) {
    throw impossible(role, 'permanent');
  }
  const now = services.clock.now();
  const from = current ?? now;
  const endsAt = until ?? from.add(duration ?? USUAL_EXTENSION);
  if (!isBefore(from, endsAt)) {
    const text = isOver ? 'That end has already passed.' : 'The assignment already lasts that long: say a later end.';
    throw new AccessError('command.problem', 'no later than now', { facts: { text } });
  }
  return endsAt;
}

function impossible(role: RoleAtScope, why: 'surface' | 'permanent'): AccessError {
  return new AccessError('activation.extension_impossible', `no extension: ${why}`, {
    facts: { ...roleFacts(role), why },
  });
}

type NamedAssignment = { readonly kind: 'one'; readonly assignment: OwnAssignment } | Unclear;

async function nameAssignment(services: Services, asker: Asker, spoken: SpokenExtension): Promise<NamedAssignment> {
  const [words, other] = spoken.roles;
  if (words === undefined || other !== undefined) {
    const text = 'Say one role: "extend assignment Security Reader until 31 December".';
    throw new AccessError('command.problem', 'not one role', { facts: { text } });
  }
  const own = (await listOwn(services, asker)).filter(({ kind }) => spoken.kind === null || kind === spoken.kind);
  const roles = [...new Map(own.map(({ role }) => [roleKey(role), role])).values()];
  const found = matchRoles(words, roles.map(candidate), spoken.scope);
  if (found.kind === 'none') {
    return await nameEnded(services, asker, words, spoken);
  }
  const ids = new Set((found.kind === 'one' ? [found.match] : found.matches).map(({ id }) => id));
  const meant = own.filter(({ role }) => ids.has(roleKey(role)));
  if (found.kind === 'several') {
    return unclearRole(
      words,
      spoken.scope,
      roles.filter((role) => ids.has(roleKey(role))),
    );
  }
  const [assignment, second] = meant;
  if (assignment !== undefined && second === undefined) {
    return { kind: 'one', assignment };
  }
  return unclearKind(found.match.name);
}

/** The role is held in both ways, and each has its own end. */
function unclearKind(roleName: string): Unclear {
  const text = 'You hold this role both as an eligible and as an active assignment: say which one.';
  return {
    kind: 'unclear',
    error: new AccessError('command.problem', 'eligible or active', { facts: { text } }),
    suggestions: [`extend eligible assignment ${roleName}`, `extend active assignment ${roleName}`],
  };
}

/** What the asker holds, without what they activated themselves: a running activation cannot be extended (pim-api §19.21). */
async function listOwn(services: Services, asker: Asker): Promise<readonly OwnAssignment[]> {
  const actor = actorOf(asker);
  // Old ends would be lengthened by the wrong amount.
  services.eligibility.forget(asker.person.id);
  const [eligible, active] = await Promise.all([services.eligibility.read(actor), services.roles.listActive(actor)]);
  const assigned = active.rows.filter(({ assignmentType }) => assignmentType === 'assigned');
  return [
    ...eligible.rows.map((role) => ({ role, kind: 'eligible' as const, endsAt: role.endsAt, isOver: false })),
    ...assigned.map((role) => ({ role, kind: 'active' as const, endsAt: role.endsAt, isOver: false })),
  ];
}

/**
 * What has ended is in no list of the asker's: roles they activated with us, else a role of the tenant. PIM knows whether there
 * was such an assignment.
 */
async function nameEnded(
  services: Services,
  asker: Asker,
  words: string,
  { scope, kind }: SpokenExtension,
): Promise<NamedAssignment> {
  const ended = (role: RoleAtScope): NamedAssignment => ({
    kind: 'one',
    assignment: { role, kind: kind ?? 'eligible', endsAt: null, isOver: true },
  });
  const requests = await services.store.now.requests.listNewestOf(asker.person.id, 200);
  const roles = [...new Map(requests.map(({ role }) => [roleKey(role), role])).values()];
  const found = matchRoles(words, roles.map(candidate), scope);
  if (found.kind === 'one') {
    const role = roles.find((item) => roleKey(item) === found.match.id);
    return role === undefined ? unclearRole(words, scope, []) : ended(role);
  }
  const named = await nameRole(services, asker, words, scope);
  if (named.kind === 'unclear' && named.suggestions.length === 0) {
    // PIM lists what has ended to nobody but the portal; what was never activated here is not in our records either.
    throw new AccessError('assignment.not_found', 'no ended assignment of that name', { facts: { roleName: words } });
  }
  return named.kind === 'one' ? ended(named.role) : named;
}
