import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { createLoginHttp } from '../../../src/adapters/identity/login-http.ts';
import type { Actor } from '../../../src/ports/role-management.ts';
import { invoke, message, post, startChannel, startEdge } from '../bot/edge.ts';
import { createSignedInBench } from '../graph/graph-bench.ts';

/** What a token looks like; nobody signed it. */
const PASTED = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(200)}.${'c'.repeat(300)}`;

/** Answers requests, sends them elsewhere, or leaves them waiting for ever. */
async function listen(isSilent: boolean, redirectTo: string | null = null) {
  const visits: string[] = [];
  const first = Promise.withResolvers<void>();
  const server = createServer((req, res) => {
    visits.push(`${req.method} ${req.url}`);
    first.resolve();
    if (redirectTo !== null) {
      res.statusCode = 307;
      res.setHeader('location', redirectTo);
    }
    if (!isSilent) {
      res.end('x');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, visits, visited: first.promise, close };
}

describe('what the guidance asks for besides', () => {
  it('fetches nothing that a message names', async () => {
    const attacker = await listen(false);
    const channel = await startChannel();
    const edge = await startEdge(channel);
    const heard: string[] = [];
    edge.product.sentence = async ({ text }) => {
      heard.push(text);
      return { cards: [] };
    };
    const attachments = [
      { contentType: 'application/vnd.microsoft.teams.file.download.info', contentUrl: `${attacker.url}/file` },
      { contentType: 'image/png', contentUrl: `${attacker.url}/image`, thumbnailUrl: `${attacker.url}/thumb` },
      { contentType: 'text/html', content: `<img src="${attacker.url}/html">` },
    ];
    const reply = await post(edge, message({ text: `my roles ${attacker.url}/text`, attachments }), {
      token: await channel.token(),
    });
    await edge.close();
    await Promise.all([channel.close(), attacker.close()]);
    assert.equal(reply.status, 200);
    assert.deepEqual(heard, [`my roles ${attacker.url}/text`]);
    assert.deepEqual(attacker.visits, []);
  });

  it('takes no token from what people type or paste, only from where clients put it', async () => {
    const channel = await startChannel();
    const edge = await startEdge(channel);
    const accepted: string[] = [];
    edge.product.accept = async (_id, assertion) => void accepted.push(assertion);
    const token = await channel.token();
    const pastes = [
      message({ id: '1', text: PASTED }),
      message({ id: '2', text: `my roles ${PASTED}`, value: { token: PASTED, authentication: { token: PASTED } } }),
      invoke('signin/verifyState', { state: PASTED, token: PASTED }, { id: '3' }),
      invoke('signin/failure', { code: 'x', message: PASTED, token: PASTED }, { id: '4' }),
      invoke('adaptiveCard/action', {
        action: { type: 'Action.Execute', verb: 'approve', data: { token: PASTED, authentication: { token: PASTED } } },
        trigger: 'manual',
      }),
    ];
    const statuses: number[] = [];
    for (const paste of pastes) {
      statuses.push((await post(edge, paste, { token })).status);
    }
    assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
    assert.deepEqual(accepted, []);
    await post(edge, invoke('signin/tokenExchange', { id: 'x', token: PASTED }, { id: '5' }), { token });
    assert.deepEqual(accepted, [PASTED]);
    await edge.close();
    await channel.close();
  });

  it('answers 503 when the keys of the channel are not there after ten seconds', async () => {
    const silent = await listen(true);
    const channel = await startChannel();
    const edge = await startEdge({ metadataUrl: `${silent.url}/openid` });
    const timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const answer = post(edge, message(), { token: await channel.token() });
      await silent.visited;
      await timers.tickAsync(9_999);
      assert.deepEqual(edge.lines, []);
      await timers.tickAsync(1);
      assert.equal((await answer).status, 503);
    } finally {
      timers.restore();
      await silent.close();
      await edge.close();
      await channel.close();
    }
    assert.deepEqual(
      edge.lines.map(({ event }) => event),
      ['channel-keys.unavailable'],
    );
  });

  it('sends a code and the secret to nobody that the token endpoint names', async () => {
    const attacker = await listen(false);
    const login = await listen(false, `${attacker.url}/token`);
    const body = 'grant_type=authorization_code&code=c&client_secret=s&code_verifier=v';
    const http = createLoginHttp(5_000);
    await assert.rejects(http.sendPostRequestAsync(`${login.url}/token`, { body }));
    await assert.rejects(http.sendGetRequestAsync(`${login.url}/discovery`));
    await Promise.all([login.close(), attacker.close()]);
    assert.deepEqual([login.visits, attacker.visits], [['POST /token'], []]);
  });

  it('sends a justification as one value, whatever is in it', async () => {
    const bench = await createSignedInBench();
    const engineer: Actor = { principalId: bench.idOf('engineer') };
    const role = (await bench.roles.listEligible(engineer)).find(({ roleName }) => roleName === 'Security Reader');
    assert.ok(role);
    const justification = 'x", "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "y": "\\"}\n{"a":1}\u0000';
    const order = { role, startsAt: null, duration: Temporal.Duration.from('PT1H'), ticket: null, marker: 'm-1' };
    await bench.roles.activate(engineer, { ...order, justification });
    const token = await bench.signIns.graphToken(engineer);
    const answer = await fetch(
      `${bench.sandbox.urls.graph}/v1.0/roleManagement/directory/roleAssignmentScheduleRequests`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const { value } = (await answer.json()) as { value: { justification: string; roleDefinitionId: string }[] };
    await bench.close();
    assert.deepEqual(
      value.map((row) => [row.justification, row.roleDefinitionId]),
      [[justification, role.roleDefinitionId]],
    );
  });
});
