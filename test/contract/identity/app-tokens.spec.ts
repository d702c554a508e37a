import assert from 'node:assert/strict';
import type { AppTokenSettings } from '../../../src/adapters/identity/app-tokens.ts';
import { createConnectorTokens, createReaderTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { AccessError } from '../../../src/errors.ts';
import type { GraphBench } from '../graph/graph-bench.ts';
import { createGraphBench } from '../graph/graph-bench.ts';

const GRAPH = 'https://graph.microsoft.com';

describe('tokens of the apps', () => {
  let bench: GraphBench;

  beforeEach(async () => {
    bench = await createGraphBench();
  });

  afterEach(async () => {
    await bench.close();
  });

  function settings(app: 'reader' | 'connector', secret = bench.sandbox.apps[app].secret): AppTokenSettings {
    const { clock, tenantId, apps, urls } = bench.sandbox;
    const credential = { secret: new Secret(secret) };
    return { clock, tenantId, clientId: apps[app].clientId, credential, loginUrl: urls.login };
  }

  function requests(): number {
    return bench.sandbox.calls.since(0).filter(({ path }) => path.includes('/oauth2/v2.0/token')).length;
  }

  it('are for Graph as the reader, and asked for once', async () => {
    const tokens = createReaderTokens(settings('reader'), GRAPH);
    const [first, second] = await Promise.all([tokens.token(), tokens.token()]);
    assert.equal(first, second);
    assert.equal(await tokens.token(), first);
    assert.equal(requests(), 1);
    const seen = bench.sandbox.issuer.verify(first, 'graph');
    assert.equal(seen?.kind, 'application');
    assert.ok(seen?.roles.includes('RoleManagementPolicy.Read.Directory'));
  });

  it('are for the Bot Connector as the connector', async () => {
    const token = await createConnectorTokens(settings('connector'), 'https://api.botframework.com').token();
    assert.equal(bench.sandbox.issuer.verify(token, 'connector')?.audience, 'https://api.botframework.com');
  });

  it('are renewed when they end on the moved clock', async () => {
    const tokens = createReaderTokens(settings('reader'), GRAPH);
    const first = await tokens.token();
    await bench.advance({ minutes: 59, seconds: 30 });
    const second = await tokens.token();
    assert.notEqual(second, first);
    assert.ok(bench.sandbox.issuer.verify(second, 'graph'));
  });

  it('are replaced when they were refused', async () => {
    const tokens = createReaderTokens(settings('reader'), GRAPH);
    const first = await tokens.token();
    await bench.advance({ seconds: 1 });
    tokens.reject(first);
    assert.notEqual(await tokens.token(), first);
    tokens.reject(first);
    await tokens.token();
    assert.equal(requests(), 2);
  });

  it('come from a given credential, such as a managed identity', async () => {
    const asked: unknown[] = [];
    const tokenCredential = {
      getToken: async (scope: unknown) => {
        asked.push(scope);
        return { token: 'from-the-platform', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const tokens = createReaderTokens({ clock: bench.sandbox.clock, tokenCredential }, GRAPH);
    assert.equal(await tokens.token(), 'from-the-platform');
    assert.equal(await tokens.token(), 'from-the-platform');
    assert.deepEqual(asked, ['https://graph.microsoft.com/.default']);
  });

  it('are not given for a wrong secret, and the failure is not kept', async () => {
    const tokens = createReaderTokens(settings('reader', 'wrong'), GRAPH);
    for (const attempt of [1, 2]) {
      await assert.rejects(
        tokens.token(),
        (error) => error instanceof AccessError && error.code === 'config.invalid' && !error.message.includes('wrong'),
        `attempt ${attempt}`,
      );
    }
    assert.equal(requests(), 2);
  });
});
