import type { Bundle } from '../domain/administration.ts';
import type { Channel } from '../domain/channel.ts';
import type { CardId, ConversationId, PrincipalId, RecipientId, RequestId } from '../domain/ids.ts';
import type { Notice, Verb } from '../domain/notice.ts';
import type { PageSignIn, PageSignInState } from '../domain/page-sign-in.ts';
import type { SettingsChangeState } from '../domain/role-settings.ts';
import type { SettingsChange } from '../domain/settings-change.ts';
import type { Approvals } from './approvals.ts';
import type { Audit } from './audit.ts';
import type { Installations } from './bot-installer.ts';
import type { BotSettings } from './bot-settings.ts';
import type { Pulls } from './pulls.ts';
import type { Requests } from './requests.ts';
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
  'approval.show-in-channel',
  'approval.next-wave',
  'activation.watch',
  'activation.remind',
  'activation.end',
  'activation.carry-out-wish',
  'activation.see',
  'activation.go-on',
  'approval.look',
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
  'card.redraw',
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

/** Cards and the outbox behind them: writing here is the only way a message leaves. */
export interface Cards {
  /** Adds a card and its outbox row. A card with the same story, recipient and slot is replaced by an update of that message. */
  post(draft: CardDraft): Promise<CardId>;
  /** Adds cards of different keys that jobs deliver, in one statement; their ids in the order of the drafts. Held ones leave then, or with their next change. */
  postMany(
    drafts: readonly Omit<CardDraft, 'delivery'>[],
    hold?: { readonly heldFor: Temporal.Duration },
  ): Promise<readonly CardId[]>;
  /** Changes what a card says; its buttons get a new nonce. Null when there is no such card. */
  revise(story: string, recipient: RecipientId, slot: string, notice: Notice): Promise<CardId | null>;
  /**
   * Has a message sent again as its card is now, with buttons that count where it is live: what a client shows in its place goes.
   * Null when there is no such message.
   */
  redraw(id: CardId): Promise<CardId | null>;
  /** Takes the buttons off every live card of the story this person has, but those in `keep`. */
  retire(story: string, recipient: RecipientId, keep?: readonly CardId[]): Promise<readonly CardId[]>;
  /** The same for many people, in one statement. */
  retireOf(story: string, recipients: readonly RecipientId[]): Promise<readonly CardId[]>;
  /** Removes a message again (a sign-in card that was answered silently). */
  withdraw(id: CardId): Promise<void>;
  /** Makes what every button was given void: a press shows the card as it is now, with buttons that count. */
  voidOffers(): Promise<void>;
  /** Takes back what was never sent and has nothing left to do; says how many. */
  dropUnsent(): Promise<number>;
  find(id: CardId): Promise<CardRecord | null>;
  /** The one under this very key, retired or not. */
  findOf(story: string, recipient: RecipientId, slot: string): Promise<CardRecord | null>;
  /** Cards of the story whose slot is `slot` or begins with `slot:`. */
  findInStory(story: string, slot: string): Promise<readonly CardRecord[]>;
  /** The newest card of the story that has a background, whoever's it is. */
  findInformed(story: string): Promise<CardRecord | null>;
  findByNonce(nonce: string): Promise<CardRecord | null>;
  /** Notes that the card's person is asked for words on it now: a change of its message would take away what they write. */
  noteSecondStep(id: CardId): Promise<void>;
  /** Cards of the story of which that was noted later than `since`. */
  listInSecondStep(story: string, since: Temporal.Instant): Promise<ReadonlySet<CardId>>;
  /** The newest card of the story that this recipient has under `slot` or `slot:…` and that was not retired. */
  findLive(story: string, recipient: RecipientId, slot: string): Promise<CardRecord | null>;
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
  /** The 1:1 chats of those of `ids` who have one, dead ones included. */
  listPersonal(ids: readonly PrincipalId[]): Promise<ReadonlyMap<PrincipalId, ConversationRecord>>;
  /** Those of `ids` with a 1:1 chat that can be written to. */
  listReachable(ids: readonly PrincipalId[]): Promise<ReadonlySet<PrincipalId>>;
  /** Some people whose 1:1 chat can be written to; at most `limit`. */
  listSomeReachable(limit: number): Promise<readonly PrincipalId[]>;
  find(id: ConversationId): Promise<ConversationRecord | null>;
  findPersonal(principalId: PrincipalId): Promise<ConversationRecord | null>;
  /** True when nothing could be written there before: it is new, or was noted as dead. */
  save(conversation: ConversationRecord): Promise<boolean>;
  markDead(id: ConversationId, reason: string): Promise<void>;
}

/** Channels of teams, as Teams last told of them. */
export interface Channels {
  find(id: ConversationId): Promise<Channel | null>;
  listOfTeam(teamId: string): Promise<readonly Channel[]>;
  save(channel: Channel): Promise<void>;
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
  readonly channels: Channels;
  readonly installations: Installations;
  readonly signIns: PendingSignIns;
  readonly pageSignIns: PageSignIns;
  readonly inbox: Inbox;
  readonly audit: Audit;
  readonly bundles: Bundles;
  readonly settingsChanges: SettingsChanges;
  readonly exports: Exports;
  readonly feed: FeedRecords;
  readonly emergencyWatches: EmergencyWatches;
  readonly botSettings: BotSettings;
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
