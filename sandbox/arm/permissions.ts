import { answerList } from './list.ts';
import { notSimulated } from './problem.ts';
import type { Endpoint } from './route.ts';
import type { Arm } from './tools.ts';
import { VERSIONS } from './versions.ts';

/** The caller's own active permission blocks at a scope (rbac §4.7), and what is known and not there. */
export function permissionEndpoints(arm: Arm): Endpoint[] {
  const versions = VERSIONS.access;
  return [
    {
      method: 'GET',
      path: 'permissions',
      versions,
      handle: (call) => answerList(arm, call, arm.rights.permissionsAt(call.callerId, call.scope)),
    },
    ...UNSUPPORTED.map(
      ([method, path, version]): Endpoint => ({
        method,
        path,
        versions: VERSIONS[version],
        handle: () => {
          throw notSimulated(`${method} ${path}`);
        },
      }),
    ),
  ];
}

/** Endpoints of pim-api §4.1 that are known and not there. */
const UNSUPPORTED: readonly [Endpoint['method'], string, keyof typeof VERSIONS][] = [
  ['DELETE', 'roleManagementPolicies/:name', 'pim'],
  ['PUT', 'roleManagementPolicyAssignments/:name', 'pim'],
  ['DELETE', 'roleManagementPolicyAssignments/:name', 'pim'],
  ['POST', 'elevateAccess', 'elevation'],
  ['GET', 'roleManagementAlerts', 'alerts'],
  ['GET', 'roleManagementAlertDefinitions', 'alerts'],
];
