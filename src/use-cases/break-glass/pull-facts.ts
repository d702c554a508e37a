import type { RoleAtScope } from '../../domain/assignment.ts';
import type {
  BreakGlassActiveNotice,
  BreakGlassConfirmNotice,
  BreakGlassReviewNotice,
  PullFacts,
} from '../../domain/break-glass-notice.ts';
import { CONFIRM_PULL_WITHIN, isUnderWay, type Pull, type PullPerson } from '../../domain/pull.ts';
import { mentionsOf } from '../alarms/raise-alarm.ts';
import { iso, isoDuration, isoOrNull, roleFacts } from '../facts.ts';

/** What every card about a use says; `roles` where it is about some of them only. */
export function pullFacts(pull: Pull, roles: readonly RoleAtScope[] = pull.roles): PullFacts {
  const { pack, purpose, puller, window, incident, severity, reason, isDrill, needsSecondPerson } = pull;
  return {
    pack,
    purpose,
    pullerName: puller.name,
    roles: roles.map(roleFacts),
    window: isoDuration(window),
    incident,
    severity,
    reason,
    isDrill,
    needsSecondPerson,
  };
}

/** The card that reads a pull back to its puller. */
export function confirmNotice(
  pull: Pull,
  seconds: readonly PullPerson[],
  given: Pick<BreakGlassConfirmNotice, 'phase'> & Partial<BreakGlassConfirmNotice> = { phase: 'confirm' },
): BreakGlassConfirmNotice {
  return {
    card: 'break-glass-confirm',
    view: 'puller',
    pull: pullFacts(pull),
    until: iso(pull.plannedAt.add(CONFIRM_PULL_WITHIN)),
    alarmed: pull.alarmed.people.map(({ name }) => name),
    seconds: seconds.map(({ name }) => name),
    pageSignInId: null,
    ...given,
  };
}

/** What a second on-call lead is asked to confirm. */
export function secondNotice(pull: Pull, roles: readonly RoleAtScope[]): BreakGlassConfirmNotice {
  const until = pull.secondBy ?? (pull.pulledAt ?? pull.plannedAt).add(CONFIRM_PULL_WITHIN);
  return {
    ...confirmNotice(pull, []),
    view: 'second',
    pull: pullFacts(pull, roles),
    until: iso(until),
  };
}

/** What its activations tell beside its state. */
export interface ToldOfRequests {
  /** Who is asked to confirm. */
  readonly seconds: readonly string[];
  readonly standDownAt: Temporal.Instant | null;
  readonly isStandingDown: boolean;
}

/** Nothing was asked of PIM yet. */
export const NOTHING_ASKED: ToldOfRequests = { seconds: [], standDownAt: null, isStandingDown: false };

/** What the puller, the channel and the people see of a use that was confirmed. */
export function activeNoticeOf(
  pull: Pull,
  view: BreakGlassActiveNotice['view'],
  { seconds, standDownAt, isStandingDown }: ToldOfRequests,
): BreakGlassActiveNotice {
  return {
    card: 'break-glass-active',
    view,
    phase: pull.state === 'planned' ? 'pulling' : pull.state,
    pull: pullFacts(pull),
    pulledAt: iso(pull.pulledAt ?? pull.plannedAt),
    secondName: pull.second?.name ?? null,
    seconds: pull.state === 'waiting' ? seconds : [],
    secondBy: pull.state === 'waiting' ? isoOrNull(pull.secondBy) : null,
    activeFrom: isoOrNull(pull.activeFrom),
    activeUntil: isoOrNull(pull.activeUntil),
    endedAt: isoOrNull(pull.endedAt),
    standDownAt: pull.state === 'active' ? isoOrNull(standDownAt) : null,
    isStandingDown: isStandingDown && isUnderWay(pull),
    problem: pull.problem,
    mentions: view === 'channel' ? mentionsOf(pull.alarmed) : [],
  };
}

/** What is to be said about a use that is over. */
export function reviewNotice(
  pull: Pull,
  view: BreakGlassReviewNotice['view'],
  found: Pick<BreakGlassReviewNotice, 'operations' | 'withoutLog'>,
  phase: BreakGlassReviewNotice['phase'] = 'open',
): BreakGlassReviewNotice {
  const { review } = pull;
  const mine = view === 'puller' ? (review?.account ?? null) : (review?.done ?? null);
  const done = review?.done ?? mine;
  return {
    card: 'break-glass-review',
    view,
    phase: done === null ? phase : 'done',
    pull: pullFacts(pull),
    timeline: timelineOf(pull),
    ...found,
    waitsFor: mine !== null && review?.done == null ? (pull.owner?.name ?? null) : null,
    account: review?.account?.text ?? null,
    dueAt: iso(review?.dueAt ?? pull.plannedAt),
    done: done === null ? null : { byName: done.by.name, at: iso(done.at), text: done.text },
  };
}

function timelineOf(pull: Pull): BreakGlassReviewNotice['timeline'] {
  const { puller, second, plannedAt, pulledAt, activeFrom, endedAt } = pull;
  const entries = [
    { at: plannedAt, what: 'asked', who: puller.name },
    { at: pulledAt, what: 'pulled', who: puller.name },
    { at: second === null ? null : activeFrom, what: 'confirmed', who: second?.name ?? null },
    { at: activeFrom, what: 'active', who: null },
    { at: endedAt, what: 'over', who: null },
  ] as const;
  return entries.flatMap(({ at, what, who }) => (at === null ? [] : [{ at: iso(at), what, who }]));
}
