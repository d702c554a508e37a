import { z } from 'zod';
import type { Principal } from '../../domain/administration.ts';
import { isGuid } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { isSameName, spellingsOf } from './administration-names.ts';
import type { GraphCaller } from './graph-caller.ts';
import { quoted, withQuery } from './paths.ts';
import { userRow } from './wire.ts';

const PERSON = { select: 'id,displayName,userPrincipalName,mail' };
const GROUP = { select: 'id,displayName' };

const personRow = userRow.extend({ mail: z.string().nullish() });
type PersonRow = z.infer<typeof personRow>;

/** A user, group or application that came along with a row (`$expand=principal`); null when the tenant no longer has it. */
export const principalRow = userRow.nullish();
export type PrincipalRow = z.infer<typeof principalRow>;

const KINDS: Readonly<Record<string, Principal['kind']>> = {
  '#microsoft.graph.user': 'user',
  '#microsoft.graph.group': 'group',
  '#microsoft.graph.serviceprincipal': 'service-principal',
};

/** Who stands in a row, under the best name that came along. */
export function toPrincipal(id: string, row: PrincipalRow): Principal {
  return {
    id: id.toLowerCase(),
    name: row?.displayName ?? row?.userPrincipalName ?? id,
    kind: KINDS[row?.['@odata.type']?.toLowerCase() ?? ''] ?? 'unknown',
    userPrincipalName: row?.userPrincipalName ?? null,
  };
}

/**
 * Users of exactly this object id, sign-in name, mail address or name, and groups of this id or name.
 * @throws {AccessError} graph.forbidden when the actor may not see users or groups: half an answer would be a guess
 */
export async function findPrincipals(
  graph: GraphCaller,
  tokens: BearerTokens,
  words: string,
): Promise<readonly Principal[]> {
  const wanted = words.trim();
  if (wanted === '') {
    return [];
  }
  const parts = isGuid(wanted)
    ? [readOne(graph, tokens, `/users/${wanted}`), readOne(graph, tokens, `/groups/${wanted}`)]
    : [findUsers(graph, tokens, wanted), findGroups(graph, tokens, wanted)];
  return (await Promise.all(parts)).flat();
}

async function readOne(graph: GraphCaller, tokens: BearerTokens, path: string): Promise<readonly Principal[]> {
  const [kind, options] = path.startsWith('/users/') ? (['user', PERSON] as const) : (['group', GROUP] as const);
  try {
    return [named(kind, await graph.read(tokens, { path: withQuery(path, options) }, userRow))];
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.not_found') {
      return [];
    }
    throw error;
  }
}

async function findUsers(graph: GraphCaller, tokens: BearerTokens, words: string): Promise<readonly Principal[]> {
  const filter = spellingsOf(words)
    .flatMap((spelling) => ['userPrincipalName', 'mail', 'displayName'].map((name) => `${name} eq ${quoted(spelling)}`))
    .join(' or ');
  const rows = await graph.readAll(tokens, withQuery('/users', { filter, ...PERSON }), personRow);
  return rows.filter((row) => isCalled(row, words)).map((row) => named('user', row));
}

async function findGroups(graph: GraphCaller, tokens: BearerTokens, words: string): Promise<readonly Principal[]> {
  const filter = spellingsOf(words)
    .map((spelling) => `displayName eq ${quoted(spelling)}`)
    .join(' or ');
  const rows = await graph.readAll(tokens, withQuery('/groups', { filter, ...GROUP }), userRow);
  return rows.filter(({ displayName }) => isSameName(displayName ?? '', words)).map((row) => named('group', row));
}

function isCalled({ displayName, mail, userPrincipalName }: PersonRow, words: string): boolean {
  const address = words.toLowerCase();
  return (
    isSameName(displayName ?? '', words) || [mail, userPrincipalName].some((known) => known?.toLowerCase() === address)
  );
}

function named(kind: 'user' | 'group', row: z.infer<typeof userRow>): Principal {
  return { ...toPrincipal(row.id, row), kind };
}
