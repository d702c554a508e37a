import assert from 'node:assert/strict';

import { type Loose, TeamsFixture } from './teams-fixture.ts';

describe('saying something in the Teams of the sandbox', () => {
  let teams: TeamsFixture;

  before(async () => {
    teams = await TeamsFixture.start();
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  it('posts the message as Teams does, signed for the channel', async () => {
    const said = await teams.say('engineer', 'my roles');
    assert.deepEqual([said.status, said.body.status, said.body.outcome], [200, 200, 'said']);
    const conversations = await teams.control('GET', '/teams/conversations');
    const person = conversations.body.people[0];
    const bot = { id: `28:${teams.sandbox.botAppId}`, name: 'Pimlico' };
    assert.deepEqual(teams.heard, [
      {
        id: said.body.activityId,
        type: 'message',
        timestamp: '2026-11-23T08:00:00.000Z',
        localTimestamp: '2026-11-23T09:00:00.000+01:00',
        localTimezone: 'Europe/Madrid',
        serviceUrl: `${teams.sandbox.urls.connector}/`,
        channelId: 'msteams',
        locale: 'en-US',
        from: { id: person.teamsId, name: 'Alex Wilber', aadObjectId: teams.person('engineer').id },
        conversation: {
          conversationType: 'personal',
          tenantId: teams.sandbox.tenantId,
          id: person.conversationId,
        },
        recipient: bot,
        textFormat: 'plain',
        text: 'my roles',
        attachments: [],
        entities: [
          { type: 'clientInfo', locale: 'en-US', country: 'ES', platform: 'Windows', timezone: 'Europe/Madrid' },
        ],
        channelData: { tenant: { id: teams.sandbox.tenantId } },
      },
    ]);
    const claims = JSON.parse(
      Buffer.from(teams.authorizations[0]?.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as Loose;
    assert.equal(claims.aud, teams.sandbox.botAppId);
    assert.equal(claims.serviceurl, `${teams.sandbox.urls.connector}/`);
  });

  it('mentions the bot in a channel and starts a thread the bot can answer in', async () => {
    const said = await teams.say('oncall', 'breakglass payments', { chat: '#security' });
    const [activity] = teams.heard;
    const channel = await teams.channel('security');
    assert.equal(activity.text, '<at>Pimlico</at> breakglass payments');
    assert.equal(activity.conversation.id, `${channel};messageid=${said.body.activityId}`);
    assert.equal(activity.conversation.conversationType, 'channel');
    assert.deepEqual(activity.entities[0], {
      type: 'mention',
      mentioned: { id: `28:${teams.sandbox.botAppId}`, name: 'Pimlico' },
      text: '<at>Pimlico</at>',
    });
    assert.equal(activity.channelData.channel.name, 'security');
    const path = `/v3/conversations/${encodeURIComponent(activity.conversation.id)}/activities/${activity.id}`;
    assert.equal((await teams.connector('POST', path, { type: 'message', text: 'ok' })).status, 201);
    assert.equal((await teams.seen())[0]?.to, '#security');
  });

  it('names the General channel by the team and gives it no name', async () => {
    await teams.say('oncall', 'help', { chat: '#general' });
    const { channelData } = teams.heard[0];
    assert.equal(channelData.channel.id, channelData.team.id);
    assert.equal('name' in channelData.channel, false);
  });

  it('installs the bot by speaking to it', async () => {
    await teams.say('newcomer', 'hi');
    assert.deepEqual(
      teams.heard.map(({ type, action }) => [type, action]),
      [
        ['installationUpdate', 'add'],
        ['conversationUpdate', undefined],
        ['message', undefined],
      ],
    );
    assert.deepEqual(teams.heard[1].membersAdded, [{ id: `28:${teams.sandbox.botAppId}` }]);
    assert.match(await teams.chatOf('newcomer'), /^a:1/);
  });

  it('refuses channels that a person is not in, and chats with a bot they blocked', async () => {
    assert.equal((await teams.say('newcomer', 'hi', { chat: '#approvals' })).status, 409);
    assert.equal((await teams.say('engineer', 'hi', { chat: '#nowhere' })).status, 404);
    assert.equal((await teams.say('nobody', 'hi')).status, 404);
    await teams.control('POST', '/teams/block', { person: 'contractor' });
    assert.equal((await teams.say('contractor', 'hi')).status, 409);
    await teams.control('POST', '/teams/unblock', { person: 'contractor' });
    assert.deepEqual(teams.heard, []);
  });

  it('tells that the bot died with status 0, and goes on with the next one', async () => {
    teams.turn = () => 'die';
    const died = await teams.say('engineer', 'hi');
    assert.deepEqual([died.body.status, died.body.error, died.body.outcome], [0, 'ECONNRESET', 'unreachable']);
    const { entries } = (await teams.control('GET', '/teams/journal')).body;
    const { kind, person, type, status } = entries.at(-1);
    assert.deepEqual([kind, person, type, status], ['failure', 'Alex Wilber', 'message', 0]);
    teams.turn = () => undefined;
    assert.equal((await teams.say('engineer', 'hi')).body.status, 200);
    assert.equal(teams.heard.length, 2);
  });

  it('changes any field of a message for hostile tests', async () => {
    const activity = { from: { aadObjectId: null }, channelData: { tenant: { id: 'other' } }, text: 'approve' };
    const sent = await teams.control('POST', '/teams/activity', { person: 'engineer', activity, authorization: '' });
    assert.equal(sent.body.status, 200);
    assert.equal('aadObjectId' in teams.heard[0].from, false);
    assert.equal(teams.heard[0].from.name, 'Alex Wilber');
    assert.equal(teams.heard[0].channelData.tenant.id, 'other');
    assert.equal(teams.heard[0].text, 'approve');
    assert.equal(teams.authorizations[0], undefined);
  });

  it('is idle only when the bot has answered everything', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const heard = new Promise<void>((resolve) => {
      teams.turn = async () => {
        resolve();
        await held;
      };
    });
    const said = teams.say('engineer', 'slow');
    await heard;
    assert.equal((await teams.control('GET', '/teams/idle')).body.idle, false);
    const idle = teams.control('GET', '/teams/idle?wait=1');
    release();
    const { body } = await idle;
    assert.equal(body.idle, true);
    assert.equal(body.now, (await teams.control('GET', '/clock')).body.now);
    assert.equal((await said).body.status, 200);
  });
});
