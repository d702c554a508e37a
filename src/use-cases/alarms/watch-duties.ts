import type { ActivationRequest } from '../../domain/activation.ts';
import type { DutiesAlarmNotice } from '../../domain/alarm-notice.ts';
import { isSameRole, type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import {
  type DutyConflict,
  findConflict,
  isUnclear,
  type JudgedRole,
  opposedSurfaces,
} from '../../domain/separation-of-duties.ts';
import { asAccessError } from '../../errors.ts';
import type { TenantEvent } from '../../ports/tenant-feed.ts';
import { withoutEnded } from '../check-duties.ts';
import { isBefore, iso, roleFacts } from '../facts.ts';
import { withAllowed } from '../read-allowed.ts';
import type { Told } from '../reconcile/told.ts';
import type { Services } from '../services.ts';
import { mentionsOf, raiseAlarm, resolveRoute } from './raise-alarm.ts';

/** Lists of the tenant are up to a minute late; what was given back here for longer is not on them. */
const LATENESS = Temporal.Duration.from({ minutes: 5 });

/** Our clock and Microsoft's are not the same: what was given back and what followed it at once were never together. */
const SKEW = Temporal.Duration.from({ minutes: 1 });

/**
 * Looks, when the tenant's log tells that a role became active, whether its holder has another beside it that the rulebook keeps
 * apart: the bot refuses that, the portal does not know of it. Each rule that is broken raises one alarm for each activation;
 * nothing is taken away. Costs a look at the tenant, but only for roles that a rule is about. Safe to run twice.
 *
 * @throws {AccessError} graph.* when the tenant cannot be looked at now
 */
export async function watchDuties(
  services: Services,
  { told, ours }: { readonly told: Told; readonly ours: ActivationRequest | null },
): Promise<void> {
  const rulebook = services.rules.current();
  const { separationOfDuties: rules } = rulebook;
  const event = told.events.find(({ kind }) => kind === 'active');
  if (event === undefined) {
    return;
  }
  // Our own record has the names as the person saw them.
  const role = ours?.role ?? event.role;
  if (isUnclear(rules, role)) {
    services.log.error('duties.unclear', { row: event.id, roleDefinitionId: role.roleDefinitionId });
    return;
  }
  if (opposedSurfaces(rules, role).size === 0) {
    return;
  }
  const [wanted = role] = await readAllowed(services, [role]);
  if (opposedSurfaces(rules, wanted).size === 0) {
    return;
  }
  const beside = await readAllowed(services, await readHeld(services, event, wanted));
  for (const rule of rules) {
    const conflict = findConflict([rule], wanted, beside);
    if (conflict !== null) {
      await raise(services, conflict, { event, ours });
    }
  }
}

/** What cannot be read may allow everything: rather one alarm too many. */
async function readAllowed(services: Services, roles: readonly RoleAtScope[]): Promise<readonly JudgedRole[]> {
  const read = roles.map(async (role): Promise<readonly JudgedRole[]> => {
    try {
      return await withAllowed(services, [role]);
    } catch (thrown) {
      const error = asAccessError(thrown);
      if (error.retryable) {
        throw error;
      }
      services.log.error('duties.unread', { surface: role.surface, code: error.code });
      return [role];
    }
  });
  return (await Promise.all(read)).flat();
}

/**
 * What the person had beside the role from the instant of the event on: by our records, also where it was given back since, and
 * by what the reader sees. What that may not see is logged. What was activated later has an event of its own.
 */
async function readHeld(
  services: Services,
  { at, principalId: person }: TenantEvent,
  role: JudgedRole,
): Promise<readonly RoleAtScope[]> {
  const { reader, rules, store } = services;
  const surfaces = [...opposedSurfaces(rules.current().separationOfDuties, role)];
  const [open, ended, ...listed] = await Promise.all([
    store.now.requests.listOpenOf(person),
    store.now.requests.listEndedOf(person, at.subtract(LATENESS)),
    ...surfaces.map(async (surface) => {
      try {
        return await reader.listActive(person, surface);
      } catch (thrown) {
        const error = asAccessError(thrown);
        if (error.retryable) {
          throw error;
        }
        services.log.error('duties.unread', { surface, code: error.code });
        return [];
      }
    }),
  ]);
  const hasEndedSince = ({ activeFrom, endedAt }: ActivationRequest): boolean =>
    activeFrom !== null && endedAt !== null && isBefore(activeFrom, endedAt) && isBefore(at.add(SKEW), endedAt);
  const ours = [...open.filter(({ state }) => state === 'active'), ...ended.filter(hasEndedSince)];
  const theirs = withoutEnded(listed.flat(), ended);
  const held: readonly Held[] = [
    ...ours.map((request) => ({ role: request.role, activatedAt: request.activeFrom })),
    ...theirs.map((row) => ({ role: row, activatedAt: row.assignmentType === 'activated' ? row.startsAt : null })),
  ];
  return held.filter((one) => !isSameRole(one.role, role) && !isLater(one, { role, at })).map((one) => one.role);
}

interface Held {
  readonly role: RoleAtScope;
  /** Null where it was assigned rather than activated, or nobody knows when. */
  readonly activatedAt: Temporal.Instant | null;
}

/** Of two at the same instant one is the later, whichever is looked at. */
function isLater(held: Held, { role, at }: { readonly role: RoleAtScope; readonly at: Temporal.Instant }): boolean {
  if (held.activatedAt === null) {
    return false;
  }
  const order = Temporal.Instant.compare(held.activatedAt, at);
  return order === 0 ? roleKey(held.role) > roleKey(role) : order > 0;
}

async function raise(
  services: Services,
  { rule, wanted, held }: DutyConflict,
  { event, ours }: { readonly event: TenantEvent; readonly ours: ActivationRequest | null },
): Promise<void> {
  const to = await resolveRoute(services, services.rules.current().alarms);
  const now = services.clock.now();
  const notice: DutiesAlarmNotice = {
    card: 'alarm',
    kind: 'duties',
    personName: event.principalName ?? ours?.requesterName ?? event.principalId,
    role: roleFacts(wanted),
    activeAt: iso(event.at),
    beside: roleFacts(held),
    ruleName: rule.name,
    ruleReason: rule.reason,
    raisedAt: iso(now),
    mentions: mentionsOf(to),
  };
  const story = `duties ${event.requestId ?? event.id} ${rule.name}`;
  const requestId = ours?.id ?? null;
  await services.store.transaction(async (stores) => {
    if ((await stores.cards.findInStory(story, notice.card)).length > 0) {
      return;
    }
    await stores.audit.dutiesBroken({
      at: now,
      actorId: null,
      requestId,
      facts: {
        rule: rule.name,
        person: event.principalId,
        role: wanted.roleName,
        roleScope: wanted.scope.name,
        roleSurface: wanted.surface,
        beside: held.roleName,
        besideScope: held.scope.name,
        besideSurface: held.surface,
      },
    });
    await raiseAlarm(services, stores, { story, notice, to, ...(requestId !== null && { requestId }) });
  });
}
