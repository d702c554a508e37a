import assert from 'node:assert/strict';
import type { ProbeAnswer } from '../../../src/ports/role-definitions.ts';
import {
  type AdministrationBench,
  createAdministrationBench,
  rejects,
} from '../administration/administration-bench.ts';
import { PRODUCTION, RG_PAYMENTS, RG_WEB, VM } from '../sandbox/arm-calls.ts';

const RESOURCES = '2024-03-01';

describe('AccessProbe', () => {
  let bench: AdministrationBench;

  beforeEach(async () => {
    bench = await createAdministrationBench();
  });

  afterEach(() => bench.close());

  const engineer = () => bench.as('engineer', 'selfService');

  const act = async (body: object): Promise<void> => {
    const answer = await fetch(`${bench.sandbox.urls.control}/pim/act`, { method: 'POST', body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.text());
  };

  const inAzure = async (path: string): Promise<ProbeAnswer> =>
    await bench.probe.read(engineer(), { service: 'azure', path, apiVersion: RESOURCES });
  const inGraph = async (path: string): Promise<ProbeAnswer> =>
    await bench.probe.read(engineer(), { service: 'graph', path, apiVersion: null });

  it('reads a resource while a role that reads it is active, and not before', async () => {
    assert.equal(await inAzure(VM), 'forbidden');
    assert.deepEqual(await bench.probe.readPermissions(engineer(), RG_PAYMENTS), []);
    await act({ person: 'engineer', action: 'activate', role: 'Virtual Machine Operator', scope: RG_PAYMENTS });
    assert.equal(await inAzure(VM), 'readable');
    assert.equal(await inAzure(RG_WEB), 'forbidden');
    assert.equal(await inAzure(`${RG_PAYMENTS}/providers/Microsoft.Compute/virtualMachines/vm-none`), 'missing');
    const [block, ...others] = await bench.probe.readPermissions(engineer(), VM);
    assert.deepEqual(others, []);
    assert.ok(block?.actions.includes('Microsoft.Compute/virtualMachines/restart/action'));
    assert.equal(block?.condition, null);
    assert.deepEqual(await bench.probe.readPermissions(engineer(), PRODUCTION), []);
  });

  it('asks Graph and Azure with GET, once each', async () => {
    bench.calls();
    await inAzure(VM);
    await inGraph('/me?$select=id');
    assert.deepEqual(bench.calls(), [`GET ${VM}`, 'GET /v1.0/me']);
  });

  it('tells what the role does not open from what the app may not ask', async () => {
    assert.equal(await inGraph('/me'), 'readable');
    assert.equal(await inGraph('/auditLogs/directoryAudits'), 'forbidden');
    assert.equal(await inGraph('/groups/00000000-0000-4000-8000-00000000f00d'), 'missing');
    assert.equal(await inGraph('/identity/conditionalAccess/policies'), 'not-consented');
  });

  it('says that a service did not answer, and not that it refused', async () => {
    const fault = { name: 'error', status: 503, code: 'ServiceUnavailable', message: 'no' };
    await fetch(`${bench.sandbox.urls.control}/faults`, { method: 'POST', body: JSON.stringify(fault) });
    assert.equal(await inAzure(VM), 'unavailable');
    assert.equal(await inGraph('/me'), 'unavailable');
  });

  it('leaves the version of Graph that is asked to nobody', async () => {
    bench.calls();
    const climbing = ['/../beta/me', '/a/../../beta/me', '/./me', '/%2E%2e/beta/me', '/.%2e/beta/me', '/%2e/me'];
    for (const path of [...climbing, 'me', '//elsewhere.example/me']) {
      assert.equal(await inGraph(path), 'missing', path);
    }
    assert.deepEqual(bench.calls(), []);
  });

  it('asks for a sign-in where nobody is signed in', async () => {
    bench.signOut('engineer');
    await rejects(inAzure(VM), 'identity.sign_in_required');
    await rejects(inGraph('/me'), 'identity.sign_in_required');
  });
});
