import { isSameRole } from '../domain/assignment.ts';
import type { MyRolesNotice } from '../domain/notice.ts';
import { judgeDenied, judgeServed } from '../domain/served.ts';
import { isoDuration, isoOrNull, roleFacts } from './facts.ts';
import { activeRows, readActive } from './list-active.ts';
import { listWaysIfPossible, readPolicyIfPossible } from './read-if-possible.ts';
import { type Asker, actorOf, type Services } from './services.ts';

/** No card has room for more roles than this: the settings of others are not read. */
const MOST_SHOWN = 40;

/**
 * Shows what the asker may activate, with the limits of each role and what it leads to, and what is on already.
 * Limits that the tenant does not let us read are left out, not guessed; so are parts of PIM that cannot be read, and said.
 */
export async function listMyRoles(services: Services, asker: Asker): Promise<MyRolesNotice> {
  services.eligibility.forget(asker.person.id);
  const [eligible, active, open] = await Promise.all([
    services.eligibility.read(actorOf(asker)),
    readActive(services, asker),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  const shown = eligible.rows.slice(0, MOST_SHOWN);
  const [policies, ways] = await Promise.all([
    Promise.all(shown.map((role) => readPolicyIfPossible(services, role))),
    listWaysIfPossible(services, shown),
  ]);
  const isPersonServed = (await services.servedPeople.judge(asker.person.id)) === null;
  const { served } = services.rules.current();
  const roles = eligible.rows.map((role, index) => {
    const policy = policies[index] ?? null;
    const same = active.rows.find((item) => isSameRole(item, role));
    const waiting = open.find((item) => item.state === 'pending' && isSameRole(item.role, role));
    const given = ways.flatMap((way) => (way.next !== null && isSameRole(way.role, role) ? [way.next] : []));
    const isServed =
      isPersonServed && judgeServed(served, role) === null && given.every((one) => judgeDenied(served, one) === null);
    return {
      ...roleFacts(role),
      maximumDuration: policy === null ? null : isoDuration(policy.maximumDuration),
      needsApproval: policy === null ? null : policy.isApprovalRequired,
      activeUntil: isoOrNull(same?.endsAt ?? null),
      pendingRequestId: waiting?.id ?? null,
      leadsTo: given.map(roleFacts),
      ...(!isServed && { isServed }),
    };
  });
  const unread = [...eligible.unread, ...active.unread];
  return {
    card: 'my-roles',
    roles,
    active: activeRows(active.rows, open),
    unread: unread.filter((part, index) => unread.findIndex(({ surface }) => surface === part.surface) === index),
  };
}
