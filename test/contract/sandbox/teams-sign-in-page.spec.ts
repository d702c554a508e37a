import assert from 'node:assert/strict';

import { PageFixture } from './page-fixture.ts';
import {
  aCard,
  anExecute,
  answer,
  cardMessage,
  type Loose,
  type Reply,
  signInMessage,
  TeamsFixture,
} from './teams-fixture.ts';

const openUrl = (url: string, title = 'Sign in'): object => ({ type: 'Action.OpenUrl', title, url });

describe("signing in on the bot's own page with the browsers of the sandbox", () => {
  let teams: TeamsFixture;
  let bot: PageFixture;

  before(async () => {
    teams = await TeamsFixture.start();
    bot = await PageFixture.start(teams.sandbox);
  });
  beforeEach(async () => {
    await teams.begin();
    bot.reset();
  });
  after(async () => {
    bot.stop();
    await teams.stop();
  });

  const visit = (person: string, more: object = {}): Promise<Reply> =>
    teams.control('POST', '/teams/sign-in-page', { person, ...more });

  /** Whose token the login would have given for the code that came back. */
  const signedIn = (): Loose => {
    const call = teams.sandbox.calls.since(0).findLast(({ path }) => path.includes('/authorize'));
    return Object.entries(teams.sandbox.people).find(([, { id }]) => id === call?.principalId)?.[0] ?? null;
  };

  it('presses the button, signs in with MFA and comes back with a code and the cookie', async () => {
    const { status, body } = await visit('oncall', { link: bot.link() });
    assert.equal(status, 200);
    assert.deepEqual([body.status, body.title, body.text, body.next], [200, 'Back', 'code', null]);
    assert.equal(body.url, body.visited.at(-1));
    assert.deepEqual(
      body.visited.map((url: string) => new URL(url).pathname.replace(teams.sandbox.tenantId, 'T')),
      ['/auth/sign-in', '/auth/sign-in', '/T/oauth2/v2.0/authorize', '/T/oauth2/v2.0/authorize', '/auth/callback'],
    );
    const [look, press, back] = bot.asked;
    assert.deepEqual(
      [look?.method, look?.headers.cookie, look?.headers['sec-fetch-site']],
      ['GET', undefined, 'cross-site'],
    );
    assert.deepEqual(
      [press?.method, press?.body, press?.headers.origin, press?.headers['sec-fetch-site']],
      ['POST', 's=one', bot.url, 'same-origin'],
    );
    assert.equal(back?.headers.cookie, 'verifier=v1');
    assert.equal(signedIn(), 'oncall');
  });

  it('cancels, and comes back with the error', async () => {
    const { body } = await visit('oncall', { link: bot.link(), outcome: 'fail' });
    assert.deepEqual([body.title, body.text], ['Back', 'access_denied']);
  });

  it('signs in as somebody else', async () => {
    const { body } = await visit('oncall', { link: bot.link(), as: 'engineer' });
    assert.equal(body.text, 'code');
    assert.equal(signedIn(), 'engineer');
  });

  it('stops at the first page, and before the way back, which goes on in the same browser only', async () => {
    const start = await visit('oncall', { link: bot.link(), stop: 'start' });
    assert.deepEqual(
      [start.body.title, start.body.text, start.body.next],
      ['Sign in', 'For Lynne Robbins\nContinue to sign in', `${bot.url}/auth/sign-in`],
    );
    assert.equal(bot.asked.length, 1);
    const halted = await visit('oncall', { link: bot.link(), stop: 'before-callback' });
    assert.equal(new URL(halted.body.next).pathname, '/auth/callback');
    assert.ok(bot.asked.every(({ path }) => !path.startsWith('/auth/callback')));
    await visit('oncall', { link: halted.body.next, sameBrowser: true });
    assert.equal(bot.asked.at(-1)?.headers.cookie, 'verifier=v1');
    await visit('oncall', { link: halted.body.next });
    assert.equal(bot.asked.at(-1)?.headers.cookie, undefined);
  });

  it('loses the cookie when its time is over', async () => {
    const { body } = await visit('oncall', { link: bot.link(), stop: 'before-callback' });
    await teams.control('POST', '/clock', { advance: 'PT5M' });
    await visit('oncall', { link: body.next, sameBrowser: true });
    assert.equal(bot.asked.at(-1)?.headers.cookie, undefined);
  });

  it('keeps a strict cookie back when the way leads over the login', async () => {
    const headers = { 'set-cookie': 'verifier=v1; SameSite=Strict; Path=/auth' };
    bot.pages.set('POST /auth/sign-in', {
      headers,
      body: `<meta http-equiv="refresh" content="0;url=${bot.authorizeUrl().replaceAll('&', '&amp;')}">`,
    });
    await visit('oncall', { link: bot.link() });
    assert.equal(bot.asked.at(-1)?.path.startsWith('/auth/callback'), true);
    assert.equal(bot.asked.at(-1)?.headers.cookie, undefined);
  });

  describe('what was offered', () => {
    it('is refused with a clear text when it is nothing', async () => {
      const never = await visit('approver2');
      assert.deepEqual(
        [never.status, never.body.error.message],
        [409, 'approver2 was never offered a link to the sign-in page'],
      );
      const again = await visit('approver2', { again: true });
      assert.deepEqual(
        [again.status, again.body.error.message],
        [409, 'approver2 has not opened any link to the sign-in page'],
      );
      await teams.card('approver2', aCard('help', [openUrl('http://127.0.0.1:1/other/page')]));
      assert.equal((await visit('approver2')).status, 409);
    });

    it('is the newest link on a card, whatever its title, also after the card has changed', async () => {
      const id = await teams.card('engineer', aCard('step-up', [openUrl(bot.link('first'))]));
      await teams.card('engineer', aCard('step-up', [openUrl(bot.link('second'), 'Open the page')]));
      await visit('engineer', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=second');
      await teams.update('engineer', id, aCard('step-up', [openUrl(bot.link('first'))]));
      await visit('engineer', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=second');
      await teams.update('engineer', id, aCard('step-up', [openUrl(bot.link('third'))]));
      await teams.update('engineer', id, aCard('expired'));
      await visit('engineer', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=third');
    });

    it('is not a link that nobody can see', async () => {
      const hidden = { ...openUrl(bot.link('hidden')), isVisible: false };
      await teams.card('contractor', aCard('step-up', [openUrl(bot.link('seen')), hidden]));
      await visit('contractor', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=seen');
    });

    it('is opened again as it was, although there is a newer one', async () => {
      await teams.card('approver', aCard('step-up', [openUrl(bot.link('old'))]));
      await visit('approver');
      await teams.card('approver', aCard('step-up', [openUrl(bot.link('new'))]));
      await visit('approver', { again: true });
      assert.deepEqual(
        bot.asked.filter(({ path }) => path.includes('s=')).map(({ path }) => path),
        ['/auth/sign-in?s=old', '/auth/sign-in?s=old'],
      );
    });

    it('is the button of a sign-in card that became visible, and a card in a channel for its members', async () => {
      const content = { text: 'Sign in', buttons: [{ type: 'signin', title: 'Sign in', value: bot.link('card') }] };
      const path = `/v3/conversations/${encodeURIComponent(await teams.chatOf('admin'))}/activities`;
      await teams.connector('POST', path, signInMessage(content));
      await visit('admin', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=card');
      const channelData = { channel: { id: await teams.channel('general') } };
      const activity = cardMessage(aCard('step-up', [openUrl(bot.link('channel'))]));
      await teams.connector('POST', '/v3/conversations', { isGroup: true, channelData, activity });
      await visit('admin', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=channel');
      assert.equal((await visit('newcomer', { stop: 'start' })).status, 409);
    });

    it('is the button of a click that the bot answered 412', async () => {
      await teams.card('oncall2', aCard('active', [anExecute('Deactivate')]));
      const { identifierUri: uri } = teams.sandbox.apps.selfService;
      const login = {
        text: 'Sign in',
        connectionName: 'sso',
        tokenExchangeResource: { id: 'x1', uri },
        buttons: [{ type: 'signin', title: 'Sign in', value: bot.link('prompt') }],
      };
      teams.turn = (activity) =>
        activity.value.authentication === undefined
          ? answer(401, 'activity.loginRequest', login)
          : answer(412, 'error.preconditionFailed', { code: '412', message: 'No consent' });
      assert.equal((await teams.press('oncall2', 'Deactivate')).body.outcome, 'sign-in');
      await visit('oncall2', { stop: 'start' });
      assert.equal(bot.asked.at(-1)?.path, '/auth/sign-in?s=prompt');
    });
  });

  describe('a browser that cannot go on', () => {
    const failed = ({ status, body }: Reply): unknown => [status, body.error.code, body.error.message];

    it('says that the address is not on loopback, and asks nobody', async () => {
      const link = 'https://login.example/auth/sign-in';
      assert.deepEqual(failed(await visit('oncall', { link })), [
        502,
        'BrowserFailed',
        'https://login.example is not on loopback: not opened.',
      ]);
      bot.pages.set('/auth/sign-in', { status: 302, headers: { location: 'https://evil.example/?code=1' } });
      const reply = await visit('oncall', { link: bot.link() });
      assert.equal(reply.body.error.message, 'https://evil.example is not on loopback: not opened.');
      assert.deepEqual(reply.body.visited, [bot.link()]);
    });

    it('gives up after twelve addresses', async () => {
      bot.pages.set('/auth/sign-in', { status: 303, headers: { location: '/auth/sign-in' } });
      const reply = await visit('oncall', { link: bot.link() });
      assert.equal(reply.body.error.message, 'The browser gave up after 12 addresses.');
      assert.equal(bot.asked.length, 12);
    });

    it('says that nobody answers there', async () => {
      const reply = await visit('oncall', { link: 'http://127.0.0.1:9/auth/sign-in' });
      assert.deepEqual(failed(reply), [
        502,
        'BrowserFailed',
        'http://127.0.0.1:9/auth/sign-in could not be opened: ECONNREFUSED.',
      ]);
    });

    it('holds to form-action, also when the form is redirected', async () => {
      bot.pages.set('POST /auth/sign-in', { status: 302, headers: { location: bot.authorizeUrl() } });
      const reply = await visit('oncall', { link: bot.link() });
      assert.equal(reply.body.error.message, `The page's form-action does not allow ${teams.sandbox.urls.login}.`);
    });
  });

  it('presses nothing on an error page, on a page with two forms, and on a page after the sign-in', async () => {
    const form = '<form method="post" action="/auth/more"><button>Go</button></form>';
    bot.pages.set('/auth/sign-in', { status: 410, body: `<title>Gone</title>${form}` });
    assert.deepEqual((await visit('oncall', { link: bot.link() })).body.title, 'Gone');
    bot.pages.set('/auth/sign-in', { body: `<title>Two</title>${form}${form}` });
    assert.deepEqual((await visit('oncall', { link: bot.link() })).body.title, 'Two');
    bot.pages.delete('/auth/sign-in');
    bot.pages.set('/auth/callback', { body: `<title>Done</title>${form}` });
    assert.deepEqual((await visit('oncall', { link: bot.link() })).body.title, 'Done');
    assert.ok(bot.asked.every(({ path }) => path !== '/auth/more'));
  });

  it('sends no origin from a page that wants no referrer', async () => {
    const body = '<form method="post" action="/auth/more"><button>Go</button></form>';
    bot.pages.set('/auth/sign-in', { headers: { 'referrer-policy': 'no-referrer' }, body });
    await visit('oncall', { link: bot.link() });
    assert.deepEqual([bot.asked[1]?.method, bot.asked[1]?.headers.origin], ['POST', 'null']);
  });

  it("ends on the login's own page when a policy blocks the device", async () => {
    await teams.control('POST', '/faults', { name: 'device-blocked', person: 'oncall', code: 53000 });
    try {
      const { body } = await visit('oncall', { link: bot.link() });
      assert.equal(body.title, 'Sign in to your account (sandbox)');
      assert.match(body.text, /AADSTS53000: Device is not in required device state/);
      assert.ok(bot.asked.every(({ path }) => !path.startsWith('/auth/callback')));
      assert.equal((await visit('oncall', { link: bot.link(), as: 'engineer' })).body.text, 'code');
    } finally {
      await teams.control('DELETE', '/faults');
    }
  });

  for (const wrong of [{ outcome: 'maybe' }, { stop: 'anywhere' }]) {
    it(`refuses ${JSON.stringify(wrong)}`, async () => {
      assert.equal((await visit('oncall', { link: bot.link(), ...wrong })).status, 400);
    });
  }
});
