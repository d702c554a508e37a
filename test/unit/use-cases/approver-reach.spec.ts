import assert from 'node:assert/strict';
import { conversationId, type PrincipalId, principalId } from '../../../src/domain/ids.ts';
import type { BotInstaller, InstallOutcome } from '../../../src/ports/bot-installer.ts';
import type { ConversationRecord, Store } from '../../../src/ports/store.ts';
import { findUnreachable } from '../../../src/use-cases/approver-reach.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const MEGAN = principalId('aaaaaaaa-0000-4000-8000-000000000001');
const NOW = '2026-11-23T09:00:00Z';
const INSTALLER: BotInstaller = { install: async () => 'installed' };

interface Case {
  /** Undefined: the bot never wrote to them. Null: it can. */
  readonly deadReason?: string | null;
  readonly isGuest?: boolean;
  readonly installer?: BotInstaller | null;
  readonly tried?: { readonly outcome: InstallOutcome; readonly minutesAgo: number };
}

async function whyOf({ deadReason, isGuest = false, installer = INSTALLER, tried }: Case): Promise<string | null> {
  const clock = createFakeClock(NOW);
  const chat: ConversationRecord[] =
    deadReason === undefined
      ? []
      : [{ id: conversationId('a:1'), kind: 'personal', principalId: MEGAN, serviceUrl: 'https://s', deadReason }];
  const last =
    tried === undefined
      ? []
      : [{ principalId: MEGAN, outcome: tried.outcome, triedAt: clock.now().subtract({ minutes: tried.minutesAgo }) }];
  const now = {
    conversations: {
      listPersonal: async (ids: readonly PrincipalId[]) =>
        new Map(chat.filter(() => ids.includes(MEGAN)).map((one) => [MEGAN, one])),
    },
    installations: { list: async () => last },
  };
  const store = { now } as unknown as Store;
  return (await findUnreachable({ store, installer, clock }, [{ id: MEGAN, isGuest }])).get(MEGAN) ?? null;
}

describe('whom the bot is known not to reach', () => {
  for (const [what, given, why] of [
    ['somebody with a chat', { deadReason: null }, null],
    ['a guest with a chat', { deadReason: null, isGuest: true }, null],
    ['a guest without one', { isGuest: true }, 'guest'],
    ['somebody it never wrote to', {}, null],
    ['somebody it never wrote to and cannot be installed for', { installer: null }, null],
    ['whoever blocked it', { deadReason: 'MessageWritesBlocked' }, 'blocked'],
    ['whoever muted its chat', { deadReason: 'ConversationBlockedByUser' }, 'blocked'],
    ['whoever removed it, where it is not installed', { deadReason: 'uninstalled', installer: null }, 'removed'],
    ['whoever removed it, where it may be installed', { deadReason: 'uninstalled' }, null],
    ['somebody without the app, where it may be installed', { deadReason: 'ForbiddenOperationException' }, null],
    [
      'somebody without the app, where it is not installed',
      { deadReason: 'ForbiddenOperationException', installer: null },
      'no-bot',
    ],
    ['whom the app policy kept it from lately', { tried: { outcome: 'not-allowed', minutesAgo: 59 } }, 'not-allowed'],
    ['whom the app policy kept it from long ago', { tried: { outcome: 'not-allowed', minutesAgo: 60 } }, null],
    ['somebody whose installation came to nothing', { tried: { outcome: 'unavailable', minutesAgo: 1 } }, 'no-bot'],
    ['somebody it was just installed for', { tried: { outcome: 'installed', minutesAgo: 1 } }, null],
    [
      'whoever removed it after it was installed today',
      { deadReason: 'uninstalled', tried: { outcome: 'installed', minutesAgo: 600 } },
      'removed',
    ],
    ['somebody with an odd reason', { deadReason: 'constructor' }, 'failed'],
  ] as const satisfies readonly (readonly [string, Case, string | null])[]) {
    it(`${why === null ? 'counts out nobody' : `says ${why}`}: ${what}`, async () => {
      assert.equal(await whyOf(given), why);
    });
  }
});
