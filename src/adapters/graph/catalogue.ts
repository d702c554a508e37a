import { z } from 'zod';
import type { DirectoryAction, DirectoryRoleDefinition } from '../../domain/role-definition.ts';
import { asAccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { optionalText } from '../pim-errors/wire-values.ts';
import { type Reading, readableRows } from '../readable-rows.ts';
import { asReader } from './as-reader.ts';
import { definitionRow } from './definition-wire.ts';
import type { GraphSettings } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { withQuery } from './paths.ts';

export interface GraphCatalogueSettings extends GraphSettings {
  /** The reader's own tokens: `RoleManagement.Read.Directory`. */
  readonly tokens: BearerTokens;
}

/** What Graph tells the reader of directory roles; each throws `graph.*` when nothing could be read. */
export interface GraphCatalogue {
  readRoles(): Promise<Reading<readonly DirectoryRoleDefinition[]>>;
  readActions(): Promise<Reading<readonly DirectoryAction[]>>;
}

const DIRECTORY = '/roleManagement/directory';
const DEFINITIONS = `${DIRECTORY}/roleDefinitions`;
const NAMESPACES = `${DIRECTORY}/resourceNamespaces`;
/** Microsoft has some 150 built-in roles and lets a tenant make 100 (pim-api §15.1); both numbers have moved. */
const MOST_ROLES = 5_000;
const MOST_ACTIONS = 50_000;
/** Of texts for people, in characters. */
const LONGEST_TEXT = 2_000;

export function createGraphCatalogue(settings: GraphCatalogueSettings): GraphCatalogue {
  const graph = new GraphCaller(settings);
  const { tokens, log } = settings;
  return {
    readRoles: async () => await asReader(readRoles(graph, tokens, log)),
    readActions: async () => await asReader(readActions(graph, tokens)),
  };
}

async function readRoles(
  graph: GraphCaller,
  tokens: BearerTokens,
  log: Pick<Log, 'warn'>,
): Promise<Reading<readonly DirectoryRoleDefinition[]>> {
  const path = withQuery(DEFINITIONS, { expand: 'inheritsPermissionsFrom' });
  const [rows, labels] = await Promise.all([graph.readAll(tokens, path, z.unknown()), readLabels(graph, tokens, log)]);
  const { value, code } = readableRows(rows, definitionRow, MOST_ROLES);
  const roles = value.map((role) => ({ ...role, isPrivileged: labels.get(role.id ?? '') ?? null }));
  return { value: roles, code };
}

const labelRow = z.object({ id: z.string().toLowerCase(), isPrivileged: z.boolean().nullish() });

/** Only the beta has the label "privileged", which is a signal beside others: nothing fails for want of it. */
async function readLabels(
  graph: GraphCaller,
  tokens: BearerTokens,
  log: Pick<Log, 'warn'>,
): Promise<ReadonlyMap<string, boolean | null>> {
  try {
    const path = withQuery(DEFINITIONS, { select: 'id,isPrivileged' });
    const rows = await graph.readAll(tokens, { path, version: 'beta' }, labelRow);
    return new Map(rows.map(({ id, isPrivileged }) => [id, isPrivileged ?? null]));
  } catch (error) {
    log.warn('catalogue.labels_unread', { code: asAccessError(error).code });
    return new Map();
  }
}

const namespaceRow = z.object({ id: z.string().min(1) });
const actionRow = z
  .object({ name: z.string().min(1), description: optionalText })
  .transform(
    ({ name, description }): DirectoryAction => ({ name, description: (description ?? '').slice(0, LONGEST_TEXT) }),
  );

/** Every namespace whose permissions roles of the directory may have, one after another: there are a dozen. */
async function readActions(graph: GraphCaller, tokens: BearerTokens): Promise<Reading<readonly DirectoryAction[]>> {
  const rows: unknown[] = [];
  for (const { id } of await graph.readAll(tokens, NAMESPACES, namespaceRow)) {
    rows.push(...(await graph.readAll(tokens, `${NAMESPACES}/${encodeURIComponent(id)}/resourceActions`, z.unknown())));
  }
  const { value, code } = readableRows(rows, actionRow, MOST_ACTIONS);
  return { value: [...new Map(value.map((one) => [one.name.toLowerCase(), one])).values()], code };
}
