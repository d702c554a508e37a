import { z } from 'zod';
import type { RoleAtScope, Scope } from '../../domain/assignment.ts';
import { GROUP_MEMBER, GROUP_OWNER, groupRole, scopeKey, WHOLE_TENANT } from '../../domain/assignment.ts';
import { isGuid, roleDefinitionId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Actor } from '../../ports/role-management.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { isSameName, spellingsOf } from './administration-names.ts';
import type { Access } from './administration-planes.ts';
import { ACCESS, ADMINISTRATION_PLANES, directoryScope } from './administration-planes.ts';
import { ClockCache } from './clock-cache.ts';
import type { GraphCaller } from './graph-caller.ts';
import { ownPart, quoted, withQuery } from './paths.ts';

/** Finds what an administrator's words mean on one plane. */
export interface RoleFinder {
  find(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]>;
}

interface Tools {
  readonly graph: GraphCaller;
  readonly clock: Pick<Clock, 'now'>;
  tokensOf(actor: Actor): BearerTokens;
}

const definitionRow = z.object({ id: z.string(), displayName: z.string().nullish() });
type Definition = z.infer<typeof definitionRow>;

const DEFINITIONS = withQuery('/roleManagement/directory/roleDefinitions', { select: 'id,displayName,isBuiltIn' });
const UNITS = withQuery('/directory/administrativeUnits', { select: 'id,displayName', top: '999' });
const KEPT = { minutes: 5 };
/** Whole lists, one for each sign-in: a few hundred are many megabytes. */
const MOST_LISTS = 300;

/** Entra roles: definitions by name, at the whole tenant unless an administrative unit is named. */
export class DirectoryRoleFinder implements RoleFinder {
  readonly #tools: Tools;
  readonly #definitions: ClockCache<readonly Definition[]>;
  readonly #units: ClockCache<readonly Scope[]>;

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#definitions = new ClockCache(tools.clock, KEPT, MOST_LISTS);
    this.#units = new ClockCache(tools.clock, KEPT, MOST_LISTS);
  }

  async find(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]> {
    const { graph, tokensOf } = this.#tools;
    // What is kept is only for whoever is still signed in.
    await tokensOf(actor).token();
    const all = await this.#definitions.get(keyOf(actor), () =>
      graph.readAll(tokensOf(actor), DEFINITIONS, definitionRow),
    );
    const named = all.filter(
      ({ id, displayName }) => isSameName(displayName ?? '', words) || id.toLowerCase() === words.trim().toLowerCase(),
    );
    const scopes = named.length === 0 ? [] : await this.#scopes(actor, scope, named);
    return named.flatMap(({ id, displayName }) =>
      scopes.map((at) => ({
        surface: 'directory' as const,
        roleDefinitionId: roleDefinitionId(id),
        roleName: displayName ?? id,
        scope: at,
      })),
    );
  }

  async #scopes(actor: Actor, words: string | null, roles: readonly Definition[]): Promise<readonly Scope[]> {
    if (words === null || words.trim() === '/' || isSameName(words, WHOLE_TENANT)) {
      return [directoryScope('/', null)];
    }
    const isPath = words.trim().startsWith('/');
    if (isPath && !ADMINISTRATION_PLANES.directory.isScope(words.trim())) {
      return [];
    }
    const units = await this.#unitsFor(actor, roles);
    if (isPath) {
      const path = words.trim();
      return [units.find(({ id }) => scopeKey(id) === scopeKey(path)) ?? directoryScope(path, null)];
    }
    return units.filter(({ name }) => isSameName(name, words));
  }

  /** Not everybody may list administrative units; who may not still sees those where somebody has the role. */
  async #unitsFor(actor: Actor, roles: readonly Definition[]): Promise<readonly Scope[]> {
    const { graph, tokensOf } = this.#tools;
    try {
      return await this.#units.get(keyOf(actor), async () => {
        const rows = await graph.readAll(tokensOf(actor), UNITS, definitionRow);
        return rows.map(({ id, displayName }) => directoryScope(`/administrativeUnits/${id}`, displayName ?? null));
      });
    } catch (error) {
      if (isRefused(error)) {
        const seen = await Promise.all(roles.map(({ id }) => this.#scopesInRows(actor, id)));
        return [...new Map(seen.flat().map((scope) => [scopeKey(scope.id), scope])).values()];
      }
      throw error;
    }
  }

  async #scopesInRows(actor: Actor, definition: string): Promise<readonly Scope[]> {
    const { graph, tokensOf } = this.#tools;
    const { collections, names, place } = ADMINISTRATION_PLANES.directory.plane;
    const options = { filter: `roleDefinitionId eq ${quoted(definition)}`, expand: names };
    const read = async (collection: string) => {
      try {
        return await graph.readAll(tokensOf(actor), withQuery(collection, options), place);
      } catch (error) {
        if (isRefused(error)) {
          return await graph.readAll(tokensOf(actor), withQuery(ownPart(collection, 'principal'), options), place);
        }
        throw error;
      }
    };
    const rows = await Promise.all([read(collections.eligible), read(collections.active)]);
    return rows.flat().flatMap(({ role }) => (role === null ? [] : [role.scope]));
  }
}

const groupRow = definitionRow.extend({
  groupTypes: z.array(z.string()).nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
});
type GroupRow = z.infer<typeof groupRow>;
const GROUP = { select: 'id,displayName,groupTypes,onPremisesSyncEnabled' };

/** PIM groups by name or id; both member and owner, unless the words say which. */
export class GroupRoleFinder implements RoleFinder {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  async find(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]> {
    const place = scope?.trim() ?? null;
    if (place !== null && isGuid(place) && accessIn(words.trim()) === null) {
      const named = await this.find(actor, words, null);
      return named.filter((role) => scopeKey(role.scope.id) === scopeKey(place));
    }
    const found = await Promise.all(
      readings(words, place).map(async ({ name, access }) => {
        const groups = await this.#groups(actor, name);
        return groups.flatMap(({ id, displayName }) =>
          access.map((one) => groupRole({ id, name: displayName ?? null }, one)),
        );
      }),
    );
    return found.flat();
  }

  async #groups(actor: Actor, name: string): Promise<readonly GroupRow[]> {
    const rows = isGuid(name) ? await this.#byId(actor, name) : await this.#byName(actor, name);
    return rows.filter(isManageable);
  }

  async #byId(actor: Actor, id: string): Promise<readonly GroupRow[]> {
    const { graph, tokensOf } = this.#tools;
    try {
      return [await graph.read(tokensOf(actor), { path: withQuery(`/groups/${id}`, GROUP) }, groupRow)];
    } catch (error) {
      if (error instanceof AccessError && error.code === 'graph.not_found') {
        return [];
      }
      throw error;
    }
  }

  async #byName(actor: Actor, name: string): Promise<readonly GroupRow[]> {
    const { graph, tokensOf } = this.#tools;
    const filter = spellingsOf(name)
      .map((spelling) => `displayName eq ${quoted(spelling)}`)
      .join(' or ');
    const rows = await graph.readAll(tokensOf(actor), withQuery('/groups', { filter, ...GROUP }), groupRow);
    return rows.filter(({ displayName }) => isSameName(displayName ?? '', name));
  }
}

interface Reading {
  readonly name: string;
  readonly access: readonly Access[];
}

/** "sg-x", "sg-x owner", "sg-x on owner" and "owner on sg-x" all name groups; a group may also be called "… owner". */
function readings(words: string, place: string | null): readonly Reading[] {
  const name = words.trim();
  if (name === '') {
    return [];
  }
  if (place !== null) {
    const access = accessIn(place);
    if (access !== null) {
      return [{ name, access: [access] }];
    }
    const spoken = accessIn(name);
    return spoken === null ? [] : [{ name: place, access: [spoken] }];
  }
  const [, inner, last] = /^(.+)\s(members?|owners?)$/i.exec(name) ?? [];
  const access = accessIn(last ?? '');
  const whole: Reading = { name, access: ACCESS };
  return inner === undefined || access === null ? [whole] : [whole, { name: inner, access: [access] }];
}

function accessIn(words: string): Access | null {
  // Also as the scopes of groups are called: "Group membership".
  const [, word] = /^(?:group )?(member|owner)(?:s|ship)?$/i.exec(words.trim()) ?? [];
  switch (word?.toLowerCase()) {
    case GROUP_MEMBER:
      return GROUP_MEMBER;
    case GROUP_OWNER:
      return GROUP_OWNER;
    default:
      return null;
  }
}

/** PIM manages neither groups with members by a rule nor those kept on premises (pim-api §3.6). */
function isManageable({ groupTypes, onPremisesSyncEnabled }: GroupRow): boolean {
  return onPremisesSyncEnabled !== true && groupTypes?.includes('DynamicMembership') !== true;
}

function isRefused(error: unknown): boolean {
  return (
    error instanceof AccessError && (error.code === 'graph.forbidden' || error.code === 'identity.consent_missing')
  );
}

/** One actor's view; a page sign-in's own tokens may see more than the person's. */
function keyOf({ principalId, heldFor = '' }: Actor): string {
  return `${principalId}|${heldFor}`;
}
