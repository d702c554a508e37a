import { createSystemClock } from '../../src/adapters/clock/system-clock.ts';
import { createOnCall } from '../../src/adapters/on-call/on-call.ts';
import type { RoleAtScope } from '../../src/domain/assignment.ts';
import type { Pack } from '../../src/domain/break-glass.ts';
import { findingInWords, judgePack, type PackRoleCase } from '../../src/domain/judge-pack.ts';
import type { NamedRole } from '../../src/domain/named-role.ts';
import type { OnCallSource } from '../../src/domain/on-call.ts';
import type { Person } from '../../src/domain/policy.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { AccessError } from '../../src/errors.ts';
import type { OnCall } from '../../src/ports/on-call.ts';
import { dutyInWords } from '../../src/rulebook/role-words.ts';
import { findNamedRole } from '../roles/named-role.ts';
import type { Tenant } from '../roles/tenant.ts';
import { type Finding, problemAt, warningAt } from './finding.ts';

/** A rulebook beside the tenant that it is for. */
export interface Beside {
  readonly tenant: Tenant;
  readonly rulebook: Rulebook;
  /** That of the rulebook: paths of rota files begin there. */
  readonly folder: string;
}

/**
 * What stands between a rulebook's packs and the tenant's settings and people, as far as the reader sees.
 *
 * @throws {AccessError} graph.* when the tenant could not be looked at, so that there is no telling
 */
export async function judgePacks(beside: Beside): Promise<readonly Finding[]> {
  const { rulebook, tenant } = beside;
  const sources = await readSources(beside);
  const found = [...sources.findings, ...(await findUnknownPeople(tenant, rulebook))];
  for (const pack of rulebook.packs) {
    const onCall = sources.people.get(pack.pulledBy.toLowerCase()) ?? [];
    found.push(...(await judge(tenant, pack, onCall)));
  }
  return found;
}

interface Sources {
  readonly people: ReadonlyMap<string, readonly Person[]>;
  readonly findings: readonly Finding[];
}

/** Whom each source can put on call, and which has nobody. */
async function readSources({ tenant, rulebook, folder }: Beside): Promise<Sources> {
  const people = new Map<string, readonly Person[]>();
  const findings: Finding[] = [];
  const leftOut = (_event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    findings.push(problemAt(['onCall', String(fields.source)], noPerson(String(fields.person))));
  };
  const onCall = createOnCall({
    rules: { current: () => rulebook },
    reader: tenant.reader,
    clock: createSystemClock(),
    log: { error: () => undefined, warn: leftOut },
    folder,
  });
  for (const source of rulebook.onCall) {
    const everybody = await everybodyOf(onCall, source);
    if (everybody === null || everybody.length === 0) {
      const text = everybody === null ? `the tenant has no group ${groupOf(source)}, or several` : 'nobody is on call';
      findings.push(problemAt(['onCall', source.name], text));
    }
    people.set(source.name.toLowerCase(), everybody ?? []);
  }
  return { people, findings };
}

/** Null for a group that is not there, or is there several times. */
async function everybodyOf(onCall: OnCall, { name }: OnCallSource): Promise<readonly Person[] | null> {
  try {
    return await onCall.listEverybody(name);
  } catch (error) {
    const { cause } = error as AccessError;
    if (cause instanceof AccessError && cause.code === 'graph.not_found') {
      return null;
    }
    throw cause instanceof AccessError ? cause : error;
  }
}

function groupOf(source: OnCallSource): string {
  return source.kind === 'entra-group' ? source.group : source.file;
}

async function judge(tenant: Tenant, pack: Pack, onCall: readonly Person[]): Promise<readonly Finding[]> {
  const place = ['breakGlass', pack.name];
  const roles: PackRoleCase[] = [];
  const missing: Finding[] = [];
  for (const wanted of pack.activates) {
    const found = await findCase(tenant, wanted);
    if (typeof found === 'string') {
      missing.push(problemAt(place, found));
    } else {
      roles.push(found);
    }
  }
  // Each source that has nobody was told already, once for all packs.
  const { problems, warnings } = judgePack({ pack, roles, onCall });
  return [
    ...missing,
    ...problems.filter(({ kind }) => kind !== 'oncall.nobody').map((one) => problemAt(place, findingInWords(one))),
    ...warnings.map((one) => warningAt(place, findingInWords(one))),
  ];
}

/** The role with its settings and people as the tenant has them, or what is wrong with naming it. */
async function findCase(tenant: Tenant, wanted: NamedRole): Promise<PackRoleCase | string> {
  const role = await findNamedRole(tenant, wanted);
  if (typeof role === 'string') {
    return role;
  }
  try {
    return await readCase(tenant.reader, role);
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.not_found') {
      return `PIM has no settings for ${dutyInWords(wanted)}, or they name a group that is not there: ${error.message}`;
    }
    throw error;
  }
}

async function readCase(reader: Tenant['reader'], role: RoleAtScope): Promise<PackRoleCase> {
  const policy = await reader.readPolicy(role);
  const approvers = policy.isApprovalRequired ? await reader.expandApprovers(policy.approvers) : [];
  return {
    role,
    policy,
    eligible: await reader.listEligiblePeople(role),
    approvers: approvers.filter(({ isEnabled }) => isEnabled),
  };
}

/** Everybody who is told, reviews or is watched must be somebody: an alarm to nobody is none. */
async function findUnknownPeople(
  { reader }: Tenant,
  { packs, alarms, emergencyAccounts }: Rulebook,
): Promise<readonly Finding[]> {
  const named = [
    ...packs.flatMap(({ name, alarm, owner }) => [
      ...alarm.people.map((person) => ({ person, parts: ['breakGlass', name, 'alarm.people'] })),
      { person: owner, parts: ['breakGlass', name, 'owner'] },
    ]),
    ...(alarms?.people ?? []).map((person) => ({ person, parts: ['alarms', 'people'] })),
    ...emergencyAccounts.map((person) => ({ person, parts: ['emergencyAccounts'] })),
  ];
  const known = new Map<string, boolean>();
  const found: Finding[] = [];
  for (const { person, parts } of named) {
    const key = person.toLowerCase();
    const isKnown = known.get(key) ?? (await reader.findPerson(person)) !== null;
    known.set(key, isKnown);
    if (!isKnown) {
      found.push(problemAt(parts, noPerson(person)));
    }
  }
  return found;
}

/** Says of a person that nobody such can be told. */
export function noPerson(named: string): string {
  return `the tenant has no ${named}, or the account is disabled`;
}
