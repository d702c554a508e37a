import type { ActivationRequest } from '../domain/activation.ts';
import { type ActiveAssignment, isSameRole, roleKey } from '../domain/assignment.ts';
import type { ActiveNotice } from '../domain/notice.ts';
import { isoOrNull, roleChoice } from './facts.ts';
import type { Listing } from './role-surfaces.ts';
import { type Asker, actorOf, type Services } from './services.ts';

/** How long the tenant's lists may still show what is over (pim-api §11: seconds, for groups up to 90). */
const LIST_LAG = Temporal.Duration.from({ seconds: 90 });

/**
 * Reads with the asker's own token what gives them access now. The tenant's lists lag behind its answers: what was just given
 * back is left out, unless it has begun again since.
 */
export async function readActive(services: Services, asker: Asker): Promise<Listing<ActiveAssignment>> {
  const { id } = asker.person;
  const [listed, ended] = await Promise.all([
    services.roles.listActive(actorOf(asker)),
    services.store.now.requests.listEndedOf(id, services.clock.now().subtract(LIST_LAG)),
  ]);
  const isOver = (item: ActiveAssignment): boolean =>
    ended.some(
      ({ role, endedAt }) =>
        isSameRole(role, item) &&
        endedAt !== null &&
        (item.startsAt === null || Temporal.Instant.compare(item.startsAt, endedAt) <= 0),
    );
  const rows = listed.rows.filter((item) => item.assignmentType === 'assigned' || !isOver(item));
  return { ...listed, rows };
}

/** Shows what gives the asker access now. */
export async function listActive(services: Services, asker: Asker): Promise<ActiveNotice> {
  const [active, open] = await Promise.all([
    readActive(services, asker),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  return { card: 'active', assignments: activeRows(active.rows, open), unread: active.unread };
}

/** What is on as cards list it; what PIM told us is on is there before its list has it. */
export function activeRows(
  active: readonly ActiveAssignment[],
  open: readonly ActivationRequest[],
): ActiveNotice['assignments'] {
  const running = open.filter((request) => request.state === 'active');
  const listed = active.map((item) => ({
    ...roleChoice(item),
    endsAt: isoOrNull(item.endsAt),
    assignmentType: item.assignmentType,
    requestId: running.find((request) => isSameRole(request.role, item))?.id ?? null,
  }));
  const lagging = running
    .filter((request) => !active.some((item) => roleKey(item) === roleKey(request.role)))
    .map((request) => ({
      ...roleChoice(request.role),
      endsAt: isoOrNull(request.activeUntil),
      assignmentType: 'activated' as const,
      requestId: request.id,
    }));
  return [...listed, ...lagging];
}
