import assert from 'node:assert/strict';

import {
  aCard,
  anExecute,
  answer,
  cardAnswer,
  cardMessage,
  type Loose,
  signInMessage,
  TeamsFixture,
} from './teams-fixture.ts';

describe('signing in with the Teams clients of the sandbox', () => {
  let teams: TeamsFixture;
  let oauthCard: Loose;
  let path: string;

  before(async () => {
    teams = await TeamsFixture.start();
    const uri = teams.sandbox.apps.selfService.identifierUri;
    oauthCard = {
      text: 'Sign in once',
      connectionName: 'sso',
      tokenExchangeResource: { id: 'exchange-1', uri, providerId: 'entra' },
      buttons: [{ type: 'signin', title: 'Sign in', value: 'https://bot.example.com/sign-in' }],
    };
    path = `/v3/conversations/${encodeURIComponent(await teams.chatOf('engineer'))}/activities`;
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  /** A bot that asks for a sign-in when spoken to and answers the exchange with this status. */
  function asksToSignIn(
    status: number,
    whenExchanged: (messageId: string) => Promise<unknown> = async () => null,
  ): void {
    let messageId = '';
    teams.turn = async (activity) => {
      if (activity.type === 'message') {
        messageId = (await teams.connector('POST', path, signInMessage(oauthCard))).body.id;
        return undefined;
      }
      await whenExchanged(messageId);
      return { http: status, body: status === 412 ? { id: 'exchange-1', failureDetail: 'consent' } : undefined };
    };
  }

  it('answers a sign-in card silently, and says so only when the bot has answered', async () => {
    asksToSignIn(200);
    await teams.say('engineer', 'my roles');
    const invoke = teams.heard[1];
    assert.equal(invoke.name, 'signin/tokenExchange');
    assert.equal(invoke.value.id, 'exchange-1');
    assert.equal(invoke.value.connectionName, 'sso');
    const claims = JSON.parse(Buffer.from(invoke.value.token.split('.')[1], 'base64url').toString('utf8')) as Loose;
    assert.equal(claims.oid, teams.person('engineer').id);
    assert.equal(claims.aud, teams.sandbox.apps.selfService.clientId);
    assert.deepEqual(await teams.seen(), []);
    assert.equal((await teams.press('engineer', 'Sign in')).status, 409);
  });

  it('shows the sign-in card when the bot cannot use the token', async () => {
    asksToSignIn(412);
    await teams.say('engineer', 'my roles');
    assert.deepEqual(
      (await teams.seen()).map(({ event, card, title, text, buttons }) => [event, card, title, text, buttons]),
      [['send', 'sign-in', 'Sign in once', 'Sign in once', ['Sign in']]],
    );
    const { body } = await teams.press('engineer', 'Sign in');
    assert.deepEqual([body.outcome, body.url], ['url', 'https://bot.example.com/sign-in']);
  });

  it('shows a sign-in card that became an ordinary card as an update, also when the exchange fails', async () => {
    asksToSignIn(412, (id) => teams.connector('PUT', `${path}/${id}`, cardMessage(aCard('my-roles'))));
    await teams.say('engineer', 'my roles');
    assert.deepEqual(
      (await teams.seen()).map(({ event, card }) => [event, card]),
      [['update', 'my-roles']],
    );
  });

  it('shows nothing of a sign-in card that was deleted unseen', async () => {
    asksToSignIn(412, (id) => teams.connector('DELETE', `${path}/${id}`));
    await teams.say('engineer', 'my roles');
    assert.deepEqual(await teams.seen(), []);
  });

  it('sends the same exchange from every client of a person', async () => {
    await teams.control('PUT', '/teams/people', { person: 'engineer', clients: 3 });
    asksToSignIn(200);
    await teams.say('engineer', 'my roles');
    await teams.control('PUT', '/teams/people', { person: 'engineer', clients: 1 });
    const exchanges = teams.heard.slice(1);
    assert.deepEqual(
      exchanges.map((activity) => activity.value.id),
      ['exchange-1', 'exchange-1', 'exchange-1'],
    );
    assert.equal(new Set(exchanges.map((activity) => activity.id)).size, 3);
  });

  it('fails openly for a resource that is not in the manifest', async () => {
    const wrong = { ...oauthCard, tokenExchangeResource: { id: 'x', uri: 'api://other' } };
    await teams.connector('POST', path, signInMessage(wrong));
    await teams.control('GET', '/teams/idle?wait=1');
    assert.deepEqual(
      teams.heard.map(({ name, value }) => [name, value.code]),
      [['signin/failure', 'resourcematchfailed']],
    );
    assert.equal((await teams.seen())[0]?.card, 'sign-in');
  });

  it('shows a sign-in card in a channel at once', async () => {
    const channelData = { channel: { id: await teams.channel('security') } };
    const activity = signInMessage(oauthCard);
    await teams.connector('POST', '/v3/conversations', { isGroup: true, channelData, activity });
    await teams.control('GET', '/teams/idle?wait=1');
    assert.deepEqual(teams.heard, []);
    assert.deepEqual(
      (await teams.seen()).map(({ to, card }) => [to, card]),
      [['#security', 'sign-in']],
    );
  });

  describe('for a click', () => {
    beforeEach(async () => {
      await teams.card('engineer', aCard('active', [anExecute('Deactivate', { rid: 1 })]));
      await teams.seen();
    });

    it('repeats the same action with the token, once', async () => {
      teams.turn = (activity) =>
        activity.value.authentication === undefined
          ? answer(401, 'activity.loginRequest', oauthCard)
          : cardAnswer(aCard('activation-ended'));
      assert.equal((await teams.press('engineer', 'Deactivate')).body.outcome, 'card');
      const [first, second] = teams.heard;
      assert.deepEqual(second.value.action, first.value.action);
      assert.equal(second.replyToId, first.replyToId);
      assert.equal(second.value.authentication.id, 'exchange-1');
      assert.equal(second.value.authentication.connectionName, 'sso');
      assert.match(second.value.authentication.token, /^ey/);
    });

    it('repeats it in a channel as well, from there and for the clicker alone', async () => {
      const channel = await teams.channel('approvals');
      const activity = cardMessage(aCard('approval-request', [anExecute('Approve', { rid: 2 })]));
      const channelData = { channel: { id: channel } };
      const sent = await teams.connector('POST', '/v3/conversations', { isGroup: true, channelData, activity });
      await teams.seen();
      teams.turn = ({ value }) =>
        value.authentication === undefined
          ? answer(401, 'activity.loginRequest', oauthCard)
          : cardAnswer(aCard('approval-decided'));
      assert.equal((await teams.press('approver', 'Approve')).body.outcome, 'card');
      assert.equal(teams.heard.length, 2);
      const [first, second] = teams.heard;
      assert.equal(first.value.authentication, undefined);
      assert.deepEqual(second.value.action, first.value.action);
      assert.deepEqual(
        [second.conversation.conversationType, second.conversation.id, second.replyToId],
        ['channel', `${channel};messageid=${sent.body.activityId}`, sent.body.activityId],
      );
      const claims = JSON.parse(
        Buffer.from(second.value.authentication.token.split('.')[1], 'base64url').toString('utf8'),
      ) as Loose;
      assert.equal(claims.oid, teams.person('approver').id);
      assert.deepEqual(
        (await teams.seen()).map(({ to, event, card }) => [to, event, card]),
        [['approver', 'reply', 'approval-decided']],
      );
    });

    for (const [what, refusal] of [
      ['asks again', (): object => answer(401, 'activity.loginRequest', oauthCard)],
      [
        'refuses the token',
        (): object => answer(412, 'error.preconditionFailed', { code: '412', message: 'No consent' }),
      ],
    ] as const) {
      it(`offers a sign-in button when the bot ${what}`, async () => {
        teams.turn = (activity) =>
          activity.value.authentication === undefined ? answer(401, 'activity.loginRequest', oauthCard) : refusal();
        assert.equal((await teams.press('engineer', 'Deactivate')).body.outcome, 'sign-in');
        assert.equal(teams.heard.length, 2);
        const [toast] = await teams.seen();
        assert.deepEqual([toast?.event, toast?.buttons], ['toast', ['Sign in']]);
        assert.equal((await teams.press('engineer', 'Sign in')).body.url, 'https://bot.example.com/sign-in');
        assert.equal((await teams.press('engineer', 'Deactivate')).status, 200);
      });
    }
  });
});
