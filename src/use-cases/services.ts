import type { PauseExtent } from '../domain/bot-setting.ts';
import type { CardId } from '../domain/ids.ts';
import type { Notice } from '../domain/notice.ts';
import type { AppRole, PageApp } from '../domain/page-sign-in.ts';
import { AccessError } from '../errors.ts';
import type { BotInstaller } from '../ports/bot-installer.ts';
import type { ChannelMembers } from '../ports/channel-members.ts';
import type { Clock } from '../ports/clock.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { SignInPage, SignIns } from '../ports/identity.ts';
import type { Log } from '../ports/log.ts';
import type { OnCall } from '../ports/on-call.ts';
import type { TenantDirectory } from '../ports/role-administration.ts';
import type { RoleCatalogue } from '../ports/role-catalogue.ts';
import type { AccessProbe, RoleDefinitions } from '../ports/role-definitions.ts';
import type { RoleFiles } from '../ports/role-files.ts';
import type { Actor } from '../ports/role-management.ts';
import type { Rules } from '../ports/rulebook.ts';
import type { RunbookCatalogue } from '../ports/runbook-catalogue.ts';
import type { PersonRecord, Store, Stores } from '../ports/store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { TenantFeed } from '../ports/tenant-feed.ts';
import type { TenantReader } from '../ports/tenant-reader.ts';
import type { Webhook } from '../ports/webhook.ts';
import type { Task } from '../roles/tasks/task.ts';
import type { EligibilityShelf } from './eligibility-shelf.ts';
import type { RoleSurfaces } from './role-surfaces.ts';
import type { ServedPeople } from './serving/served-people.ts';

/** What every use-case is given. */
export interface Services {
  readonly clock: Clock;
  readonly store: Store;
  readonly roles: RoleSurfaces;
  readonly reader: TenantReader;
  readonly directory: TenantDirectory;
  readonly feed: TenantFeed;
  readonly catalogue: RoleCatalogue;
  /** Everyday tasks with their least privileged roles; those told first win where the words are the same. */
  readonly tasks: readonly Task[];
  readonly probe: AccessProbe;
  /** Of Entra and of Azure. */
  readonly definitions: readonly RoleDefinitions[];
  /** How often the tenant's log is read; null when it is not. */
  readonly reconcileEvery: Temporal.Duration | null;
  readonly signIns: SignIns;
  readonly page: SignInPage;
  readonly approverRule: ApproverRule;
  readonly approverWaves: ApproverWaves;
  /** Whether a second administrator must confirm a change of role settings. */
  readonly isFourEyesOn: boolean;
  /** What whoever runs the bot has paused with a setting; null when nothing. */
  readonly pausedOutside: PauseExtent | null;
  readonly rules: Rules;
  readonly servedPeople: ServedPeople;
  readonly runbooks: RunbookCatalogue;
  /** Null when custom roles are not kept as code. */
  readonly roleFiles: RoleFiles | null;
  readonly onCall: OnCall;
  /** Where alarms go that reached nobody in Teams; null when nowhere. */
  readonly alarmWebhook: Webhook | null;
  readonly delivery: Delivery;
  readonly channelMembers: ChannelMembers;
  /** One line of what a card says, for those who do not see it. */
  summarize(notice: Notice): string;
  /** Null when the bot is not to add itself to anybody's chats. */
  readonly installer: BotInstaller | null;
  readonly eligibility: EligibilityShelf;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** A fresh random id: markers, turns, references. */
  newId(): string;
}

/** Which approvals ask the approver to sign in once more, and for which authentication context; none when that is null. */
export interface ApproverRule {
  readonly context: string | null;
  /** Roles that can change access, all of them, or those of these names or ids. */
  readonly roles: 'access-changing' | 'all' | readonly string[];
}

/** How many approvers may be asked at once, and how long the rest wait. */
export interface ApproverWaves {
  /** 0: everybody is asked at once, however many they are. */
  readonly size: number;
  readonly pause: Temporal.Duration;
}

/** Marks the click as used in the transaction that records its effect; false when it was used before. */
export type SpendClick = (stores: Stores) => Promise<boolean>;

/**
 * Uses up the click where all it causes is in this transaction: of two at the same instant the second does nothing.
 *
 * @throws {AccessError} card.stale
 */
export async function claimClick({ spend }: Pick<Asker, 'spend'>, stores: Stores): Promise<void> {
  if ((await spend?.(stores)) === false) {
    throw new AccessError('card.stale', 'the click was used before');
  }
}

/** Who asks, and the turn the answer belongs to. */
export interface Asker {
  readonly person: PersonRecord;
  /** The click behind the turn; null for a sentence or a timer. */
  readonly spend: SpendClick | null;
  /** Names the story of cards that answer this turn. */
  readonly turnId: string;
  /** The sign-in page that this turn came from: its tokens are used, and no others. */
  readonly steppedUp?: SteppedUp;
}

/** What a sign-in on the bot's own page proved. */
export interface SteppedUp {
  readonly signInId: string;
  readonly app: PageApp;
  /** What was asked of Entra, and so was granted or refused. */
  readonly claims: string | null;
  /** Whether the tokens are kept for this turn alone; else they are the person's ordinary sign-in. */
  readonly isHeld: boolean;
  /** The authentication context that was demanded by us and proved. */
  readonly provenContext: string | null;
  readonly appRoles: readonly AppRole[];
}

/** Who wants it, and with which of their tokens it is looked at: a wish is carried out with the one that waits for it. */
export interface Planner {
  readonly person: PersonRecord;
  readonly actor: Actor;
}

/** The asker as PIM sees them. */
export function actorOf({ person, steppedUp }: Pick<Asker, 'person' | 'steppedUp'>): Actor {
  const principalId = person.id;
  return steppedUp?.isHeld === true ? { principalId, heldFor: steppedUp.signInId } : { principalId };
}

/** Cards that were committed and are to be delivered, in this order. */
export type Posted = readonly CardId[];
