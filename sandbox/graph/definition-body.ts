import type { RoleDefinition } from '../pim/directory-surface.ts';
import { type Body, isRecord } from './body.ts';
import { CUSTOM_ACTIONS, isPrivilegedAction } from './directory-actions.ts';
import { GraphProblem } from './problem.ts';

/** What a body says of a custom role; what it does not name is undefined. */
export type DefinitionChange = Partial<Omit<RoleDefinition, 'id' | 'isBuiltIn' | 'inheritsFrom'>>;

const KNOWN = new Set([
  '@odata.type',
  'description',
  'displayName',
  'isEnabled',
  'resourceScopes',
  'rolePermissions',
  'templateId',
  'version',
]);
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONGEST_NAME = 256;
const LONGEST_DESCRIPTION = 1024;

/** Reads a body of POST or PATCH and refuses what a custom role may not be (pim-api §15.1). */
export function readDefinition(body: Body): DefinitionChange {
  const stranger = Object.keys(body).find((name) => !KNOWN.has(name));
  if (stranger !== undefined) {
    throw refused(`The property '${stranger}' is read-only or does not exist on type 'unifiedRoleDefinition'.`);
  }
  const permissions = body.rolePermissions === undefined ? undefined : readPermissions(body.rolePermissions);
  const change: { -readonly [Name in keyof DefinitionChange]: DefinitionChange[Name] | undefined } = {
    displayName: text(body, 'displayName', LONGEST_NAME)?.trim(),
    description: body.description === null ? '' : text(body, 'description', LONGEST_DESCRIPTION),
    isEnabled: flag(body),
    templateId: template(body),
    version: text(body, 'version', LONGEST_NAME),
    permissions,
    isPrivileged: permissions?.flat().some(isPrivilegedAction),
  };
  if (change.displayName === '') {
    throw refused('The display name must not be empty.');
  }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** The directory's own refusal of what a body says. */
export function refused(message: string): GraphProblem {
  return new GraphProblem(400, 'Request_BadRequest', message);
}

function readPermissions(given: unknown): readonly (readonly string[])[] {
  if (!Array.isArray(given) || given.length === 0 || !given.every(isRecord)) {
    throw refused('A role definition needs rolePermissions.');
  }
  return given.map((entry) => {
    const { allowedResourceActions: actions, condition = null, excludedResourceActions = [] } = entry;
    if (condition !== null || !Array.isArray(excludedResourceActions) || excludedResourceActions.length > 0) {
      throw refused('Conditions and excluded actions are not supported in custom role definitions.');
    }
    if (!Array.isArray(actions) || actions.length === 0 || !actions.every((one) => typeof one === 'string')) {
      throw refused('rolePermissions needs allowedResourceActions.');
    }
    const unknown = actions.find((action) => !CUSTOM_ACTIONS.has(action.toLowerCase()));
    if (unknown !== undefined) {
      throw refused(`The action '${unknown}' is not supported in custom role definitions.`);
    }
    return actions;
  });
}

function text(body: Body, name: string, longest: number): string | undefined {
  const value = body[name];
  if (value === undefined || (typeof value === 'string' && value.length <= longest)) {
    return value;
  }
  throw refused(`Invalid value specified for property '${name}'.`);
}

function flag({ isEnabled }: Body): boolean | undefined {
  if (isEnabled !== undefined && typeof isEnabled !== 'boolean') {
    throw refused("Invalid value specified for property 'isEnabled'.");
  }
  return isEnabled;
}

function template({ templateId = null }: Body): string | undefined {
  if (templateId !== null && !(typeof templateId === 'string' && GUID.test(templateId))) {
    throw refused("Invalid value specified for property 'templateId'.");
  }
  return templateId?.toLowerCase();
}
