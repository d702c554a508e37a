import assert from 'node:assert/strict';
import { GLOBAL_READER, type GraphSandbox, startGraph } from './graph-calls.ts';

const PATH = '/v1.0/identity/conditionalAccess/policies';

describe('conditional access policies of the sandbox', () => {
  let graph: GraphSandbox;

  beforeEach(async () => {
    graph = await startGraph();
  });

  afterEach(async () => {
    await graph.sandbox.close();
  });

  const put = (body: unknown) =>
    fetch(new URL('/graph/conditional-access', graph.sandbox.urls.control), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  async function contextsSeenBy(handle: string): Promise<readonly string[]> {
    const get = await graph.as(handle, { app: 'admin' });
    const { status, body } = await get('GET', `${PATH}?$select=id,state,conditions&$filter=state eq 'enabled'`);
    assert.equal(status, 200);
    return body.value.flatMap(
      ({ conditions }: (typeof body.value)[number]) =>
        conditions.applications.includeAuthenticationContextClassReferences,
    );
  }

  it('are read by a person with a role that may, and with the permission', async () => {
    await graph.activate('engineer', GLOBAL_READER);
    await graph.pass('PT1M');
    assert.deepEqual(await contextsSeenBy('engineer'), ['c1']);
    const plain = await (await graph.as('engineer'))('GET', PATH);
    assert.equal(plain.status, 403);
  });

  it('are not shown to a privileged role administrator, whose role does not cover them', async () => {
    const { status } = await (await graph.as('admin', { app: 'admin' }))('GET', PATH);
    assert.equal(status, 403);
  });

  it('can be set by tests, and what is off or malformed counts for nothing', async () => {
    await graph.activate('engineer', GLOBAL_READER);
    await graph.pass('PT1M');
    const done = await put([
      { displayName: 'off', state: 'disabled', contexts: ['c1'] },
      { displayName: 'on', state: 'enabled', contexts: ['c2', 'c3'] },
    ]);
    assert.equal(done.status, 200);
    assert.deepEqual(await contextsSeenBy('engineer'), ['c2', 'c3']);
    for (const wrong of [
      {},
      [{ displayName: 'x', state: 'on', contexts: [] }],
      [{ displayName: 'x', state: 'enabled', contexts: ['d1'] }],
    ]) {
      assert.equal((await put(wrong)).status, 400);
    }
  });
});
