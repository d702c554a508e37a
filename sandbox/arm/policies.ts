import { type Policy, RULE_IDS, type RuleId } from '../pim/policy.ts';
import type { Answer } from '../platform/types.ts';
import { requireRight } from './access.ts';
import { Fields, isRecord, readProperties } from './body.ts';
import { recordDeed } from './deeds.ts';
import { refuseWithoutMfa } from './faults.ts';
import { parseTerms } from './filter.ts';
import { answerList } from './list.ts';
import { invalidPolicy, parseRule } from './policy-body.ts';
import { policyAssignmentName, policyAssignmentRow, policyRow } from './policy-rows.ts';
import { ArmProblem, invalidFilter } from './problem.ts';
import { readRoleId } from './roles.ts';
import { type Endpoint, json } from './route.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const POLICIES = 'roleManagementPolicies';
const ASSIGNMENTS = 'roleManagementPolicyAssignments';

/** Settings of one role at one scope: A11 and A12 of pim-api §4.1, §8.6. Nothing is inherited. */
export function policyEndpoints(arm: Arm): Endpoint[] {
  const versions = VERSIONS.pim;
  const readAssignment = (call: Call): Answer => {
    mayRead(arm, call, ASSIGNMENTS);
    return json(200, policyAssignmentRow(arm, policyNamed(arm, call, policyAssignmentName)));
  };
  const readPolicy = (call: Call): Answer => {
    mayRead(arm, call, POLICIES);
    return json(
      200,
      policyRow(
        arm,
        policyNamed(arm, call, ({ guid }) => guid),
      ),
    );
  };
  const listPolicies = (call: Call): Answer => {
    mayRead(arm, call, POLICIES);
    const rows = policiesAt(arm, call).map((policy) => policyRow(arm, policy));
    return answerList(arm, call, rows);
  };
  return [
    { method: 'GET', path: ASSIGNMENTS, versions, options: ['$filter'], handle: (call) => listAssignments(arm, call) },
    { method: 'GET', path: `${ASSIGNMENTS}/:name`, versions, handle: readAssignment },
    { method: 'GET', path: POLICIES, versions, handle: listPolicies },
    { method: 'GET', path: `${POLICIES}/:name`, versions, handle: readPolicy },
    { method: 'PATCH', path: `${POLICIES}/:name`, versions, handle: (call) => change(arm, call) },
  ];
}

function listAssignments(arm: Arm, call: Call): Answer {
  mayRead(arm, call, ASSIGNMENTS);
  const filter = call.exchange.query.get('$filter');
  const wanted = filter === null ? null : roleOf(arm, call, filter);
  const policies = policiesAt(arm, call).filter(({ subject }) => wanted === null || subject.role === wanted);
  return answerList(
    arm,
    call,
    policies.map((policy) => policyAssignmentRow(arm, policy)),
  );
}

/** `roleDefinitionId eq '{full id}'`; one with another scope's prefix finds nothing. */
function roleOf(arm: Arm, call: Call, filter: string): string {
  const terms = parseTerms(filter, 'and');
  const [text, ...others] = terms.get('roledefinitionid') ?? [];
  if (text === undefined || others.length > 0 || terms.size > 1) {
    throw invalidFilter(filter);
  }
  const id = readRoleId(arm.tree, call.scope, text);
  if (id === null) {
    throw invalidFilter(filter);
  }
  return id;
}

function policiesAt(arm: Arm, { scope }: Call): readonly Policy[] {
  return arm.roles
    .all()
    .filter((role) => arm.roles.isAssignableAt(role, scope))
    .map((role) => arm.pim.policy({ surface: 'azure', role: role.id, scope: scope.id }));
}

function policyNamed(arm: Arm, call: Call, nameOf: (policy: Policy) => string): Policy {
  const name = (call.params.name ?? '').toLowerCase();
  const policy = policiesAt(arm, call).find((one) => nameOf(one) === name);
  if (policy === undefined) {
    throw new ArmProblem(400, 'InputPolicyNotFound', `The policy '${name}' is not found.`);
  }
  return policy;
}

/** Takes only the changed rules and answers the whole policy; either all of them are good or none is taken. */
function change(arm: Arm, call: Call): Answer {
  requireRight(arm, call, `Microsoft.Authorization/${POLICIES}/write`, call.scope);
  refuseWithoutMfa(arm, call.caller);
  const policy = policyNamed(arm, call, ({ guid }) => guid);
  const rules = readProperties(call.exchange).get('rules');
  if (!Array.isArray(rules) || !rules.every(isRecord)) {
    throw invalidPolicy();
  }
  const changed = rules.map((rule) => {
    const body = new Fields(rule);
    const id = ruleIdOf(body.get('id'));
    const current = policy.rules.get(id);
    if (current === undefined) {
      throw invalidPolicy();
    }
    return [id, parseRule(arm, id, current, body)] as const;
  });
  for (const [id, rule] of changed) {
    policy.rules.set(id, rule);
  }
  policy.modifiedAt = arm.world.clock.now();
  policy.modifiedBy = call.caller.principalId;
  const { subject } = policy;
  recordDeed(arm, call, {
    subject,
    principalId: call.callerId,
    name: 'Update role setting in PIM',
    type: 'UpdateRole',
  });
  return json(200, policyRow(arm, policy));
}

function ruleIdOf(value: unknown): RuleId {
  const id = RULE_IDS.find((one) => one === value);
  if (id === undefined) {
    throw invalidPolicy();
  }
  return id;
}

/** Somebody who is only eligible is refused, unless the setting takes the kinder reading (pim-api §8.6, §18.7). */
function mayRead(arm: Arm, call: Call, type: string): void {
  if (!arm.world.settings.policyReadableByEveryone) {
    requireRight(arm, call, `Microsoft.Authorization/${type}/read`, call.scope);
  }
}
