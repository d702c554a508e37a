import assert from 'node:assert/strict';

import { permissionsOf } from '../../../infra/identities/permissions.ts';
import { HELP, identities } from '../../../infra/identities/run.ts';
import { runCommand } from '../../support/command.ts';
import { ARM_ID, GRAPH_ID, READER_ID, TENANT_ID } from '../../support/fake-directory.ts';
import { onFakeDirectory } from './on-fake-directory.ts';

const DOMAIN = 'pimlico.contoso.com';

interface Application {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly identifierUris?: readonly string[];
  readonly api?: Readonly<Record<string, unknown>>;
  readonly web: { readonly redirectUris: readonly string[] };
  readonly requiredResourceAccess: readonly { readonly resourceAccess: readonly { readonly type: string }[] }[];
  readonly appRoles?: readonly { readonly value: string; readonly allowedMemberTypes: readonly string[] }[];
}

describe('identities.ts', () => {
  const on = onFakeDirectory();
  const { run } = on;

  const apps = () => on.directory.applications as unknown as readonly Application[];
  const app = (name: string): Application => {
    const found = apps().find(({ displayName }) => displayName === name);
    assert.ok(found, name);
    return found;
  };
  const withReader = ['--managed-identity', READER_ID] as const;

  it('says in a plan what it would make and what there is to consent to, and writes nothing', async () => {
    const { code, out } = await run('plan', ...withReader);
    assert.equal(code, 0);
    assert.deepEqual(on.directory.writes, []);
    assert.match(out, /connector: create the app registration/);
    assert.match(out, /self-service: let Teams sign people in silently/);
    assert.match(out, /admin: define Pimlico\.Admin and Pimlico\.Auditor/);
    assert.match(out, /AuditLog\.Read\.All: what was done outside the bot; what emergency accounts do/);
    assert.match(out, /TeamsAppInstallation\.ReadWriteSelfForUser\.All \(optional\): install the bot/);
    assert.match(out, new RegExp(`az role assignment create --assignee-object-id ${READER_ID}`));
  });

  it('makes three app registrations that trust the managed identity, and prints their settings', async () => {
    const { code, out, err } = await run('apply', ...withReader);
    assert.equal(code, 0, err);
    assert.deepEqual(
      apps().map(({ displayName }) => displayName),
      ['Pimlico', 'Pimlico self-service', 'Pimlico administration'],
    );
    assert.equal(
      out,
      `PIMLICO_BOT_APP_ID=${app('Pimlico').appId}\n` +
        `PIMLICO_SELF_SERVICE_APP_ID=${app('Pimlico self-service').appId}\n` +
        `PIMLICO_ADMIN_APP_ID=${app('Pimlico administration').appId}\n`,
    );
    assert.deepEqual(
      on.directory.credentials.map(({ subject, issuer, audiences }) => ({ subject, issuer, audiences })),
      Array.from({ length: 3 }, () => ({
        subject: READER_ID,
        issuer: `https://login.microsoftonline.com/${TENANT_ID}/v2.0`,
        audiences: ['api://AzureADTokenExchange'],
      })),
    );
  });

  it('exposes access_as_user under the id of the bot, and lets the two clients of Teams in', async () => {
    await run('apply');
    const { identifierUris, api = {} } = app('Pimlico self-service');
    assert.deepEqual(identifierUris, [`api://botid-${app('Pimlico').appId}`]);
    assert.equal(api.requestedAccessTokenVersion, 2);
    const [scope] = api.oauth2PermissionScopes as readonly { readonly id: string; readonly value: string }[];
    assert.equal(scope?.value, 'access_as_user');
    assert.deepEqual(api.preAuthorizedApplications, [
      { appId: '1fec8e78-bce4-4aaf-ab1b-5451cc387264', delegatedPermissionIds: [scope?.id] },
      { appId: '5e3ce6c0-2b1f-4285-8d4b-75ee78787346', delegatedPermissionIds: [scope?.id] },
    ]);
  });

  it('writes the scope, and Teams’ clients behind it in a write of their own', async () => {
    await run('apply', '--without-admin');
    const { id } = app('Pimlico self-service');
    const steps = on.directory.writes.filter(({ path }) => path === `/applications/${id}`).map(({ body }) => body);
    assert.deepEqual(
      steps.map((body) => Object.keys(body)),
      [['identifierUris', 'api'], ['api']],
    );
    assert.deepEqual(
      steps.map(({ api }) => Object.hasOwn(api as object, 'preAuthorizedApplications')),
      [false, true],
    );
  });

  it('leads sign-ins to the bot’s own page only, with no public client and no implicit grant', async () => {
    await run('apply');
    for (const one of apps()) {
      const { isFallbackPublicClient, web, spa, publicClient } = one as unknown as Record<string, unknown>;
      assert.equal(isFallbackPublicClient, false);
      assert.deepEqual(web, {
        redirectUris: one.displayName === 'Pimlico' ? [] : [`https://${DOMAIN}/auth/callback`],
        implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      });
      assert.deepEqual([spa, publicClient], [{ redirectUris: [] }, { redirectUris: [] }]);
    }
  });

  it('asks for exactly the permissions of the table', async () => {
    await run('apply');
    const counts = apps().map(({ requiredResourceAccess }) =>
      requiredResourceAccess.map(({ resourceAccess }) => resourceAccess.length),
    );
    assert.deepEqual(counts, [
      [permissionsOf('connector', 'application').length],
      [permissionsOf('self-service', 'delegated').length, 1],
      [permissionsOf('admin', 'delegated').length, 1],
    ]);
    assert.deepEqual(
      app('Pimlico').requiredResourceAccess[0]?.resourceAccess.map(({ type }) => type),
      ['Role'],
    );
  });

  it('defines the app roles for people, and lets nobody in without one', async () => {
    await run('apply');
    const { appRoles = [], appId } = app('Pimlico administration');
    assert.deepEqual(
      appRoles.map(({ value, allowedMemberTypes }) => [value, ...allowedMemberTypes]),
      [
        ['Pimlico.Admin', 'User'],
        ['Pimlico.Auditor', 'User'],
      ],
    );
    const enterprise = on.directory.servicePrincipals.find((one) => one.appId === appId);
    assert.equal(enterprise?.appRoleAssignmentRequired, true);
  });

  it('changes nothing the second time', async () => {
    await run('apply', ...withReader, '--grant');
    const before = on.directory.writes.length;
    const { code, err } = await run('apply', ...withReader, '--grant');
    assert.equal(code, 0);
    assert.equal(on.directory.writes.length, before);
    assert.match(err, /Nothing to change/);
    assert.match(err, /Nothing is left to consent to/);
  });

  it('goes on where a run before it broke off', async () => {
    await run('apply', '--without-admin');
    on.directory.applications.pop();
    const { code } = await run('apply', ...withReader);
    assert.equal(code, 0);
    assert.equal(apps().length, 3);
    assert.equal((await run('verify', ...withReader)).out.includes('missing   connector: create'), false);
  });

  it('gives nobody consent by itself', async () => {
    await run('apply', ...withReader);
    assert.deepEqual([on.directory.assignments, on.directory.grants], [[], []]);
    assert.equal((await run('verify', ...withReader)).code, 1);
  });

  it('consents when told to, to the table and nothing else, and verifies then', async () => {
    await run('apply', ...withReader, '--grant');
    const reader = on.directory.assignments.filter(({ principalId }) => principalId === READER_ID);
    assert.equal(reader.length, permissionsOf('reader', 'application').length);
    assert.ok(reader.every(({ resourceId }) => resourceId === GRAPH_ID));
    const scopes = on.directory.grants.map(({ resourceId, consentType, scope }) => [resourceId, consentType, scope]);
    assert.deepEqual(scopes, [
      [GRAPH_ID, 'AllPrincipals', permissionsOf('self-service', 'delegated').join(' ')],
      [ARM_ID, 'AllPrincipals', 'user_impersonation'],
      [GRAPH_ID, 'AllPrincipals', permissionsOf('admin', 'delegated').join(' ')],
      [ARM_ID, 'AllPrincipals', 'user_impersonation'],
    ]);
    const { code, out } = await run('verify', ...withReader);
    assert.equal(code, 0, out);
    assert.match(out, /^What was looked at is as it is to be\.\nNot looked at:\n/);
  });

  it('finds what is missing and what is too much, and changes nothing', async () => {
    await run('apply', ...withReader, '--grant');
    const roles = on.directory.servicePrincipals[0]?.appRoles as readonly { id: string; value: string }[];
    const tooMuch = roles.find(({ value }) => value === 'Directory.ReadWrite.All');
    on.directory.assignments.push({
      id: 'x',
      principalId: READER_ID,
      resourceId: GRAPH_ID,
      appRoleId: tooMuch?.id,
    });
    const [bot, selfService] = on.directory.applications;
    Object.assign(bot ?? {}, { passwordCredentials: [{ keyId: '1' }] });
    Object.assign(selfService ?? {}, {
      web: { redirectUris: [`https://${DOMAIN}/auth/callback`, 'https://evil.example/'] },
      isFallbackPublicClient: true,
    });
    on.directory.credentials.push({ id: 'y', app: bot?.id ?? '', name: 'somebody else' });
    const before = on.directory.writes.length;
    const { code, out } = await run('verify', ...withReader);
    assert.equal(code, 1);
    assert.equal(on.directory.writes.length, before);
    assert.match(out, /missing {3}self-service: set isFallbackPublicClient, web/);
    assert.match(out, /too much {2}connector: has 1 secret/);
    assert.match(out, /too much {2}connector: also trusts the federated credential "somebody else"/);
    assert.match(out, /too much {2}reader: may also Directory\.ReadWrite\.All/);
  });

  it('takes away what is too much when it may grant', async () => {
    await run('apply', ...withReader, '--grant');
    Object.assign(on.directory.grants[0] ?? {}, { scope: `${String(on.directory.grants[0]?.scope)} Mail.Read` });
    await run('apply', ...withReader, '--grant');
    assert.doesNotMatch(String(on.directory.grants[0]?.scope), /Mail\.Read/);
    assert.equal((await run('verify', ...withReader)).code, 0);
  });

  it('waits for what was just created to be found everywhere', async () => {
    on.directory.late = 2;
    assert.equal((await run('apply')).code, 0);
  });

  it('removes what it made, and nothing before it is told so', async () => {
    await run('apply', ...withReader, '--grant');
    on.directory.applications.push({ id: 'other', appId: 'other', displayName: 'Somebody else’s', tags: [] });
    const would = await run('remove', ...withReader);
    assert.match(would.out, /With --yes it would:\n {2}admin: delete the app registration/);
    assert.equal(on.directory.applications.length, 4);
    const { out } = await run('remove', ...withReader, '--yes');
    assert.deepEqual(
      apps().map(({ displayName }) => displayName),
      ['Somebody else’s'],
    );
    assert.deepEqual(
      on.directory.assignments.filter(({ principalId }) => principalId === READER_ID),
      [],
    );
    assert.match(out, /30 days/);
  });

  it('touches no other installation in the same tenant', async () => {
    await run('apply');
    const before = structuredClone(on.directory.applications);
    await run('apply', '--domain', 'second.contoso.com');
    assert.deepEqual(on.directory.applications.slice(0, 3), before);
    assert.equal(on.directory.applications.length, 6);
  });

  it('refuses a token of another tenant, and one that Graph refuses, before anything is written', async () => {
    const foreign = await run('apply', '--tenant', READER_ID);
    assert.equal(foreign.code, 2);
    assert.match(foreign.err, /The token is for the tenant bbbbbbbb-.*, not for aaaaaaaa-/);
    const args = ['apply', '--tenant', TENANT_ID, '--domain', DOMAIN, '--graph-url', on.url];
    const refused = await runCommand(identities, args, { PIMLICO_GRAPH_TOKEN: 'wrong' });
    assert.equal(refused.code, 2);
    assert.match(refused.err, /401 InvalidAuthenticationToken/);
    assert.doesNotMatch(refused.err, /wrong/);
    assert.deepEqual(on.directory.writes, []);
  });

  it('does not guess between two app registrations with its label', async () => {
    await run('apply');
    on.directory.applications.push({
      ...structuredClone(on.directory.applications[0]),
      id: 'twin',
      appId: 'twin',
    } as never);
    const { code, err } = await run('apply');
    assert.equal(code, 2);
    assert.match(err, /There are 2 app registrations with the tag pimlico\/connector\/pimlico\.contoso\.com/);
  });

  const BAD: readonly (readonly [what: string, args: readonly string[], told: RegExp])[] = [
    ['a tenant that is no GUID', ['--tenant', 'contoso'], /--tenant must be a GUID/],
    ['a domain with a port', ['--domain', 'a.example:443'], /--domain must .*port/],
    ['a managed identity by name', ['--managed-identity', 'pimlico'], /--managed-identity must be the GUID/],
    ['a cloud that there is not', ['--cloud', 'mars'], /--cloud must be one of/],
    ['a Graph elsewhere', ['--graph-url', 'https://graph.evil.example'], /--graph-url must be on 127\.0\.0\.1/],
    ['a management group that would end the command', ['--management-group', "x' ; rm"], /--management-group must/],
  ];
  for (const [what, more, told] of BAD) {
    it(`refuses ${what} without a call`, async () => {
      const { code, err } = await run('apply', ...more);
      assert.equal(code, 2);
      assert.match(err, told);
      assert.deepEqual(on.directory.writes, []);
    });
  }

  it('answers --help, and an action that there is not with the same', async () => {
    assert.equal((await runCommand(identities, ['--help'], {})).out, HELP);
    assert.equal((await runCommand(identities, ['destroy'], {})).err, `${HELP}\n`);
  });
});
