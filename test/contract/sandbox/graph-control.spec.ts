import assert from 'node:assert/strict';

import { type Body, type GraphSandbox, OPERATOR, type Reply, send, startGraph, verdict } from './graph-calls.ts';

describe('the portal, behind the bot', () => {
  let graph: GraphSandbox;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.sandbox.close());

  const act = (body: unknown): Promise<Reply> => send(graph.sandbox.urls.control, 'POST', '/pim/act', { body });
  const state = async (): Promise<Body> => (await send(graph.sandbox.urls.control, 'GET', '/pim/state')).body;
  const active = async (): Promise<string[]> =>
    (await state()).active
      .filter(({ person }: Body) => person !== 'emergency')
      .map((row: Body) => `${row.person} ${row.role} ${row.end}`);

  it('approves what was asked through Graph', async () => {
    await graph.activate('engineer', OPERATOR);
    const role = 'Contoso-App-Assignment-Operator';
    const reply = await act({ person: 'approver', action: 'approve', role, justification: 'seen it' });
    assert.deepEqual([reply.status, reply.body.status, reply.body.reviewedBy], [200, 'Provisioned', 'approver']);
    assert.deepEqual(await active(), ['engineer Contoso-App-Assignment-Operator 2026-11-23T09:00:00Z']);
    assert.equal(verdict(await act({ person: 'approver', action: 'deny', role })), '404 NotFound');
  });

  it('denies and cancels', async () => {
    await graph.activate('engineer', OPERATOR);
    assert.equal((await act({ person: 'approver2', action: 'deny', role: OPERATOR })).body.status, 'Denied');
    await graph.activate('engineer', OPERATOR);
    assert.equal((await act({ person: 'engineer', action: 'cancel', role: OPERATOR })).body.status, 'Canceled');
    assert.deepEqual(await active(), []);
  });

  it('activates with everything the portal would ask for, and deactivates', async () => {
    const role = 'privileged role administrator';
    const made = await act({ person: 'oncall', action: 'activate', role, duration: 'PT30M' });
    assert.equal(made.body.status, 'Provisioned');
    assert.deepEqual(await active(), ['oncall Privileged Role Administrator 2026-11-23T08:30:00Z']);
    assert.equal(verdict(await act({ person: 'oncall', action: 'deactivate', role })), '400 ActiveDurationTooShort');
    await graph.pass('PT5M');
    assert.equal((await act({ person: 'oncall', action: 'deactivate', role })).body.status, 'Revoked');
    assert.deepEqual(await active(), []);
  });

  it('asks which scope, when there are several', async () => {
    const deed = { person: 'engineer', action: 'activate', role: 'Helpdesk Administrator' };
    assert.equal(verdict(await act(deed)), '400 BadRequest');
    const scope = '/administrativeUnits/4c82d5e6-0001-4f70-9a8b-c1d2e3f4a5b1';
    assert.equal((await act({ ...deed, scope })).body.scope, scope);
  });

  it('refuses people, roles and deeds it does not know, and who may not', async () => {
    assert.equal(verdict(await act({ person: 'nobody', action: 'approve', role: OPERATOR })), '400 BadRequest');
    assert.equal(verdict(await act({ person: 'engineer', action: 'approve', role: 'Nonsense' })), '404 NotFound');
    assert.equal(verdict(await act({ person: 'engineer', action: 'dance', role: OPERATOR })), '400 BadRequest');
    await graph.activate('engineer', OPERATOR);
    assert.equal(verdict(await act({ person: 'engineer', action: 'approve', role: OPERATOR })), '404 NotFound');
  });

  it('tells the requests as they are', async () => {
    const { id } = (await graph.activate('engineer', OPERATOR, { customData: 'our-id' })).body;
    const { now, requests, eligible } = await state();
    assert.equal(now, '2026-11-23T08:00:00Z');
    assert.equal(eligible.filter((row: Body) => row.surface === 'directory').length, 11);
    assert.deepEqual(requests, [
      {
        id,
        person: 'engineer',
        surface: 'directory',
        role: 'Contoso-App-Assignment-Operator',
        scope: '/',
        kind: 'assignment',
        action: 'selfActivate',
        status: 'PendingApproval',
        createdAt: '2026-11-23T08:00:00Z',
        completedAt: null,
        justification: 'INC-42',
        ticket: null,
        customData: 'our-id',
        reviewedBy: null,
      },
    ]);
  });
});
