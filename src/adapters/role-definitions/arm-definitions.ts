import { isGuid } from '../../domain/ids.ts';
import type { AzureRoleDefinition, RoleDefinition } from '../../domain/role-definition.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DefinitionUse, RoleDefinitions } from '../../ports/role-definitions.ts';
import type { Actor } from '../../ports/role-management.ts';
import { heldRow, toListed } from '../arm/administration-wire.ts';
import { type ArmCaller, type ArmSettings, createArmCaller } from '../arm/arm-caller.ts';
import { listCustomDefinitions } from '../arm/definition-lists.ts';
import { definitionBody, definitionRow } from '../arm/definition-wire.ts';
import { inTurns } from '../arm/in-turns.ts';
import {
  ACCESS_VERSION,
  authorizationPath,
  COLLECTIONS,
  MANAGEMENT_GROUPS,
  PIM_VERSION,
  roleGuid,
} from '../arm/paths.ts';
import { listSeenScopes } from '../arm/seen-scopes.ts';
import { armTokensOf } from '../identity/actor-tokens.ts';
import type { ArmTokenSource, BearerTokens } from '../identity/token-source.ts';
import { definitionRefusal } from './definition-refusals.ts';
import { demandUnchanged, isMissing, shown } from './unchanged.ts';

export interface ArmRoleDefinitionsSettings extends ArmSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** Writing takes what reading takes, `user_impersonation`, and the right on every assignable scope. */
  readonly tokens: ArmTokenSource;
}

/** Custom roles of Azure over Azure Resource Manager (pim-api §15.2). */
export function createArmRoleDefinitions(settings: ArmRoleDefinitionsSettings): RoleDefinitions {
  return new ArmRoleDefinitions(settings);
}

class ArmRoleDefinitions implements RoleDefinitions {
  readonly kind = 'azure';
  readonly #arm: ArmCaller;
  readonly #tokens: ArmTokenSource;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(settings: ArmRoleDefinitionsSettings) {
    this.#arm = createArmCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
  }

  async listCustom(actor: Actor): Promise<readonly RoleDefinition[]> {
    const { rows } = await listCustomDefinitions(this.#arm, this.#tokensOf(actor));
    const roles = rows.map((row) => readRow(row)).filter(({ isCustom }) => isCustom);
    return [...new Map(roles.map((role) => [role.id, role])).values()];
  }

  /** A custom role may be seen below a scope only, so that it is looked for in lists; a built-in one is the same everywhere. */
  async find(actor: Actor, id: string): Promise<RoleDefinition | null> {
    const { rows, open } = await listCustomDefinitions(this.#arm, this.#tokensOf(actor));
    const wanted = id.toLowerCase();
    const custom = rows.map((row) => readRow(row)).find((role) => role.id === wanted);
    return custom ?? (await this.#readAt(actor, open, wanted));
  }

  async create(actor: Actor, definition: RoleDefinition): Promise<RoleDefinition> {
    const role = ours(definition);
    const place = placeOf(role);
    // Azure writes over what is there under the same id, and answers alike.
    if ((await this.#readAt(actor, place, role.id ?? '')) !== null) {
      throw new AccessError('role_definition.exists', 'the id is taken');
    }
    return await this.#put(actor, place, role);
  }

  async update(
    actor: Actor,
    { from, to }: { readonly from: RoleDefinition; readonly to: RoleDefinition },
  ): Promise<RoleDefinition> {
    const before = ours(from);
    const place = placeOf(before);
    demandUnchanged(await this.#readAt(actor, place, before.id ?? ''), from);
    return await this.#put(actor, place, { ...ours(to), id: before.id });
  }

  async remove(actor: Actor, definition: RoleDefinition): Promise<void> {
    const role = ours(definition);
    const place = placeOf(role);
    const held = await this.#readAt(actor, place, role.id ?? '');
    if (held === null) {
      return;
    }
    demandUnchanged(held, definition);
    try {
      await this.#arm.write(this.#tokensOf(actor), {
        method: 'DELETE',
        path: authorizationPath(place, COLLECTIONS.definitions, role.id ?? ''),
        apiVersion: ACCESS_VERSION,
        schema: null,
        meaning: definitionRefusal(place),
      });
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
    }
  }

  /** Assignments can be only at or below the assignable scopes; lists of a management group leave out its subscriptions. */
  async listUses(actor: Actor, definition: RoleDefinition): Promise<readonly DefinitionUse[]> {
    const { id, assignableScopes } = ours(definition);
    const isWide = assignableScopes.some((scope) => scope === '/' || isManagementGroup(scope));
    const seen = isWide ? await listSeenScopes(this.#arm, this.#tokensOf(actor)) : [];
    const scopes = [...new Set([...assignableScopes.filter((scope) => scope !== '/'), ...seen])];
    const answers = await inTurns(scopes, async (scope) => await this.#usesAt(actor, scope, id ?? ''));
    if (answers.length > 0 && answers.every((answer) => answer === null)) {
      throw new AccessError('graph.forbidden', 'the actor may see assignments at no assignable scope of the role');
    }
    const keyOf = ({ principal, kind, scope }: DefinitionUse) => `${kind} ${principal.id} ${scope.id.toLowerCase()}`;
    return [...new Map(answers.flatMap((uses) => uses ?? []).map((use) => [keyOf(use), use])).values()];
  }

  /** Null where the actor may not look. */
  async #usesAt(actor: Actor, scope: string, id: string): Promise<readonly DefinitionUse[] | null> {
    const list = async (kind: DefinitionUse['kind']): Promise<readonly DefinitionUse[]> => {
      const rows = await this.#arm.readAll(this.#tokensOf(actor), {
        path: authorizationPath(scope, COLLECTIONS[kind]),
        apiVersion: PIM_VERSION,
        schema: heldRow,
      });
      const known = { now: this.#clock.now(), scopeId: scope };
      return rows
        .filter(({ properties }) => roleGuid(properties.roleDefinitionId) === id)
        .flatMap((row) => toListed(row, kind, known) ?? [])
        .map(({ principal, scope: at }) => ({ principal, kind, scope: at }));
    };
    try {
      return (await Promise.all([list('eligible'), list('active')])).flat();
    } catch (error) {
      if (error instanceof AccessError && (error.code === 'graph.forbidden' || error.code === 'graph.not_found')) {
        return null;
      }
      throw error;
    }
  }

  async #put(actor: Actor, place: string, role: AzureRoleDefinition): Promise<RoleDefinition> {
    try {
      const written = await this.#arm.write(this.#tokensOf(actor), {
        method: 'PUT',
        path: authorizationPath(place, COLLECTIONS.definitions, role.id ?? ''),
        apiVersion: ACCESS_VERSION,
        body: definitionBody(role),
        schema: definitionRow,
        meaning: definitionRefusal(place),
      });
      return shown(written);
    } catch (error) {
      throw isMissing(error) ? scopeForbidden(place, error) : error;
    }
  }

  async #readAt(actor: Actor, place: string, id: string): Promise<AzureRoleDefinition | null> {
    try {
      return await this.#arm.read(this.#tokensOf(actor), {
        path: authorizationPath(place, COLLECTIONS.definitions, requireGuid(id)),
        apiVersion: ACCESS_VERSION,
        schema: definitionRow,
      });
    } catch (error) {
      if (isMissing(error)) {
        return null;
      }
      throw error instanceof AccessError && error.code === 'graph.forbidden' ? scopeForbidden(place, error) : error;
    }
  }

  #tokensOf(actor: Actor): BearerTokens {
    return armTokensOf(this.#tokens, actor);
  }
}

function ours(definition: RoleDefinition): AzureRoleDefinition {
  if (definition.kind !== 'azure') {
    throw new AccessError('graph.not_found', 'Azure roles only: this is a role of Entra');
  }
  return definition;
}

/** Where a role is read and written: the first of its assignable scopes. */
function placeOf({ assignableScopes, id }: AzureRoleDefinition): string {
  const [first] = assignableScopes;
  if (first === undefined || id === null) {
    const reason = id === null ? 'a role of Azure needs an id' : 'a role of Azure needs an assignable scope';
    throw new AccessError('role_definition.refused', reason, { facts: { reason } });
  }
  return first;
}

function scopeForbidden(scope: string, cause: unknown): AccessError {
  return new AccessError('role_definition.scope_forbidden', 'no right at the scope, or there is none', {
    cause,
    facts: { scope },
  });
}

function requireGuid(id: string): string {
  if (!isGuid(id)) {
    throw new AccessError('graph.not_found', 'not the id of a role definition of Azure');
  }
  return id;
}

/** What cannot be read is no role that is not there: whoever compares must not take it for one. */
function readRow(row: unknown): AzureRoleDefinition {
  const parsed = definitionRow.safeParse(row);
  if (!parsed.success) {
    throw new AccessError(
      'graph.unexpected_answer',
      "Azure's list of role definitions has a row that is not understood",
    );
  }
  return parsed.data;
}

function isManagementGroup(scope: string): boolean {
  return scope.toLowerCase().startsWith(`${MANAGEMENT_GROUPS.toLowerCase()}/`);
}
