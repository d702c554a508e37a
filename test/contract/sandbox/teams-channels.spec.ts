import assert from 'node:assert/strict';
import { aCard, anExecute, cardAnswer, TeamsFixture } from './teams-fixture.ts';

/** What a client answers that asked for its person's own view. */
const OWN_VIEW = aCard('live', [anExecute('Approve', { own: true })]);

describe('channels in the Teams of the sandbox', () => {
  let teams: TeamsFixture;

  before(async () => {
    teams = await TeamsFixture.start();
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  const channelIdOf = async (name: string): Promise<string> => {
    const { body } = await teams.control('GET', '/teams/conversations');
    return body.team.channels.find((channel: { name: string }) => channel.name === name).id;
  };
  const post = async (name: string, card: object) => {
    const path = `/v3/conversations/${encodeURIComponent(await channelIdOf(name))}/activities`;
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }];
    return await teams.connector('POST', path, { type: 'message', attachments });
  };
  const live = async (watcher: string): Promise<object> =>
    aCard('live', [], {
      refresh: { action: anExecute('Refresh', { rid: 7 }), userIds: [await teams.teamsIdOf(watcher)] },
    });
  const said = () => teams.heard.map(({ value }) => [value.trigger, value.action.data]);

  it('have the client ask for the own view of whom a card names, when they press there', async () => {
    await post('approvals', await live('approver'));
    teams.turn = () => cardAnswer(OWN_VIEW);
    await teams.press('approver', 'Approve', { chat: '#approvals' });
    assert.deepEqual(said(), [
      ['automatic', { rid: 7 }],
      ['manual', { own: true }],
    ]);
    const seen = await teams.seen();
    assert.deepEqual([...new Set(seen.filter(({ event }) => event === 'reply').map(({ to }) => to))], ['approver']);
  });

  it('show everybody else what stands there for all, who may ask by the menu of the message', async () => {
    await post('approvals', await live('approver'));
    teams.turn = () => cardAnswer(OWN_VIEW);
    const { status } = await teams.press('contractor', 'Approve', { chat: '#approvals' });
    assert.deepEqual([status, teams.heard.length], [409, 0]);
    await teams.press('contractor', 'Refresh card', { chat: '#approvals' });
    assert.deepEqual(said(), [['manual', { rid: 7 }]]);
  });

  it('are heard and not written to when they are private, and only by their members', async () => {
    await teams.say('admin', 'hello', { chat: '#leads' });
    assert.equal(teams.heard[0].channelData.channel.type, 'private');
    const { status, body } = await post('leads', OWN_VIEW);
    assert.deepEqual([status, body.error.code], [403, 'BotNotInConversationRoster']);
    assert.equal((await teams.say('engineer', 'hello', { chat: '#leads' })).status, 409);
  });

  it('say that they are shared, and take messages', async () => {
    await teams.say('engineer', 'hello', { chat: '#partners' });
    assert.equal(teams.heard[0].channelData.channel.type, 'shared');
    assert.equal((await post('partners', OWN_VIEW)).status, 201);
  });

  it('go with their team, and come back with it', async () => {
    await teams.control('POST', '/teams/delete-team', { person: 'admin' });
    assert.equal((await post('approvals', OWN_VIEW)).status, 404);
    await teams.control('POST', '/teams/restore-team', { person: 'admin' });
    assert.deepEqual(
      teams.heard.map(({ channelData }) => channelData.eventType),
      ['teamDeleted', 'teamRestored'],
    );
    assert.equal((await post('approvals', OWN_VIEW)).status, 201);
  });
});
