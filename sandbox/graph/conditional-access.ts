import { ROLE_IDS } from '../pim/directory-surface.ts';
import type { Route, World } from '../platform/types.ts';
import { requirePermission, requireRole } from './access.ts';
import { answerList, leaf } from './list.ts';
import { json, route } from './route.ts';
import type { Graph } from './tools.ts';

/** A Conditional Access policy as far as authentication contexts go. */
interface ContextPolicy {
  readonly id: string;
  readonly displayName: string;
  readonly state: 'enabled' | 'disabled' | 'enabledForReportingButNotEnforced';
  readonly contexts: readonly string[];
}

const STATES: readonly string[] = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'];

/** The tenant of DESIGN §6 asks for a strong sign-in wherever `c1` is demanded. */
const SEEDED: readonly ContextPolicy[] = [
  {
    id: '2b31ac51-b855-40a5-a986-0a4ed23e9008',
    displayName: 'Strong sign-in for privileged roles (c1)',
    state: 'enabled',
    contexts: ['c1'],
  },
];

const policies = new WeakMap<World, readonly ContextPolicy[]>();

const PERMISSIONS = ['Policy.Read.ConditionalAccess', 'Policy.Read.All'];

/** Roles that may read them (Microsoft Learn, List conditionalAccessPolicies); Privileged Role Administrator is not one. */
const READERS = [
  ROLE_IDS.globalReader,
  ROLE_IDS.securityReader,
  ROLE_IDS.securityAdministrator,
  ROLE_IDS.globalAdministrator,
];

/** `GET /identity/conditionalAccess/policies`, read only. */
export function conditionalAccessRoutes(graph: Graph): Route[] {
  return [
    route(graph, 'GET', '/v1.0/identity/conditionalAccess/policies', (call) => {
      requirePermission(call.caller, PERMISSIONS);
      requireRole(graph, call.caller, READERS);
      const rows = (policies.get(graph.world) ?? SEEDED).map(({ id, displayName, state, contexts }) =>
        leaf({
          id,
          displayName,
          state,
          conditions: {
            applications: {
              includeApplications: [],
              excludeApplications: [],
              includeUserActions: [],
              includeAuthenticationContextClassReferences: contexts,
            },
          },
        }),
      );
      const context = 'identity/conditionalAccess/policies';
      return answerList(graph, call, rows, { context, filterable: { state: ['eq'] }, options: ['$filter', '$select'] });
    }),
  ];
}

/** `PUT /graph/conditional-access`: `[{displayName, state, contexts}]` instead of the seeded policies. */
export function conditionalAccessControl(graph: Graph): Route {
  return {
    method: 'PUT',
    pattern: '/graph/conditional-access',
    handle: ({ json: body }) => {
      const read = Array.isArray(body) ? body.map(readPolicy) : [null];
      if (read.includes(null)) {
        const message = 'The body must be [{displayName, state, contexts}].';
        return json(400, { error: { code: 'BadRequest', message } });
      }
      policies.set(graph.world, read as readonly ContextPolicy[]);
      return json(200, { policies: read.length });
    },
  };
}

function readPolicy(given: unknown, index: number): ContextPolicy | null {
  const { displayName, state, contexts } = (given ?? {}) as Partial<ContextPolicy>;
  const isRight =
    typeof displayName === 'string' &&
    typeof state === 'string' &&
    STATES.includes(state) &&
    Array.isArray(contexts) &&
    contexts.every((context) => /^c[1-9]\d?$/.test(String(context)));
  if (!isRight) {
    return null;
  }
  const id = `2b31ac51-b855-40a5-a986-${String(index).padStart(12, '0')}`;
  return { id, displayName, state, contexts };
}
