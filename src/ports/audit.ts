import { AUDIT_EVENTS, type AuditEvent, type AuditEventName } from '../domain/audit.ts';
import type { PauseExtent } from '../domain/bot-setting.ts';
import type { PrincipalId, RequestId } from '../domain/ids.ts';
import type { ErrorCode } from '../errors.ts';

export interface Happened {
  readonly at: Temporal.Instant;
  /** Null when nobody acted: time did. */
  readonly actorId: PrincipalId | null;
}

interface OfRequest extends Happened {
  readonly requestId: RequestId;
}

interface PerhapsOfRequest extends Happened {
  /** Null when no ask of ours is known for it. */
  readonly requestId: RequestId | null;
}

/** Facts are text, as the trail keeps them: ids, codes, ISO 8601; `''` where there is nothing to say. */
interface With<Facts extends Partial<Record<keyof Facts, string>>> {
  readonly facts: Readonly<Facts>;
}

interface AssignmentFacts {
  action: string;
  kind: string;
  principal: string;
  surface: string;
  role: string;
  scope: string;
  startsAt: string;
  endsAt: string;
}

export interface OrderFacts extends AssignmentFacts {
  justification: string;
  ticket: string;
}

/** Of a change of settings: the change, its role, and always both people. */
export interface SettingsFacts {
  change: string;
  role: string;
  proposer: string;
  confirmer: string;
}

/** Of a custom role; `was` and `becomes` are hashes of its definition, `''` for none. */
export interface RoleDefinitionFacts {
  action: string;
  kind: string;
  role: string;
  roleName: string;
  was: string;
  becomes: string;
  justification: string;
}

interface PullFacts {
  pull: string;
  pack: string;
}

interface ConfirmedPullFacts extends PullFacts {
  window: string;
  incident: string;
  severity: string;
  justification: string;
}

/** A step-up that is over; `outcome` is the state in which the sign-in ended. */
interface StepUpFacts {
  app: string;
  outcome: string;
  code?: ErrorCode;
}

interface LetterFacts {
  cardId: string;
  card: string;
  recipient: string;
  reason: string;
}

/** How role files and the tenant differ, as a file. */
interface DriftExported {
  of: 'roles';
  rows: string;
}

/** Somebody's assignments as a file. */
interface AssignmentsExported {
  surface: string;
  scope: string;
  role: string;
  rows: string;
}

/** The trail itself as a file, with what it was filtered by. */
interface AuditExported {
  of: 'audit';
  format: string;
  rows: string;
  since?: string;
  until?: string;
  person?: string;
  request?: string;
  event?: AuditEventName;
}

/**
 * The trail: only ever added to, one method for each of {@link AUDIT_EVENTS}, named like it (`activation.intended` is recorded
 * by `activationIntended`). In a transaction a record commits together with what it tells of, or not at all.
 */
export interface Audit {
  /** The ask is committed, PIM was not asked yet. `through`: the activation that made this one possible. */
  activationIntended(
    happened: OfRequest &
      With<{
        role: string;
        scope: string;
        duration: string;
        justification: string;
        ticket: string;
        through?: RequestId;
      }>,
  ): Promise<void>;
  /** PIM answered. */
  activationSubmitted(happened: OfRequest & With<{ scheduleRequestId: string; state: string }>): Promise<void>;
  /** PIM, or the plan, said no. */
  activationRefused(happened: OfRequest & With<{ code: ErrorCode }>): Promise<void>;
  activationActive(happened: OfRequest & With<{ from: string; until: string }>): Promise<void>;
  activationScheduled(happened: OfRequest & With<{ from: string; duration: string }>): Promise<void>;
  /** `reason`: expired, deactivated, or removed by the actor, an administrator; `notContinued`: why not, where that was wished. */
  activationEnded(happened: OfRequest & With<{ reason: string; notContinued?: ErrorCode }>): Promise<void>;
  /** Its requester withdrew it. */
  activationCanceled(happened: OfRequest): Promise<void>;
  /** Nobody decided in time. */
  activationExpired(happened: OfRequest): Promise<void>;
  /** It was not carried out, or nobody knows; `code` where there is a reason. */
  activationFailed(happened: OfRequest & With<{ code?: ErrorCode }>): Promise<void>;
  /** PIM is about to be asked to end it. */
  activationDeactivationIntended(happened: OfRequest): Promise<void>;
  activationContinueWished(happened: OfRequest & With<{ duration: string }>): Promise<void>;
  activationWishDropped(happened: OfRequest): Promise<void>;
  /** `approvers`: how many; who they are stands with the request. */
  approvalAsked(happened: OfRequest & With<{ approvers: string; scheduleRequestId: string }>): Promise<void>;
  approvalReminded(happened: OfRequest): Promise<void>;
  /** The decision is committed, PIM does not have it yet. */
  approvalIntended(happened: OfRequest & With<{ outcome: 'approve' | 'deny'; justification: string }>): Promise<void>;
  /** PIM has taken a decision; `foundBy` where it was made elsewhere. */
  approvalDecided(
    happened: OfRequest & With<{ outcome: 'approve' | 'deny'; justification?: string; foundBy?: 'log' | 'reader' }>,
  ): Promise<void>;
  /** PIM said no to the decision. */
  approvalRefused(happened: OfRequest & With<{ code: ErrorCode }>): Promise<void>;
  preferenceChanged(
    happened: Happened & With<{ timeZone: string; locale: string; reminderMinutes: string }>,
  ): Promise<void>;
  personSignedIn(happened: Happened): Promise<void>;
  /** `person`: who is signed out; an administrator may have done it. */
  personSignedOut(happened: Happened & With<{ person: PrincipalId }>): Promise<void>;
  stepUpOffered(happened: PerhapsOfRequest & With<{ why: string; app: string }>): Promise<void>;
  stepUpDone(happened: PerhapsOfRequest & With<StepUpFacts>): Promise<void>;
  stepUpEnded(happened: PerhapsOfRequest & With<StepUpFacts>): Promise<void>;
  /** The tenant's list shows it; `after`: how long that took. */
  activationUsable(happened: OfRequest & With<{ from: string; after: string }>): Promise<void>;
  /** What was to follow does not, or waits for a press. */
  activationChainEnded(happened: OfRequest & With<{ code: ErrorCode; duration: string }>): Promise<void>;
  /** A person asks for more time on an assignment of their own. */
  extensionAsked(
    happened: Happened &
      With<{ action: string; kind: string; role: string; scope: string; endsAt: string; justification: string }>,
  ): Promise<void>;
  assignmentIntended(happened: Happened & With<OrderFacts>): Promise<void>;
  /** `found`: the tenant's list showed it, its answer was lost. */
  assignmentChanged(
    happened: Happened & With<OrderFacts & { outcome: string; scheduleRequestId?: string; found?: 'list' }>,
  ): Promise<void>;
  /** Nothing is known to have been done. Without the words of the order where nobody answers any more. */
  assignmentRefused(
    happened: Happened & With<AssignmentFacts & { code: ErrorCode; justification?: string; ticket?: string }>,
  ): Promise<void>;
  /** `paths`: what is to change, in words of the document. */
  settingsProposed(happened: Happened & With<SettingsFacts & { paths: string; justification: string }>): Promise<void>;
  settingsConfirmed(happened: Happened & With<SettingsFacts>): Promise<void>;
  settingsWritten(happened: Happened & With<SettingsFacts>): Promise<void>;
  /** Nobody confirmed it: `state` says declined, withdrawn or expired. */
  settingsDeclined(happened: Happened & With<SettingsFacts & { state: string }>): Promise<void>;
  /** It failed: with the reason, or, where its process died, with the state. */
  settingsRefused(happened: Happened & With<SettingsFacts & { code?: ErrorCode; state?: string }>): Promise<void>;
  /** The tenant is about to be asked to create, change or delete a custom role. */
  roleDefinitionIntended(happened: Happened & With<RoleDefinitionFacts>): Promise<void>;
  /** The tenant holds what was wanted; `found`: it shows it, the answer was lost. */
  roleDefinitionChanged(happened: Happened & With<RoleDefinitionFacts & { found?: 'tenant' }>): Promise<void>;
  /** Nothing is known to have been done. */
  roleDefinitionRefused(happened: Happened & With<RoleDefinitionFacts & { code: ErrorCode }>): Promise<void>;
  exportMade(happened: Happened & With<AssignmentsExported | DriftExported | AuditExported>): Promise<void>;
  /** The tenant had moved on without us; `row` of its log says so, `after` how long it took to be known here. */
  tenantDiverged(happened: PerhapsOfRequest & With<{ kind: string; after: string; row: string }>): Promise<void>;
  /** Two roles beside each other that a rule keeps apart. */
  dutiesBroken(
    happened: PerhapsOfRequest &
      With<{
        rule: string;
        person: PrincipalId;
        role: string;
        roleScope: string;
        roleSurface: string;
        beside: string;
        besideScope: string;
        besideSurface: string;
      }>,
  ): Promise<void>;
  alarmRaised(
    happened: PerhapsOfRequest & With<{ story: string; slot: string; card: string; channel: string; people: string }>,
  ): Promise<void>;
  /** Teams did not bring the alarm: it went around. */
  alarmSecondRoute(
    happened: Happened & With<{ story: string; slot: string; card: string; attempts: string }>,
  ): Promise<void>;
  /** What an emergency access account did: so many rows of the logs, of which this is the first. */
  emergencyUsed(happened: Happened & With<{ person: string; rows: string; first: string }>): Promise<void>;
  /** An administrator of the bot chose where requests are shown, or that they are not; `channel` as Teams names it. */
  approvalsChannelChosen(happened: Happened & With<{ channel: string }>): Promise<void>;
  approvalsChannelDropped(happened: Happened & With<{ channel: string }>): Promise<void>;
  messageReplayed(happened: PerhapsOfRequest & With<LetterFacts>): Promise<void>;
  messageDropped(happened: PerhapsOfRequest & With<LetterFacts>): Promise<void>;
  breakglassPulled(happened: Happened & With<ConfirmedPullFacts>): Promise<void>;
  breakglassDrilled(happened: Happened & With<ConfirmedPullFacts>): Promise<void>;
  breakglassStoodDown(happened: Happened & With<PullFacts>): Promise<void>;
  breakglassEnded(happened: Happened & With<PullFacts & { reviewBy: string }>): Promise<void>;
  /** `part`: the puller's account, or the review that closes it. */
  breakglassReviewed(
    happened: Happened & With<PullFacts & { part: 'account' | 'review'; justification: string }>,
  ): Promise<void>;
  /** The review is overdue. */
  breakglassEscalated(happened: Happened & With<PullFacts>): Promise<void>;
  /** An administrator of the bot stopped what gives access. */
  botPaused(happened: Happened & With<{ stops: PauseExtent; justification: string }>): Promise<void>;
  botResumed(happened: Happened): Promise<void>;
  /** The bot added itself to somebody's chats, as its own registration. */
  botInstalled(happened: Happened & With<{ person: string }>): Promise<void>;
}

/** What an adapter does with every event alike. Only {@link auditOf} calls it. */
export interface AuditRecorder {
  record(event: AuditEvent): Promise<void>;
}

type Joined<Name extends string> = Name extends `${infer First}.${infer Rest}`
  ? `${Joined<First>}${Capitalize<Joined<Rest>>}`
  : Name extends `${infer First}_${infer Rest}`
    ? `${First}${Capitalize<Joined<Rest>>}`
    : Name;

/** `step_up.offered` is recorded by `stepUpOffered`. */
type MethodName = Joined<AuditEventName>;

type Method = (happened: Happened & Partial<Pick<AuditEvent, 'requestId' | 'facts'>>) => Promise<void>;

function methodOf(event: AuditEventName): MethodName {
  return event.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase()) as MethodName;
}

/** Does not compile while an event of the list has no method. */
const METHODS: readonly (readonly [keyof Audit, AuditEventName])[] = AUDIT_EVENTS.map((event) => [
  methodOf(event),
  event,
]);

/** Gives each event its method, all of which end at the same recorder. */
export function auditOf(recorder: AuditRecorder): Audit {
  const methods = METHODS.map(([method, event]): [MethodName, Method] => [
    method,
    (happened) => recorder.record({ requestId: null, facts: {}, ...happened, event }),
  ]);
  // Does not compile while there is a method without an event.
  return Object.fromEntries(methods) as Record<MethodName, Method>;
}
