import type { Command } from '../../src/language/command.ts';
import { checkRole } from '../../src/use-cases/runbooks/check-role.ts';
import { showRunbook } from '../../src/use-cases/runbooks/show-runbook.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';

/** Carries out what is said about runbooks, and checks of roles; null for every other command. */
export function dispatchRunbooks(services: Services, asker: Asker, command: Command): Promise<Posted> | null {
  switch (command.command) {
    case 'runbook':
      return showRunbook(services, asker, wordsOf(command));
    case 'check':
      return check(services, asker, command);
    default:
      return null;
  }
}

/** A place in the words of a task belongs to them: “reset passwords in Branch Madrid”. */
function wordsOf({ target, scope }: Command): string | null {
  return target === null || scope === null ? target : `${target} ${scope}`;
}

async function check(services: Services, asker: Asker, { roles, scope }: Command): Promise<Posted> {
  if (roles.length === 0) {
    return await checkRole(services, asker, { kind: 'any' });
  }
  const cards: Posted[] = [];
  for (const [index, words] of roles.entries()) {
    const part = index === 0 ? asker : { ...asker, turnId: `${asker.turnId}:${index}` };
    cards.push(await checkRole(services, part, { kind: 'words', words, scope }));
  }
  return cards.flat();
}
