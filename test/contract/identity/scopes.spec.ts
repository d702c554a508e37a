import assert from 'node:assert/strict';
import type { Actor } from '../../../src/ports/role-management.ts';
import { claimsOf, createPageBench, type PageBench } from './page-bench.ts';

/** Delegated scopes of the admin app that the self-service app has no business with (DESIGN §4). */
const ADMIN_SCOPES = [
  'RoleManagement.ReadWrite.Directory',
  'RoleEligibilitySchedule.ReadWrite.Directory',
  'RoleManagementPolicy.ReadWrite.Directory',
  'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup',
  'RoleManagementPolicy.ReadWrite.AzureADGroup',
  'User.Read.All',
];

const GRAPH_DEFAULT = 'https://graph.microsoft.com/.default';

describe('the scopes of people’s tokens', () => {
  let bench: PageBench;

  before(async () => {
    bench = await createPageBench();
  });

  after(async () => {
    await bench.close();
  });

  function adminScopesIn(token: string): readonly string[] {
    const scopes = String(claimsOf(token).scp).split(' ');
    return ADMIN_SCOPES.filter((scope) => scopes.includes(scope));
  }

  async function exchange(scope: string): Promise<Record<string, unknown>> {
    const { apps, urls, tenantId, issuer } = bench.sandbox;
    const response = await fetch(`${urls.login}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: apps.selfService.clientId,
        client_secret: apps.selfService.secret,
        assertion: await issuer.ssoToken(bench.idOf('admin')),
        scope,
      }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  for (const person of ['engineer', 'oncall', 'admin']) {
    it(`of ${person} carry no admin scope after Teams’ silent sign-in`, async () => {
      const principalId = bench.idOf(person);
      await bench.signIns.accept(principalId, await bench.sandbox.issuer.ssoToken(principalId));
      assert.deepEqual(adminScopesIn(await bench.signIns.graphToken({ principalId })), []);
      assert.deepEqual(adminScopesIn(await bench.signIns.armToken({ principalId })), []);
    });

    for (const keep of ['turn', 'session'] as const) {
      it(`of ${person} carry no admin scope after a sign-in on the page, kept for the ${keep}`, async () => {
        const principalId = bench.idOf(person);
        const id = `${person}-${keep}`;
        const resources = ['graph', 'arm'] as const;
        await bench.complete(bench.signIn({ id, principalId, keep, resources }), { person });
        const actor: Actor = keep === 'turn' ? { principalId, heldFor: id } : { principalId };
        assert.deepEqual(adminScopesIn(await bench.signIns.graphToken(actor)), []);
        assert.deepEqual(adminScopesIn(await bench.signIns.armToken(actor)), []);
      });
    }
  }

  it('are those of the admin app after a sign-in to that, for whoever signs in', async () => {
    for (const person of ['admin', 'engineer']) {
      const principalId = bench.idOf(person);
      const id = `${person}-admin`;
      await bench.complete(bench.signIn({ id, principalId, app: 'admin', claims: null }), { person });
      const held = await bench.signIns.graphToken({ principalId, heldFor: id });
      assert.deepEqual(adminScopesIn(held), ADMIN_SCOPES);
      bench.signIns.release(id);
    }
  });

  it('leave the ordinary tokens of an administrator alone', async () => {
    const principalId = bench.idOf('admin');
    await bench.signIns.accept(principalId, await bench.sandbox.issuer.ssoToken(principalId));
    await bench.complete(bench.signIn({ id: 'both', principalId, app: 'admin', claims: null }), { person: 'admin' });
    assert.deepEqual(adminScopesIn(await bench.signIns.graphToken({ principalId })), []);
    assert.deepEqual(adminScopesIn(await bench.signIns.graphToken({ principalId, heldFor: 'both' })), ADMIN_SCOPES);
  });

  it('cannot be widened by asking: nobody consented for the self-service app', async () => {
    assert.deepEqual(adminScopesIn(String((await exchange(GRAPH_DEFAULT)).access_token)), []);
    for (const scope of ADMIN_SCOPES) {
      const { error, suberror, error_codes: numbers } = await exchange(`https://graph.microsoft.com/${scope}`);
      assert.deepEqual([error, suberror, numbers], ['invalid_grant', 'consent_required', [65001]], scope);
    }
  });

  it('do not come by exchanging a Teams token for the admin app', async () => {
    const { apps, urls, tenantId, issuer } = bench.sandbox;
    const response = await fetch(`${urls.login}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: apps.admin.clientId,
        client_secret: apps.admin.secret,
        assertion: await issuer.ssoToken(bench.idOf('admin')),
        scope: GRAPH_DEFAULT,
      }),
    });
    const body = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([response.status, body.error], [400, 'invalid_grant']);
  });
});
