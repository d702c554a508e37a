import { z } from 'zod';
import { AccessError } from '../../errors.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import type { GraphCaller } from './graph-caller.ts';
import type { Placed } from './plane.ts';
import { objectRow } from './wire.ts';

/** The most that getByIds takes. */
const MOST_IDS = 1_000;
const objects = z.object({ value: z.array(objectRow) });

/**
 * Fills in the names of groups that came without one, since `$expand=group` leaves some out (pim-api §3.1): one call for all,
 * none when nothing is missing. Where it is not allowed the id stays as the name.
 */
export async function withGroupNames<T extends Placed>(
  graph: GraphCaller,
  tokens: BearerTokens,
  rows: readonly T[],
): Promise<readonly T[]> {
  const missing = new Set(rows.flatMap(({ role }) => (isNameless(role) ? [role.scope.id] : [])));
  if (missing.size === 0) {
    return rows;
  }
  const names = await namesOf(graph, tokens, [...missing].slice(0, MOST_IDS));
  return rows.map((row) => {
    const { role } = row;
    const roleName = isNameless(role) ? names.get(role.scope.id.toLowerCase()) : undefined;
    return roleName === undefined ? row : { ...row, role: { ...role, roleName } };
  });
}

function isNameless(role: Placed['role']): role is NonNullable<Placed['role']> {
  return role !== null && role.surface === 'group' && role.roleName === role.scope.id;
}

async function namesOf(
  graph: GraphCaller,
  tokens: BearerTokens,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    const body = { ids, types: ['group'] };
    const { value } = await graph.read(tokens, { path: '/directoryObjects/getByIds', body }, objects);
    return new Map(value.flatMap(({ id, displayName }) => (displayName ? [[id.toLowerCase(), displayName]] : [])));
  } catch (error) {
    const isRefused =
      error instanceof AccessError && (error.code === 'graph.forbidden' || error.code === 'identity.consent_missing');
    if (isRefused) {
      return new Map();
    }
    throw error;
  }
}
