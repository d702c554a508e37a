import { deed, record } from '../pim/audit.ts';
import type { PimRequest, Subject } from '../pim/model.ts';
import type { Policy, RuleId } from '../pim/policy.ts';
import { RULE_IDS } from '../pim/policy.ts';
import { guidOf } from '../pim/state.ts';
import type { AccessToken, Answer, Route } from '../platform/types.ts';
import { requestDenied, requireDelegated, requirePermission } from './access.ts';
import { type Body, isRecord, jsonBody } from './body.ts';
import type { Filterable } from './filter.ts';
import { answerEntity, answerList, leaf, type Row } from './list.ts';
import type { Plane } from './plane.ts';
import { planeOf } from './planes.ts';
import { parseRule } from './policy-body.ts';
import { policyAssignmentRow, policyId, policyRow, ruleJson } from './policy-rows.ts';
import { badRequest, notFound, notSimulated } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const POLICIES = '/v1.0/policies/roleManagementPolicies';
const ASSIGNMENTS = '/v1.0/policies/roleManagementPolicyAssignments';
const SCOPE: Filterable = { scopeId: ['eq'], scopeType: ['eq'] };

/** Role settings of every plane (pim-api §8.3 to §8.5). */
export function policyRoutes(graph: Graph): Route[] {
  return [
    route(graph, 'GET', ASSIGNMENTS, (call) => {
      const filterable = { ...SCOPE, id: ['eq'], policyId: ['eq'], roleDefinitionId: ['eq'] } satisfies Filterable;
      return answerScoped(graph, call, { rows: policyAssignmentRow, context: ASSIGNMENTS, filterable });
    }),
    route(graph, 'GET', POLICIES, (call) => {
      return answerScoped(graph, call, { rows: policyRow, context: POLICIES, filterable: { ...SCOPE, id: ['eq'] } });
    }),
    route(graph, 'GET', `${ASSIGNMENTS}/:id`, (call) => {
      const { id = '' } = call.params;
      const idOf = (policy: Policy): string => `${policyId(graph, policy)}_${policy.subject.role}`;
      const policy = readable(graph, call, found(graph, call, idOf));
      return answerEntity(graph, call, policyAssignmentRow(graph, existing(policy, id)), contextOf(ASSIGNMENTS));
    }),
    route(graph, 'GET', `${POLICIES}/:id`, (call) => {
      return answerEntity(graph, call, policyRow(graph, readPolicy(graph, call)), contextOf(POLICIES));
    }),
    route(graph, 'GET', `${POLICIES}/:id/rules`, (call) => {
      const rows = [...readPolicy(graph, call).rules].map(([id, rule]) => leaf(ruleJson(graph, id, rule)));
      return answerList(graph, call, rows, { context: rulesContext(call), filterable: {}, options: [] });
    }),
    route(graph, 'GET', `${POLICIES}/:id/rules/:ruleId`, (call) => {
      const policy = readPolicy(graph, call);
      const id = ruleIdOf(call.params.ruleId);
      const rule = existing(policy.rules.get(id), id);
      return answerEntity(graph, call, leaf(ruleJson(graph, id, rule)), rulesContext(call));
    }),
    route(graph, 'PATCH', `${POLICIES}/:id/rules/:ruleId`, (call) => {
      const policy = writable(graph, call);
      const body = jsonBody(call.exchange);
      return change(graph, policy, call.caller, [{ ...body, id: body.id ?? ruleIdOf(call.params.ruleId) }]);
    }),
    route(graph, 'PATCH', `${POLICIES}/:id`, (call) => {
      const policy = writable(graph, call);
      const { rules } = jsonBody(call.exchange);
      if (!Array.isArray(rules) || !rules.every(isRecord)) {
        throw badRequest('The body needs a list of rules.');
      }
      return change(graph, policy, call.caller, rules);
    }),
  ];
}

function answerScoped(
  graph: Graph,
  call: Call,
  list: { rows: (graph: Graph, policy: Policy) => Row; context: string; filterable: Filterable },
): Answer {
  const { query } = call.exchange;
  const filter = query.get('$filter') ?? '';
  const plane = /\bscopeType eq 'Group'/i.test(filter) ? planeOf('group') : planeOf('directory');
  const { policies } = plane;
  requirePermission(call.caller, plane.permissions.policies);
  const scopeId = /\bscopeId eq '([^']*)'/.exec(filter)?.[1];
  if (scopeId === undefined || !/\bscopeType eq /.test(filter)) {
    throw badRequest('A $filter with scopeId and scopeType is required.');
  }
  if ((filter.match(/\bscope(?:Id|Type) eq /g) ?? []).length > 2) {
    throw notSimulated('settings of several scopes in one $filter');
  }
  requireReader(graph, call, plane, { surface: plane.surface, role: '', scope: scopeId.toLowerCase() });
  // `Directory` is accepted as another name of `DirectoryRole`; rows say the latter.
  const exchange = { ...call.exchange, query: new URLSearchParams(query) };
  exchange.query.set('$filter', filter.replaceAll("scopeType eq 'Directory'", "scopeType eq 'DirectoryRole'"));
  const isLate = plane.surface === 'group' && graph.tools.faults.has('group-policies-late');
  const rows = isLate ? [] : policies.list(graph, scopeId).map((policy) => list.rows(graph, policy));
  const options = ['$filter', '$select', '$expand'] as const;
  return answerList(graph, { ...call, exchange }, rows, { ...list, context: contextOf(list.context), options });
}

/** The policy that the address names; the beginning of an id says on which plane it is. */
function found(graph: Graph, call: Call, idOf: (policy: Policy) => string): Policy | undefined {
  const wanted = (call.params.id ?? '').toLowerCase();
  return planeOfId(wanted)
    .policies.list(graph, null)
    .find((policy) => idOf(policy).toLowerCase() === wanted);
}

function planeOfId(id: string): Plane {
  return planeOf(id.toLowerCase().startsWith('group_') ? 'group' : 'directory');
}

function readPolicy(graph: Graph, call: Call): Policy {
  const policy = found(graph, call, (one) => policyId(graph, one));
  return existing(readable(graph, call, policy), call.params.id ?? '');
}

/** Checks that the caller may read it before anybody learns whether it is there. */
function readable(graph: Graph, call: Call, policy: Policy | undefined): Policy | undefined {
  const plane = planeOfId(call.params.id ?? '');
  requirePermission(call.caller, plane.permissions.policies);
  requireReader(graph, call, plane, policy?.subject ?? { surface: plane.surface, role: '', scope: '' });
  return policy;
}

/** A person without a directory read role is refused, unless the setting takes the kinder reading (§18.7). */
function requireReader(graph: Graph, call: Call, plane: Plane, subject: Subject): void {
  if (!graph.world.settings.policyReadableByEveryone && !plane.maySeeOthers(graph, call.caller, subject)) {
    throw requestDenied();
  }
}

function writable(graph: Graph, call: Call): Policy {
  const { id = '' } = call.params;
  const { permissions, policies } = planeOfId(id);
  if (!policies.isAppAllowed) {
    requireDelegated(call.caller, permissions.policyWrites);
  }
  requirePermission(call.caller, permissions.policyWrites);
  const policy = found(graph, call, (one) => policyId(graph, one));
  if (!policies.mayChange(graph, call.caller, policy?.subject ?? { surface: 'directory', role: '', scope: '' })) {
    throw requestDenied();
  }
  return existing(policy, id);
}

function existing<T>(thing: T | undefined, id: string): T {
  if (thing === undefined) {
    throw notFound(id);
  }
  return thing;
}

function ruleIdOf(text: unknown): RuleId {
  const id = RULE_IDS.find((one) => one === text);
  if (id === undefined) {
    throw notFound(String(text));
  }
  return id;
}

function change(graph: Graph, policy: Policy, caller: AccessToken, bodies: readonly Body[]): Answer {
  const surface = graph.pim.surface(policy.subject.surface);
  surface.check(policy.subject);
  const changed = bodies.map((body) => {
    const id = ruleIdOf(body.id);
    return [id, parseRule(id, existing(policy.rules.get(id), id), body)] as const;
  });
  for (const [id, rule] of changed) {
    policy.rules.set(id, rule);
  }
  const now = graph.world.clock.now();
  policy.modifiedAt = now;
  policy.modifiedBy = caller.principalId;
  const request = settingsRequest(policy, caller, now);
  surface.touched?.(request);
  record(graph.pim.state, request, { at: now, name: 'Update role setting in PIM', type: 'UpdateRole' });
  return { status: 204 };
}

/** A change of settings has no request; its audit row needs the same facts. */
function settingsRequest(policy: Policy, caller: AccessToken, now: Temporal.Instant): PimRequest {
  const id = guidOf(`settings ${policy.guid} ${now}`);
  return deed(id, caller, { subject: policy.subject, principalId: caller.principalId ?? caller.appId, at: now });
}

function contextOf(path: string): string {
  return path.slice('/v1.0/'.length);
}

function rulesContext(call: Call): string {
  return `policies/roleManagementPolicies('${call.params.id}')/rules`;
}
