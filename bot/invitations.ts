import type { UnreachableWhy } from '../src/domain/approver.ts';
import { type PrincipalId, requestId } from '../src/domain/ids.ts';
import type { Notice } from '../src/domain/notice.ts';
import type { BotInstaller, InstallationRecord } from '../src/ports/bot-installer.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { CardRecord, Store } from '../src/ports/store.ts';
import { mayTryAgain } from '../src/use-cases/approver-reach.ts';

/**
 * Cards on which somebody else waits for this person: they are sent again although the first may have arrived (DESIGN §5), the
 * bot adds itself to the person's chats for them, and who cannot be reached is tried again while they are open.
 */
export const MUST_ACT: ReadonlySet<Notice['card']> = new Set([
  ...(['alarm', 'approval-request'] as const),
  ...(['break-glass-confirm', 'break-glass-active', 'break-glass-review'] as const),
]);

export interface InstallingOptions {
  /** Null when the bot is not to add itself to anybody's chats. */
  readonly installer: BotInstaller | null;
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
}

/** An attempt to add the bot to somebody's chats; not new is what was found out lately. */
export interface InstallAttempt extends InstallationRecord {
  readonly isNew: boolean;
}

/**
 * Adds the bot to the person's chats and writes down what came of it, unless that was tried lately: what they take away, or what
 * the tenant forbids, is not tried again and again, whatever asks for it. Null where the bot is not to add itself.
 */
export async function installOnce(
  { installer, store, clock }: InstallingOptions,
  principalId: PrincipalId,
): Promise<InstallAttempt | null> {
  if (installer === null) {
    return null;
  }
  const [last] = await store.now.installations.list([principalId]);
  if (last !== undefined && !mayTryAgain(last, clock.now())) {
    return { ...last, isNew: false };
  }
  const outcome = await installer.install(principalId);
  const record = { principalId, outcome, triedAt: clock.now() };
  await store.now.installations.note(record);
  return { ...record, isNew: true };
}

/** `invited`: their chat can be opened. `on-the-way`: Teams has just been told, and may need a moment. Else why not. */
export type Invitation = 'invited' | 'on-the-way' | UnreachableWhy;

export interface Invitations {
  /** Adds the bot to the chats of whom this card is for, unless it was tried lately. `wasRemoved`: the person took it away. */
  invite(card: CardRecord, person: PrincipalId, wasRemoved: boolean): Promise<Invitation>;
}

/** How long Teams may need until a chat can be opened after an installation. */
const SETTLING = Temporal.Duration.from({ minutes: 10 });

/** Adds the bot to people's chats where a card that they must act on could not reach them otherwise. */
export function createInvitations(options: InstallingOptions): Invitations {
  const { store, clock } = options;
  const isWithin = (since: Temporal.Instant, time: Temporal.Duration): boolean =>
    Temporal.Instant.compare(clock.now(), since.add(time)) < 0;

  const answerOf = (
    { outcome, triedAt, isNew }: InstallAttempt,
    { wasRemoved }: { readonly wasRemoved: boolean },
  ): Invitation => {
    switch (outcome) {
      case 'installed':
      case 'already':
        if (isNew) {
          return 'invited';
        }
        return isWithin(triedAt, SETTLING) && !wasRemoved ? 'on-the-way' : withoutBot(wasRemoved);
      case 'not-allowed':
        return 'not-allowed';
      case 'unknown-app':
      case 'unavailable':
        return withoutBot(wasRemoved);
    }
  };
  return {
    async invite(card, person, wasRemoved) {
      if (card.isRetired || !MUST_ACT.has(card.notice.card)) {
        return withoutBot(wasRemoved);
      }
      if (await isGuest(store, card, person)) {
        return 'guest';
      }
      const attempt = await installOnce(options, person);
      return attempt === null ? withoutBot(wasRemoved) : answerOf(attempt, { wasRemoved });
    },
  };
}

/** The requester was told that this approver is a guest, who cannot be given the bot: then nobody tries. */
async function isGuest(store: Store, { notice }: CardRecord, person: PrincipalId): Promise<boolean> {
  if (notice.card !== 'approval-request') {
    return false;
  }
  const ask = await store.now.approvals.findAsk(requestId(notice.request.requestId), person);
  return ask?.why === 'guest';
}

function withoutBot(wasRemoved: boolean): UnreachableWhy {
  return wasRemoved ? 'removed' : 'no-bot';
}
