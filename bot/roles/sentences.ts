import type { LookFacts } from '../../src/domain/notice.ts';
import type { WhichRolePurpose } from '../../src/domain/which-role-notice.ts';
import type { Command } from '../../src/language/command.ts';
import { lookAtRoles } from '../../src/use-cases/roles/look.ts';
import { type WhichRoleQuestion, whichRole } from '../../src/use-cases/roles/which-role.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';

/** Carries out what is asked about role definitions; null for every other command. */
export function dispatchRoles(services: Services, asker: Asker, command: Command): Promise<Posted> | null {
  switch (command.command) {
    case 'role':
    case 'compare':
      return lookAtRoles(services, asker, lookOf(command, command.command));
    case 'can':
      // "can I …" is about one's own roles.
      return command.roles.length === 0
        ? whichRole(services, asker, questionOf(command, 'can-i'))
        : lookAtRoles(services, asker, lookOf(command, 'can'));
    case 'which-role':
      return whichRole(services, asker, questionOf(command, 'which-role'));
    default:
      return null;
  }
}

function questionOf({ action, scope }: Command, purpose: WhichRolePurpose): WhichRoleQuestion {
  return { purpose, asked: action ?? '', scope, meaningKey: null };
}

function lookOf({ roles, scope, action }: Command, command: LookFacts['command']): LookFacts {
  const subjects = roles.map((words) => ({ words, key: null }));
  return { command, subjects, position: 0, scope, operation: action };
}
