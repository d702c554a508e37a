import assert from 'node:assert/strict';
import { routeOf } from '../../../../src/adapters/graph/route.ts';

describe('routeOf', () => {
  for (const [path, route] of [
    ['/$batch', '/$batch'],
    ['/me', '/me'],
    [
      "/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')?$expand=x",
      '/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser()',
    ],
    ["/users?$filter=displayName eq 'Megan Bowen'", '/users'],
    ['/users/48d31887-5fad-4d73-a9f5-3c356e68a038', '/users/{id}'],
    ['/users/meganb@contoso.com/manager', '/users/{id}/manager'],
    ["/users('meganb@contoso.com')", '/users()'],
    [
      '/policies/roleManagementPolicies/DirectoryRole_a_b/rules/Approval_EndUser_Assignment',
      '/policies/roleManagementPolicies/{id}/rules/{id}',
    ],
    ['/groups/0-1/microsoft.graph.checkMemberGroups', '/groups/{id}/microsoft.graph.checkMemberGroups'],
  ] as const) {
    it(`is ${route} for ${path.slice(0, 60)}`, () => {
      assert.equal(routeOf({ method: 'GET', path }), `GET ${route}`);
    });
  }
});
