import { z } from 'zod';
import type { NamedRole } from '../domain/named-role.ts';

const LONGEST_NAME = 100;
export const LONGEST_TEXT = 500;

export const name = z.string().trim().min(1, 'must not be empty').max(LONGEST_NAME);
const role = z.string().trim().min(1, 'must not be empty').max(LONGEST_TEXT);
export const scopePath = z
  .string()
  .regex(
    /^\/\S/,
    'must be the whole path of a scope, such as /subscriptions/… — a name would not show what lies above it',
  )
  .max(LONGEST_TEXT);

export const entraRole = z
  .strictObject({
    entraRole: role.describe('Display name or id of a Microsoft Entra role, built in or custom.'),
    on: role
      .optional()
      .describe('Name or path of an administrative unit or “Whole tenant”; left out, it means everywhere.'),
  })
  .describe('A Microsoft Entra role.');

export const group = z
  .strictObject({
    group: role.describe('Display name or id of a group that PIM governs.'),
    as: z.enum(['member', 'owner']).default('member').describe('What one is in it.'),
  })
  .describe('Membership or ownership of a group.');

export const azureRoleName = role.describe('Name or id of an Azure role, built in or custom.');

/** A role at exactly one scope. */
export const roleAtOneScope = z
  .union(
    [
      entraRole,
      group,
      z
        .strictObject({
          azureRole: azureRoleName,
          on: scopePath.describe('Path of the scope at which it is activated.'),
        })
        .describe('An Azure role at one scope.'),
    ],
    'must have “entraRole”, “group”, or “azureRole” with “on”; beside an Entra role “on”, beside a group “as”',
  )
  .describe('A role that is activated.');

/** What a document says of a role, in the domain's words. */
export function toNamedRole(
  given: z.output<typeof roleAtOneScope> | { azureRole: string; on?: string | undefined },
): NamedRole {
  if ('entraRole' in given) {
    return { surface: 'directory', role: given.entraRole, scope: given.on ?? null };
  }
  if ('group' in given) {
    return { surface: 'group', role: given.group, scope: given.as };
  }
  return { surface: 'azure', role: given.azureRole, scope: given.on ?? null };
}
