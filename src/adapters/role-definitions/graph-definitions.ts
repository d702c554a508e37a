import { isGuid } from '../../domain/ids.ts';
import type { DirectoryRoleDefinition, RoleDefinition } from '../../domain/role-definition.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DefinitionUse, RoleDefinitions } from '../../ports/role-definitions.ts';
import type { Actor } from '../../ports/role-management.ts';
import { ADMINISTRATION_PLANES, heldRow, toListed } from '../graph/administration-planes.ts';
import { definitionBody, definitionRow } from '../graph/definition-wire.ts';
import { GraphCaller, type GraphSettings } from '../graph/graph-caller.ts';
import { quoted, withQuery } from '../graph/paths.ts';
import { graphTokensOf } from '../identity/actor-tokens.ts';
import type { BearerTokens, TokenSource } from '../identity/token-source.ts';
import { definitionRefusal } from './definition-refusals.ts';
import { changedMeanwhile, demandUnchanged, isMissing, readAgain, shown } from './unchanged.ts';

export interface GraphRoleDefinitionsSettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** Writing takes `RoleManagement.ReadWrite.Directory`: a sign-in to the admin app (DESIGN §4). */
  readonly tokens: TokenSource;
}

const DEFINITIONS = '/roleManagement/directory/roleDefinitions';
const EXPAND = { expand: 'inheritsPermissionsFrom' };
const meaning = definitionRefusal(null);

/** Custom roles of Entra over Graph (pim-api §15.1). */
export function createGraphRoleDefinitions(settings: GraphRoleDefinitionsSettings): RoleDefinitions {
  return new GraphRoleDefinitions(settings);
}

class GraphRoleDefinitions implements RoleDefinitions {
  readonly kind = 'directory';
  readonly #graph: GraphCaller;
  readonly #tokens: TokenSource;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(settings: GraphRoleDefinitionsSettings) {
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
  }

  async listCustom(actor: Actor): Promise<readonly RoleDefinition[]> {
    const path = withQuery(DEFINITIONS, { filter: 'isBuiltIn eq false', ...EXPAND });
    const rows = await this.#graph.readAll(this.#tokensOf(actor), path, definitionRow);
    return rows.filter(({ isCustom }) => isCustom);
  }

  async find(actor: Actor, id: string): Promise<RoleDefinition | null> {
    try {
      const path = withQuery(pathOf(id), EXPAND);
      return await this.#graph.read(this.#tokensOf(actor), { path }, definitionRow);
    } catch (error) {
      if (isMissing(error)) {
        return null;
      }
      throw error;
    }
  }

  /** The tenant makes the id; a chosen one is kept as the template's. */
  async create(actor: Actor, definition: RoleDefinition): Promise<RoleDefinition> {
    const role = ours(definition);
    const template = role.id === null ? {} : { templateId: role.id };
    const created = await this.#graph.write(this.#tokensOf(actor), {
      method: 'POST',
      path: DEFINITIONS,
      body: { ...definitionBody(role), ...template },
      answer: definitionRow,
      meaning,
    });
    return shown(created);
  }

  async update(
    actor: Actor,
    { from, to }: { readonly from: RoleDefinition; readonly to: RoleDefinition },
  ): Promise<RoleDefinition> {
    const { id } = ours(from);
    demandUnchanged(await this.find(actor, id ?? ''), from);
    try {
      const body = definitionBody(ours(to));
      const path = pathOf(id ?? '');
      await this.#graph.write(this.#tokensOf(actor), { method: 'PATCH', path, body, answer: null, meaning });
    } catch (error) {
      throw isMissing(error) ? changedMeanwhile(error) : error;
    }
    return shown(await readAgain(this.find(actor, id ?? '')));
  }

  /** Whether Graph refuses while somebody has the role is not documented, so that is looked at before. */
  async remove(actor: Actor, definition: RoleDefinition): Promise<void> {
    const { id } = ours(definition);
    const held = await this.find(actor, id ?? '');
    if (held === null) {
      return;
    }
    demandUnchanged(held, definition);
    if ((await this.listUses(actor, definition)).length > 0) {
      throw new AccessError('role_definition.in_use', 'somebody is eligible for the role or has it');
    }
    try {
      const path = pathOf(id ?? '');
      await this.#graph.write(this.#tokensOf(actor), { method: 'DELETE', path, answer: null, meaning });
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
    }
  }

  async listUses(actor: Actor, definition: RoleDefinition): Promise<readonly DefinitionUse[]> {
    const { id } = ours(definition);
    const { plane } = ADMINISTRATION_PLANES.directory;
    const options = { filter: `roleDefinitionId eq ${quoted(id ?? '')}`, expand: `principal,${plane.names}` };
    const lists = (['eligible', 'active'] as const).map(async (kind) => {
      const path = withQuery(plane.collections[kind], options);
      const rows = await this.#graph.readAll(this.#tokensOf(actor), path, heldRow(plane));
      const now = this.#clock.now();
      return rows
        .flatMap((row) => toListed(row, kind, { now, known: null }) ?? [])
        .filter(({ roleDefinitionId }) => roleDefinitionId.toLowerCase() === id)
        .map(({ principal, scope }) => ({ principal, kind, scope }));
    });
    return (await Promise.all(lists)).flat();
  }

  #tokensOf(actor: Actor): BearerTokens {
    return graphTokensOf(this.#tokens, actor);
  }
}

/** @throws {AccessError} graph.not_found for what no definition of the directory can be called */
function pathOf(id: string): string {
  if (!isGuid(id)) {
    throw new AccessError('graph.not_found', 'not the id of a role definition of Entra');
  }
  return `${DEFINITIONS}/${id}`;
}

function ours(definition: RoleDefinition): DirectoryRoleDefinition {
  if (definition.kind !== 'directory') {
    throw new AccessError('graph.not_found', 'Entra roles only: this is a role of Azure');
  }
  return definition;
}
