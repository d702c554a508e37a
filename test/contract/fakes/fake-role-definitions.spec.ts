import { principalId } from '../../../src/domain/ids.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { FakeRoleCatalogue } from '../../support/fakes/role-catalogue.ts';
import { FakeRoleDefinitions } from '../../support/fakes/role-definitions.ts';
import { aSeededTenant } from '../../support/fakes/seeded-tenant.ts';
import { FakeSignIns } from '../../support/fakes/sign-ins.ts';
import { DEFINITION_CASTS } from '../definition-casts.ts';
import { describeRoleDefinitionsContract } from '../role-definitions.ts';

for (const kind of ['azure', 'directory'] as const) {
  describeRoleDefinitionsContract(`the fake definitions of ${kind}`, DEFINITION_CASTS[kind], async () => {
    const clock = createFakeClock();
    const { scopes } = aSeededTenant(clock, new FakeSignIns(clock));
    const { roles } = await new FakeRoleCatalogue(clock, scopes).current();
    const definitions = new FakeRoleDefinitions(kind, roles);
    const engineer = { id: 'x', name: 'Alex Wilber', kind: 'user', userPrincipalName: null } as const;
    const scope = kind === 'azure' ? scopes.rgPayments : { id: '/', name: 'Whole tenant' };
    definitions.uses.set(DEFINITION_CASTS[kind].used.id, [{ principal: engineer, kind: 'eligible', scope }]);
    return { definitions, admin: { principalId: principalId('admin') }, close: () => Promise.resolve() };
  });
}
