import type { ActivationRequest, RequestState } from '../domain/activation.ts';
import type { Bundle } from '../domain/administration.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import type {
  CardId,
  ConversationId,
  PrincipalId,
  PullId,
  RecipientId,
  RequestId,
  ScheduleRequestId,
} from '../domain/ids.ts';
import type { Notice, Verb } from '../domain/notice.ts';
import type { PageSignIn, PageSignInState } from '../domain/page-sign-in.ts';
import type { SettingsChangeState } from '../domain/role-settings.ts';
import type { SettingsChange } from '../domain/settings-change.ts';
import type { Audit } from './audit.ts';
import type { Pulls } from './pulls.ts';
import type { TraceParent } from './telemetry.ts';

/** A person as the bot knows them: preferences and how Teams names them. */
export interface PersonRecord {
  readonly id: PrincipalId;
  readonly name: string;
  readonly teamsUserId: string | null;
  readonly timeZone: string;
  readonly locale: string;
  readonly reminderMinutes: number | null;
  /** Sign-ins from before this instant count for nothing, in any replica; null when the person never signed out. */
  readonly signedOutAt: Temporal.Instant | null;
}

export interface ConversationRecord {
  readonly id: ConversationId;
  readonly kind: 'personal' | 'groupChat' | 'channel';
  /** The person of a 1:1 chat. */
  readonly principalId: PrincipalId | null;
  readonly serviceUrl: string;
  /** Why nothing can be sent there any more, or null. */
  readonly deadReason: string | null;
}

/** One message that converges: at most one per (story, recipient, slot). */
export interface CardRecord {
  readonly id: CardId;
  /** What it is about: a request id, or the id of the turn it answers. */
  readonly story: string;
  readonly recipient: RecipientId;
  readonly slot: string;
  readonly notice: Notice;
  /** Grows with every change; an older one never overwrites a newer. */
  readonly version: number;
  /** A retired card keeps its facts, speaks of them as past, and loses its buttons. */
  readonly isRetired: boolean;
  readonly nonce: string;
  readonly isNonceSpent: boolean;
  readonly activityId: string | null;
  readonly conversationId: ConversationId | null;
  /** The trace of the turn that last changed it, where somebody traces. */
  readonly trace?: TraceParent;
}

export interface CardDraft {
  readonly story: string;
  readonly recipient: RecipientId;
  /** Defaults to the notice's card name. */
  readonly slot?: string;
  readonly notice: Notice;
  /** `now`: the caller delivers it right after the commit; `job`: a job does. Either way the other takes over after a crash. */
  readonly delivery: 'now' | 'job';
}

export const TIMER_KINDS = [
  'request.check-outcome',
  'request.expire',
  'activation.watch',
  'activation.remind',
  'activation.end',
  'activation.carry-out-wish',
  'activation.see',
  'activation.go-on',
  'settings-change.expire',
  'assignment.check',
  'roles.check',
  'turn.resume',
  'sign-in.expire',
  'tenant.reconcile',
  'pull.silent',
  'pull.expire',
  'pull.second',
  'pull.tick',
  'pull.review',
  'alarm.second-route',
] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

export interface TimerDraft {
  readonly kind: TimerKind;
  /** The request, the turn, the sign-in page, the change or the card that it is about. */
  readonly subject: string;
  readonly dueAt: Temporal.Instant;
  /** How often this was tried before. */
  readonly attempt?: number;
}

export interface ApprovalAsk {
  readonly requestId: RequestId;
  readonly approverId: PrincipalId;
  readonly approverName: string;
  readonly reach: 'asked' | 'unreachable';
}

export interface SignInRecord {
  readonly id: string;
  readonly principalId: PrincipalId;
  readonly conversationId: ConversationId;
  /** The sentence to go on with. */
  readonly text: string;
  readonly createdAt: Temporal.Instant;
  /** The trace of the turn it was said in, where somebody traces. */
  readonly trace?: TraceParent;
}

/** Whose role the tenant's log tells of; the request's id where it tells that. */
export interface ToldSubject {
  readonly requesterId: PrincipalId;
  readonly role: RoleAtScope;
  readonly scheduleRequestId: ScheduleRequestId | null;
}

export interface Requests {
  /** Makes a short id that is free. */
  newId(): Promise<RequestId>;
  insert(request: ActivationRequest): Promise<void>;
  find(id: RequestId): Promise<ActivationRequest | null>;
  /** Locks the row until the transaction ends. */
  lock(id: RequestId): Promise<ActivationRequest | null>;
  /** Writes the changed fields and raises the version; refuses (returns null) when the row is no longer in one of `from`. */
  change(
    id: RequestId,
    from: readonly RequestState[],
    change: Partial<ActivationRequest>,
  ): Promise<ActivationRequest | null>;
  listOpenOf(requesterId: PrincipalId): Promise<readonly ActivationRequest[]>;
  /** What the person asked for, in any state, newest first. */
  listNewestOf(requesterId: PrincipalId, limit: number): Promise<readonly ActivationRequest[]>;
  /** What ended after `since`. */
  listEndedOf(requesterId: PrincipalId, since: Temporal.Instant): Promise<readonly ActivationRequest[]>;
  /** Those of one use of a break-glass pack, in the order of its roles. */
  listOfPull(pull: PullId): Promise<readonly ActivationRequest[]>;
  findOpenForRole(requesterId: PrincipalId, role: RoleAtScope): Promise<ActivationRequest | null>;
  listPendingFor(approverId: PrincipalId): Promise<readonly ActivationRequest[]>;
  findByScheduleRequest(scheduleRequestId: string): Promise<ActivationRequest | null>;
  /** Our records of what the tenant's log tells of: of these requests of Microsoft's, and what is open or in doubt for these. */
  listTold(told: readonly ToldSubject[]): Promise<readonly ActivationRequest[]>;
  /** Everything that may still give, or gives, access, oldest first. */
  listOpen(): Promise<readonly ActivationRequest[]>;
}

export interface Approvals {
  insertAsks(asks: readonly ApprovalAsk[]): Promise<void>;
  listAsks(requestId: RequestId): Promise<readonly ApprovalAsk[]>;
  markUnreachable(requestId: RequestId, approverId: PrincipalId): Promise<void>;
}

/** Cards and the outbox behind them: writing here is the only way a message leaves. */
export interface Cards {
  /** Adds a card and its outbox row. A card with the same story, recipient and slot is replaced by an update of that message. */
  post(draft: CardDraft): Promise<CardId>;
  /** Adds cards of different keys that jobs deliver, in one statement; their ids in the order of the drafts. */
  postMany(drafts: readonly Omit<CardDraft, 'delivery'>[]): Promise<readonly CardId[]>;
  /** Changes what a card says; its buttons get a new nonce. Null when there is no such card. */
  revise(story: string, recipient: RecipientId, slot: string, notice: Notice): Promise<CardId | null>;
  /** Takes the buttons off every live card of the story this person has, but those in `keep`. */
  retire(story: string, recipient: RecipientId, keep?: readonly CardId[]): Promise<readonly CardId[]>;
  /** Removes a message again (a sign-in card that was answered silently). */
  withdraw(id: CardId): Promise<void>;
  /** Makes what every button was given void: a press shows the card as it is now, with buttons that count. */
  voidOffers(): Promise<void>;
  /** Takes back what was never sent and has nothing left to do; says how many. */
  dropUnsent(): Promise<number>;
  find(id: CardId): Promise<CardRecord | null>;
  /** Cards of the story whose slot is `slot` or begins with `slot:`. */
  findInStory(story: string, slot: string): Promise<readonly CardRecord[]>;
  findByNonce(nonce: string): Promise<CardRecord | null>;
  /** Spends the nonce; false when it was spent before. */
  spendNonce(id: CardId, nonce: string, verb: Verb): Promise<boolean>;
}

export interface Timers {
  /** One timer per (kind, subject): a new one replaces the old. */
  set(timer: TimerDraft): Promise<void>;
  clear(kind: TimerKind, subject: string): Promise<void>;
  clearAll(subject: string): Promise<void>;
}

export interface People {
  find(id: PrincipalId): Promise<PersonRecord | null>;
  save(person: PersonRecord): Promise<void>;
  /** Lets one transaction at a time go on that locks this person: the others wait until it has ended. */
  lock(id: PrincipalId): Promise<void>;
  /** People who have used the bot, by their name in any case. */
  listByName(name: string): Promise<readonly PersonRecord[]>;
}

export interface Conversations {
  /** Those of `ids` with a 1:1 chat that can be written to. */
  listReachable(ids: readonly PrincipalId[]): Promise<ReadonlySet<PrincipalId>>;
  find(id: ConversationId): Promise<ConversationRecord | null>;
  findPersonal(principalId: PrincipalId): Promise<ConversationRecord | null>;
  save(conversation: ConversationRecord): Promise<void>;
  markDead(id: ConversationId, reason: string): Promise<void>;
}

export interface PendingSignIns {
  insert(record: SignInRecord): Promise<void>;
  find(id: string): Promise<SignInRecord | null>;
  /** Takes it out once: the second caller gets null. */
  take(id: string): Promise<SignInRecord | null>;
  /** The newest one of a person that is not older than an hour, if any. */
  findNewest(principalId: PrincipalId): Promise<SignInRecord | null>;
  /** Forgets every sentence of a person that waits, and gives their ids. */
  dropAll(principalId: PrincipalId): Promise<readonly string[]>;
}

/** Sign-ins on the bot's own page, each of them usable once. */
export interface PageSignIns {
  /** Also removes what expired more than a day ago. */
  insert(signIn: PageSignIn): Promise<void>;
  find(id: string): Promise<PageSignIn | null>;
  /**
   * `offered` becomes `started` under the hash of its state parameter, when it has not expired; null otherwise, also for the
   * second of two.
   */
  start(id: string, stateHash: string): Promise<PageSignIn | null>;
  /** The newest one of its requester that this request waited for, in any state; locked until the transaction ends. */
  lockForRequest(id: RequestId, requesterId: PrincipalId): Promise<PageSignIn | null>;
  /** The one that was started with this state parameter. */
  findByState(stateHash: string): Promise<PageSignIn | null>;
  /** Changes the state when it is one of `from`; null when it is not, and for `redeeming` also when it has expired. */
  change(id: string, from: readonly PageSignInState[], to: PageSignInState): Promise<PageSignIn | null>;
  /** Ends, as `to`, all of a person that can still succeed; gives them as they are now. */
  endAll(principalId: PrincipalId, to: PageSignInState): Promise<readonly PageSignIn[]>;
}

/** A sentence that was received, kept until it had its effect. */
export interface ReceivedSentence {
  readonly principalId: PrincipalId;
  readonly conversationId: ConversationId;
  readonly text: string;
}

export interface Inbox {
  /**
   * Notes a sentence under the id of its turn; false when it was noted before (Teams delivers again). A timer goes on with it
   * when this process dies before {@link finish}.
   */
  accept(turnId: string, sentence: ReceivedSentence): Promise<boolean>;
  /** The sentence had its effect or its answer: nothing is left to go on with, and its words are forgotten. */
  finish(turnId: string): Promise<void>;
  /** Puts off taking these for interrupted: this process still has them. */
  hold(turnIds: readonly string[]): Promise<void>;
  /** Keeps a sentence to go on with, finished or not; false when it was received before `receivedAfter`. */
  keep(turnId: string, sentence: ReceivedSentence, receivedAfter: Temporal.Instant): Promise<boolean>;
  /** A sentence that is not finished. */
  findUnfinished(turnId: string): Promise<(ReceivedSentence & { readonly receivedAt: Temporal.Instant }) | null>;
}

/** Sets of roles that people use again. Names compare without case. */
export interface Bundles {
  /** Replaces one of the same name. */
  save(ownerId: PrincipalId, bundle: Bundle): Promise<void>;
  find(ownerId: PrincipalId, name: string): Promise<Bundle | null>;
  list(ownerId: PrincipalId): Promise<readonly Bundle[]>;
  /** False when there was none. */
  remove(ownerId: PrincipalId, name: string): Promise<boolean>;
}

export interface SettingsChanges {
  insert(change: SettingsChange): Promise<void>;
  find(id: string): Promise<SettingsChange | null>;
  /** Null when it is not in one of `from`: of two at the same instant the second gets null. */
  change(
    id: string,
    from: readonly SettingsChangeState[],
    to: { readonly state: SettingsChangeState; readonly decidedAt: Temporal.Instant | null },
  ): Promise<SettingsChange | null>;
}

/** A list that a person asked for as a file, for ten minutes. The link's secret is kept as a hash only. */
export interface ExportRecord {
  readonly secretHash: string;
  readonly ownerId: PrincipalId;
  /** Without an extension, such as `assignments-rg-payments`. */
  readonly fileName: string;
  readonly csv: string;
  readonly ndjson: string;
  readonly expiresAt: Temporal.Instant;
}

export interface Exports {
  /** Also removes what has expired. */
  insert(record: ExportRecord): Promise<void>;
  /** Null when it is unknown or has expired. */
  find(secretHash: string): Promise<ExportRecord | null>;
}

/** How far the tenant's log was read. */
export interface FeedPosition {
  /** The newest row that was read. */
  readonly at: Temporal.Instant;
  /** Where a look that was too long for one go is continued, or null. */
  readonly resumeAt: Temporal.Instant | null;
  /** When the log last answered. */
  readonly readAt: Temporal.Instant;
}

/** What was read of the tenant's log; rows that were acted upon are remembered for as long as looks overlap. */
export interface FeedRecords {
  find(): Promise<FeedPosition | null>;
  /** Also forgets rows older than `forgetBefore`. */
  save(position: FeedPosition, forgetBefore: Temporal.Instant): Promise<void>;
  /** Those of `ids` that were not acted upon. */
  listNew(ids: readonly string[]): Promise<ReadonlySet<string>>;
  remember(rows: readonly { readonly id: string; readonly at: Temporal.Instant }[]): Promise<void>;
}

/** How far the logs were read for one emergency access account. */
export interface EmergencyWatch {
  /** As the rulebook names it, in small letters. */
  readonly account: string;
  /** When the logs last answered. */
  readonly readAt: Temporal.Instant;
  /** Before then it is not looked at again: an alarm was just raised, or nobody lets us look. Null: as soon as any. */
  readonly restsUntil: Temporal.Instant | null;
  /** Ids of rows that were told of and that a look may meet again. */
  readonly seen: readonly string[];
}

export interface EmergencyWatches {
  find(account: string): Promise<EmergencyWatch | null>;
  save(watch: EmergencyWatch): Promise<void>;
}

/** Everything that is kept, in one transaction or outside of one. */
export interface Stores {
  readonly requests: Requests;
  readonly approvals: Approvals;
  readonly pulls: Pulls;
  readonly cards: Cards;
  readonly timers: Timers;
  readonly people: People;
  readonly conversations: Conversations;
  readonly signIns: PendingSignIns;
  readonly pageSignIns: PageSignIns;
  readonly inbox: Inbox;
  readonly audit: Audit;
  readonly bundles: Bundles;
  readonly settingsChanges: SettingsChanges;
  readonly exports: Exports;
  readonly feed: FeedRecords;
  readonly emergencyWatches: EmergencyWatches;
}

export interface Store {
  /** Reads outside a transaction; single writes commit at once. */
  readonly now: Stores;
  /**
   * Runs `work` in one transaction; what it wrote commits together with the jobs it caused. Not repeated by itself.
   * @throws internal.database_unavailable
   */
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}
