import assert from 'node:assert/strict';

import {
  activation,
  DIRECTORY,
  GLOBAL_READER,
  type GraphSandbox,
  PRIVILEGED_ROLE_ADMINISTRATOR,
  type Reply,
  startGraph,
  type TokenFacts,
  USER_ADMINISTRATOR,
  verdict,
} from './graph-calls.ts';

const REQUESTS = `${DIRECTORY}/roleAssignmentScheduleRequests`;
const OWN = `${DIRECTORY}/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')`;
const STEPPED: TokenFacts = { acrs: ['c1'], capabilities: ['cp1'] };
const CHALLENGE =
  '&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D';

describe('Graph, where a token must prove more', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  const fault = async (body: object): Promise<number> => {
    const init = { method: 'POST', body: JSON.stringify(body) };
    return (await fetch(`${graph.sandbox.urls.control}/faults`, init)).status;
  };

  async function activate(handle: string, role: string, facts?: TokenFacts, changes = {}): Promise<Reply> {
    const me = await graph.as(handle, facts);
    return me('POST', REQUESTS, activation(graph.id(handle), role, changes));
  }

  const withTicket = { ticketInfo: { ticketNumber: 'INC-1', ticketSystem: 'desk' } };
  const asUserAdministrator = (facts: TokenFacts): Promise<Reply> =>
    activate('engineer', USER_ADMINISTRATOR, facts, withTicket);

  it('honours acrs only in a token whose client declared cp1', async () => {
    for (const facts of [{}, { acrs: ['c1'] }, { acrs: ['c2'], capabilities: ['cp1'] }, { capabilities: ['cp1'] }]) {
      const reply = await activate('oncall', PRIVILEGED_ROLE_ADMINISTRATOR, facts);
      assert.equal(verdict(reply), '400 RoleAssignmentRequestAcrsValidationFailed', JSON.stringify(facts));
      assert.equal(reply.body.error.message, CHALLENGE);
      assert.equal(reply.headers.get('www-authenticate'), null);
    }
    assert.equal((await activate('oncall', PRIVILEGED_ROLE_ADMINISTRATOR, STEPPED)).status, 201);
  });

  it('wraps the challenge while fault wrapped-errors is set', async () => {
    assert.equal(await fault({ name: 'wrapped-errors', times: 1 }), 201);
    const wrapped = await activate('oncall', PRIVILEGED_ROLE_ADMINISTRATOR);
    assert.equal(verdict(wrapped), '400 UnknownError(RoleAssignmentRequestAcrsValidationFailed)');
    assert.equal(JSON.parse(wrapped.body.error.message).message, CHALLENGE);
    const plain = await activate('oncall', PRIVILEGED_ROLE_ADMINISTRATOR);
    assert.equal(verdict(plain), '400 RoleAssignmentRequestAcrsValidationFailed');
  });

  describe('fault insufficient-claims', () => {
    it('challenges a capable client with 401 until the token carries the context', async () => {
      assert.equal(await fault({ name: 'insufficient-claims', person: 'oncall', match: `POST ${REQUESTS}` }), 201);
      const reply = await activate('oncall', GLOBAL_READER, { capabilities: ['cp1'] });
      assert.equal(verdict(reply), '401 InvalidAuthenticationToken');
      const header = reply.headers.get('www-authenticate') ?? '';
      const { urls, tenantId } = graph.sandbox;
      const expected = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}').toString('base64');
      assert.equal(
        header,
        `Bearer realm="", authorization_uri="${urls.login}/${tenantId}/oauth2/authorize", error="insufficient_claims", claims="${expected}"`,
      );
      const me = await graph.as('oncall', { capabilities: ['cp1'] });
      assert.equal((await me('GET', OWN)).status, 200);
      assert.equal((await activate('oncall', GLOBAL_READER, STEPPED)).status, 201);
    });

    it('gives a client without cp1 no claims, and leaves others and applications alone', async () => {
      await fault({ name: 'insufficient-claims', person: 'oncall' });
      const bare = await graph.as('oncall');
      const header = (await bare('GET', OWN)).headers.get('www-authenticate') ?? '';
      assert.match(header, /error="invalid_token"$/);
      const other = await graph.as('engineer');
      assert.equal((await other('GET', OWN)).status, 200);
      const reader = await graph.as(null);
      assert.equal((await reader('GET', `${DIRECTORY}/roleDefinitions`)).status, 200);
    });

    it('asks for what it is told, as often as it is told', async () => {
      const claims = '{"access_token":{"nbf":{"essential":true,"value":"1763884800"}}}';
      await fault({ name: 'insufficient-claims', claims, times: 1 });
      const me = await graph.as('engineer', { capabilities: ['cp1'] });
      const first = await me('GET', OWN);
      const sent = /claims="([^"]+)"/.exec(first.headers.get('www-authenticate') ?? '')?.[1] ?? '';
      assert.equal(Buffer.from(sent, 'base64').toString('utf8'), claims);
      assert.equal((await me('GET', OWN)).status, 200);
    });
  });

  it('refuses by MfaRule although there was MFA, while fault mfa-rule-stubborn is set', async () => {
    const mfa = { amr: ['pwd', 'mfa'] };
    const plain = await asUserAdministrator({ amr: ['pwd'] });
    assert.equal(verdict(plain), '400 RoleAssignmentRequestPolicyValidationFailed');
    assert.match(plain.body.error.message, /MfaRule/);
    await fault({ name: 'mfa-rule-stubborn', person: 'engineer' });
    const stubborn = await asUserAdministrator(mfa);
    assert.match(stubborn.body.error.message, /MfaRule/);
    graph.sandbox.faults.clear('mfa-rule-stubborn');
    assert.equal((await asUserAdministrator(mfa)).body.status, 'PendingApproval');
  });

  for (const [status, expected] of [
    [undefined, '403 RequestDisallowedByAzure'],
    [400, '400 RequestDisallowedByAzure'],
  ] as const) {
    it(`answers ${expected} to an activation without MFA, while fault mandatory-mfa is set`, async () => {
      graph.sandbox.world.settings.wrapErrors = true;
      await fault({ name: 'mandatory-mfa', person: 'oncall', ...(status !== undefined && { status }) });
      assert.equal(verdict(await activate('oncall', GLOBAL_READER, { amr: ['pwd'] })), expected);
      const me = await graph.as('oncall', { amr: ['pwd'] });
      assert.equal((await me('GET', OWN)).status, 200);
      assert.equal((await activate('engineer', GLOBAL_READER, { amr: ['pwd'] })).status, 201);
      assert.equal((await activate('oncall', GLOBAL_READER, { amr: ['pwd', 'mfa'] })).status, 201);
    });
  }

  for (const wrong of [
    { name: 'device-blocked', code: 50076 },
    { name: 'device-blocked', person: 'nobody' },
    { name: 'insufficient-claims', claims: 'c1 and c2' },
    { name: 'insufficient-claims', claims: '[]' },
    { name: 'mfa-rule-stubborn', person: 'nobody' },
  ]) {
    it(`takes no fault ${JSON.stringify(wrong)}`, async () => {
      assert.equal(await fault(wrong), 400);
    });
  }
});
