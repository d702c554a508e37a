import { z } from 'zod';
import type { DenyAssignment } from '../../domain/deny-assignment.ts';
import type { AzureOperation, AzureRoleDefinition, Plane, ScopeHierarchy } from '../../domain/role-definition.ts';
import { AccessError, type ErrorCode } from '../../errors.ts';
import { asReader } from '../graph/as-reader.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { optionalText } from '../pim-errors/wire-values.ts';
import { type Reading, readableRows } from '../readable-rows.ts';
import type { ArmCaller, ArmSettings } from './arm-caller.ts';
import { createArmCaller } from './arm-caller.ts';
import { listCustomDefinitions, listDefinitions } from './definition-lists.ts';
import { definitionRow } from './definition-wire.ts';
import { readDenials } from './denials.ts';
import { ACCESS_VERSION, authorizationPath, MANAGEMENT_GROUPS, MANAGEMENT_GROUPS_VERSION, ROOT } from './paths.ts';
import { listSeenScopes } from './seen-scopes.ts';

export interface ArmCatalogueSettings extends ArmSettings {
  /** The reader's own tokens for Azure. */
  readonly tokens: BearerTokens;
}

/** What Azure tells the reader of roles; each throws `graph.*` when nothing could be read. */
export interface ArmCatalogue {
  /** Built-in and custom roles of every scope that the reader sees, each once. */
  readRoles(): Promise<Reading<readonly AzureRoleDefinition[]>>;
  readOperations(): Promise<Reading<readonly AzureOperation[]>>;
  readHierarchy(): Promise<Reading<ScopeHierarchy>>;
  /** Deny assignments at a scope, above and below it: all or none, and throws `graph.*`. */
  readDenials(scopeId: string): Promise<readonly DenyAssignment[]>;
}

/** A tenant may have 5,000 custom roles (rbac.md §4.3) beside some thousand of Microsoft's. */
const MOST_ROLES = 20_000;
/** Azure has some 23,000 operations of 317 providers. */
const [MOST_PROVIDERS, MOST_OPERATIONS] = [5_000, 200_000];
/** Of texts for people, in characters. */
const LONGEST_TEXT = 2_000;
const LONGEST_NAME = 200;

export function createArmCatalogue(settings: ArmCatalogueSettings): ArmCatalogue {
  const arm = createArmCaller(settings);
  const { tokens } = settings;
  return {
    readRoles: async () => await asReader(readRoles(arm, tokens)),
    readOperations: async () => await asReader(readOperations(arm, tokens)),
    readHierarchy: async () => await asReader(readHierarchy(arm, tokens)),
    readDenials: async (scopeId) => await asReader(readDenials(arm, tokens, scopeId)),
  };
}

/** Built-in roles are the same everywhere and are read at one scope. */
async function readRoles(arm: ArmCaller, tokens: BearerTokens): Promise<Reading<readonly AzureRoleDefinition[]>> {
  const { rows, open, hasClosed } = await listCustomDefinitions(arm, tokens);
  const builtIn = await listDefinitions(arm, tokens, { scope: open, filter: "type eq 'BuiltInRole'" });
  const { value, code } = readableRows([...builtIn, ...rows], definitionRow, MOST_ROLES);
  const roles = [...new Map(value.map((role) => [role.id, role])).values()];
  return { value: roles, code: code ?? (hasClosed ? 'graph.forbidden' : null) };
}

const words = optionalText.transform((text) => (text ?? '').slice(0, LONGEST_TEXT));
const operations = z
  .array(z.unknown())
  .nullish()
  .transform((rows) => rows ?? []);
const providerRow = z.object({
  operations,
  resourceTypes: z
    .array(z.object({ operations }))
    .nullish()
    .transform((types) => types ?? []),
});
const operationRow = z
  .object({
    name: z.string().min(1),
    displayName: words,
    description: words,
    isDataAction: z.boolean().nullish(),
  })
  .transform(({ isDataAction, ...operation }): AzureOperation => {
    const plane: Plane = isDataAction === true ? 'data' : 'control';
    return { ...operation, plane };
  });

async function readOperations(arm: ArmCaller, tokens: BearerTokens): Promise<Reading<readonly AzureOperation[]>> {
  const rows = await arm.readAll(tokens, {
    path: authorizationPath(ROOT, 'providerOperations'),
    apiVersion: ACCESS_VERSION,
    query: { $expand: 'resourceTypes' },
    schema: z.unknown(),
  });
  const providers = readableRows(rows, providerRow, MOST_PROVIDERS);
  const all = providers.value.flatMap((one) => [
    ...one.operations,
    ...one.resourceTypes.flatMap((type) => type.operations),
  ]);
  const { value, code } = readableRows(all, operationRow, MOST_OPERATIONS);
  const once = new Map(value.map((one) => [`${one.plane} ${one.name.toLowerCase()}`, one]));
  return { value: [...once.values()], code: providers.code ?? code };
}

interface Child {
  readonly name: string;
  readonly type: string;
  readonly displayName?: string | null | undefined;
  readonly children?: readonly Child[] | null | undefined;
}

const childRow: z.ZodType<Child> = z.object({
  name: z.string().min(1),
  type: z.string(),
  displayName: z.string().nullish(),
  get children() {
    return z.array(childRow).nullish();
  },
});
const groupRow = z.object({
  name: z.string().min(1),
  properties: z.object({
    displayName: z.string().nullish(),
    details: z.object({ parent: z.object({ name: z.string().min(1) }).nullish() }).nullish(),
    children: z.array(childRow).nullish(),
  }),
});
/** Microsoft allows six levels below the root. */
const DEEPEST = 20;

/**
 * Asks each group that no other one was seen to hold: its answer says what it holds, down to the subscriptions. Reading groups is
 * right enough for that; `descendants` would need one of its own.
 */
async function readHierarchy(arm: ArmCaller, tokens: BearerTokens): Promise<Reading<ScopeHierarchy>> {
  const scopes = await listSeenScopes(arm, tokens);
  const prefix = `${MANAGEMENT_GROUPS.toLowerCase()}/`;
  const names = scopes.map((scope) => scope.toLowerCase()).filter((scope) => scope.startsWith(prefix));
  const parentOfGroup = new Map<string, string | null>();
  const groupOfSubscription = new Map<string, string>();
  const nameOf = new Map<string, string>();
  const call = (name: string, displayName: string | null | undefined): void => {
    if (displayName) {
      nameOf.set(name, displayName.slice(0, LONGEST_NAME));
    }
  };
  const place = (parent: string, children: readonly Child[], depth: number): void => {
    for (const child of depth > DEEPEST ? [] : children) {
      const name = child.name.toLowerCase();
      call(name, child.displayName);
      if (child.type.toLowerCase().endsWith('/subscriptions')) {
        groupOfSubscription.set(name, parent);
      } else {
        parentOfGroup.set(name, parent);
        place(name, child.children ?? [], depth + 1);
      }
    }
  };
  let code: ErrorCode | null = null;
  for (const name of names.map((scope) => scope.slice(prefix.length))) {
    if (parentOfGroup.get(name)) {
      continue;
    }
    const row = await readGroup(arm, tokens, name);
    code ??= row === null ? 'graph.forbidden' : null;
    call(name, row?.properties.displayName);
    parentOfGroup.set(name, row?.properties.details?.parent?.name.toLowerCase() ?? null);
    place(name, row?.properties.children ?? [], 0);
  }
  return { value: { parentOfGroup, groupOfSubscription, nameOf }, code };
}

/** Null where the reader may not look. */
async function readGroup(arm: ArmCaller, tokens: BearerTokens, name: string): Promise<z.infer<typeof groupRow> | null> {
  try {
    return await arm.read(tokens, {
      path: `${MANAGEMENT_GROUPS}/${name}`,
      apiVersion: MANAGEMENT_GROUPS_VERSION,
      query: { $expand: 'children', $recurse: 'true' },
      schema: groupRow,
    });
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.forbidden') {
      return null;
    }
    throw error;
  }
}
