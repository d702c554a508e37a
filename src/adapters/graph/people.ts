import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid, principalId } from '../../domain/ids.ts';
import type { ApproverPerson, ApproverReference, Person } from '../../domain/policy.ts';
import { AccessError } from '../../errors.ts';
import type { TenantReader } from '../../ports/tenant-reader.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { asReader } from './as-reader.ts';
import { ClockCache } from './clock-cache.ts';
import { GraphCaller } from './graph-caller.ts';
import { quoted, withQuery } from './paths.ts';
import type { GraphReaderSettings } from './surface-reader.ts';
import type { UserRow } from './wire.ts';
import { groupRow, userRow } from './wire.ts';

/** The people part of the tenant. */
export type People = Pick<TenantReader, 'expandApprovers' | 'findPerson' | 'listMembers'>;

const PERSON = { select: 'id,displayName,userPrincipalName,accountEnabled,userType' };
const GROUP = { select: 'id,displayName' };
const GROUP_VISIBILITY = { select: 'id,visibility' };
const AT_A_TIME = 5;

const USER = '#microsoft.graph.user';
const NESTED = '#microsoft.graph.group';

interface NamedRows {
  readonly property: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Reads people and the members of groups over Graph as the reader; those of approval rules are kept for minutes. */
export function createGraphPeople(settings: GraphReaderSettings): People {
  return new GraphPeople(settings);
}

class GraphPeople implements People {
  readonly #graph: GraphCaller;
  readonly #tokens: BearerTokens;
  readonly #people: ClockCache<ApproverPerson | null>;
  readonly #members: ClockCache<readonly ApproverPerson[]>;

  constructor(settings: GraphReaderSettings) {
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#people = new ClockCache(settings.clock, { minutes: 60 });
    this.#members = new ClockCache(settings.clock, { minutes: 5 });
  }

  async expandApprovers(
    approvers: readonly ApproverReference[],
    { isFresh }: { readonly isFresh: boolean } = { isFresh: false },
  ): Promise<readonly ApproverPerson[]> {
    if (isFresh) {
      for (const { id } of approvers) {
        this.#people.forget(id);
        this.#members.forget(id);
      }
    }
    const found = new Map<PrincipalId, ApproverPerson>();
    for (let at = 0; at < approvers.length; at += AT_A_TIME) {
      const expanded = await Promise.all(approvers.slice(at, at + AT_A_TIME).map((one) => this.#expand(one, isFresh)));
      for (const person of expanded.flat()) {
        found.set(person.id, person);
      }
    }
    return [...found.values()];
  }

  async findPerson(idOrSignInName: string): Promise<Person | null> {
    const wanted = idOrSignInName.trim();
    if (isGuid(wanted)) {
      return personOf(await asReader(this.#readPerson(wanted)));
    }
    return wanted.includes('@') ? await asReader(this.#findBySignInName(wanted)) : null;
  }

  async listMembers(group: string): Promise<readonly Person[]> {
    const members = await asReader(this.#readMembersOf(group.trim()));
    return members.flatMap((member) => personOf(member) ?? []);
  }

  async #expand(approver: ApproverReference, isFresh: boolean): Promise<readonly ApproverPerson[]> {
    if (approver.kind === 'group') {
      return this.#members.get(approver.id, () => asReader(this.#readMembers(approver.id, isFresh)));
    }
    const { id } = approver;
    const person = isGuid(id) ? await this.#people.get(id, () => asReader(this.#readPerson(id))) : null;
    return person === null ? [] : [person];
  }

  async #readPerson(id: string): Promise<ApproverPerson | null> {
    const path = withQuery(`/users/${encodeURIComponent(id)}`, PERSON);
    const row = await orNull(this.#graph.read(this.#tokens, { path }, userRow));
    return row === null ? null : toPerson(row);
  }

  /** With a filter, since paths are logged and name nobody. */
  async #findBySignInName(name: string): Promise<Person | null> {
    const rows = await this.#findNamed('/users', { property: 'userPrincipalName', name, options: PERSON });
    const [row] = rows.filter(({ userPrincipalName }) => userPrincipalName?.toLowerCase() === name.toLowerCase());
    return row === undefined ? null : personOf(toPerson(row));
  }

  async #readMembersOf(group: string): Promise<readonly ApproverPerson[]> {
    const ids = isGuid(group) ? [group] : await this.#findGroups(group);
    const [id] = ids;
    if (id === undefined || ids.length > 1) {
      throw new AccessError('graph.not_found', `${ids.length === 0 ? 'No' : ids.length} groups are called “${group}”`);
    }
    return await this.#readMembers(id);
  }

  /** Ids of the groups of exactly this display name. Names that only resemble it count for nothing. */
  async #findGroups(name: string): Promise<readonly string[]> {
    const rows = await this.#findNamed('/groups', { property: 'displayName', name, options: GROUP });
    return rows.flatMap(({ id, displayName }) => (displayName?.toLowerCase() === name.toLowerCase() ? [id] : []));
  }

  async #findNamed(collection: string, { property, name, options }: NamedRows): Promise<readonly UserRow[]> {
    const spellings = [...new Set([name, name.toLowerCase()])];
    const filter = spellings.map((spelling) => `${property} eq ${quoted(spelling)}`).join(' or ');
    return await this.#graph.readAll(this.#tokens, withQuery(collection, { filter, ...options }), userRow);
  }

  /**
   * Transitive, because PIM lets the members of nested groups decide as well. A group that hides its members looks empty to whoever
   * lacks `Member.Read.Hidden` (Microsoft Learn, "List group transitive members", 2026-11); one inside it is a row without its
   * members. That matters where nobody else is found, and always where the answer `isProof`.
   */
  async #readMembers(groupId: string, isProof = false): Promise<readonly ApproverPerson[]> {
    const path = withQuery(`/groups/${encodeURIComponent(groupId)}/transitiveMembers`, { ...PERSON, top: '999' });
    const rows = await this.#graph.readAll(this.#tokens, path, userRow);
    const people = rows.flatMap((row) => (row['@odata.type'] === USER ? [toPerson(row)] : []));
    if (isProof || people.length === 0) {
      const groups = [groupId, ...rows.flatMap((row) => (row['@odata.type'] === NESTED ? [row.id] : []))];
      for (let at = 0; at < groups.length; at += AT_A_TIME) {
        await Promise.all(groups.slice(at, at + AT_A_TIME).map((one) => this.#refuseHidden(one)));
      }
    }
    return people;
  }

  async #refuseHidden(groupId: string): Promise<void> {
    const path = withQuery(`/groups/${encodeURIComponent(groupId)}`, GROUP_VISIBILITY);
    const { visibility } = await this.#graph.read(this.#tokens, { path }, groupRow);
    if (visibility === 'HiddenMembership') {
      throw new AccessError('graph.forbidden', `The members of ${groupId} are hidden`);
    }
  }
}

function toPerson({ id, displayName, userPrincipalName, accountEnabled, userType }: UserRow): ApproverPerson {
  const address = userPrincipalName ?? '';
  return {
    id: principalId(id),
    name: displayName ?? (address === '' ? id : address),
    userPrincipalName: address,
    isGuest: userType === 'Guest',
    // What is not shown is no reason to count somebody out.
    isEnabled: accountEnabled !== false,
  };
}

/** Null for an account that is disabled: nobody can sign in with it. */
function personOf(found: ApproverPerson | null): Person | null {
  return found?.isEnabled === true
    ? { id: found.id, name: found.name, userPrincipalName: found.userPrincipalName }
    : null;
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
