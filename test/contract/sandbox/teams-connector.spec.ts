import assert from 'node:assert/strict';

import { aCard, anExecute, cardAnswer, cardMessage, TeamsFixture } from './teams-fixture.ts';

const encode = encodeURIComponent;

describe('the Bot Connector of the sandbox', () => {
  let teams: TeamsFixture;
  let chat: string;
  let activities: string;

  before(async () => {
    teams = await TeamsFixture.start();
    chat = await teams.chatOf('engineer');
    activities = `/v3/conversations/${encode(chat)}/activities`;
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  it('gives the same 1:1 chat for the object id and the 29: id of a person', async () => {
    const members = [{ id: await teams.teamsIdOf('engineer') }];
    const body = { isGroup: false, members, channelData: { tenant: { id: teams.sandbox.tenantId } } };
    const answer = await teams.connector('POST', '/v3/conversations', body);
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.body, { id: chat, serviceUrl: `${teams.sandbox.urls.connector}/` });
    assert.match(chat, /^a:1/);
  });

  it('sends the activity that comes with a new 1:1 chat', async () => {
    const answer = await teams.connector('POST', '/v3/conversations', {
      members: [{ id: teams.person('engineer').id }],
      tenantId: teams.sandbox.tenantId,
      activity: { type: 'message', text: 'hello' },
    });
    const [event] = await teams.seen();
    assert.equal(event?.text, 'hello');
    assert.equal(event?.activityId, answer.body.activityId);
  });

  it('refuses callers without a token, and another app', async () => {
    const stranger = await teams.sandbox.issuer.accessToken({
      app: { ...teams.sandbox.apps.connector, clientId: teams.sandbox.apps.reader.clientId },
      audience: 'https://api.botframework.com',
    });
    const message = { type: 'message', text: 'hi' };
    assert.equal((await teams.connector('POST', activities, message, 'nonsense')).status, 401);
    assert.equal((await teams.connector('POST', activities, message, stranger)).status, 401);
    assert.deepEqual(await teams.seen(), []);
  });

  it('refuses a token for another audience', async () => {
    const token = await teams.sandbox.issuer.accessToken({
      app: teams.sandbox.apps.connector,
      audience: 'https://graph.microsoft.com',
    });
    assert.equal((await teams.connector('POST', activities, { type: 'message', text: 'hi' }, token)).status, 401);
  });

  it('shows a sent, updated and deleted message to its person, in order', async () => {
    const sent = await teams.connector('POST', activities, { type: 'message', text: 'one' });
    assert.equal(sent.status, 201);
    const path = `${activities}/${sent.body.id}`;
    const updated = await teams.connector('PUT', path, cardMessage(aCard('active', [anExecute('Deactivate')])));
    assert.deepEqual([updated.status, updated.body], [200, { id: sent.body.id }]);
    assert.equal((await teams.connector('DELETE', path)).status, 200);
    const events = (await teams.seen()).map(({ seq, ...event }) => event);
    const common = { at: '2026-11-23T08:00:00Z', to: 'engineer', chat: 'personal', activityId: sent.body.id };
    assert.deepEqual(events, [
      { ...common, event: 'send', card: null, title: null, text: 'one', buttons: [], inputs: [] },
      {
        ...common,
        event: 'update',
        card: 'active',
        title: 'Card active',
        text: 'Card active',
        buttons: ['Deactivate'],
        inputs: [],
      },
      { ...common, event: 'delete', card: 'active', title: 'Card active', text: '', buttons: [], inputs: [] },
    ]);
  });

  it('takes any activity id to reply to in a 1:1 chat', async () => {
    const answer = await teams.connector('POST', `${activities}/${crypto.randomUUID()}`, {
      type: 'message',
      text: 'x',
    });
    assert.equal(answer.status, 201);
  });

  it('counts activity ids in milliseconds and never gives one twice while the clock stands', async () => {
    const ids: string[] = [];
    for (const text of ['a', 'b', 'c']) {
      ids.push((await teams.connector('POST', activities, { type: 'message', text })).body.id);
    }
    assert.match(ids[0] ?? '', /^17\d{11}$/);
    assert.equal(Number(ids[1]), Number(ids[0]) + 1);
    assert.equal(Number(ids[2]), Number(ids[0]) + 2);
  });

  it('shows nothing for a typing activity', async () => {
    assert.equal((await teams.connector('POST', activities, { type: 'typing' })).status, 201);
    assert.deepEqual(await teams.seen(), []);
  });

  it('does not update or delete what was deleted', async () => {
    const path = `${activities}/${await teams.card('engineer', aCard('a'))}`;
    await teams.connector('DELETE', path);
    for (const method of ['PUT', 'DELETE']) {
      const answer = await teams.connector(method, path, method === 'PUT' ? cardMessage(aCard('b')) : undefined);
      assert.equal(answer.status, 404);
      assert.equal(answer.body.error.code, 'ActivityNotFoundInConversation');
    }
  });

  it('does not find a message of another conversation', async () => {
    const id = await teams.card('approver', aCard('a'));
    const answer = await teams.connector('PUT', `${activities}/${id}`, cardMessage(aCard('b')));
    assert.deepEqual([answer.status, answer.body.error.code], [404, 'ActivityNotFoundInConversation']);
  });

  it("does not let the bot change a person's message", async () => {
    const said = await teams.say('engineer', 'hello');
    const path = `${activities}/${said.body.activityId}`;
    const answer = await teams.connector('PUT', path, { type: 'message', text: 'forged' });
    assert.deepEqual([answer.status, answer.body.error.code], [403, 'ForbiddenOperationException']);
  });

  it('does not know a conversation that was never created', async () => {
    const answer = await teams.connector('POST', '/v3/conversations/a:none/activities', { type: 'message', text: 'x' });
    assert.deepEqual([answer.status, answer.body.error.code], [404, 'ConversationNotFound']);
  });

  it('refuses a chat with somebody who has not installed the app', async () => {
    const answer = await teams.connector('POST', '/v3/conversations', {
      members: [{ id: teams.person('newcomer').id }],
      tenantId: teams.sandbox.tenantId,
    });
    assert.deepEqual([answer.status, answer.body.error.code], [403, 'ForbiddenOperationException']);
  });

  for (const [what, body, status, code] of [
    ['a user principal name', { members: [{ id: 'alexw@contoso.com' }], tenantId: '*' }, 400, 'BadArgument'],
    ['two members', { members: [{ id: '29:1' }, { id: '29:2' }], tenantId: '*' }, 400, 'BadArgument'],
    ['no tenant', { members: [{ id: '29:1' }] }, 400, 'BadArgument'],
    [
      'another tenant',
      { members: [{ id: '29:1' }], tenantId: crypto.randomUUID() },
      403,
      'ForbiddenOperationException',
    ],
    ['an unknown object id', { members: [{ id: crypto.randomUUID() }], tenantId: '*' }, 404, 'ConversationNotFound'],
    ['a group chat', { isGroup: true, members: [], tenantId: '*' }, 400, 'BadArgument'],
  ] as const) {
    it(`refuses a new conversation with ${what}`, async () => {
      const tenantId = 'tenantId' in body && body.tenantId === '*' ? { tenantId: teams.sandbox.tenantId } : {};
      const answer = await teams.connector('POST', '/v3/conversations', { ...body, ...tenantId });
      assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
    });
  }

  it('tells in another shape that a person blocked the bot, until they unblock it', async () => {
    await teams.control('POST', '/teams/block', { person: 'engineer' });
    const refused = await teams.connector('POST', activities, { type: 'message', text: 'x' });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.errorCode, 209);
    assert.equal(JSON.parse(refused.body.message).subCode, 'MessageWritesBlocked');
    await teams.control('POST', '/teams/unblock', { person: 'engineer' });
    assert.equal((await teams.connector('POST', activities, { type: 'message', text: 'x' })).status, 201);
  });

  it('tells of a block in the plain shape where that was asked for, and knows no third one', async () => {
    await teams.control('POST', '/teams/block', { person: 'engineer', shape: 'ConversationBlockedByUser' });
    const refused = await teams.connector('POST', activities, { type: 'message', text: 'x' });
    assert.deepEqual([refused.status, refused.body.error.code], [403, 'ConversationBlockedByUser']);
    await teams.control('POST', '/teams/unblock', { person: 'engineer' });
    assert.equal((await teams.control('POST', '/teams/block', { person: 'engineer', shape: 'x' })).status, 400);
  });

  it('refuses every write once a person removed the app', async () => {
    const id = await teams.card('oncall2', aCard('a'));
    const path = `/v3/conversations/${encode(await teams.chatOf('oncall2'))}/activities`;
    await teams.control('POST', '/teams/uninstall', { person: 'oncall2' });
    assert.equal(teams.heard[0].type, 'installationUpdate');
    assert.equal(teams.heard[0].action, 'remove');
    for (const [method, where] of [
      ['POST', path],
      ['PUT', `${path}/${id}`],
    ] as const) {
      const answer = await teams.connector(method, where, { type: 'message', text: 'x' });
      assert.deepEqual([answer.status, answer.body.error.code], [403, 'BotNotInConversationRoster']);
    }
    await teams.control('POST', '/teams/install', { person: 'oncall2' });
    assert.equal((await teams.connector('POST', path, { type: 'message', text: 'x' })).status, 201);
  });

  it('takes 100 KB of UTF-16 and no more', async () => {
    const envelope = JSON.stringify({ type: 'message', text: '' }).length;
    const most = 51_200 - envelope;
    const fits = await teams.connector('POST', activities, { type: 'message', text: 'x'.repeat(most) });
    assert.equal(fits.status, 201);
    const answer = await teams.connector('POST', activities, { type: 'message', text: 'x'.repeat(most + 1) });
    assert.deepEqual([answer.status, answer.body.error.code], [413, 'MessageSizeTooBig']);
  });

  for (const [what, activity, status] of [
    ['neither text nor attachment', { type: 'message' }, 400],
    ['an unknown type', { type: 'trace', text: 'x' }, 400],
    ['a card without a version', cardMessage({ type: 'AdaptiveCard', body: [] }), 400],
    ['an attachment it does not show', { type: 'message', attachments: [{ contentType: 'image/png' }] }, 501],
  ] as const) {
    it(`refuses a message with ${what}`, async () => {
      assert.equal((await teams.connector('POST', activities, activity)).status, status);
      assert.deepEqual(await teams.seen(), []);
    });
  }

  it('starts a thread in a channel and answers in it', async () => {
    const channel = await teams.channel('approvals');
    const started = await teams.connector('POST', '/v3/conversations', {
      isGroup: true,
      channelData: { channel: { id: channel } },
      activity: cardMessage(aCard('alarm')),
      tenantId: teams.sandbox.tenantId,
    });
    assert.equal(started.status, 201);
    assert.equal(started.body.id, `${channel};messageid=${started.body.activityId}`);
    const thread = `/v3/conversations/${encode(started.body.id)}/activities`;
    assert.equal((await teams.connector('POST', thread, { type: 'message', text: 'more' })).status, 201);
    const updated = await teams.connector('PUT', `${thread}/${started.body.activityId}`, cardMessage(aCard('over')));
    assert.equal(updated.status, 200);
    const events = await teams.seen();
    assert.deepEqual(
      events.map(({ to, chat: where, event, card, text }) => [to, where, event, card, text]),
      [
        ['#approvals', 'channel', 'send', 'alarm', 'Card alarm'],
        ['#approvals', 'channel', 'send', null, 'more'],
        ['#approvals', 'channel', 'update', 'over', 'Card over'],
      ],
    );
  });

  it('starts a thread when a channel message names none, and does not know an unknown thread', async () => {
    const channel = await teams.channel('security');
    const message = { type: 'message', text: 'alarm' };
    const sent = await teams.connector('POST', `/v3/conversations/${encode(channel)}/activities`, message);
    assert.equal(sent.status, 201);
    const thread = `/v3/conversations/${encode(`${channel};messageid=${sent.body.id}`)}/activities`;
    assert.equal((await teams.connector('POST', thread, message)).status, 201);
    const unknown = `/v3/conversations/${encode(`${channel};messageid=1`)}/activities`;
    assert.equal((await teams.connector('POST', unknown, message)).status, 404);
  });

  describe('a mention in a card', () => {
    const mentioning = (id: string) => ({
      type: 'AdaptiveCard',
      version: '1.5',
      id: 'alarm',
      msteams: { entities: [{ type: 'mention', text: '<at>Lynne</at>', mentioned: { id, name: 'Lynne' } }] },
      body: [
        { type: 'TextBlock', text: '<at>Lynne</at> and <at>Nobody</at>' },
        { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: '<at>Lynne</at>' }] },
      ],
    });
    const post = async (id: string) => {
      const path = `/v3/conversations/${encode(await teams.channel('security'))}/activities`;
      return await teams.connector('POST', path, cardMessage(mentioning(id)));
    };

    it('is shown as the name in a TextBlock, where its text is that of its entity', async () => {
      const { id, upn } = teams.person('oncall');
      for (const known of [id, await teams.teamsIdOf('oncall'), upn]) {
        assert.equal((await post(known)).status, 201);
      }
      const [event] = await teams.seen();
      assert.deepEqual([event?.to, event?.text], ['#security', 'Lynne and <at>Nobody</at>\n<at>Lynne</at>']);
    });

    it('is refused where it names somebody who is not in the conversation', async () => {
      for (const stranger of [teams.person('newcomer').id, '29:nobody', '']) {
        const answer = await post(stranger);
        assert.deepEqual([answer.status, answer.body.error.code], [400, 'BadArgument']);
      }
      assert.deepEqual(await teams.seen(), []);
    });
  });

  it('refuses private channels', async () => {
    const channelData = { channel: { id: await teams.channel('leads') } };
    const body = { isGroup: true, channelData, activity: { type: 'message', text: 'x' } };
    const answer = await teams.connector('POST', '/v3/conversations', body);
    assert.deepEqual([answer.status, answer.body.error.code], [403, 'BotNotInConversationRoster']);
  });

  it('tells members with objectId in a 1:1 chat and aadObjectId in a channel', async () => {
    const id = teams.person('engineer').id;
    const one = await teams.connector('GET', `/v3/conversations/${encode(chat)}/members/${id}`);
    assert.deepEqual(one.body, {
      id: await teams.teamsIdOf('engineer'),
      name: 'Alex Wilber',
      objectId: id,
      givenName: 'Alex',
      surname: 'Wilber',
      email: teams.person('engineer').upn,
      userPrincipalName: teams.person('engineer').upn,
      tenantId: teams.sandbox.tenantId,
      userRole: 'user',
    });
    const channel = encode(await teams.channel('approvals'));
    const paged = await teams.connector('GET', `/v3/conversations/${channel}/pagedmembers?pageSize=50`);
    assert.equal(paged.body.members.length, 7);
    assert.equal(paged.body.members[0].aadObjectId, id);
    const all = await teams.connector('GET', `/v3/conversations/${encode(chat)}/members`);
    assert.deepEqual(all.body.length, 1);
  });

  it('does not find somebody who is in another conversation', async () => {
    const id = teams.person('newcomer').id;
    const answer = await teams.connector('GET', `/v3/conversations/${encode(chat)}/members/${id}`);
    assert.deepEqual([answer.status, answer.body.error.code], [404, 'MemberNotFoundInConversation']);
  });

  it('stores and shows a message whose answer is lost', async () => {
    await teams.control('POST', '/faults', { name: 'ambiguous', service: 'connector', times: 1 });
    const answer = await teams.connector('POST', activities, cardMessage(aCard('active', [anExecute('Deactivate')])));
    assert.equal(answer.status, 502);
    assert.deepEqual(
      (await teams.seen()).map(({ event, card }) => [event, card]),
      [['send', 'active']],
    );
    teams.turn = () => cardAnswer(aCard('ended'));
    assert.equal((await teams.press('engineer', 'Deactivate')).body.outcome, 'card');
  });

  it('keeps to the published limits per conversation when asked', async () => {
    await teams.control('PUT', '/teams/limits', { on: true });
    const statuses: number[] = [];
    let retryAfter: string | null = null;
    for (let count = 0; count < 8; count += 1) {
      const answer = await teams.connector('POST', activities, { type: 'message', text: String(count) });
      statuses.push(answer.status);
      retryAfter = answer.headers.get('retry-after');
    }
    await teams.control('PUT', '/teams/limits', { on: false });
    assert.deepEqual(statuses, [201, 201, 201, 201, 201, 201, 201, 429]);
    assert.equal(retryAfter, '1');
  });
});
