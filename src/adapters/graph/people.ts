import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid, principalId } from '../../domain/ids.ts';
import type { ApproverReference, Person } from '../../domain/policy.ts';
import { AccessError } from '../../errors.ts';
import type { TenantReader } from '../../ports/tenant-reader.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { asReader } from './as-reader.ts';
import { ClockCache } from './clock-cache.ts';
import { GraphCaller } from './graph-caller.ts';
import { quoted, withQuery } from './paths.ts';
import type { GraphReaderSettings } from './surface-reader.ts';
import type { UserRow } from './wire.ts';
import { userRow } from './wire.ts';

/** The people part of the tenant. */
export type People = Pick<TenantReader, 'expandApprovers' | 'findPerson' | 'listMembers'>;

const PERSON = { select: 'id,displayName,userPrincipalName,accountEnabled' };
const GROUP = { select: 'id,displayName' };
const SIGN_IN_NAME = /^[^\s/@]+@[^\s/@]+$/;
const AT_A_TIME = 5;

/** Reads people and the members of groups over Graph as the reader; those of approval rules are kept for minutes. */
export function createGraphPeople(settings: GraphReaderSettings): People {
  return new GraphPeople(settings);
}

class GraphPeople implements People {
  readonly #graph: GraphCaller;
  readonly #tokens: BearerTokens;
  readonly #people: ClockCache<Person | null>;
  readonly #members: ClockCache<readonly Person[]>;

  constructor(settings: GraphReaderSettings) {
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#people = new ClockCache(settings.clock, { minutes: 60 });
    this.#members = new ClockCache(settings.clock, { minutes: 5 });
  }

  async expandApprovers(approvers: readonly ApproverReference[]): Promise<readonly Person[]> {
    const found = new Map<PrincipalId, Person>();
    for (let at = 0; at < approvers.length; at += AT_A_TIME) {
      const expanded = await Promise.all(approvers.slice(at, at + AT_A_TIME).map((one) => this.#expand(one)));
      for (const person of expanded.flat()) {
        found.set(person.id, person);
      }
    }
    return [...found.values()];
  }

  async findPerson(idOrSignInName: string): Promise<Person | null> {
    const wanted = idOrSignInName.trim();
    return isGuid(wanted) || SIGN_IN_NAME.test(wanted) ? await asReader(this.#readPerson(wanted)) : null;
  }

  async listMembers(group: string): Promise<readonly Person[]> {
    return await asReader(this.#readMembersOf(group.trim()));
  }

  async #expand(approver: ApproverReference): Promise<readonly Person[]> {
    if (approver.kind === 'group') {
      return this.#members.get(approver.id, () => asReader(this.#readMembers(approver.id)));
    }
    const { id } = approver;
    const person = isGuid(id) ? await this.#people.get(id, () => asReader(this.#readPerson(id))) : null;
    return person === null ? [] : [person];
  }

  async #readPerson(idOrSignInName: string): Promise<Person | null> {
    const path = withQuery(`/users/${encodeURIComponent(idOrSignInName)}`, PERSON);
    const row = await orNull(this.#graph.read(this.#tokens, { path }, userRow));
    return row === null ? null : toPerson(row);
  }

  async #readMembersOf(group: string): Promise<readonly Person[]> {
    const ids = isGuid(group) ? [group] : await this.#findGroups(group);
    const [id] = ids;
    if (id === undefined || ids.length > 1) {
      throw new AccessError('graph.not_found', `${ids.length === 0 ? 'No' : ids.length} groups are called “${group}”`);
    }
    return await this.#readMembers(id);
  }

  /** Ids of the groups of exactly this display name. Names that only resemble it count for nothing. */
  async #findGroups(name: string): Promise<readonly string[]> {
    const spellings = [...new Set([name, name.toLowerCase()])];
    const filter = spellings.map((spelling) => `displayName eq ${quoted(spelling)}`).join(' or ');
    const rows = await this.#graph.readAll(this.#tokens, withQuery('/groups', { filter, ...GROUP }), userRow);
    return rows.flatMap(({ id, displayName }) => (displayName?.toLowerCase() === name.toLowerCase() ? [id] : []));
  }

  /** Transitive, because PIM lets the members of nested groups decide as well. */
  async #readMembers(groupId: string): Promise<readonly Person[]> {
    const path = withQuery(`/groups/${encodeURIComponent(groupId)}/transitiveMembers`, { ...PERSON, top: '999' });
    const rows = await this.#graph.readAll(this.#tokens, path, userRow);
    return rows.flatMap((row) => (row['@odata.type'] === '#microsoft.graph.user' ? (toPerson(row) ?? []) : []));
  }
}

/** Null for an account that is disabled: nobody can sign in with it. */
function toPerson({ id, displayName, userPrincipalName, accountEnabled }: UserRow): Person | null {
  if (accountEnabled === false) {
    return null;
  }
  const address = userPrincipalName ?? '';
  return { id: principalId(id), name: displayName ?? (address === '' ? id : address), userPrincipalName: address };
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.not_found') {
      return null;
    }
    throw error;
  }
}
