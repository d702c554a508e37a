import { z } from 'zod';
import type { RoleAtScope, Scope } from '../../domain/assignment.ts';
import { roleKey, scopeKey } from '../../domain/assignment.ts';
import { roleDefinitionId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Actor } from '../../ports/role-management.ts';
import { foldName, isSameName } from '../graph/administration-names.ts';
import { ClockCache } from '../graph/clock-cache.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import type { Reach } from './administration-scopes.ts';
import {
  isAzurePath,
  reachedScopes,
  readNamedScopes,
  readReach,
  readScope,
  scopesNamed,
} from './administration-scopes.ts';
import type { ArmCaller } from './arm-caller.ts';
import { inTurns } from './in-turns.ts';
import { ACCESS_VERSION, authorizationPath, COLLECTIONS, quoted, roleGuid, roleIdAt } from './paths.ts';
import { roleOf } from './request-mapping.ts';

interface Tools {
  readonly arm: ArmCaller;
  readonly clock: Pick<Clock, 'now'>;
  tokensOf(actor: Actor): BearerTokens;
}

/** One person's question. */
interface Ask {
  readonly actor: Actor;
  readonly words: string;
  readonly reach: Reach;
}

const definitionRow = z.object({
  id: z.string(),
  properties: z.object({ roleName: z.string(), type: z.string().nullish() }),
});
type Definition = z.infer<typeof definitionRow>;

/** Whole lists, one for each sign-in: a few hundred are many megabytes. */
const MOST_LISTS = 300;

/**
 * Azure roles by name. Without a scope: where the actor has a role of the name, and every subscription they can read. A name of
 * a scope may stand for several places, and all of them come back.
 */
export class AzureRoleFinder {
  readonly #tools: Tools;
  readonly #reach: ClockCache<Reach>;
  readonly #named: ClockCache<readonly Scope[]>;
  readonly #definitions: ClockCache<readonly Definition[]>;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#reach = new ClockCache(tools.clock, { minutes: 3 }, MOST_LISTS);
    this.#named = new ClockCache(tools.clock, { minutes: 3 }, MOST_LISTS);
    this.#definitions = new ClockCache(tools.clock, { minutes: 10 });
  }

  async find(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]> {
    const place = scope?.trim() ?? null;
    if (words.trim() === '' || place === '' || (place?.startsWith('/') === true && !isAzurePath(place))) {
      return [];
    }
    const { arm, tokensOf } = this.#tools;
    // What is kept is only for whoever is still signed in.
    await tokensOf(actor).token();
    const reach = await this.#reach.get(keyOf(actor), () => readReach(arm, tokensOf(actor)));
    const ask: Ask = { actor, words, reach };
    const found = await (place === null
      ? this.#anywhere(ask)
      : this.#atScopes(ask, await this.#scopesMeant(ask, place)));
    return [...new Map(found.map((role) => [roleKey(role), role])).values()];
  }

  /** A path that the actor cannot see in a list is still a path: whether it is there, Azure says. */
  async #scopesMeant({ actor, reach }: Ask, place: string): Promise<readonly Scope[]> {
    const { arm, tokensOf } = this.#tools;
    if (place.startsWith('/')) {
      const reached = reachedScopes(reach).find(({ id }) => scopeKey(id) === scopeKey(place));
      return [reached ?? (await readScope(arm, tokensOf(actor), place))];
    }
    const all = await this.#named.get(keyOf(actor), () => readNamedScopes(arm, tokensOf(actor), reach));
    return scopesNamed(all, place);
  }

  async #anywhere(ask: Ask): Promise<readonly RoleAtScope[]> {
    const { own, subscriptions } = ask.reach;
    return [...ownRoles(own, ask.words), ...(await this.#inSubscriptions(ask, subscriptions))];
  }

  /** A built-in role is the same in every subscription, and no custom role may have its name: one answer is enough. */
  async #inSubscriptions(ask: Ask, scopes: readonly Scope[]): Promise<readonly RoleAtScope[]> {
    const [first, ...others] = scopes;
    if (first === undefined) {
      return [];
    }
    const there = (await this.#definitionsAt(ask, first)) ?? [];
    const isBuiltIn = there.some(({ properties }) => properties.type?.toLowerCase() === 'builtinrole');
    const elsewhere = await inTurns(others, async (scope) => {
      const definitions = isBuiltIn ? there : ((await this.#definitionsAt(ask, scope)) ?? []);
      return definitions.map((one) => toRole(one, scope));
    });
    return [...there.map((one) => toRole(one, first)), ...elsewhere.flat()];
  }

  /** Who may not read definitions at a scope still has their own rows there. */
  async #atScopes(ask: Ask, scopes: readonly Scope[]): Promise<readonly RoleAtScope[]> {
    const asked = new Set(scopes.map(({ id }) => scopeKey(id)));
    const own = ownRoles(ask.reach.own, ask.words).filter(({ scope }) => asked.has(scopeKey(scope.id)));
    const found = await inTurns(scopes, async (scope) => ({
      scope,
      definitions: await this.#definitionsAt(ask, scope),
    }));
    if (own.length === 0 && found.length > 0 && found.every(({ definitions }) => definitions === null)) {
      throw new AccessError('graph.forbidden', 'The actor may not read the role definitions at this scope');
    }
    return [...own, ...found.flatMap(({ scope, definitions }) => (definitions ?? []).map((one) => toRole(one, scope)))];
  }

  /** Definitions of this name that can be given at the scope; null when the actor may not see. */
  async #definitionsAt({ actor, words }: Ask, scope: Scope): Promise<readonly Definition[] | null> {
    const key = [keyOf(actor), scopeKey(scope.id), foldName(words)].join('|');
    try {
      return await this.#definitions.get(key, async () => {
        const lists = await Promise.all(spellings(words).map((name) => this.#readDefinitions(actor, scope, name)));
        const named = lists.flat().filter(({ properties }) => isSameName(properties.roleName, words));
        return [...new Map(named.map((one) => [roleGuid(one.id), one])).values()];
      });
    } catch (error) {
      if (error instanceof AccessError && error.code === 'graph.forbidden') {
        return null;
      }
      if (error instanceof AccessError && error.code === 'graph.not_found') {
        return [];
      }
      throw error;
    }
  }

  async #readDefinitions(actor: Actor, scope: Scope, name: string): Promise<readonly Definition[]> {
    const { arm, tokensOf } = this.#tools;
    return await arm.readAll(tokensOf(actor), {
      path: authorizationPath(scope.id, COLLECTIONS.definitions),
      apiVersion: ACCESS_VERSION,
      query: { $filter: `roleName eq ${quoted(name)}` },
      schema: definitionRow,
    });
  }
}

function ownRoles(rows: Reach['own'], words: string): readonly RoleAtScope[] {
  return rows.map(({ properties }) => roleOf(properties)).filter(({ roleName }) => isSameName(roleName, words));
}

function toRole({ id, properties }: Definition, scope: Scope): RoleAtScope {
  return {
    surface: 'azure',
    roleDefinitionId: roleDefinitionId(roleIdAt(scope.id, id)),
    roleName: properties.roleName,
    scope,
  };
}

/** Azure compares names without case, but a dash is none of its blanks. */
function spellings(words: string): readonly string[] {
  const typed = words.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
  return [...new Set([typed, typed.replaceAll(/[ ‐‑–—]/g, '-'), typed.replaceAll(/[-‐‑–—]/g, ' ')])];
}

/** One actor's view; a page sign-in's own tokens may see more than the person's. */
function keyOf({ principalId, heldFor = '' }: Actor): string {
  return `${principalId}|${heldFor}`;
}
