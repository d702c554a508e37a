import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { decodeJwt } from 'jose';

import { startPlayground } from '../../../sandbox/playground/playground.ts';
import { startRelay } from '../../../sandbox/playground/relay.ts';
import { SandboxClient } from '../../../sandbox/playground/sandbox-client.ts';
import { openWindow, type PersonWindow } from '../../../sandbox/playground/window.ts';
import {
  aCard,
  anExecute,
  answer,
  cardAnswer,
  type Loose,
  signInMessage,
  TeamsFixture,
} from '../sandbox/teams-fixture.ts';
import { Page } from './page.ts';

const cardOf = (message: Loose): Loose => message.attachments?.[0]?.content;
const isCard = (id: string) => (message: Loose) => cardOf(message)?.id === id;

const LOGIN = {
  text: 'Sign in to continue.',
  connectionName: 'pimlico',
  tokenExchangeResource: { id: 'exchange-1', uri: 'api://botid-6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401' },
  buttons: [{ type: 'signin', title: 'Sign in', value: 'https://bot.invalid/sign-in' }],
};

describe('a Playground as the Teams of one person', function () {
  this.timeout(60_000);
  let teams: TeamsFixture;
  let window: PersonWindow;
  let page: Page;
  let chatId: string;
  const failures: Error[] = [];

  before(async () => {
    teams = await TeamsFixture.start();
    const onFailure = (error: Error): number => failures.push(error);
    window = await openWindow({ control: teams.sandbox.urls.control, person: 'engineer', port: 0, onFailure });
    chatId = await teams.chatOf('engineer');
    page = await Page.open(window.url, await teams.teamsIdOf('engineer'), chatId);
  });

  after(async () => {
    await page?.close();
    await window?.close();
    await teams?.stop();
    assert.deepEqual(failures, []);
  });

  beforeEach(() => {
    teams.turn = () => undefined;
    teams.heard.length = 0;
    teams.authorizations.length = 0;
  });

  async function heard(fits: (activity: Loose) => boolean): Promise<Loose> {
    const before = teams.heard.find(fits);
    if (before !== undefined) return before;
    return new Promise((resolve) => {
      const { turn } = teams;
      teams.turn = (activity, authorization) => {
        if (fits(activity)) resolve(activity);
        return turn(activity, authorization);
      };
    });
  }

  it('says what is typed as the real person, signed by the channel', async () => {
    const message = heard(({ type }) => type === 'message');
    await page.say(chatId, 'my roles');
    const activity = await message;
    assert.equal(activity.text, 'my roles');
    assert.equal(activity.channelId, 'msteams');
    assert.equal(activity.from.aadObjectId, teams.person('engineer').id);
    assert.equal(activity.from.id, await teams.teamsIdOf('engineer'));
    assert.equal(activity.recipient.id, '28:6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401');
    assert.equal(activity.conversation.id, chatId);
    assert.equal(activity.conversation.tenantId, teams.sandbox.tenantId);
    const token = decodeJwt(teams.authorizations.at(-1)?.replace('Bearer ', '') ?? '');
    assert.equal(token.iss, 'https://api.botframework.com');
    assert.equal(token.serviceurl, activity.serviceUrl);
  });

  it('shows what the bot sends, changes and removes, without refresh and full width', async () => {
    const more = { refresh: { action: anExecute('View'), userIds: [] }, msteams: { width: 'Full', entities: [] } };
    const id = await teams.card('engineer', aCard('first', [], more));
    const shown = await page.sees('createMessage', isCard('first'));
    assert.equal(cardOf(shown).refresh, undefined);
    assert.deepEqual(cardOf(shown).msteams, { entities: [] });
    await teams.update('engineer', id, aCard('second'));
    const changed = await page.sees('updateMessage', isCard('second'));
    assert.equal(changed.messageId, shown.messageId);
    await teams.connector('DELETE', `/v3/conversations/${encodeURIComponent(chatId)}/activities/${id}`);
    const removed = await page.sees('updateMessage', ({ text }) => text !== undefined);
    assert.equal(removed.text, 'This message was removed.');
    assert.equal(removed.messageId, shown.messageId);
  });

  it("answers a press with the bot's card, after what the bot changed meanwhile", async () => {
    const id = await teams.card('engineer', aCard('question', [anExecute('Go', { a: 1 })]));
    const { messageId } = await page.sees('createMessage', isCard('question'));
    teams.turn = async ({ name }) => {
      if (name !== 'adaptiveCard/action') return undefined;
      await teams.update('engineer', id, aCard('changed'));
      return cardAnswer(aCard('answer', [], { refresh: { action: anExecute('View'), userIds: [] } }));
    };
    const action = anExecute('Go', { a: 1, justification: 'typed' });
    const reply = await page.press(chatId, messageId, action);
    const [invoke] = teams.heard.filter(({ name }) => name === 'adaptiveCard/action');
    assert.equal(invoke.replyToId, id);
    assert.deepEqual(invoke.value.action.data, { a: 1, justification: 'typed' });
    assert.equal(reply.type, 'application/vnd.microsoft.card.adaptive');
    assert.equal(reply.value.id, 'answer');
    assert.equal(reply.value.refresh, undefined);
    assert.ok(page.events.some(({ action: kind, message }) => kind === 'updateMessage' && isCard('changed')(message)));
  });

  it('signs in silently when a press asks for it, and presses again', async () => {
    await teams.card('engineer', aCard('secret', [anExecute('Open')]));
    const { messageId } = await page.sees('createMessage', isCard('secret'));
    teams.turn = ({ name, value }) => {
      if (name !== 'adaptiveCard/action') return undefined;
      return value.authentication === undefined
        ? answer(401, 'activity.loginRequest', LOGIN)
        : cardAnswer(aCard('opened'));
    };
    const reply = await page.press(chatId, messageId, anExecute('Open'));
    assert.equal(reply.value.id, 'opened');
    const [, again] = teams.heard.filter(({ name }) => name === 'adaptiveCard/action');
    assert.equal(decodeJwt(again.value.authentication.token).oid, teams.person('engineer').id);
  });

  it('answers a sign-in card by itself and does not show it', async () => {
    const exchange = heard(({ name }) => name === 'signin/tokenExchange');
    await teams.connector('POST', `/v3/conversations/${encodeURIComponent(chatId)}/activities`, signInMessage(LOGIN));
    const { value } = await exchange;
    assert.equal(decodeJwt(value.token).oid, teams.person('engineer').id);
    await teams.card('engineer', aCard('after-sign-in'));
    await page.sees('createMessage', isCard('after-sign-in'));
    assert.ok(!page.events.some(({ message }) => JSON.stringify(message).includes('Sign in to continue.')));
  });

  it('shows words and errors under the card, and keeps the card', async () => {
    await teams.card('engineer', aCard('stays', [anExecute('Tell')]));
    const { messageId } = await page.sees('createMessage', isCard('stays'));
    teams.turn = ({ name }) => (name === 'adaptiveCard/action' ? answer(200, 'activity.message', 'Done.') : undefined);
    const told = await page.press(chatId, messageId, anExecute('Tell'));
    assert.deepEqual(told, { type: 'application/vnd.microsoft.activity.message', value: 'Done.' });
    await page.sees('updateMessage', isCard('stays'));
    const problem = { code: 'BadRequest', message: 'No.' };
    teams.turn = ({ name }) => (name === 'adaptiveCard/action' ? answer(400, 'error', problem) : undefined);
    const refused = await page.press(chatId, messageId, anExecute('Tell'));
    assert.deepEqual(refused, { type: 'application/vnd.microsoft.error', value: problem });
    await page.sees('updateMessage', isCard('stays'));
  });

  it('tells that the bot does not answer', async () => {
    await teams.card('engineer', aCard('lonely', [anExecute('Call')]));
    const { messageId } = await page.sees('createMessage', isCard('lonely'));
    teams.turn = ({ name }) => (name === 'adaptiveCard/action' ? 'die' : undefined);
    const reply = await page.press(chatId, messageId, anExecute('Call'));
    assert.equal(reply.type, 'application/vnd.microsoft.error');
    await page.sees('updateMessage', isCard('lonely'));
  });

  it("keeps other people's messages out", async () => {
    await teams.card('approver', aCard('not-yours'));
    await teams.card('engineer', aCard('yours'));
    await page.sees('createMessage', isCard('yours'));
    assert.ok(!page.events.some(({ message }) => isCard('not-yours')(message)));
  });

  it('shows what came before its page was opened, as it is by then, and lets it be pressed', async () => {
    const other = await openWindow({
      control: teams.sandbox.urls.control,
      person: 'oncall',
      port: 0,
      onFailure: (error) => failures.push(error),
    });
    let late: Page | null = null;
    try {
      const id = await teams.card('oncall', aCard('asked', [anExecute('Approve')]));
      await teams.card('oncall', aCard('asked-next'));
      await teams.update('oncall', id, aCard('asked-again', [anExecute('Approve')]));
      const lateChat = await teams.chatOf('oncall');
      late = await Page.open(other.url, await teams.teamsIdOf('oncall'), lateChat);
      const { messageId } = await late.sees('createMessage', isCard('asked-again'));
      await late.sees('createMessage', isCard('asked-next'));
      assert.deepEqual(late.events, []);
      teams.turn = ({ name }) => (name === 'adaptiveCard/action' ? cardAnswer(aCard('decided')) : undefined);
      const reply = await late.press(lateChat, messageId, anExecute('Approve'));
      assert.equal(reply.value.id, 'decided');
      assert.equal(teams.heard.find(({ name }) => name === 'adaptiveCard/action').replyToId, id);
    } finally {
      await late?.close();
      await other.close();
    }
  });

  it('explains in other chats that only the personal one leads to the bot', async () => {
    const group = '19:playground-group@thread.v2';
    await page.forward({ type: 'message', id: '1', text: 'hello', conversation: { id: group } });
    const { text } = await page.sees('createMessage', (message) => message.text !== undefined);
    assert.equal(text, 'In this window only the personal chat leads to the bot.');
    assert.deepEqual(teams.heard, []);
  });

  it('listens on loopback only', async function () {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
    if (outside === undefined) this.skip();
    const socket = connect(Number(new URL(window.url).port), outside);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  });
});

describe('startPlayground', function () {
  this.timeout(30_000);

  it('fails when the port is busy, instead of taking another one', async () => {
    const teams = await TeamsFixture.start();
    const busy = createServer();
    busy.listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;
    try {
      const client = new SandboxClient(teams.sandbox.urls.control, 'engineer');
      const cast = await client.cast();
      const relay = await startRelay({ client, cast, onFailure: () => undefined });
      await assert.rejects(startPlayground({ cast, endpoint: relay.endpoint, port }), {
        message: new RegExp(`^Port ${port} is busy: the Playground took \\d+ instead\\.$`),
      });
      await relay.close();
    } finally {
      busy.close();
      await teams.stop();
    }
  });
});
