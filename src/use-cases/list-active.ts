import { isSameRole, roleKey } from '../domain/assignment.ts';
import type { ActiveNotice } from '../domain/notice.ts';
import { isoOrNull, roleChoice } from './facts.ts';
import type { Asker, Services } from './services.ts';

/** Shows what gives the asker access now, read from the tenant with their own token. */
export async function listActive(services: Services, asker: Asker): Promise<ActiveNotice> {
  const [active, open] = await Promise.all([
    services.roles.listActive({ principalId: asker.person.id }),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  const listed = active.map((item) => ({
    ...roleChoice(item),
    endsAt: isoOrNull(item.endsAt),
    assignmentType: item.assignmentType,
    requestId: open.find((request) => request.state === 'active' && isSameRole(request.role, item))?.id ?? null,
  }));
  // The tenant's lists lag behind its answers: what PIM told us is on is shown at once.
  const lagging = open
    .filter((request) => request.state === 'active' && !active.some((item) => roleKey(item) === roleKey(request.role)))
    .map((request) => ({
      ...roleChoice(request.role),
      endsAt: isoOrNull(request.activeUntil),
      assignmentType: 'activated' as const,
      requestId: request.id,
    }));
  return { card: 'active', assignments: [...listed, ...lagging] };
}
