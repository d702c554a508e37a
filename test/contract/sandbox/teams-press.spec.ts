import assert from 'node:assert/strict';

import { aCard, anExecute, answer, cardAnswer, cardMessage, TeamsFixture } from './teams-fixture.ts';

const required = aCard('second', [anExecute('Send')], {
  body: [{ type: 'Input.Text', id: 'why', label: 'Why', isRequired: true, errorMessage: 'Say why' }],
});

describe('pressing buttons in the Teams of the sandbox', () => {
  let teams: TeamsFixture;

  before(async () => {
    teams = await TeamsFixture.start();
  });
  beforeEach(() => teams.begin());
  after(() => teams.stop());

  it('sends an invoke with the data of the action and the inputs of the card', async () => {
    const id = await teams.card(
      'engineer',
      aCard('activation-form', [anExecute('Activate', { rid: 'r1', duration: 'x' }, { id: 'go' })], {
        body: [
          { type: 'Input.Text', id: 'duration', value: 'PT1H' },
          { type: 'Input.Text', id: 'reason' },
          { type: 'Input.Toggle', id: 'notify', title: 'Notify' },
        ],
      }),
    );
    teams.turn = () => cardAnswer(aCard('activation-pending'));
    const pressed = await teams.press('engineer', ' activate ', { inputs: { reason: 'INC-42' } });
    assert.equal(pressed.body.outcome, 'card');
    const [invoke] = teams.heard;
    assert.equal(invoke.type, 'invoke');
    assert.equal(invoke.name, 'adaptiveCard/action');
    assert.equal(invoke.replyToId, id);
    assert.deepEqual(invoke.value, {
      action: {
        type: 'Action.Execute',
        id: 'go',
        verb: 'activate',
        data: { rid: 'r1', duration: 'PT1H', reason: 'INC-42', notify: 'false' },
      },
      trigger: 'manual',
    });
  });

  it('shows the answer card to the person who clicked, until the message changes for everybody', async () => {
    const id = await teams.card('engineer', aCard('active', [anExecute('Deactivate')]));
    teams.turn = () => cardAnswer(aCard('working', [anExecute('Undo')]));
    await teams.press('engineer', 'Deactivate');
    assert.equal((await teams.press('engineer', 'Deactivate', { card: 'active' })).status, 409);
    await teams.update('engineer', id, aCard('activation-ended'));
    assert.equal((await teams.press('engineer', 'Undo')).status, 409);
    assert.deepEqual(
      (await teams.seen()).map(({ event, card, activityId }) => [event, card, activityId]),
      [
        ['send', 'active', id],
        ['reply', 'working', id],
        ['update', 'activation-ended', id],
      ],
    );
  });

  it('presses the button of an older message when it is named', async () => {
    const older = await teams.card('engineer', aCard('active', [anExecute('Deactivate')]));
    await teams.card('engineer', aCard('active', [anExecute('Deactivate')]));
    await teams.press('engineer', 'Deactivate', { message: older });
    assert.equal(teams.heard[0].replyToId, older);
    assert.equal((await teams.press('engineer', 'Deactivate', { message: 'nobody' })).status, 409);
  });

  it('keeps the answer to a click in a channel from everybody else', async () => {
    const channelData = { channel: { id: await teams.channel('approvals') } };
    const activity = cardMessage(aCard('shared', [anExecute('Look closer')]));
    await teams.connector('POST', '/v3/conversations', { isGroup: true, channelData, activity });
    teams.turn = () => cardAnswer(aCard('mine', [anExecute('Approve')]));
    await teams.press('approver', 'Look closer');
    const events = await teams.seen();
    assert.deepEqual(
      events.map(({ to, chat, event, card }) => [to, chat, event, card]),
      [
        ['#approvals', 'channel', 'send', 'shared'],
        ['approver', 'channel', 'reply', 'mine'],
      ],
    );
    assert.equal((await teams.press('approver2', 'Approve', { card: 'mine' })).status, 409);
    assert.equal((await teams.press('newcomer', 'Look closer')).status, 409);
    assert.equal((await teams.press('approver', 'Approve')).body.outcome, 'card');
  });

  it('takes the card that changed last', async () => {
    const older = await teams.card('admin', aCard('one', [anExecute('Approve', { n: 1 })]));
    await teams.card('admin', aCard('two', [anExecute('Approve', { n: 2 })]));
    teams.turn = () => answer(200, 'activity.message', 'done');
    await teams.press('admin', 'Approve');
    await teams.update('admin', older, aCard('one', [anExecute('Approve', { n: 3 })]));
    await teams.press('admin', 'Approve');
    await teams.press('admin', 'Approve', { card: 'two' });
    assert.deepEqual(
      teams.heard.map((activity) => activity.value.action.data.n),
      [2, 3, 2],
    );
  });

  it('says which cards and buttons there are when none fits', async () => {
    await teams.card('oncall', aCard('only', [anExecute('Confirm'), anExecute('Off', {}, { isEnabled: false })]));
    const refused = await teams.press('oncall', 'Off');
    assert.equal(refused.status, 409);
    assert.match(refused.body.error.message, /oncall sees no card with a button "Off"/);
    assert.deepEqual(refused.body.cards[0].buttons, ['Confirm']);
  });

  for (const [what, reply, outcome, text] of [
    ['a message', answer(200, 'activity.message', 'Already approved by Adele'), 'message', 'Already approved by Adele'],
    ['an error', answer(400, 'error', { code: 'BadRequest', message: 'No such request' }), 'error', 'No such request'],
    [
      'a status that does not fit its type',
      answer(409, 'error', { code: 'x', message: 'y' }),
      'error',
      'Unexpected response type',
    ],
    ['an HTTP error', { http: 501 }, 'unreachable', 'Unable to reach app. Please try again.'],
    ['a cut connection', 'die', 'unreachable', 'Unable to reach app. Please try again.'],
  ] as const) {
    it(`shows ${what} as a toast and leaves the card`, async () => {
      await teams.card('engineer', aCard('toasted', [anExecute('Go')]));
      await teams.seen();
      teams.turn = () => reply;
      assert.equal((await teams.press('engineer', 'Go')).body.outcome, outcome);
      assert.deepEqual(
        (await teams.seen()).map((event) => [event.event, event.to, event.text]),
        [['toast', 'engineer', text]],
      );
      assert.equal((await teams.press('engineer', 'Go')).status, 200);
    });
  }

  it('sends Action.Submit as a message with a value and no text', async () => {
    const id = await teams.card('engineer', aCard('form', [{ type: 'Action.Submit', title: 'Ok', data: { a: 1 } }]));
    assert.equal((await teams.press('engineer', 'Ok')).body.outcome, 'submitted');
    const [activity] = teams.heard;
    assert.equal(activity.type, 'message');
    assert.equal(activity.replyToId, id);
    assert.deepEqual(activity.value, { a: 1 });
    assert.equal('text' in activity, false);
  });

  for (const [type, data, fields] of [
    ['imBack', { msteams: { type: 'imBack', value: 'my roles' } }, { text: 'my roles' }],
    ['messageBack', { msteams: { type: 'messageBack', text: 'hi', value: { b: 2 } } }, { text: 'hi', value: { b: 2 } }],
  ] as const) {
    it(`sends what an Action.Submit of type ${type} asks for`, async () => {
      await teams.card('engineer', aCard('form', [{ type: 'Action.Submit', title: 'Ok', data }]));
      await teams.press('engineer', 'Ok');
      const { text, value } = teams.heard[0];
      assert.deepEqual({ text, ...(value && { value }) }, fields);
    });
  }

  it('gives the address of Action.OpenUrl and asks the bot nothing', async () => {
    const url = 'https://bot.example.com/auth/start?tx=1';
    await teams.card('engineer', aCard('step-up', [{ type: 'Action.OpenUrl', title: 'Sign in', url }]));
    const { body } = await teams.press('engineer', 'Sign in');
    assert.deepEqual([body.outcome, body.url, body.status], ['url', url, null]);
    assert.deepEqual(teams.heard, []);
    const { entries } = (await teams.control('GET', '/teams/journal')).body;
    assert.deepEqual([entries.at(-1).kind, entries.at(-1).person, entries.at(-1).url], ['opened', 'engineer', url]);
  });

  it('reaches buttons and inputs that Action.ShowCard unfolds', async () => {
    const inner = { type: 'AdaptiveCard', body: [{ type: 'Input.Text', id: 'why' }], actions: [anExecute('Really')] };
    await teams.card('engineer', aCard('folded', [{ type: 'Action.ShowCard', title: 'More', card: inner }]));
    assert.equal((await teams.press('engineer', 'Really')).status, 409);
    assert.deepEqual((await teams.press('engineer', 'More')).body.body, {
      buttons: ['More', 'Really'],
      inputs: ['why'],
    });
    teams.turn = () => answer(200, 'activity.message', 'ok');
    await teams.press('engineer', 'Really', { inputs: { why: 'because' } });
    assert.deepEqual(teams.heard[0].value.action.data, { why: 'because' });
  });

  it('reaches what Action.ToggleVisibility shows', async () => {
    const set = { type: 'ActionSet', id: 'more', isVisible: false, actions: [anExecute('Hidden')] };
    const toggle = { type: 'Action.ToggleVisibility', title: 'Show', targetElements: ['more'] };
    await teams.card('engineer', aCard('toggled', [toggle], { body: [set] }));
    assert.equal((await teams.press('engineer', 'Hidden')).status, 409);
    await teams.press('engineer', 'Show');
    teams.turn = () => answer(200, 'activity.message', 'ok');
    assert.equal((await teams.press('engineer', 'Hidden')).status, 200);
  });

  it('does not send a card whose required input is empty', async () => {
    await teams.card('engineer', required);
    await teams.seen();
    const { body } = await teams.press('engineer', 'Send');
    assert.deepEqual([body.outcome, body.status, body.error], ['refused', null, 'Say why']);
    assert.deepEqual(teams.heard, []);
    assert.equal((await teams.seen())[0]?.text, 'Say why');
  });

  it('does not reach the bot from the chat of somebody who removed it', async () => {
    await teams.card('oncall2', aCard('old', [anExecute('Confirm')]));
    await teams.control('POST', '/teams/uninstall', { person: 'oncall2' });
    teams.heard.length = 0;
    const { body } = await teams.press('oncall2', 'Confirm');
    assert.deepEqual([body.status, body.outcome], [403, 'forbidden']);
    assert.deepEqual(teams.heard, []);
    await teams.control('POST', '/teams/install', { person: 'oncall2' });
  });
});
