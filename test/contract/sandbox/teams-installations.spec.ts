import assert from 'node:assert/strict';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { call, TeamsFixture } from './teams-fixture.ts';

const GRAPH = 'https://graph.microsoft.com';
const SELF = 'TeamsAppInstallation.ReadWriteSelfForUser.All';
const CATALOG = '/v1.0/appCatalogs/teamsApps';

describe('installing the bot over the Graph of the sandbox', () => {
  let teams: TeamsFixture;

  before(async () => {
    teams = await TeamsFixture.start();
    trustCertificateAuthority(teams.sandbox.caPem);
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  async function token(roles: readonly string[], app: 'connector' | 'reader' = 'connector'): Promise<string> {
    const registration = { ...teams.sandbox.apps[app], application: { [GRAPH]: roles } };
    return await teams.sandbox.issuer.accessToken({ app: registration, audience: GRAPH });
  }
  const graph = async (method: string, path: string, body?: unknown, bearer?: string) =>
    await call(teams.sandbox.urls.graph + path, method, { body, token: bearer ?? (await token([SELF])) });
  const appsOf = (person: string) => `/v1.0/users/${teams.person(person).id}/teamwork/installedApps`;
  const ours = () => `teamsApp/externalId eq '${teams.sandbox.botAppId}'`;
  const installed = (person: string) =>
    graph('GET', `${appsOf(person)}?$expand=teamsApp&$filter=${encodeURIComponent(ours())}`);
  const catalogId = async (): Promise<string> => (await installed('engineer')).body.value[0].teamsApp.id;
  const bind = async () => ({ 'teamsApp@odata.bind': `${GRAPH}${CATALOG}/${await catalogId()}` });

  it('shows the catalog to whoever may read it, and not to an app that may only install itself', async () => {
    const path = `${CATALOG}?$filter=${encodeURIComponent(`externalId eq '${teams.sandbox.botAppId}'`)}`;
    const { status, body } = await graph('GET', path, undefined, await token(['AppCatalog.Read.All']));
    assert.deepEqual([status, body.value.length, body.value[0].id], [200, 1, await catalogId()]);
    assert.equal((await graph('GET', path)).status, 403);
  });

  it('installs once, answers without a body, and tells the bot in two activities', async () => {
    const first = await graph('POST', appsOf('newcomer'), await bind());
    assert.deepEqual([first.status, first.body], [201, null]);
    await teams.control('GET', '/teams/idle?wait=1');
    assert.deepEqual(
      teams.heard.map(({ type, action, from }) => [type, action, from.aadObjectId]),
      [
        ['installationUpdate', 'add', teams.person('newcomer').id],
        ['conversationUpdate', undefined, teams.person('newcomer').id],
      ],
    );
    const second = await graph('POST', appsOf('newcomer'), await bind());
    assert.deepEqual([second.status, second.body.error.code], [409, 'Conflict']);
    const { body } = await installed('newcomer');
    const chat = await graph('GET', `${appsOf('newcomer')}/${body.value[0].id}/chat`);
    assert.deepEqual([chat.status, chat.body.id], [200, await teams.chatOf('newcomer')]);
    await teams.control('POST', '/teams/uninstall', { person: 'newcomer' });
    assert.deepEqual((await installed('newcomer')).body.value, []);
    assert.equal((await graph('GET', `${appsOf('newcomer')}/${body.value[0].id}/chat`)).status, 404);
  });

  it('refuses by the policy of the tenant, for one person', async () => {
    await teams.control('POST', '/faults', { name: 'app-policy', person: 'newcomer' });
    const { status, body } = await graph('POST', appsOf('newcomer'), await bind());
    await teams.control('DELETE', '/faults');
    assert.deepEqual([status, body.error.code, body.error.innerError.code], [403, 'Forbidden', 'AccessDenied']);
    assert.match(body.error.message, /^App is blocked by app permission policy\./);
  });

  it('does not know an app that left the catalog, nor another one', async () => {
    const wanted = await bind();
    await teams.control('POST', '/faults', { name: 'app-missing' });
    assert.equal((await graph('POST', appsOf('newcomer'), wanted)).status, 404);
    await teams.control('DELETE', '/faults');
    const other = { 'teamsApp@odata.bind': `${GRAPH}${CATALOG}/${crypto.randomUUID()}` };
    assert.equal((await graph('POST', appsOf('newcomer'), other)).status, 404);
  });

  for (const [what, roles, app] of [
    ['the connector app without the permission', [], 'connector'],
    ['another app with the permission', [SELF], 'reader'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const bearer = await token(roles, app);
      assert.equal((await graph('POST', appsOf('newcomer'), await bind(), bearer)).status, 403);
      assert.equal((await graph('GET', appsOf('newcomer'), undefined, bearer)).status, 403);
    });
  }

  it('refuses a body that names no app, and a person that nobody knows', async () => {
    assert.equal((await graph('POST', appsOf('newcomer'), {})).status, 400);
    const unknown = `/v1.0/users/${crypto.randomUUID()}/teamwork/installedApps`;
    assert.equal((await graph('POST', unknown, await bind())).status, 404);
  });

  it('knows no channel of a team that was deleted, which the bot is told of', async () => {
    const channel = await teams.channel('approvals');
    const path = `/v3/conversations/${encodeURIComponent(channel)}/activities`;
    assert.equal((await teams.connector('POST', path, { type: 'message', text: 'x' })).status, 201);
    await teams.control('POST', '/teams/delete-team', { person: 'admin' });
    const { type, channelData } = teams.heard[0];
    assert.deepEqual([type, channelData.eventType], ['conversationUpdate', 'teamDeleted']);
    const answer = await teams.connector('POST', path, { type: 'message', text: 'x' });
    assert.deepEqual([answer.status, answer.body.error.code], [404, 'ConversationNotFound']);
    assert.equal((await teams.say('admin', 'hello', { chat: '#approvals' })).status, 404);
    assert.equal((await teams.control('POST', '/teams/delete-team', { person: 'admin' })).status, 409);
  });
});
