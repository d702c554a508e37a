import assert from 'node:assert/strict';

import { aCard, anExecute, cardAnswer, TeamsFixture } from './teams-fixture.ts';

const secondStep = aCard('approval-request', [anExecute('Send', { step: 2 }), anExecute('Back')], {
  body: [
    { type: 'TextBlock', id: 'title', text: 'Why?' },
    { type: 'Input.Text', id: 'justification', label: 'Justification', isRequired: true, errorMessage: 'Say why' },
  ],
});

describe('second steps, forged clicks and refreshes in the Teams of the sandbox', () => {
  let teams: TeamsFixture;

  before(async () => {
    teams = await TeamsFixture.start();
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  describe('a second step', () => {
    it('fills inputs that only the answer has and presses Send', async () => {
      await teams.card('approver', aCard('approval-request', [anExecute('Approve', { rid: 1 }), anExecute('Deny')]));
      teams.turn = (activity) =>
        cardAnswer(activity.value.action.verb === 'approve' ? secondStep : aCard('approval-decided'));
      const { body } = await teams.press('approver', 'Approve', { inputs: { justification: 'looks right' } });
      assert.equal(body.outcome, 'card');
      assert.equal(body.body.value.id, 'approval-decided');
      assert.deepEqual(
        teams.heard.map((activity) => activity.value.action.data),
        [{ rid: 1 }, { step: 2, justification: 'looks right' }],
      );
      assert.deepEqual(
        (await teams.seen()).map(({ event, card, buttons, inputs }) => [event, card, buttons, inputs]),
        [
          ['send', 'approval-request', ['Approve', 'Deny'], []],
          ['reply', 'approval-request', ['Send', 'Back'], ['justification']],
          ['reply', 'approval-decided', [], []],
        ],
      );
    });

    it('stops at the second step when nothing was typed', async () => {
      await teams.card('approver', aCard('approval-request', [anExecute('Approve')]));
      teams.turn = () => cardAnswer(secondStep);
      await teams.press('approver', 'Approve');
      assert.equal(teams.heard.length, 1);
    });

    it('says which inputs no card had', async () => {
      await teams.card('approver', aCard('approval-request', [anExecute('Approve')]));
      teams.turn = () => cardAnswer(aCard('approval-decided'));
      const { body } = await teams.press('approver', 'Approve', { inputs: { justification: 'ok' } });
      assert.deepEqual(body.unused, ['justification']);
    });
  });

  describe('forging a click', () => {
    it('sends the payload of another person from the own chat, also after the card lost its buttons', async () => {
      const id = await teams.card('approver', aCard('approval-request', [anExecute('Approve', { nonce: 'n1' })]));
      await teams.update('approver', id, aCard('approval-decided'));
      await teams.seen();
      teams.turn = () => cardAnswer(aCard('error'));
      const forged = await teams.control('POST', '/teams/forge', {
        person: 'engineer',
        button: 'Approve',
        of: 'approver',
      });
      assert.equal(forged.body.outcome, 'card');
      const [invoke] = teams.heard;
      assert.equal(invoke.from.aadObjectId, teams.person('engineer').id);
      assert.equal(invoke.conversation.id, await teams.chatOf('engineer'));
      assert.equal(invoke.replyToId, id);
      assert.deepEqual(invoke.value.action.data, { nonce: 'n1' });
      assert.deepEqual(
        (await teams.seen()).map(({ to, event, card }) => [to, event, card]),
        [['engineer', 'reply', 'error']],
      );
    });

    it('lists what was ever offered, and sends an older one of those payloads', async () => {
      const id = await teams.card('contractor', aCard('live', [anExecute('Approve', { nonce: 'old' })]));
      await teams.update('contractor', id, aCard('live', [anExecute('Approve', { nonce: 'new' })]));
      teams.turn = () => cardAnswer(aCard('error'));
      const listed = await teams.control('GET', '/teams/offers?person=contractor');
      const offers = listed.body.offers as readonly { activityId: string; isLive: boolean; changed: number }[];
      const own = offers.filter(({ activityId }) => activityId === id);
      assert.deepEqual(
        own.map(({ isLive }) => isLive),
        [false, true],
      );
      const old = { person: 'contractor', of: 'contractor', button: 'Approve', changed: own[0]?.changed };
      await teams.control('POST', '/teams/forge', old);
      assert.deepEqual(teams.heard[0].value.action.data, { nonce: 'old' });
    });

    it('presses one message of several that have the button', async () => {
      const older = await teams.card('contractor', aCard('live', [anExecute('Approve', { rid: 1 })]));
      await teams.card('contractor', aCard('live', [anExecute('Approve', { rid: 2 })]));
      teams.turn = () => cardAnswer(aCard('error'));
      await teams.control('POST', '/teams/press', { person: 'contractor', button: 'Approve', message: older });
      assert.deepEqual(teams.heard[0].value.action.data, { rid: 1 });
    });

    it('refuses a button that was never offered', async () => {
      const body = { person: 'engineer', button: 'Never', of: 'approver' };
      assert.equal((await teams.control('POST', '/teams/forge', body)).status, 409);
    });
  });

  describe('opening the chat again', () => {
    const refreshing = (userIds: readonly string[]): object =>
      aCard('live', [anExecute('Approve')], {
        refresh: { action: anExecute('Refresh', { rid: 7 }), userIds },
      });

    it('refreshes a card for the people it names, at most once a minute', async () => {
      const refreshed = refreshing([await teams.teamsIdOf('approver2')]);
      await teams.card('approver2', refreshed);
      teams.turn = () => cardAnswer(refreshed);
      const view = (): Promise<unknown> => teams.control('POST', '/teams/view', { person: 'approver2' });
      await view();
      await view();
      assert.equal(teams.heard.length, 1);
      assert.equal(teams.heard[0].value.trigger, 'automatic');
      assert.deepEqual(teams.heard[0].value.action.data, { rid: 7 });
      await teams.control('POST', '/clock', { advance: 'PT1M' });
      await view();
      assert.equal(teams.heard.length, 2);
    });

    it('looks at messages from one on, when told so', async () => {
      const refreshed = refreshing([await teams.teamsIdOf('oncall')]);
      const older = await teams.card('oncall', refreshed);
      teams.turn = () => cardAnswer(refreshed);
      await teams.control('POST', '/teams/view', { person: 'oncall', after: String(Number(older) + 1) });
      assert.equal(teams.heard.length, 0);
    });

    it('does not refresh a card that names somebody else, and toasts no failure', async () => {
      await teams.card('contractor', refreshing(['29:other']));
      const mine = await teams.card('contractor', refreshing([await teams.teamsIdOf('contractor')]));
      await teams.seen();
      teams.turn = () => ({ http: 500 });
      await teams.control('POST', '/teams/view', { person: 'contractor' });
      assert.deepEqual(
        teams.heard.map((activity) => activity.replyToId),
        [mine],
      );
      assert.deepEqual(await teams.seen(), []);
    });
  });
});
