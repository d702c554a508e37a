import type { DenyAssignment } from '@azure/arm-authorization';
import { guidOf } from '../pim/state.ts';
import type { Answer, Exchange, Route } from '../platform/types.ts';
import { requireRight } from './access.ts';
import { isRecord } from './body.ts';
import type { Denial } from './denials.ts';
import { parseTerms } from './filter.ts';
import { answerList } from './list.ts';
import { invalidFilter, notFound } from './problem.ts';
import { type Endpoint, json } from './route.ts';
import type { Json } from './rows.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PATH = 'denyAssignments';
const READ = 'Microsoft.Authorization/denyAssignments/read';
const EVERYONE = '00000000-0000-0000-0000-000000000000';

/** Deny assignments, read only as for everybody but Microsoft's own services (rbac §4.5). */
export function denyAssignmentEndpoints(arm: Arm): Endpoint[] {
  const versions = VERSIONS.access;
  return [
    { method: 'GET', path: PATH, versions, options: ['$filter'], handle: (call) => list(arm, call) },
    { method: 'GET', path: `${PATH}/:id`, versions, handle: (call) => readOne(arm, call) },
  ];
}

/** `PUT /azure/deny-assignments` replaces them: what a deployment stack would have made. */
export function denyAssignmentControl(arm: Arm): Route {
  return { method: 'PUT', pattern: '/azure/deny-assignments', handle: (exchange) => replace(arm, exchange) };
}

function list(arm: Arm, call: Call): Answer {
  requireRight(arm, call, READ, call.scope);
  const filter = call.exchange.query.get('$filter');
  const terms = filter === null ? new Map<string, readonly string[]>() : parseTerms(filter, 'and');
  if ([...terms.keys()].some((name) => name !== 'atscope')) {
    throw invalidFilter(filter ?? '');
  }
  const rows = arm.denials
    .all()
    .filter(
      ({ scope }) =>
        arm.tree.covers(scope, call.scope.id) || (!terms.has('atscope') && arm.tree.covers(call.scope.id, scope)),
    )
    .map((denial) => denyAssignmentRow(denial));
  return answerList(arm, call, rows);
}

function readOne(arm: Arm, call: Call): Answer {
  requireRight(arm, call, READ, call.scope);
  const id = (call.params.id ?? '').toLowerCase();
  const denial = arm.denials.all().find((one) => one.id === id && arm.tree.isSame(one.scope, call.scope.id));
  if (denial === undefined) {
    throw notFound(id);
  }
  return json(200, denyAssignmentRow(denial));
}

function denyAssignmentRow({ id, name, scope, permission, ...denial }: Denial): Json {
  const principalsOf = (ids: readonly string[]) => ids.map((one) => ({ id: one, type: 'Unknown' }));
  const everyone = [{ id: EVERYONE, type: 'SystemDefined', displayName: 'All Principals' }];
  return {
    properties: {
      denyAssignmentName: name,
      description: '',
      permissions: [permission],
      scope,
      doNotApplyToChildScopes: !denial.doesReachBelow,
      principals: denial.principalIds.length === 0 ? everyone : principalsOf(denial.principalIds),
      excludePrincipals: principalsOf(denial.excludedIds),
      isSystemProtected: true,
    } satisfies { -readonly [Name in keyof DenyAssignment]?: unknown },
    id: `${scope}/providers/Microsoft.Authorization/denyAssignments/${id}`,
    type: 'Microsoft.Authorization/denyAssignments',
    name: id,
  };
}

function replace(arm: Arm, { json: body }: Exchange): Answer {
  const rows = Array.isArray(body) ? body : null;
  const denials = rows?.map((row, index) => readDenial(arm, row, index)) ?? [null];
  if (denials.some((denial) => denial === null)) {
    const message =
      'The body must be a list of {name, scope, actions?, notActions?, dataActions?, notDataActions?, principals?, excludePrincipals?, doNotApplyToChildScopes?}; principals are handles, names of groups or ids.';
    return json(400, { error: { code: 'BadRequest', message } });
  }
  arm.denials.replace(denials.flatMap((denial) => denial ?? []));
  return json(200, { value: arm.denials.all().map(denyAssignmentRow) });
}

function readDenial(arm: Arm, row: unknown, index: number): Denial | null {
  if (!isRecord(row) || typeof row.name !== 'string' || typeof row.scope !== 'string') {
    return null;
  }
  const { name, doNotApplyToChildScopes = false } = row;
  const scope = arm.tree.find(row.scope);
  const lists = ['actions', 'notActions', 'dataActions', 'notDataActions', 'principals', 'excludePrincipals'].map(
    (key) => texts(row[key]),
  );
  const [actions, notActions, dataActions, notDataActions, principals, excluded] = lists;
  if (scope === undefined || lists.includes(null) || typeof doNotApplyToChildScopes !== 'boolean') {
    return null;
  }
  return {
    id: guidOf(`deny assignment ${index} ${name} ${scope.id}`),
    name,
    scope: scope.id,
    permission: {
      actions: actions ?? [],
      notActions: notActions ?? [],
      dataActions: dataActions ?? [],
      notDataActions: notDataActions ?? [],
      condition: null,
      conditionVersion: null,
    },
    principalIds: (principals ?? []).map((one) => principalNamed(arm, one)),
    excludedIds: (excluded ?? []).map((one) => principalNamed(arm, one)),
    doesReachBelow: !doNotApplyToChildScopes,
  };
}

function texts(value: unknown = []): readonly string[] | null {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

function principalNamed({ world: { tenant } }: Arm, name: string): string {
  const user = [...tenant.users.values()].find(({ handle }) => handle === name);
  const group = [...tenant.groups.values()].find(({ displayName }) => displayName === name);
  return user?.id ?? group?.id ?? name.toLowerCase();
}
