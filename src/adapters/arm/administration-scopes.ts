import { z } from 'zod';
import type { Scope } from '../../domain/assignment.ts';
import { isWithin, scopeKey } from '../../domain/assignment.ts';
import { AccessError } from '../../errors.ts';
import { foldName, isSameName } from '../graph/administration-names.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { optionalText } from '../pim-errors/wire-values.ts';
import type { ArmCaller, ArmRead } from './arm-caller.ts';
import { inTurns } from './in-turns.ts';
import {
  authorizationPath,
  COLLECTIONS,
  MANAGEMENT_GROUPS,
  MANAGEMENT_GROUPS_VERSION,
  PIM_VERSION,
  ROOT,
  SUBSCRIPTIONS_VERSION,
} from './paths.ts';
import { scopeOf } from './request-mapping.ts';
import type { EligibleRow } from './wire.ts';
import { childRow, eligibleRow } from './wire.ts';

/** What one actor can reach without asking far: their own rows, and the subscriptions that Azure shows them. */
export interface Reach {
  readonly subscriptions: readonly Scope[];
  /** The actor's own eligible and active rows, also through groups. */
  readonly own: readonly EligibleRow[];
}

const RESOURCES_VERSION = '2021-04-01';

const subscriptionRow = z.object({ subscriptionId: z.string().min(1), displayName: optionalText });
const resourceGroupRow = z.object({ id: z.string().startsWith('/'), name: optionalText });
const managementGroupRow = z.object({
  id: z.string().startsWith('/'),
  properties: z.object({ displayName: optionalText }).nullish(),
});

/** Reads where the actor has something or may look around. What they may not read is not there for them. */
export async function readReach(arm: ArmCaller, tokens: BearerTokens): Promise<Reach> {
  const ownRows = (collection: string) =>
    unlessUnseen(
      arm.readAll(tokens, {
        path: authorizationPath(ROOT, collection),
        apiVersion: PIM_VERSION,
        query: { $filter: 'asTarget()' },
        schema: eligibleRow,
      }),
    );
  const [eligible, active, subscriptions] = await Promise.all([
    ownRows(COLLECTIONS.eligible),
    ownRows(COLLECTIONS.active),
    unlessUnseen(
      arm.readAll(tokens, { path: '/subscriptions', apiVersion: SUBSCRIPTIONS_VERSION, schema: subscriptionRow }),
    ),
  ]);
  return {
    own: [...eligible, ...active],
    subscriptions: subscriptions.map(({ subscriptionId, displayName }) =>
      scopeOf(`/subscriptions/${subscriptionId}`, displayName),
    ),
  };
}

/** The scopes that are within reach as they stand there, each once. */
export function reachedScopes({ own, subscriptions }: Reach): readonly Scope[] {
  const held = own.map(({ properties: { scope, expandedProperties } }) =>
    scopeOf(scope, expandedProperties?.scope?.displayName ?? null),
  );
  return once([...subscriptions, ...held]);
}

/** Reads every scope that the actor can call by a name: also management groups, resource groups, and what lies below own rows. */
export async function readNamedScopes(arm: ArmCaller, tokens: BearerTokens, reach: Reach): Promise<readonly Scope[]> {
  const list = <T>(read: ArmRead<T>) => unlessUnseen(arm.readAll(tokens, read));
  const held = reachedScopes({ own: reach.own, subscriptions: [] });
  const [managementGroups, groups, children] = await Promise.all([
    list({ path: MANAGEMENT_GROUPS, apiVersion: MANAGEMENT_GROUPS_VERSION, schema: managementGroupRow }),
    inTurns(reach.subscriptions, ({ id }) =>
      list({ path: `${id}/resourceGroups`, apiVersion: RESOURCES_VERSION, schema: resourceGroupRow }),
    ),
    inTurns(held, ({ id }) =>
      list({
        path: authorizationPath(id, COLLECTIONS.children),
        apiVersion: PIM_VERSION,
        query: { $getAllChildren: 'true' },
        schema: childRow,
      }),
    ),
  ]);
  const above = managementGroups.map(({ id, properties }) => scopeOf(id, properties?.displayName ?? null));
  const below = [...groups.flat(), ...children.flat()].map(({ id, name }) => scopeOf(id, name));
  return once([...reachedScopes(reach), ...above, ...below]);
}

const RESOURCE_GROUP = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i;
const MANAGEMENT_GROUP = /^\/providers\/Microsoft\.Management\/managementGroups\/[^/]+$/i;

/** A scope that was given as a path, as Azure spells and calls it where the actor may read that; else as it was given. */
export async function readScope(arm: ArmCaller, tokens: BearerTokens, path: string): Promise<Scope> {
  const given = scopeOf(path, null);
  const one = async <T>(read: ArmRead<T>) => (await unlessUnseen(arm.read(tokens, read).then((row) => [row])))[0];
  if (RESOURCE_GROUP.test(given.id)) {
    const row = await one({ path: given.id, apiVersion: RESOURCES_VERSION, schema: resourceGroupRow });
    return row === undefined ? given : scopeOf(row.id, row.name);
  }
  if (MANAGEMENT_GROUP.test(given.id)) {
    const row = await one({ path: given.id, apiVersion: MANAGEMENT_GROUPS_VERSION, schema: managementGroupRow });
    return row === undefined ? given : scopeOf(row.id, row.properties?.displayName ?? null);
  }
  return given;
}

/** Scopes of exactly this name, or with it at the end of their path; "rg-web in Contoso Production" says which of several. */
export function scopesNamed(all: readonly Scope[], words: string): readonly Scope[] {
  const direct = all.filter((scope) => isCalled(scope, words)).map((scope) => withHolder(scope, all));
  const [, inner, outer] = /^(.+?) (?:in|on) (.+)$/i.exec(words.trim()) ?? [];
  if (direct.length > 0 || inner === undefined || outer === undefined) {
    return direct;
  }
  const around = all.filter((scope) => isCalled(scope, outer));
  return all.filter(
    (scope) => isCalled(scope, inner) && around.some(({ id }) => isWithin(scope.id, id) && id !== scope.id),
  );
}

const SUBSCRIPTION = /^\/subscriptions\/[^/]+$/i;

/** With the name of its subscription, where that can be seen. */
function withHolder(scope: Scope, all: readonly Scope[]): Scope {
  const holder = all.find(({ id }) => id !== scope.id && SUBSCRIPTION.test(id) && isWithin(scope.id, id));
  return holder === undefined ? scope : { ...scope, within: holder.name };
}

/** Says whether a text is the path of a scope that Azure can have. */
export function isAzurePath(text: string): boolean {
  return /^\/(?:subscriptions\/[^/]+(?:\/.+)?|providers\/microsoft\.management\/managementgroups\/[^/]+)\/?$/i.test(
    text,
  );
}

/** Nothing for whoever may not see it, and where it is not there. Other failures are failures. */
export async function unlessUnseen<T>(list: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof AccessError && (error.code === 'graph.forbidden' || error.code === 'graph.not_found')) {
      return [];
    }
    throw error;
  }
}

function isCalled({ id, name }: Scope, words: string): boolean {
  return isSameName(name, words) || foldName(id.slice(id.lastIndexOf('/') + 1)) === foldName(words);
}

function once(scopes: readonly Scope[]): readonly Scope[] {
  return [...new Map(scopes.toReversed().map((scope) => [scopeKey(scope.id), scope])).values()].toReversed();
}
