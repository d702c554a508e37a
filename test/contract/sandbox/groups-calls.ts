import type { Body, GraphSandbox, Reply, TokenFacts } from './graph-calls.ts';

export const GROUPS = '/v1.0/identityGovernance/privilegedAccess/group';
export const REQUESTS = `${GROUPS}/assignmentScheduleRequests`;
export const ELIGIBILITY_REQUESTS = `${GROUPS}/eligibilityScheduleRequests`;
export const ELIGIBLE = `${GROUPS}/eligibilityScheduleInstances`;
export const ACTIVE = `${GROUPS}/assignmentScheduleInstances`;
export const APPROVALS = `${GROUPS}/assignmentApprovals`;
export const MINE = "/filterByCurrentUser(on='principal')";

export const APPROVERS = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';
export const LEADS = '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2';
export const PAYMENTS = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
export const BREAK_GLASS = '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4';
export const TIER0 = '2a91b3c4-0005-4d5e-8f60-a1b2c3d4e5f5';
export const GROUP_ADMINISTRATOR = 'fdd7a751-b60b-444a-984c-02652fe8fa1c';

/** A token that has stepped up for the break-glass groups. */
export const STEPPED_UP: TokenFacts = { acrs: ['c1'], capabilities: ['cp1'] };
export const TICKET = { ticketNumber: 'INC-42', ticketSystem: 'Jira' };

type Changes = Readonly<Record<string, unknown>>;

export function membership(principalId: string, groupId: string, changes: Changes = {}): Changes {
  return {
    action: 'selfActivate',
    accessId: 'member',
    groupId,
    principalId,
    justification: 'INC-42',
    scheduleInfo: { startDateTime: null, expiration: { type: 'afterDuration', duration: 'PT1H' } },
    ...changes,
  };
}

/** Asks for a membership with a token that has stepped up. */
export async function activate(
  graph: GraphSandbox,
  handle: string,
  groupId: string,
  changes: Changes = {},
): Promise<Reply> {
  const me = await graph.as(handle, STEPPED_UP);
  return me('POST', REQUESTS, membership(graph.id(handle), groupId, { ticketInfo: TICKET, ...changes }));
}

export async function deactivate(graph: GraphSandbox, handle: string, groupId: string, changes: Changes = {}) {
  const me = await graph.as(handle);
  const body = { action: 'selfDeactivate', accessId: 'member', groupId, principalId: graph.id(handle), ...changes };
  return me('POST', REQUESTS, body);
}

/** Does it as somebody who manages every group. */
export async function administer(
  graph: GraphSandbox,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  makeAdministrator(graph);
  const admin = await graph.as('admin', { app: 'admin' });
  return admin('POST', path, body);
}

export function makeAdministrator(graph: GraphSandbox): void {
  const role = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
  graph.sandbox.world.tenant.directoryRoles.set(graph.id('admin'), new Set([role]));
}

/** Handles of the members, or owners, as the directory lists them. */
export async function peopleOf(graph: GraphSandbox, groupId: string, list = 'members'): Promise<string[]> {
  const reader = await graph.as(null);
  const { body } = await reader('GET', `/v1.0/groups/${groupId}/${list}`);
  return body.value.map(({ id }: Body) => graph.sandbox.world.tenant.users.get(id)?.handle ?? id);
}

export async function statusOf(graph: GraphSandbox, handle: string, id: string): Promise<string> {
  const me = await graph.as(handle);
  return (await me('GET', `${REQUESTS}/${id}`)).body.status;
}

/** What the person's own list of active assignments shows: group, access, type and end. */
export async function activeOf(graph: GraphSandbox, handle: string): Promise<string[]> {
  const me = await graph.as(handle);
  const { body } = await me('GET', `${ACTIVE}${MINE}`);
  return body.value.map((row: Body) => {
    const name = graph.sandbox.world.tenant.groups.get(row.groupId)?.displayName;
    return `${name} ${row.accessId} ${row.assignmentType} ${row.memberType} ${row.endDateTime}`;
  });
}
