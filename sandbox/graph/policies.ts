import { record } from '../pim/audit.ts';
import type { PimRequest } from '../pim/model.ts';
import type { Policy, RuleId } from '../pim/policy.ts';
import { RULE_IDS } from '../pim/policy.ts';
import { guidOf } from '../pim/state.ts';
import type { Answer, Route } from '../platform/types.ts';
import { ADMINISTRATORS, PERMISSIONS, READERS, requireDelegated, requirePermission, requireRole } from './access.ts';
import { isRecord, jsonBody } from './body.ts';
import type { Filterable } from './filter.ts';
import { answerEntity, answerList, leaf, type Row } from './list.ts';
import { parseRule } from './policy-body.ts';
import { policyAssignmentRow, policyId, policyRow, ruleJson } from './policy-rows.ts';
import { badRequest, notFound, notSimulated } from './problem.ts';
import { type Call, route } from './route.ts';
import type { Graph } from './tools.ts';

const POLICIES = '/v1.0/policies/roleManagementPolicies';
const ASSIGNMENTS = '/v1.0/policies/roleManagementPolicyAssignments';
const SCOPE: Filterable = { scopeId: ['eq'], scopeType: ['eq'] };

/** Role settings of Entra roles (pim-api §8.3, §8.5). */
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
      mayRead(graph, call);
      const row = policies(graph)
        .map((policy) => policyAssignmentRow(graph, policy))
        .find(({ json }) => json.id === call.params.id);
      if (row === undefined) {
        throw notFound(call.params.id ?? '');
      }
      return answerEntity(graph, call, row, contextOf(ASSIGNMENTS));
    }),
    route(graph, 'GET', `${POLICIES}/:id`, (call) => {
      mayRead(graph, call);
      return answerEntity(graph, call, policyRow(graph, policyOf(graph, call)), contextOf(POLICIES));
    }),
    route(graph, 'GET', `${POLICIES}/:id/rules`, (call) => {
      mayRead(graph, call);
      const rows = [...policyOf(graph, call).rules].map(([id, rule]) => leaf(ruleJson(graph, id, rule)));
      return answerList(graph, call, rows, { context: rulesContext(call), filterable: {}, options: [] });
    }),
    route(graph, 'GET', `${POLICIES}/:id/rules/:ruleId`, (call) => {
      mayRead(graph, call);
      const policy = policyOf(graph, call);
      const id = ruleIdOf(call.params.ruleId);
      const rule = policy.rules.get(id);
      if (rule === undefined) {
        throw notFound(id);
      }
      return answerEntity(graph, call, leaf(ruleJson(graph, id, rule)), rulesContext(call));
    }),
    route(graph, 'PATCH', `${POLICIES}/:id/rules/:ruleId`, (call) => {
      const personId = mayWrite(graph, call);
      const body = jsonBody(call.exchange);
      return change(graph, policyOf(graph, call), personId, [{ ...body, id: body.id ?? ruleIdOf(call.params.ruleId) }]);
    }),
    route(graph, 'PATCH', `${POLICIES}/:id`, (call) => {
      const personId = mayWrite(graph, call);
      const { rules } = jsonBody(call.exchange);
      if (!Array.isArray(rules) || !rules.every(isRecord)) {
        throw badRequest('The body needs a list of rules.');
      }
      return change(graph, policyOf(graph, call), personId, rules);
    }),
  ];
}

function answerScoped(
  graph: Graph,
  call: Call,
  list: { rows: (graph: Graph, policy: Policy) => Row; context: string; filterable: Filterable },
): Answer {
  mayRead(graph, call);
  const { query } = call.exchange;
  const filter = query.get('$filter') ?? '';
  if (!/\bscopeId eq /.test(filter) || !/\bscopeType eq /.test(filter)) {
    throw badRequest('A $filter with scopeId and scopeType is required.');
  }
  if (/\bscopeType eq 'Group'/i.test(filter)) {
    throw notSimulated('PIM for Groups');
  }
  // `Directory` is accepted as another name of `DirectoryRole`; rows say the latter.
  const exchange = { ...call.exchange, query: new URLSearchParams(query) };
  exchange.query.set('$filter', filter.replaceAll("scopeType eq 'Directory'", "scopeType eq 'DirectoryRole'"));
  const rows = policies(graph).map((policy) => list.rows(graph, policy));
  const options = ['$filter', '$select', '$expand'] as const;
  return answerList(graph, { ...call, exchange }, rows, { ...list, context: contextOf(list.context), options });
}

function policies(graph: Graph): readonly Policy[] {
  return [...graph.roles.definitions.keys()].map((role) =>
    graph.pim.policy({ surface: 'directory', role, scope: '/' }),
  );
}

function policyOf(graph: Graph, call: Call): Policy {
  const { id = '' } = call.params;
  const policy = policies(graph).find((one) => policyId(graph, one).toLowerCase() === id.toLowerCase());
  if (policy === undefined) {
    throw notFound(id);
  }
  return policy;
}

function ruleIdOf(text: unknown): RuleId {
  const id = RULE_IDS.find((one) => one === text);
  if (id === undefined) {
    throw notFound(String(text));
  }
  return id;
}

function change(
  graph: Graph,
  policy: Policy,
  personId: string,
  bodies: readonly Readonly<Record<string, unknown>>[],
): Answer {
  const changed = bodies.map((body) => {
    const id = ruleIdOf(body.id);
    const current = policy.rules.get(id);
    if (current === undefined) {
      throw notFound(id);
    }
    return [id, parseRule(id, current, body)] as const;
  });
  for (const [id, rule] of changed) {
    policy.rules.set(id, rule);
  }
  const now = graph.world.clock.now();
  policy.modifiedAt = now;
  policy.modifiedBy = personId;
  record(graph.pim.state, settingsRequest(policy, personId, now), {
    at: now,
    name: 'Update role setting in PIM',
    type: 'UpdateRole',
  });
  return { status: 204 };
}

/** A change of settings has no request; its audit row needs the same facts. */
function settingsRequest(policy: Policy, personId: string, now: Temporal.Instant): PimRequest {
  const id = guidOf(`settings ${policy.guid} ${now}`);
  return {
    id,
    kind: 'assignment',
    action: 'adminUpdate',
    subject: policy.subject,
    principalId: personId,
    createdBy: { principalId: personId, appId: '' },
    createdAt: now,
    justification: null,
    ticket: { number: null, system: null },
    customData: null,
    isValidationOnly: false,
    correlationId: id,
    status: 'Provisioned',
    approvalId: null,
    completedAt: now,
    schedule: null,
    targetScheduleId: null,
    activatedUsing: null,
  };
}

/** A person without a directory read role is refused, unless the setting takes the kinder reading (§18.7). */
function mayRead(graph: Graph, call: Call): void {
  requirePermission(call.caller, PERMISSIONS.policies);
  if (!graph.world.settings.policyReadableByEveryone) {
    requireRole(graph, call.caller, READERS);
  }
}

function mayWrite(graph: Graph, call: Call): string {
  const personId = requireDelegated(call.caller, PERMISSIONS.policyWrites);
  requirePermission(call.caller, PERMISSIONS.policyWrites);
  requireRole(graph, call.caller, ADMINISTRATORS);
  return personId;
}

function contextOf(path: string): string {
  return path.slice('/v1.0/'.length);
}

function rulesContext(call: Call): string {
  return `policies/roleManagementPolicies('${call.params.id}')/rules`;
}
