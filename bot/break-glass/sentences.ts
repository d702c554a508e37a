import { type ConversationId, conversationId } from '../../src/domain/ids.ts';
import { AccessError } from '../../src/errors.ts';
import type { Command } from '../../src/language/command.ts';
import { listPacks } from '../../src/use-cases/break-glass/list-packs.ts';
import type { PullAsk } from '../../src/use-cases/break-glass/plan-pull.ts';
import { proposePull } from '../../src/use-cases/break-glass/propose-pull.ts';
import { listReviews } from '../../src/use-cases/break-glass/review-pull.ts';
import { standDown } from '../../src/use-cases/break-glass/stand-down.ts';
import { postAnswer } from '../../src/use-cases/error-card.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';

interface Spoken {
  readonly command: Command;
  readonly conversationId: ConversationId;
}

/** Carries out what is said in an emergency; null for every other command. Nothing here is guessed. */
export function dispatchBreakGlass(services: Services, asker: Asker, spoken: Spoken): Promise<Posted> | null {
  const { command } = spoken;
  switch (command.command) {
    case 'breakglass':
      return command.target === null ? showPacks(services, asker, command) : pull(services, asker, spoken);
    case 'standdown':
      return standDown(services, asker, command.target);
    case 'report':
      return command.target === 'breakglass' ? showReviews(services, asker) : null;
    default:
      return null;
  }
}

/** Who gave more than the verb meant a pack, and must not be left with a list. */
async function showPacks(services: Services, asker: Asker, command: Command): Promise<Posted> {
  const isPull = command.justification !== null || command.ticket !== null || command.duration !== null;
  if (isPull) {
    throw new AccessError('breakglass.pack_unknown', 'no pack was named', { facts: {} });
  }
  return await postAnswer(services, asker, await listPacks(services, asker));
}

async function showReviews(services: Services, asker: Asker): Promise<Posted> {
  return await postAnswer(services, asker, await listReviews(services, asker));
}

async function pull(services: Services, asker: Asker, { command, conversationId: where }: Spoken): Promise<Posted> {
  await demandOwnChat(services, asker, where);
  return await proposePull(services, asker, askOf(command));
}

/** Others would read what is broken, and by whom it is mended, before anything is decided. */
async function demandOwnChat({ store }: Services, { person }: Asker, where: ConversationId): Promise<void> {
  const chat = await store.now.conversations.findPersonal(person.id);
  if (chat !== null && chat.id !== conversationId(where)) {
    throw new AccessError('breakglass.private_chat_only', 'said in a channel');
  }
}

const DRILL = /^drill\s+|\s+drill$/i;

function askOf({ target, duration, until, start, justification, ticket, scope, roles }: Command): PullAsk {
  if (start !== null) {
    throw new AccessError('breakglass.start_later', 'a start was said');
  }
  const leftOver = [...(scope === null ? [] : [scope]), ...roles].join(', ');
  if (leftOver !== '') {
    throw new AccessError('breakglass.left_over', 'more was said', { facts: { words: leftOver } });
  }
  const words = target ?? '';
  return { pack: words.replace(DRILL, ''), duration, until, justification, ticket, isDrill: DRILL.test(words) };
}
