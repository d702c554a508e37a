import { isSameRole } from '../../domain/assignment.ts';
import type { RolePolicy } from '../../domain/policy.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { RunbookNotice } from '../../domain/runbook-notice.ts';
import { AccessError } from '../../errors.ts';
import { targetKey } from '../activation-target.ts';
import { errorNotice, postAnswer } from '../error-card.ts';
import { isoDuration, isoOrNull, roleFacts } from '../facts.ts';
import { readActive } from '../list-active.ts';
import { readDemands } from '../plan-activation.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { findRunbook } from './find-runbook.ts';
import { listRunbooks } from './list-runbooks.ts';
import { namedRoleFacts } from './named-role-facts.ts';
import { type RoleOfRunbook, roleOfRunbook } from './role-of-runbook.ts';

/** Answers with the runbook that the words mean, the list of those that fit, or all of them when nothing was said. */
export async function showRunbook(services: Services, asker: Asker, words: string | null): Promise<Posted> {
  const runbooks = services.runbooks.current();
  if (words === null) {
    return await postAnswer(services, asker, await listRunbooks(services, asker, { runbooks: runbooks.all }));
  }
  const found = findRunbook(runbooks, words);
  switch (found.kind) {
    case 'one':
      return await postRunbook(services, asker, found.runbook);
    case 'several':
      return await postAnswer(services, asker, await listRunbooks(services, asker, { words, ...found }));
    case 'none': {
      const error = new AccessError('runbook.unknown', 'no such runbook', { facts: { words } });
      return await postAnswer(services, asker, errorNotice(services, error, found.nearest));
    }
  }
}

/** The runbook of exactly this name, which a card named. @throws {AccessError} runbook.unknown when it is gone */
export function runbookNamed(services: Services, name: string): Runbook {
  const runbook = services.runbooks.current().all.find((one) => one.name === name);
  if (runbook === undefined) {
    throw new AccessError('runbook.unknown', 'the runbook is gone', { facts: { words: name } });
  }
  return runbook;
}

/** Answers with one runbook. */
export async function postRunbook(services: Services, asker: Asker, runbook: Runbook): Promise<Posted> {
  return await postAnswer(services, asker, await runbookNotice(services, asker, runbook));
}

/** Shows how a task is done, and whether the asker has its role, may activate it, and with what limits. */
async function runbookNotice(services: Services, asker: Asker, runbook: Runbook): Promise<RunbookNotice> {
  const [own, active, open] = await Promise.all([
    roleOfRunbook(services, asker, runbook),
    readActive(services, asker),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  const { role, target } = own;
  const same = role === null ? undefined : active.rows.find((item) => isSameRole(item, role));
  const asked = role === null ? undefined : open.find((item) => isSameRole(item.role, role));
  const isActive = same !== undefined || asked?.state === 'active';
  const isUnread = active.unread.some(({ surface }) => surface === runbook.role.surface);
  const policy = target === null ? null : (await readDemands(services, target.role, target.eligible)).policy;
  const { name, title, steps, checks, owner } = runbook;
  return {
    card: 'runbook',
    name,
    title,
    role: role === null ? namedRoleFacts(runbook.role) : roleFacts(role),
    standing: standingOf(own, { isActive, isWaiting: asked !== undefined, isUnread }),
    activeUntil: isoOrNull(same?.endsAt ?? (isActive ? (asked?.activeUntil ?? null) : null)),
    through: target?.next == null ? null : target.role.roleName,
    key: isActive || asked !== undefined || target === null ? null : targetKey(target),
    duration: suggestion(runbook, policy),
    maximumDuration: policy === null ? null : isoDuration(policy.maximumDuration),
    needsApproval: policy === null ? null : policy.isApprovalRequired,
    steps,
    checks: checks.map(({ name: what, expects }) => ({ name: what, expects })),
    owner,
  };
}

interface Seen {
  readonly isActive: boolean;
  readonly isWaiting: boolean;
  readonly isUnread: boolean;
}

function standingOf(own: RoleOfRunbook, { isActive, isWaiting, isUnread }: Seen): RunbookNotice['standing'] {
  if (isActive) {
    return 'active';
  }
  if (isWaiting) {
    return 'waiting';
  }
  if (own.target !== null) {
    return 'eligible';
  }
  return own.isUnread || isUnread ? 'unknown' : 'not-eligible';
}

/** What the form suggests is never more than the role's settings allow. */
function suggestion({ duration }: Runbook, policy: RolePolicy | null): string | null {
  if (duration === null) {
    return null;
  }
  const isTooLong = policy !== null && Temporal.Duration.compare(duration, policy.maximumDuration) > 0;
  return isoDuration(isTooLong ? policy.maximumDuration : duration);
}
