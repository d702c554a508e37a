import type { ActivationRequest } from '../domain/activation.ts';
import { FLOOR } from '../domain/activation.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import { isSameRole, roleKey } from '../domain/assignment.ts';
import type { RequestId } from '../domain/ids.ts';
import type { AskedFacts } from '../domain/notice.ts';
import { isWeaker, type RolePolicy, stricterPolicy } from '../domain/policy.ts';
import type { ErrorCode } from '../errors.ts';
import type { Approvers } from './approvers.ts';
import { findApprovers } from './approvers.ts';
import { checkDuties } from './check-duties.ts';
import { isBefore, iso, isoDuration, isoOrNull } from './facts.ts';
import type { Planner, Services } from './services.ts';
import { type Deed, findPause } from './serving/demand-running.ts';
import { findUnserved } from './serving/find-unserved.ts';
import { unlessHidden } from './unless-hidden.ts';

/** What a person asked for, besides the role. */
export interface ActivationAsk {
  readonly duration: Temporal.Duration | null;
  readonly until: Temporal.Instant | null;
  readonly start: Temporal.Instant | null;
  readonly justification: string | null;
  readonly ticket: string | null;
  /** The running activation that this one follows: it is no reason to refuse. */
  readonly follows?: RequestId;
  /** The eligible assignment behind a narrower scope: what it demands is demanded there as well. */
  readonly eligible?: RoleAtScope;
  /** Part of a break-glass pack, which a pause may leave on. */
  readonly deed?: Deed;
}

/** One thing that stands between the ask and PIM. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
}

/** What would happen. Nothing is sent while `refusals` is not empty. */
export interface ActivationPlan {
  readonly role: RoleAtScope;
  /** Null when nobody lets us read it: then PIM's own refusal teaches. */
  readonly policy: RolePolicy | null;
  readonly approvers: Approvers;
  readonly startsAt: Temporal.Instant | null;
  readonly duration: Temporal.Duration;
  readonly justification: string;
  readonly ticket: string | null;
  readonly refusals: readonly Refusal[];
  /** An earlier ask for the role that still waits for its sign-in, and gives way to this one. */
  readonly replaces: RequestId | null;
  readonly isAllowed: boolean;
}

/** Refusals that a form can mend; the others end the ask. */
const MENDABLE: ReadonlySet<ErrorCode> = new Set([
  'activation.justification_required',
  'activation.ticket_required',
  'activation.too_long',
  'activation.too_short',
  'activation.start_in_past',
]);

/** Says whether filling in a form can lead to a request. */
export function isMendable(refusals: readonly Refusal[]): boolean {
  return refusals.length > 0 && refusals.every((refusal) => MENDABLE.has(refusal.code));
}

/** Asked for when nobody says how long: short, and never longer than the role allows. */
const USUAL_DURATION = Temporal.Duration.from({ hours: 1 });

/**
 * Works out what activating one role would need, from the role's own settings, before PIM is asked.
 * Reads the policy through the cache of the reader; throws `graph.*` when the tenant cannot be read at all.
 */
export async function planActivation(
  services: Services,
  planner: Planner,
  role: RoleAtScope,
  ask: ActivationAsk,
): Promise<ActivationPlan> {
  const begin = { name: 'plan', facts: { 'pimlico.surface': role.surface } };
  return await services.telemetry.step(begin, () => plan(services, planner, role, ask));
}

async function plan(
  services: Services,
  planner: Planner,
  role: RoleAtScope,
  ask: ActivationAsk,
): Promise<ActivationPlan> {
  const now = services.clock.now();
  const { narrow, wide, policy } = await readDemands(services, role, ask.eligible ?? null);
  const approvers = await findApprovers(services, policy, planner.person.id);
  const startsAt = ask.start !== null && isBefore(now, ask.start) ? ask.start : null;
  const duration = wantedDuration(ask, startsAt ?? now, policy);
  const justification = ask.justification?.trim() ?? '';
  const ticket = ask.ticket?.trim() || null;
  const found = await services.store.now.requests.findOpenForRole(planner.person.id, role);
  const open = found?.id === ask.follows ? null : found;
  const conflict = await checkDuties(services, planner, role);
  const deed = ask.deed ?? 'usual';
  const paused = await findPause(services, deed);
  const unserved = await findUnserved(services, { principalId: planner.person.id, role, deed });
  const refusals = [
    ...[paused, unserved].filter((one) => one !== null),
    ...openRequestRefusals(role, open),
    ...(conflict === null ? [] : [conflict]),
    ...(ask.eligible === undefined ? [] : narrowRefusals({ narrow, wide, role, eligible: ask.eligible })),
    ...(await gapRefusals(services, planner, role, { ask, from: startsAt ?? now })),
    ...timeRefusals({ ask, now, duration, policy }),
    ...policyRefusals({ policy, justification, ticket, approvers }),
  ];
  return {
    role,
    policy,
    approvers,
    startsAt,
    duration,
    justification,
    ticket,
    refusals,
    replaces: open?.state === 'stepping-up' ? open.id : null,
    isAllowed: refusals.length === 0,
  };
}

interface Demands {
  readonly narrow: RolePolicy | null;
  readonly wide: RolePolicy | null;
  /** What both demand together. */
  readonly policy: RolePolicy | null;
}

/** What is demanded of a role, and of the eligible assignment behind it where that is a wider one. */
export async function readDemands(
  services: Services,
  role: RoleAtScope,
  eligible: RoleAtScope | null,
): Promise<Demands> {
  const wide = eligible === null ? null : await readPolicy(services, eligible);
  const narrow = await readPolicy(services, role);
  return { narrow, wide, policy: wide === null ? narrow : stricterPolicy(narrow, wide) };
}

/** The settings of a role; null when nobody lets us read them. */
export async function readPolicy(services: Services, role: RoleAtScope): Promise<RolePolicy | null> {
  return await unlessHidden(
    () => services.reader.readPolicy(role),
    (code) => {
      services.log.warn('policy.unreadable', { code, role: roleKey(role) });
      return null;
    },
  );
}

function wantedDuration(ask: ActivationAsk, from: Temporal.Instant, policy: RolePolicy | null): Temporal.Duration {
  if (ask.duration !== null) {
    return ask.duration;
  }
  if (ask.until !== null) {
    return Temporal.Duration.from({ minutes: Math.floor(from.until(ask.until).total('minutes')) });
  }
  if (policy !== null && Temporal.Duration.compare(policy.maximumDuration, USUAL_DURATION) < 0) {
    return policy.maximumDuration;
  }
  return USUAL_DURATION;
}

function openRequestRefusals(role: RoleAtScope, open: ActivationRequest | null): Refusal[] {
  if (open === null || open.state === 'stepping-up') {
    return [];
  }
  const facts = { requestId: open.id, roleName: role.roleName, scopeName: role.scope.name };
  if (open.activeUntil !== null && open.state === 'active') {
    return [{ code: 'activation.already_active', facts: { ...facts, until: iso(open.activeUntil) } }];
  }
  return [{ code: 'activation.already_pending', facts }];
}

interface NarrowQuestion {
  readonly narrow: RolePolicy | null;
  readonly wide: RolePolicy | null;
  readonly role: RoleAtScope;
  readonly eligible: RoleAtScope;
}

/**
 * A narrower scope has settings of its own (pim-api §8.6), which may demand less: that is no way around what the eligible
 * assignment demands. Where either cannot be read there is no telling.
 */
function narrowRefusals({ narrow, wide, role, eligible }: NarrowQuestion): Refusal[] {
  const isDoubtful = wide === null || narrow === null || isWeaker(narrow, wide);
  const facts = { roleName: role.roleName, scopeName: role.scope.name, eligibleScopeName: eligible.scope.name };
  return isDoubtful ? [{ code: 'activation.narrower_is_weaker', facts }] : [];
}

/** For a while after an activation was given back the tenant refuses the next one (pim-api §19.20), whatever its lists show. */
async function gapRefusals(
  services: Services,
  { person }: Planner,
  role: RoleAtScope,
  { ask, from }: { readonly ask: ActivationAsk; readonly from: Temporal.Instant },
): Promise<Refusal[]> {
  const gap = services.roles.of(role).capabilities.gapAfterEnd;
  if (gap.sign === 0 || ask.follows !== undefined) {
    return [];
  }
  const ended = await services.store.now.requests.listEndedOf(person.id, from.subtract(gap));
  const last = ended.find((request) => request.endReason === 'deactivated' && isSameRole(request.role, role));
  return last?.endedAt == null
    ? []
    : [{ code: 'activation.too_soon_after_end', facts: { from: iso(last.endedAt.add(gap)), requestId: last.id } }];
}

interface TimeQuestion {
  readonly ask: ActivationAsk;
  readonly now: Temporal.Instant;
  readonly duration: Temporal.Duration;
  readonly policy: RolePolicy | null;
}

function timeRefusals({ ask, now, duration, policy }: TimeQuestion): Refusal[] {
  const refusals: Refusal[] = [];
  if (ask.start !== null && isBefore(ask.start.add({ minutes: 1 }), now)) {
    refusals.push({ code: 'activation.start_in_past', facts: { start: iso(ask.start) } });
  }
  if (Temporal.Duration.compare(duration, FLOOR) < 0) {
    refusals.push({ code: 'activation.too_short', facts: { minimum: isoDuration(FLOOR) } });
  }
  if (policy !== null && Temporal.Duration.compare(duration, policy.maximumDuration) > 0) {
    const maximum = isoDuration(policy.maximumDuration);
    refusals.push({ code: 'activation.too_long', facts: { maximum, asked: isoDuration(duration) } });
  }
  return refusals;
}

interface PolicyQuestion {
  readonly policy: RolePolicy | null;
  readonly justification: string;
  readonly ticket: string | null;
  readonly approvers: Approvers;
}

function policyRefusals({ policy, justification, ticket, approvers }: PolicyQuestion): Refusal[] {
  const refusals: Refusal[] = [];
  if (policy === null) {
    return refusals;
  }
  if (policy.isJustificationRequired && justification === '') {
    refusals.push({ code: 'activation.justification_required', facts: {} });
  }
  if (policy.isTicketRequired && ticket === null) {
    refusals.push({ code: 'activation.ticket_required', facts: {} });
  }
  if (policy.isApprovalRequired && approvers.areKnown && approvers.people.length === 0) {
    const named = policy.approvers.map((approver) => approver.name).join(', ');
    const why = approvers.leftOut.length === 0 ? {} : { why: JSON.stringify(approvers.leftOut) };
    refusals.push({ code: 'activation.nobody_can_approve', facts: { approvers: named, ...why } });
  }
  return refusals;
}

/** The ask as a form or a choice keeps it while it is open. */
export function askedFacts(ask: ActivationAsk): AskedFacts {
  return {
    duration: ask.duration === null ? null : isoDuration(ask.duration),
    until: isoOrNull(ask.until),
    start: isoOrNull(ask.start),
    justification: ask.justification,
    ticket: ask.ticket,
  };
}

/** Reads back what {@link askedFacts} kept. */
export function askFromFacts(facts: AskedFacts): ActivationAsk {
  return {
    duration: facts.duration === null ? null : Temporal.Duration.from(facts.duration),
    until: facts.until === null ? null : Temporal.Instant.from(facts.until),
    start: facts.start === null ? null : Temporal.Instant.from(facts.start),
    justification: facts.justification,
    ticket: facts.ticket,
  };
}
