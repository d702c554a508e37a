import assert from 'node:assert/strict';
import { AccessError } from '../../../src/errors.ts';
import { ADMINISTRATION_CASTS } from '../administration-casts.ts';
import { type AdministrationContractBench, describeRoleAdministrationContract } from '../role-administration.ts';
import type { Handle } from '../role-management-bench.ts';
import { createFakeBench } from './fake-bench.ts';

async function createBench(): Promise<AdministrationContractBench> {
  const { advance, close, seeded, signIn } = await createFakeBench('directory')();
  const idOf = (handle: string) => seeded.idOf(handle as Handle);
  return {
    administration: (surface) => seeded.tenant.administrationOf(surface),
    as: (handle) => ({ principalId: idOf(handle) }),
    principal: (handle) => seeded.principal(handle as Handle),
    pass: async (duration) => {
      await advance(duration);
      await signIn('admin');
    },
    close,
  };
}

for (const surface of ['directory', 'group', 'azure'] as const) {
  const cast = ADMINISTRATION_CASTS[surface];
  describeRoleAdministrationContract(`FakeRoleAdministration of ${surface}`, cast, createBench);
}

describe('the fake tenant as administrators see it', () => {
  it('lets people with a role that reads everything list what others have, for as long as it is active', async () => {
    const { advance, roles, seeded, signIn } = await createFakeBench('directory')();
    const oncall = { principalId: seeded.idOf('oncall') };
    const directory = seeded.tenant.administrationOf('directory');
    await assert.rejects(directory.listAssignments(oncall, { scopeId: '/' }), { code: 'graph.forbidden' });
    const role = (await roles.listEligible(oncall)).find(({ roleName }) => roleName === 'Global Reader');
    assert.ok(role);
    const duration = Temporal.Duration.from('PT1H');
    const order = { role, startsAt: null, duration, justification: '', ticket: null, marker: 'm' };
    await roles.activate(oncall, order);
    await advance({ seconds: 2 });
    assert.ok((await directory.listAssignments(oncall, { scopeId: '/' })).length > 5);
    await advance({ hours: 2 });
    await signIn('oncall');
    await assert.rejects(directory.listAssignments(oncall, { scopeId: '/' }), { code: 'graph.forbidden' });
  });

  it('makes written settings count for the next activation', async () => {
    const { roles, seeded } = await createFakeBench('directory')();
    const settings = seeded.tenant.administrationOf('directory');
    const admin = { principalId: seeded.idOf('admin') };
    const engineer = { principalId: seeded.idOf('engineer') };
    const role = (await roles.listEligible(engineer)).find(({ roleName }) => roleName === 'Security Reader');
    assert.ok(role);
    const { settings: from } = await settings.readSettings(admin, role);
    const to = { ...from, activation: { ...from.activation, maximumDuration: 'PT30M' } };
    await settings.writeSettings(admin, role, { from, to });
    const duration = Temporal.Duration.from('PT1H');
    const order = { role, startsAt: null, duration, justification: 'INC-42', ticket: null, marker: 'm' };
    await assert.rejects(roles.activate(engineer, order), { code: 'activation.too_long' });
  });

  it('fails as a test planned it, once, and breaks down as a whole', async () => {
    const { roles, seeded } = await createFakeBench('azure')();
    const engineer = { principalId: seeded.idOf('engineer') };
    const down = new AccessError('graph.unavailable', 'down');
    seeded.tenant.failNext('listEligible', down, { surface: 'azure' });
    assert.ok(await seeded.tenant.part('group').listEligible(engineer));
    await assert.rejects(roles.listEligible(engineer), { code: 'graph.unavailable' });
    assert.equal((await roles.listEligible(engineer)).length, 4);
    seeded.tenant.breakDown('azure', down);
    await assert.rejects(roles.listActive(engineer), { code: 'graph.unavailable' });
    await assert.rejects(roles.listEligible(engineer), { code: 'graph.unavailable' });
    seeded.tenant.breakDown('azure', null);
    assert.equal((await roles.listEligible(engineer)).length, 4);
  });
});
