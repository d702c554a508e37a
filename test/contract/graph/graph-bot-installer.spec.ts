import assert from 'node:assert/strict';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { createGraphBotInstaller } from '../../../src/adapters/graph/bot-installer.ts';
import { createInstallerTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { type PrincipalId, principalId } from '../../../src/domain/ids.ts';
import type { BotInstaller } from '../../../src/ports/bot-installer.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const GRAPH = 'https://graph.microsoft.com';
const SELF = 'TeamsAppInstallation.ReadWriteSelfForUser.All';

describe('the installer of the bot', () => {
  let sandbox: RunningSandbox;
  let logged: string[];

  beforeEach(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    logged = [];
  });
  afterEach(() => sandbox.close());

  const idOf = (handle: string): PrincipalId => principalId(sandbox.people[handle]?.id ?? '');
  const calls = () =>
    sandbox.calls
      .since(0)
      .filter(({ service }) => service === 'graph')
      .map(
        ({ method, path, status }) => `${method} ${path.replace(/\?.*/, '').replace(/[0-9a-f-]{36}/, 'ID')} ${status}`,
      );
  const fault = (values: object) => sandbox.faults.add({ name: 'error', service: 'graph', ...values });

  function installer(
    options: {
      readonly permissions?: readonly string[];
      readonly knows?: readonly string[];
      readonly appId?: string;
    } = {},
  ): BotInstaller {
    const { apps, clock, tenantId, urls } = sandbox;
    const app = { ...apps.connector, application: { [GRAPH]: options.permissions ?? [SELF] } };
    const credential = { secret: new Secret(apps.connector.secret) };
    const { clientId } = apps.connector;
    const own = createInstallerTokens({ clock, tenantId, loginUrl: urls.login, clientId, credential }, GRAPH);
    const given = { token: () => sandbox.issuer.accessToken({ app, audience: GRAPH }), reject: () => undefined };
    const note = (event: string) => void logged.push(event);
    return createGraphBotInstaller({
      graphUrl: urls.graph,
      tokens: options.permissions === undefined ? own : given,
      teamsAppId: options.appId ?? sandbox.botAppId,
      log: { error: note, warn: note, info: () => undefined },
      whoHasIt: async () => (options.knows ?? ['engineer']).map(idOf),
      timeoutMs: 500,
    });
  }

  it('installs the bot as the connector app, once, with the id that it finds at somebody who has the bot', async () => {
    const one = installer({ knows: ['newcomer', 'engineer'] });
    assert.equal(await one.install(idOf('emergency')), 'installed');
    assert.equal(await one.install(idOf('emergency')), 'already');
    assert.deepEqual(calls(), [
      'GET /v1.0/appCatalogs/teamsApps 403',
      'GET /v1.0/users/ID/teamwork/installedApps 200',
      'GET /v1.0/users/ID/teamwork/installedApps 200',
      'POST /v1.0/users/ID/teamwork/installedApps 201',
      'POST /v1.0/users/ID/teamwork/installedApps 409',
    ]);
    const { appId } = sandbox.calls.since(0).findLast(({ service }) => service === 'graph') ?? {};
    assert.deepEqual([appId, logged], [sandbox.apps.connector.clientId, []]);
  });

  it('finds the id in the catalog where it may read that', async () => {
    const one = installer({ permissions: [SELF, 'AppCatalog.Read.All'], knows: [] });
    assert.equal(await one.install(idOf('newcomer')), 'installed');
    assert.equal(calls().length, 2);
  });

  it('tells the policy of the tenant from a permission that is missing', async () => {
    sandbox.faults.add({ name: 'app-policy', person: 'newcomer' });
    assert.equal(await installer().install(idOf('newcomer')), 'not-allowed');
    assert.equal(await installer({ permissions: ['AppCatalog.Read.All'] }).install(idOf('newcomer')), 'unavailable');
    assert.deepEqual(logged, ['installer.unavailable']);
  });

  it('says that the catalog does not have the app, also one that left it since', async () => {
    const permissions = [SELF, 'AppCatalog.Read.All'];
    assert.equal(await installer({ permissions, appId: crypto.randomUUID() }).install(idOf('newcomer')), 'unknown-app');
    const one = installer();
    assert.equal(await one.install(idOf('newcomer')), 'installed');
    sandbox.faults.add({ name: 'app-missing' });
    assert.equal(await one.install(idOf('emergency')), 'unknown-app');
    assert.deepEqual(logged, ['installer.app_unknown', 'installer.app_unknown']);
  });

  for (const [what, values] of [
    ['Graph is down', { match: 'POST', status: 503 }],
    ['Graph throttles', { match: 'POST', status: 429 }],
    ['the body is refused', { match: 'POST', status: 400 }],
    ['the catalog is down', { match: 'GET', status: 500 }],
    ['the answer is no list', { match: 'GET', status: 200, body: '{"value":1}' }],
  ] as const) {
    it(`is unavailable, and says so once, when ${what}`, async () => {
      fault(values);
      const one = installer();
      assert.deepEqual(
        [await one.install(idOf('newcomer')), await one.install(idOf('newcomer'))],
        ['unavailable', 'unavailable'],
      );
      assert.deepEqual(
        logged.filter((event) => event.startsWith('installer.')),
        ['installer.unavailable'],
      );
    });
  }

  it('is unavailable when nobody has the bot yet and the catalog may not be read', async () => {
    assert.equal(await installer({ knows: [] }).install(idOf('newcomer')), 'unavailable');
  });

  it('names nobody in what it logs', async () => {
    fault({ match: 'POST', status: 400, body: `{"error":{"code":"x ${idOf('newcomer')}","message":"m"}}` });
    const lines: unknown[] = [];
    const one = createGraphBotInstaller({
      graphUrl: sandbox.urls.graph,
      tokens: {
        token: () => sandbox.issuer.accessToken({ app: sandbox.apps.connector, audience: GRAPH }),
        reject() {},
      },
      teamsAppId: sandbox.botAppId,
      log: { error: (...line) => lines.push(line), warn: () => undefined, info: () => undefined },
      whoHasIt: async () => [idOf('engineer')],
    });
    await one.install(idOf('newcomer'));
    assert.deepEqual(lines, [['installer.unavailable', { status: 400, code: null }]]);
  });
});
