import { UNINSTALLED, UNREACHABLE_WHYS, type UnreachableWhy } from '../domain/approver.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { InstallationRecord, InstallOutcome } from '../ports/bot-installer.ts';
import type { ConversationRecord } from '../ports/store.ts';
import { isBefore } from './facts.ts';
import type { Services } from './services.ts';

/** What may be undone by installing the bot for them. */
const INSTALLABLE: ReadonlySet<UnreachableWhy> = new Set(['no-bot', 'removed']);

/**
 * Says whom the bot is known not to reach, and why. Whoever it never wrote to is not among them: their chat is opened, or the bot
 * installed for them, when they are asked; unless that was tried lately and came to nothing. A guest has a chat of their own with
 * the bot only where they are known to have one.
 */
export async function findUnreachable(
  { store, installer, clock }: Pick<Services, 'store' | 'installer' | 'clock'>,
  people: readonly { readonly id: PrincipalId; readonly isGuest: boolean }[],
): Promise<ReadonlyMap<PrincipalId, UnreachableWhy>> {
  const ids = people.map(({ id }) => id);
  const chats = ids.length === 0 ? NOTHING : await store.now.conversations.listPersonal(ids);
  const doubtful = ids.filter((id) => chats.get(id)?.deadReason !== null);
  const tries = installer === null || doubtful.length === 0 ? [] : await store.now.installations.list(doubtful);
  const triedLately = new Map(
    tries.filter((last) => !mayTryAgain(last, clock.now())).map((last) => [last.principalId, last.outcome]),
  );
  const unreachable = new Map<PrincipalId, UnreachableWhy>();
  for (const { id, isGuest } of people) {
    const chat = chats.get(id);
    const why = whyOf(chat, isGuest);
    const isHelped = installer !== null && (why === null ? chat === undefined : INSTALLABLE.has(why));
    const known = isHelped ? whyAfterTry(why, triedLately.get(id)) : why;
    if (known !== null) {
      unreachable.set(id, known);
    }
  }
  return unreachable;
}

const NOTHING: ReadonlyMap<PrincipalId, ConversationRecord> = new Map();

/** By what is known of their chat. */
function whyOf(chat: ConversationRecord | undefined, isGuest: boolean): UnreachableWhy | null {
  if (chat === undefined) {
    return isGuest ? 'guest' : null;
  }
  return chat.deadReason === null ? null : unreachableWhy(chat.deadReason);
}

/** Where the bot may be installed for them: not for a while, when that was tried and came to nothing. */
function whyAfterTry(why: UnreachableWhy | null, outcome: InstallOutcome | undefined): UnreachableWhy | null {
  switch (outcome) {
    case undefined:
      return null;
    case 'not-allowed':
      return 'not-allowed';
    case 'unknown-app':
    case 'unavailable':
      return why ?? 'no-bot';
    case 'installed':
    case 'already':
      // Taken away again since: nobody is given that twice a day.
      return why;
  }
}

/** When the bot may be installed for a person again, by what came of it: nobody is given more than once a day what they take away. */
const AGAIN_AFTER: Readonly<Record<InstallOutcome, Temporal.Duration>> = {
  installed: Temporal.Duration.from({ hours: 24 }),
  already: Temporal.Duration.from({ hours: 24 }),
  'not-allowed': Temporal.Duration.from({ hours: 1 }),
  'unknown-app': Temporal.Duration.from({ hours: 1 }),
  unavailable: Temporal.Duration.from({ minutes: 5 }),
};

/** Whether the last try to install the bot for somebody is so long ago that it may be tried again. */
export function mayTryAgain({ outcome, triedAt }: InstallationRecord, now: Temporal.Instant): boolean {
  return !isBefore(now, triedAt.add(AGAIN_AFTER[outcome]));
}

/** What a chat was noted as dead for: Teams' own codes (teams-platform §4.3) and the bot's. */
const WHY: ReadonlyMap<string, UnreachableWhy> = new Map([
  [UNINSTALLED, 'removed'],
  ['BotNotInConversationRoster', 'removed'],
  ['ForbiddenOperationException', 'no-bot'],
  ['MessageWritesBlocked', 'blocked'],
  ['ConversationBlockedByUser', 'blocked'],
]);

/** Why somebody cannot be written to, from what a message to them came back with. */
export function unreachableWhy(reason: string): UnreachableWhy {
  return WHY.get(reason) ?? UNREACHABLE_WHYS.find((why) => why === reason) ?? 'failed';
}
