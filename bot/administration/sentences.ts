import type { AssignmentAction } from '../../src/domain/administration.ts';
import type { Command } from '../../src/language/command.ts';
import type { AssignmentWords, WantedEnd } from '../../src/use-cases/administration/assignment-words.ts';
import { deleteBundle, listBundles, saveBundle } from '../../src/use-cases/administration/bundles.ts';
import { proposeAssignment } from '../../src/use-cases/administration/change-assignment.ts';
import { exportAssignments } from '../../src/use-cases/administration/export-assignments.ts';
import { showHistory } from '../../src/use-cases/administration/history.ts';
import { oneRoleOnly } from '../../src/use-cases/administration/name-role.ts';
import { requestExtension } from '../../src/use-cases/administration/request-extension.ts';
import { whoApproves } from '../../src/use-cases/administration/who-approves.ts';
import { whoHas } from '../../src/use-cases/administration/who-has.ts';
import type { RolesWish } from '../../src/use-cases/role-files/plan-change.ts';
import { proposeApply, proposeDelete } from '../../src/use-cases/role-files/propose-roles.ts';
import { showDrift } from '../../src/use-cases/role-files/show-drift.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';
import { dispatchSettings } from './settings-sentences.ts';

interface Spoken {
  readonly command: Command;
  readonly text: string;
}

/**
 * Carries out what is said about roles that are not only one's own and about their settings, and about sets and ends of one's own; null for every other
 * command. All of them but those of bundles read or write as the person.
 */
export function dispatchAdministration(services: Services, asker: Asker, { command }: Spoken): Promise<Posted> | null {
  switch (command.command) {
    case 'history':
      return showHistory(services, asker, command.roles);
    case 'who-has':
      return whoHas(services, asker, command);
    case 'who-approves':
      return whoApproves(services, asker, command);
    case 'export':
      return exportAssignments(services, asker, command);
    case 'bundle':
      return dispatchBundle(services, asker, command);
    case 'settings':
      return dispatchSettings(services, asker, command);
    case 'roles-drift':
      return showDrift(services, asker, command.roles);
    case 'roles-apply':
      return proposeApply(services, asker, rolesWish(command));
    case 'roles-delete':
      return proposeDelete(services, asker, rolesWish(command));
    case 'assign':
      return proposeAssignment(services, asker, wordsOf(asker, command, 'assign'));
    case 'update-assignment':
      return proposeAssignment(services, asker, wordsOf(asker, command, 'update'));
    case 'remove-assignment':
      return proposeAssignment(services, asker, wordsOf(asker, command, 'remove'));
    case 'extend-assignment':
      return moreTime(services, asker, command, 'extend');
    case 'renew-assignment':
      return moreTime(services, asker, command, 'renew');
    default:
      return null;
  }
}

/** Running one is an activation like any other. */
function dispatchBundle(services: Services, asker: Asker, command: Command): Promise<Posted> | null {
  const name = command.target ?? '';
  switch (command.action) {
    case 'run':
      return null;
    case 'save':
      return saveBundle(services, asker, { ...command, name });
    case 'delete':
      return deleteBundle(services, asker, name);
    default:
      return listBundles(services, asker);
  }
}

/** Somebody else's is an administrator's change; one's own is asked for. */
function moreTime(services: Services, asker: Asker, command: Command, action: 'extend' | 'renew'): Promise<Posted> {
  return command.target === null || command.target === 'me'
    ? requestExtension(services, asker, { ...command, kind: kindOf(command) })
    : proposeAssignment(services, asker, wordsOf(asker, command, action));
}

const EXAMPLES: Readonly<Record<AssignmentAction, string>> = {
  assign: 'assign Security Reader to NAME for 30 days',
  update: 'update assignment of NAME for Security Reader until 31 December',
  extend: 'extend assignment of NAME for Security Reader until 31 December',
  renew: 'renew assignment of NAME for Security Reader until 31 December',
  remove: 'remove NAME from Security Reader',
};

function wordsOf({ person }: Asker, command: Command, action: AssignmentAction): AssignmentWords {
  const { roles, scope, start, justification, ticket, target } = command;
  const [role, second] = roles;
  // A change is read back before it is made, one at a time.
  if (second !== undefined) {
    throw oneRoleOnly(EXAMPLES[action]);
  }
  return {
    action,
    kind: kindOf(command),
    principal: target === 'me' ? person.id : (target ?? ''),
    role: role ?? '',
    scope,
    startsAt: start,
    end: endOf(command),
    justification: justification ?? '',
    ticket,
  };
}

function kindOf({ action }: Command): 'eligible' | 'active' | null {
  return action === 'eligible' || action === 'active' ? action : null;
}

function endOf({ isPermanent, until, duration }: Command): WantedEnd | null {
  if (until !== null) {
    return { kind: 'at', at: until };
  }
  if (duration !== null) {
    return { kind: 'for', duration };
  }
  return isPermanent ? { kind: 'permanent' } : null;
}

function rolesWish({ roles, justification }: Command): RolesWish {
  return { names: roles, justification: justification ?? '' };
}
