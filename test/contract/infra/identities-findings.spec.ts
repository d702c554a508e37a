import assert from 'node:assert/strict';

import { HELP } from '../../../infra/identities/run.ts';
import { ARM_ID, GRAPH_ID, READER_ID, TENANT_ID } from '../../support/fake-directory.ts';
import { onFakeDirectory } from './on-fake-directory.ts';

const SHAREPOINT_ID = 'aaaaaaaa-0000-4000-8000-000000000009';
const ADELE_ID = 'cccccccc-0000-4000-8000-000000000001';

describe('identities.ts, on what is too much', () => {
  const on = onFakeDirectory();
  const { run } = on;

  const withReader = ['--managed-identity', READER_ID] as const;
  const application = (name: string) => {
    const found = on.directory.applications.find(({ displayName }) => displayName === name);
    assert.ok(found, name);
    return found;
  };
  const enterprise = (name: string) => {
    const found = on.directory.servicePrincipals.find(({ appId }) => appId === application(name).appId);
    assert.ok(found, name);
    return found;
  };

  describe('consent', () => {
    beforeEach(async () => {
      await run('apply', ...withReader, '--grant');
      on.directory.servicePrincipals.push({
        id: SHAREPOINT_ID,
        appId: SHAREPOINT_ID,
        displayName: 'SharePoint Online',
      });
    });

    const grant = (client: string, resourceId: string, scope: string, principalId?: string) =>
      on.directory.grants.push({
        id: `grant-${on.directory.grants.length}`,
        clientId: enterprise(client).id,
        resourceId,
        scope,
        ...(principalId === undefined ? { consentType: 'AllPrincipals' } : { consentType: 'Principal', principalId }),
      });

    for (const [app, name] of [
      ['connector', 'Pimlico'],
      ['self-service', 'Pimlico self-service'],
      ['admin', 'Pimlico administration'],
    ] as const) {
      it(`finds what one person alone consented to, of any resource, for the app ${app}`, async () => {
        grant(name, GRAPH_ID, 'Mail.Read User.Read', ADELE_ID);
        grant(name, ARM_ID, 'user_impersonation', ADELE_ID);
        grant(name, SHAREPOINT_ID, 'AllSites.Read', ADELE_ID);
        const { code, out } = await run('verify', ...withReader);
        assert.equal(code, 1);
        const whose = `in the name of the person ${ADELE_ID}`;
        assert.deepEqual(
          out.split('\n').filter((line) => line.startsWith('too much')),
          [
            `too much  ${app}: may also Mail.Read User.Read of Microsoft Graph ${whose}`,
            `too much  ${app}: may also user_impersonation of Azure Resource Manager ${whose}`,
            `too much  ${app}: may also AllSites.Read of SharePoint Online ${whose}`,
          ],
        );
      });
    }

    it('takes away what one person alone consented to when it may grant, and says so', async () => {
      const before = on.directory.grants.length;
      grant('Pimlico self-service', GRAPH_ID, 'User.Read', ADELE_ID);
      const would = await run('plan', ...withReader, '--grant');
      const what = `take away User.Read of Microsoft Graph in the name of the person ${ADELE_ID}`;
      assert.ok(would.out.includes(`It would:\n  self-service: ${what}\n`), would.out);
      const { err } = await run('apply', ...withReader, '--grant');
      assert.ok(err.includes(`Done:\n  self-service: ${what}\n`), err);
      assert.equal(on.directory.grants.length, before);
      assert.equal((await run('verify', ...withReader)).code, 0);
    });

    it('takes away consent for everybody on a resource that nobody asked for, and says so', async () => {
      const before = on.directory.grants.length;
      grant('Pimlico administration', SHAREPOINT_ID, 'AllSites.FullControl');
      grant('Pimlico', GRAPH_ID, 'Mail.Read');
      const found = await run('verify', ...withReader);
      assert.match(found.out, /too much {2}connector: may also Mail\.Read of Microsoft Graph in the name of everybody/);
      assert.match(
        found.out,
        /too much {2}admin: may also AllSites\.FullControl of SharePoint Online in the name of ev/,
      );
      const { err } = await run('apply', ...withReader, '--grant');
      assert.match(err, /admin: take away AllSites\.FullControl of SharePoint Online in the name of everybody/);
      assert.match(err, /connector: take away Mail\.Read of Microsoft Graph in the name of everybody/);
      assert.equal(on.directory.grants.length, before);
      assert.equal((await run('verify', ...withReader)).code, 0);
    });

    it('says which scopes a consent for everybody loses', async () => {
      const [first] = on.directory.grants;
      Object.assign(first ?? {}, { scope: `${String(first?.scope)} Mail.Read` });
      const { err } = await run('apply', ...withReader, '--grant');
      assert.match(err, /self-service: consent for everybody to .*, and take away Mail\.Read\n/);
    });
  });

  describe('an API that nobody asked for', () => {
    const foreign = { id: 'dddddddd-0000-4000-8000-000000000001', value: 'read_all', isEnabled: true };
    const preAuthorizedApplications = [{ appId: ADELE_ID, delegatedPermissionIds: [foreign.id] }];

    beforeEach(async () => {
      await run('apply', ...withReader, '--grant');
    });

    const EXPOSED: readonly (readonly [what: string, properties: object, told: string])[] = [
      ['an identifier URI', { identifierUris: ['api://stray'] }, 'api://stray'],
      ['a scope', { api: { oauth2PermissionScopes: [foreign] } }, 'read_all'],
      [
        'a client that is let in without asking',
        { api: { preAuthorizedApplications } },
        'clients let in without asking',
      ],
      [
        'all of them',
        { identifierUris: ['api://stray'], api: { oauth2PermissionScopes: [foreign], preAuthorizedApplications } },
        'api://stray, read_all',
      ],
    ];
    for (const [app, name] of [
      ['connector', 'Pimlico'],
      ['admin', 'Pimlico administration'],
    ] as const) {
      for (const [what, properties, told] of EXPOSED) {
        it(`is found on the app ${app} and emptied: ${what}`, async () => {
          Object.assign(application(name), structuredClone(properties));
          const found = await run('verify', ...withReader);
          assert.equal(found.code, 1);
          assert.ok(found.out.includes(`  ${app}: expose no API (there is ${told})\n`), found.out);
          const { code, err } = await run('apply', ...withReader);
          assert.equal(code, 0, err);
          const { identifierUris, api } = application(name) as { identifierUris?: unknown; api?: unknown };
          assert.deepEqual(identifierUris, []);
          assert.deepEqual(api, { oauth2PermissionScopes: [], preAuthorizedApplications: [] });
          assert.equal((await run('verify', ...withReader)).code, 0);
        });
      }
    }

    it('is taken off beside the one of single sign-on, which goes on', async () => {
      const { api } = application('Pimlico self-service') as unknown as { api: { oauth2PermissionScopes: object[] } };
      const before = structuredClone(api);
      api.oauth2PermissionScopes.push(foreign);
      const { code, err } = await run('apply', ...withReader);
      assert.equal(code, 0, err);
      assert.match(err, /self-service: disable read_all\n/);
      assert.deepEqual(application('Pimlico self-service').api, before);
    });
  });

  for (const [app, name] of [
    ['connector', 'Pimlico'],
    ['self-service', 'Pimlico self-service'],
    ['admin', 'Pimlico administration'],
  ] as const) {
    it(`finds secrets and certificates on the enterprise application of ${app}, and leaves them, saying so`, async () => {
      await run('apply', ...withReader, '--grant');
      const added = { passwordCredentials: [{ keyId: '1' }, { keyId: '2' }], keyCredentials: [{ keyId: '3' }] };
      Object.assign(enterprise(name), added);
      const { code, out } = await run('verify', ...withReader);
      assert.equal(code, 1);
      assert.ok(out.includes(`too much  ${app}: its enterprise application has 2 secret(s)\n`), out);
      assert.ok(out.includes(`too much  ${app}: its enterprise application has 1 certificate(s)\n`), out);
      const { err } = await run('apply', ...withReader, '--grant');
      assert.ok(err.includes(`left as it is:\n  ${app}: its enterprise application has 2 secret(s)\n`), err);
      assert.equal(enterprise(name).passwordCredentials, added.passwordCredentials);
    });
  }

  it('says in plan and apply which secrets of a registration it leaves', async () => {
    await run('apply', ...withReader, '--grant');
    Object.assign(application('Pimlico'), { passwordCredentials: [{ keyId: '1' }] });
    const told = 'Too much, and left as it is:\n  connector: has 1 secret(s)\n';
    assert.ok((await run('plan', ...withReader)).out.includes(told));
    assert.ok((await run('apply', ...withReader)).err.includes(told));
  });

  describe('an admin app that is left out later', () => {
    const without = [...withReader, '--without-admin'] as const;

    beforeEach(async () => {
      await run('apply', ...withReader, '--grant');
    });

    it('is found as too much, with what to do', async () => {
      const { appId } = application('Pimlico administration');
      const { code, out } = await run('verify', ...without);
      assert.equal(code, 1);
      const told = `admin: the app registration ${String(appId)} is there, and --without-admin leaves it out`;
      assert.ok(out.includes(`too much  ${told}: delete it with \`remove --only-admin --yes\`\n`), out);
      assert.ok((await run('plan', ...without)).out.includes(told));
      assert.ok((await run('apply', ...without)).err.includes(told));
    });

    it('is removed alone, and not before it is told so', async () => {
      const would = await run('remove', '--only-admin');
      assert.equal(would.out, 'With --yes it would:\n  admin: delete the app registration\n');
      assert.equal(on.directory.applications.length, 3);
      const held = on.directory.assignments.length;
      const { code, out } = await run('remove', ...withReader, '--only-admin', '--yes');
      assert.equal(code, 0);
      assert.equal(out, 'Done:\n  admin: delete the app registration\n');
      assert.equal(on.directory.applications.length, 2);
      assert.equal(on.directory.assignments.length, held);
      assert.equal((await run('verify', ...without)).code, 0);
    });
  });

  const UNSEEN_ON_AZURE =
    "  the reader's role on Azure, of which Graph knows nothing: this is to show 'Pimlico reader' and nothing else\n";
  const ROOT_GROUP = `/providers/Microsoft.Management/managementGroups/${TENANT_ID}`;

  it('verifies without failing what it sees, and says how to look at the role on Azure', async () => {
    await run('apply', ...withReader, '--grant');
    const { code, out } = await run('verify', ...withReader);
    assert.equal(code, 0);
    assert.equal(
      out,
      'What was looked at is as it is to be.\nNot looked at:\n' +
        UNSEEN_ON_AZURE +
        `    az role assignment list --assignee ${READER_ID} --scope ${ROOT_GROUP} --include-inherited --output table\n`,
    );
    const elsewhere = await run('verify', ...withReader, '--management-group', 'platform');
    assert.match(elsewhere.out, /managementGroups\/platform /);
  });

  it('does not claim to have seen the reader and who is trusted when it was not told the managed identity', async () => {
    await run('apply', ...withReader, '--grant');
    on.directory.credentials.push({ id: 'y', app: application('Pimlico').id, name: 'somebody else' });
    const { code, out } = await run('verify');
    assert.equal(code, 0);
    assert.equal(
      out,
      'What was looked at is as it is to be.\nNot looked at:\n' +
        "  the reader's permissions on Graph, and the federated credentials of the app registrations: run this again with\n" +
        '    --managed-identity GUID\n' +
        UNSEEN_ON_AZURE +
        '    az role assignment list --assignee OBJECT-ID-OF-THE-MANAGED-IDENTITY ' +
        `--scope ${ROOT_GROUP} --include-inherited --output table\n`,
    );
  });

  it('says which commands take the role on Azure away, the assignment before the definition', async () => {
    await run('apply', ...withReader);
    const left =
      '  az role assignment delete --assignee ' +
      `${READER_ID} --role 'Pimlico reader' --scope ${ROOT_GROUP}\n` +
      `  az role definition delete --name 'Pimlico reader' --scope ${ROOT_GROUP}\n`;
    const would = await run('remove', ...withReader);
    assert.ok(would.out.endsWith(left), would.out);
    const { out } = await run('remove', ...withReader, '--yes');
    assert.ok(out.endsWith(left), out);
    assert.doesNotMatch(out, /permissions on Graph stay/);
  });

  it('says that the reader keeps its permissions when it removes without the managed identity', async () => {
    await run('apply', ...withReader, '--grant');
    const told =
      "The reader's permissions on Graph stay: run this again with --managed-identity GUID to take them away.\n";
    assert.ok((await run('remove')).out.includes(told));
    assert.ok((await run('remove', '--yes')).out.includes(told));
    assert.notDeepEqual(
      on.directory.assignments.filter(({ principalId }) => principalId === READER_ID),
      [],
    );
  });

  it('shows the managed identity in the help of remove', () => {
    assert.match(HELP, /identities\.ts remove .*\[--managed-identity GUID\] \[--yes\]\n/);
  });

  for (const [cloud, portal] of [
    ['public', 'https://entra.microsoft.com'],
    ['gcch', 'https://portal.azure.us'],
    ['china', 'https://portal.azure.cn'],
  ] as const) {
    it(`leads to the portal's page of each registration's permissions for consent, in the cloud ${cloud}`, async () => {
      const { err } = await run('apply', ...withReader, '--cloud', cloud);
      const page = `${portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId`;
      const link = (app: string, name: string) => `  ${app}: ${page}/${String(application(name).appId)}\n`;
      const told =
        'or, for app registrations, with "Grant admin consent" at:\n' +
        link('connector', 'Pimlico') +
        link('self-service', 'Pimlico self-service') +
        link('admin', 'Pimlico administration');
      assert.ok(err.includes(told), err);
      assert.doesNotMatch(err, /adminconsent\?/);
    });
  }

  it('speaks of no page in the portal before the app registrations are there, nor for the reader', async () => {
    const before = await run('plan', ...withReader);
    assert.match(before.out, /\nby running `apply` with --grant\.\n/);
    assert.doesNotMatch(before.out, / at:\n|https:/);
    await run('apply', '--grant');
    const reader = await run('plan', ...withReader);
    assert.match(reader.out, /\n {2}reader\n(.+\n)+by running `apply` with --grant\.\n/);
    assert.doesNotMatch(reader.out, / at:\n|https:/);
  });

  describe('a surface that is left out', () => {
    const LEFT_OUT: readonly (readonly [surfaces: string, foreign: RegExp])[] = [
      ['entra,groups', /user_impersonation|az role definition/],
      ['entra,azure', /AzureADGroup/],
      ['groups,azure', /\.Directory\b/],
    ];
    for (const [surfaces, foreign] of LEFT_OUT) {
      it(`is asked for nothing, and not missed: only ${surfaces}`, async () => {
        const asked = [...withReader, '--surfaces', surfaces];
        const would = await run('plan', ...asked);
        assert.doesNotMatch(would.out, foreign);
        await run('apply', ...asked, '--grant');
        const { code, out } = await run('verify', ...asked);
        assert.equal(code, 0, out);
        const all = await run('verify', ...withReader);
        assert.equal(all.code, 1);
        assert.match(all.out, /missing {3}self-service: set requiredResourceAccess/);
      });
    }

    it('is too much where somebody consented to it before, and goes with --grant', async () => {
      await run('apply', ...withReader, '--grant');
      const asked = [...withReader, '--surfaces', 'entra'];
      const found = await run('verify', ...asked);
      assert.equal(found.code, 1);
      assert.match(found.out, /too much {2}self-service: may also user_impersonation of Azure Resource Manager in/);
      assert.match(found.out, /too much {2}reader: may also RoleManagementPolicy\.Read\.AzureADGroup/);
      assert.match(found.out, /this is to show nothing\n/);
      await run('apply', ...asked, '--grant');
      assert.equal((await run('verify', ...asked)).code, 0);
    });

    for (const bad of ['mars', 'entra,mars', '', 'entra,entra', 'entra, groups']) {
      it(`is refused by another name: "${bad}"`, async () => {
        const { code, err } = await run('apply', '--surfaces', bad);
        assert.equal(code, 2);
        assert.match(err, /--surfaces must be some of entra,groups,azure/);
        assert.deepEqual(on.directory.writes, []);
      });
    }
  });

  it('asks for the consent of no app that is not there yet', async () => {
    const { code, err } = await run('plan', ...withReader, '--grant');
    assert.equal(code, 0, err);
  });
});
