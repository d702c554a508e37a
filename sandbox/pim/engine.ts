import { randomUUID } from 'node:crypto';
import type { World } from '../platform/types.ts';
import { type Plan, planActivation, planDeactivation } from './activation.ts';
import { mayAdminister, planAdministration, planExtension } from './administration.ts';
import { adminEventName, record } from './audit.ts';
import { type Core, ownSchedules, reachingSchedules } from './context.ts';
import { type Decision, decide } from './decision.ts';
import type { Actor, Ask, Kind, PimRequest, RequestStatus, Schedule, Subject, SurfaceName } from './model.ts';
import { DEFAULT_ACTIVATION, Policy } from './policy.ts';
import { endNow } from './provisioning.ts';
import { denied, invalidRequest, Refusal } from './refusal.ts';
import { isListedInstance, isListedSchedule, isLive, type Lag } from './schedules.ts';
import { guidOf, PimState } from './state.ts';
import { type Surface, sameSubject } from './surface.ts';
import { isBefore, plus } from './time.ts';

const OPEN: readonly RequestStatus[] = ['PendingApproval', 'PendingAdminDecision'];
const CANCELLABLE: readonly RequestStatus[] = [...OPEN, 'Granted', 'ScheduleCreated'];
const KEPT_AFTER_CANCEL = Temporal.Duration.from({ hours: 24 * 30 });
/** How old a start may be and still mean "now". */
const PAST_START_TOLERANCE = Temporal.Duration.from({ minutes: 5 });

export interface CancelTarget {
  readonly surface: SurfaceName;
  readonly kind: Kind;
  readonly id: string;
}

/**
 * Privileged Identity Management without HTTP: judges requests, keeps schedules, lets time pass lazily.
 *
 * Every method first settles what became due since the last look. Refusals are thrown as `Refusal`.
 */
export class RoleManagement implements Core {
  readonly world: World;
  readonly state = new PimState();
  readonly #surfaces = new Map<SurfaceName, Surface>();
  readonly #policies = new Map<string, Policy>();

  constructor(world: World) {
    this.world = world;
  }

  addSurface(surface: Surface): void {
    this.#surfaces.set(surface.name, surface);
  }

  surface(name: SurfaceName): Surface {
    const surface = this.#surfaces.get(name);
    if (surface === undefined) {
      throw new Error(`The sandbox has no surface ${name}`);
    }
    return surface;
  }

  surfaces(): readonly Surface[] {
    return [...this.#surfaces.values()];
  }

  addPolicy(policy: Policy): void {
    this.#policies.set(policyKey(policy.subject), policy);
  }

  /** The settings for a subject; made from the default when nobody has configured it. */
  policy(subject: Subject): Policy {
    const surface = this.surface(subject.surface);
    const place = surface.settingsOf?.(subject) ?? subject;
    const key = policyKey(place);
    const known = this.#policies.get(key);
    if (known !== undefined) {
      return known;
    }
    const guid = guidOf(`policy ${key}`);
    const made = surface.newPolicy?.(guid, place) ?? new Policy(guid, place, DEFAULT_ACTIVATION);
    this.#policies.set(key, made);
    return made;
  }

  settle(): void {
    this.state.timeline.settle(this.world.clock.now());
  }

  /** Judges one ask in the order of pim-api §17.2, steps 5 to 14; answers the stored (or would-be) request. */
  submit(ask: Ask): PimRequest {
    this.settle();
    const surface = this.surface(ask.subject.surface);
    surface.checkAction?.(ask);
    surface.check(ask.subject);
    this.#checkPrincipal(ask.principalId);
    this.#authorise(ask);
    this.#refuseOpen(ask);
    this.#checkStart(ask);
    const plan = this.#plan(ask);
    const request = this.#newRequest(ask, plan.status);
    if (ask.isValidationOnly) {
      return request;
    }
    this.state.addRequest(request);
    surface.touched?.(request);
    plan.carryOut(request);
    return request;
  }

  decide(decision: Decision): void {
    this.settle();
    decide(this, decision);
  }

  /** Withdraws a request that has not taken effect. Only its requester, its maker or an administrator may. */
  cancel(target: CancelTarget, by: Actor): void {
    this.settle();
    const request = this.state.requests.get(target.id);
    if (request === undefined || request.kind !== target.kind || request.subject.surface !== target.surface) {
      throw new Refusal('RoleAssignmentRequestNotFound', 'The role assignment request is not found.');
    }
    this.#authoriseCancel(request, by);
    if (!CANCELLABLE.includes(request.status)) {
      throw new Refusal('RequestCannotBeCancelled', 'The request cannot be cancelled in its present status.');
    }
    const now = this.world.clock.now();
    request.status = 'Canceled';
    request.completedAt = now;
    const schedule = this.state.schedules.get(request.targetScheduleId ?? '');
    if (schedule?.createdUsing === request.id) {
      endNow(this, schedule, now);
    }
    const name =
      request.action === 'selfActivate'
        ? 'Add member to role canceled (PIM activation)'
        : adminEventName(request, 'canceled');
    record(this.state, request, { at: now, name, type: 'CancelRequest' }, { initiatorId: by.principalId });
    this.state.timeline.add(plus(now, KEPT_AFTER_CANCEL), () => this.state.dropRequest(request));
  }

  /** What is true now, whatever the lists show. */
  liveSchedules(principalId: string, kind: Kind): readonly Schedule[] {
    this.settle();
    const now = this.world.clock.now();
    return reachingSchedules(this, principalId, kind).filter((schedule) => isLive(schedule, now));
  }

  /** Rows of the instance or schedule lists, which lag behind. Null: everybody's own rows, none through groups. */
  listed(view: 'instances' | 'schedules', kind: Kind, principalId: string | null, lag: Lag): readonly Schedule[] {
    this.settle();
    const now = this.world.clock.now();
    const isListed = view === 'instances' ? isListedInstance : isListedSchedule;
    const all = principalId === null ? this.#everybodys(kind) : reachingSchedules(this, principalId, kind);
    return all.filter((schedule) => isListed(schedule, now, lag));
  }

  #everybodys(kind: Kind): readonly Schedule[] {
    const stored = [...this.state.schedules.values()].filter((schedule) => schedule.kind === kind);
    if (kind === 'eligibility') {
      return stored;
    }
    const people = new Set(this.surfaces().flatMap((surface) => [...(surface.standingHolders?.() ?? [])]));
    const standing = [...people].flatMap((id) =>
      ownSchedules(this, id, kind).filter((one) => !this.state.schedules.has(one.id)),
    );
    return [...stored, ...standing];
  }

  #checkPrincipal(principalId: string): void {
    const { users, groups } = this.world.tenant;
    if (!users.has(principalId) && !groups.has(principalId)) {
      throw new Refusal('SubjectNotFound', 'The subject is not found.');
    }
  }

  #authorise(ask: Ask): void {
    const allowed = ask.action.startsWith('self') ? ask.by.principalId === ask.principalId : mayAdminister(this, ask);
    if (!allowed) {
      throw denied();
    }
  }

  #authoriseCancel(request: PimRequest, by: Actor): void {
    const { principalId } = by;
    const isOwn = principalId !== null && [request.principalId, request.createdBy.principalId].includes(principalId);
    if (!isOwn && !mayAdminister(this, { by, subject: request.subject })) {
      throw denied();
    }
  }

  #refuseOpen(ask: Ask): void {
    const open = this.state
      .requestsOf(ask.principalId)
      .some((one) => one.kind === ask.kind && OPEN.includes(one.status) && sameSubject(one.subject, ask.subject));
    if (open) {
      throw new Refusal(
        'PendingRoleAssignmentRequest',
        'There is already an existing pending Role assignment request.',
      );
    }
  }

  #checkStart(ask: Ask): void {
    const oldest = plus(this.world.clock.now(), PAST_START_TOLERANCE.negated());
    if (ask.schedule?.start && isBefore(ask.schedule.start, oldest)) {
      throw invalidRequest();
    }
  }

  #plan(ask: Ask): Plan {
    switch (ask.action) {
      case 'selfActivate':
        return planActivation(this, onAssignments(ask));
      case 'selfDeactivate':
        return planDeactivation(this, onAssignments(ask));
      case 'selfExtend':
      case 'selfRenew':
        return planExtension(this, ask);
      default:
        return planAdministration(this, ask);
    }
  }

  #newRequest(ask: Ask, status: RequestStatus): PimRequest {
    const now = this.world.clock.now();
    const id = ask.requestId ?? randomUUID();
    return {
      id,
      kind: ask.kind,
      action: ask.action,
      subject: ask.subject,
      principalId: ask.principalId,
      createdBy: { principalId: ask.by.principalId, appId: ask.by.appId },
      createdAt: now,
      justification: ask.justification,
      ticket: ask.ticket,
      customData: ask.customData,
      isValidationOnly: ask.isValidationOnly,
      correlationId: randomUUID(),
      status,
      approvalId: status === 'PendingApproval' ? id : null,
      completedAt: null,
      schedule: ask.schedule,
      targetScheduleId: null,
      activatedUsing: null,
    };
  }
}

function onAssignments(ask: Ask): Ask {
  if (ask.kind !== 'assignment') {
    throw invalidRequest();
  }
  return ask;
}

function policyKey(subject: Subject): string {
  return `${subject.surface} ${subject.scope} ${subject.role}`.toLowerCase();
}
