import type { RoleDefinition } from '../domain/role-definition.ts';
import type { RoleFileShape } from './role-file/role-file.ts';

/** What is to be done once the file of a clone is written, in order, for people: PIM keeps the settings, and they are not cloned. */
export function cloneSteps(
  { original, clone }: { readonly original: RoleDefinition; readonly clone: RoleDefinition },
  shape: RoleFileShape,
): readonly string[] {
  const places = clone.kind === 'azure' ? clone.assignableScopes.join(', ') : 'the whole tenant, administrative units';
  return [
    `Create the role: put the file into the folder of role files and tell the bot “roles apply”${createWords(shape)}.`,
    `Set what PIM demands for it at each place where it will be assigned (${places}): “change settings ${clone.name}”. A new role begins with PIM’s own settings, not with those of the original (“settings ${original.name}”). For contractors, stricter: a shorter maximum duration, a justification, a ticket, an approval.`,
    'Name at least two approvers, and none who will ask for the role.',
    `Make people eligible, with an end: “assign ${clone.name} to NAME for 90 days because …”.`,
    `Take the original from whoever is to use the clone: “who has ${original.name}” says who has it.`,
    `Look from time to time whether both still allow the same: npm run -s roles -- clone "${original.name}" --check "${clone.name}"`,
  ];
}

function createWords(shape: RoleFileShape): string {
  switch (shape) {
    case 'powershell':
      return ', or: az role definition create --role-definition @FILE';
    case 'rest':
      return ', or: az rest --method put --url "https://management.azure.com/SCOPE/providers/Microsoft.Authorization/roleDefinitions/NEW-GUID?api-version=2022-04-01" --body @FILE';
    case 'graph':
      return ', or: az rest --method post --url "https://graph.microsoft.com/v1.0/roleManagement/directory/roleDefinitions" --body @FILE';
    case 'cli':
      return '';
  }
}
