import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Background, createBackground } from '../../../bot/background.ts';
import { createPageFlow } from '../../../bot/page-flow.ts';
import { contextClaims, type PageSignInState } from '../../../src/domain/page-sign-in.ts';
import { aProduct, type Product } from '../../support/product.ts';
import { type Edge, post, type Reply, startEdge } from '../bot/edge.ts';
import { createPageBench, type PageBench, PUBLIC_URL } from '../identity/page-bench.ts';
import { createRandom, type Random } from './random.ts';

const HOST = new URL(PUBLIC_URL).host;
const FORM = 'application/x-www-form-urlencoded';

/** A browser that began: what it was sent to Entra with, and its cookie. */
interface Begun {
  readonly id: string;
  readonly url: URL;
  readonly state: string;
  readonly cookie: string;
}

/** The real pages and flow, the real client of the sandbox's login, a real database. */
describe('hostile visits to the sign-in page', () => {
  let bench: PageBench;
  let product: Product;
  let edge: Edge;
  let wentOn: string[];
  let background: Background;
  let random: Random;
  let tried = 0;

  before(async () => {
    bench = await createPageBench({ now: Temporal.Instant.from('2026-11-23T09:00:00Z') });
  });
  after(async () => {
    await bench.close();
    console.log(`\n    ${tried} hostile visits to the sign-in page, none of which went on`);
  });
  beforeEach(async () => {
    random = createRandom(20_261_123);
    wentOn = [];
    product = await aProduct();
    for (const handle of ['oncall', 'engineer']) {
      await product.services.store.now.people.save({
        id: bench.idOf(handle),
        name: handle,
        teamsUserId: `29:${handle}`,
        timeZone: 'Europe/Madrid',
        locale: 'en-GB',
        reminderMinutes: null,
        signedOutAt: null,
      });
    }
    const services = { ...product.services, page: bench.page, signIns: bench.signIns };
    const handlers = {
      signedInOnPage: async (_person: unknown, { id }: { readonly id: string }) => {
        wentOn.push(id);
        return { cards: [] };
      },
    } as never;
    background = createBackground(services.log);
    const flow = createPageFlow({ services, handlers, background });
    const channel = { metadataUrl: 'http://127.0.0.1:9/openid' };
    edge = await startEdge(channel, { flow, publicUrl: PUBLIC_URL, loginUrl: bench.sandbox.urls.login });
  });
  afterEach(async () => {
    await edge.close();
    bench.signIns.forget(bench.idOf('oncall'));
    bench.signIns.forget(bench.idOf('engineer'));
  });

  /** Each visit comes from an address of its own, so that the limit of one address is not what stops it. */
  const headersOf = (headers: Readonly<Record<string, string>>) => ({
    host: HOST,
    'x-forwarded-for': `198.51.${random.below(256)}.${random.below(256)}`,
    ...headers,
  });
  const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Reply> =>
    post(edge, undefined, { method, path, headers: headersOf(headers) });
  const submit = (form: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    post(edge, form, { path: '/auth/sign-in', headers: headersOf({ 'content-type': FORM, ...headers }) });

  const stateOf = async (id: string): Promise<PageSignInState | undefined> =>
    (await product.services.store.now.pageSignIns.find(id))?.state;

  async function offer(handle = 'oncall'): Promise<string> {
    const id = randomBytes(16).toString('hex');
    const createdAt = product.clock.now();
    await product.services.store.now.pageSignIns.insert({
      ...bench.signIn({ id, principalId: bench.idOf(handle), claims: contextClaims('c1') }),
      purpose: { kind: 'sentence', signInId: 'none' },
      story: null,
      state: 'offered',
      createdAt,
      expiresAt: createdAt.add({ minutes: 5 }),
    });
    return id;
  }

  /** Where a page of ours sends the browser; as it is written, for a machine. */
  const addressesIn = ({ text }: Reply): readonly URL[] =>
    [...text.matchAll(/(?:href|action|url|src)="?=?([^"]*)"/g)]
      .map(([, found = '']) => found.replaceAll('&amp;', '&'))
      .map((found) => new URL(found, PUBLIC_URL));

  async function begin(handle = 'oncall'): Promise<Begun> {
    const id = await offer(handle);
    const reply = await submit(`s=${id}`);
    const url = addressesIn(reply).find(({ origin }) => origin === bench.sandbox.urls.login);
    assert.ok(url, reply.text);
    const [cookie = ''] = reply.headers['set-cookie'] as string[];
    return { id, url, state: url.searchParams.get('state') ?? '', cookie: cookie.split(';')[0] ?? '' };
  }

  const codeOf = async ({ url }: Begun, person: string): Promise<string> =>
    (await bench.browse(url, { person })).get('code') ?? assert.fail('no code');
  const comeBack = (query: Readonly<Record<string, string>>, cookie: string): Promise<Reply> =>
    get(`/auth/callback?${new URLSearchParams(query)}`, cookie === '' ? {} : { cookie });

  /** What goes on does so behind the page's answer. */
  const goneOn = async (): Promise<readonly string[]> => {
    await background.drain(5_000);
    return wentOn;
  };

  const nothingHappened = async (...ids: readonly string[]): Promise<void> => {
    assert.deepEqual(await goneOn(), []);
    assert.deepEqual(
      ids.map((id) => bench.signIns.isHeld(id)),
      ids.map(() => false),
    );
    assert.equal(bench.signIns.isSignedIn(bench.idOf('oncall')), false);
    assert.equal(bench.signIns.isSignedIn(bench.idOf('engineer')), false);
  };

  it('speaks the language of whom the link is for, also when it is used up', async () => {
    const id = bench.idOf('oncall');
    const known = await product.services.store.now.people.find(id);
    assert.ok(known !== null);
    await product.services.store.now.people.save({ ...known, locale: 'es-ES' });
    const begun = await begin();
    const texts = [await get(`/auth/sign-in?s=${begun.id}`), await get(`/auth/sign-in?s=${'0'.repeat(32)}`)];
    assert.deepEqual(
      texts.map(({ text }) => /<html lang="(..)">/.exec(text)?.[1]),
      ['es', 'en'],
    );
  });

  it('lets the person through who began it, once, as a control', async () => {
    const begun = await begin();
    const reply = await comeBack({ code: await codeOf(begun, 'oncall'), state: begun.state }, begun.cookie);
    assert.equal(reply.status, 200);
    assert.deepEqual([await goneOn(), await stateOf(begun.id)], [[begun.id], 'done']);
    assert.equal(bench.signIns.isHeld(begun.id), true);
  });

  it('knows no state but its own, however alike, and the true one still works', async () => {
    const begun = await begin();
    const other = await begin('engineer');
    const code = await codeOf(begun, 'oncall');
    const { state } = begun;
    for (let index = 0; index < 300; index += 1) {
      const spot = random.below(state.length);
      const forged = random.pick([
        `${state.slice(0, spot)}${state[spot] === 'A' ? 'B' : 'A'}${state.slice(spot + 1)}`,
        state.slice(0, spot),
        `${state}${random.word(1 + random.below(9))}`,
        ` ${state}`,
        `${state}\u0000`,
        `${state}%00`,
        [...state].toReversed().join(''),
        random.word(43),
        '%'.repeat(43),
        '_'.repeat(43),
        '',
        begun.id,
        state.toUpperCase() === state ? 'x' : state.toUpperCase(),
      ]);
      // The same state comes up more often than one may be asked for in a minute.
      edge.clock.advance({ seconds: 3 });
      const reply = await comeBack({ code, state: forged }, `${begun.cookie}; ${other.cookie}`);
      assert.ok(reply.status === 400 || reply.status === 404, `${reply.status} ${forged}`);
      tried += 1;
    }
    for (const query of [
      `code=${code}&state=${state}&state=${state}`,
      `code=${code}&state[]=${state}`,
      `code=${code}`,
    ]) {
      assert.equal((await get(`/auth/callback?${query}`, { cookie: begun.cookie })).status, 400);
      tried += 1;
    }
    await nothingHappened(begun.id, other.id);
    assert.deepEqual([await stateOf(begun.id), await stateOf(other.id)], ['started', 'started']);
    await comeBack({ code, state }, begun.cookie);
    assert.deepEqual(await goneOn(), [begun.id]);
  });

  it('takes a callback once, also when it comes several times at the same instant', async () => {
    const begun = await begin();
    const query = { code: await codeOf(begun, 'oncall'), state: begun.state };
    const replies = await Promise.all(Array.from({ length: 8 }, () => comeBack(query, begun.cookie)));
    assert.deepEqual(replies.map(({ status }) => status).toSorted(), [200, ...Array<number>(7).fill(410)]);
    assert.equal((await comeBack(query, begun.cookie)).status, 410);
    assert.deepEqual([await goneOn(), await stateOf(begun.id)], [[begun.id], 'done']);
    tried += 8;
  });

  it('takes no callback in a browser that did not begin it', async () => {
    const begun = await begin();
    const other = await begin('engineer');
    const code = await codeOf(begun, 'oncall');
    const [name = ''] = begun.cookie.split('=');
    const [, verifier = ''] = other.cookie.split('=');
    const cookies = [
      '',
      other.cookie,
      `${name}=`,
      `${name}=x`,
      `${begun.cookie}; ${name}=${verifier}`,
      `x${begun.cookie}`,
    ];
    for (const cookie of cookies) {
      assert.equal((await comeBack({ code, state: begun.state }, cookie)).status, 400, cookie);
      tried += 1;
    }
    await nothingHappened(begun.id, other.id);
    assert.equal(await stateOf(begun.id), 'started');
  });

  it('redeems nothing with the verifier of another browser', async () => {
    const begun = await begin();
    const other = await begin('engineer');
    const [name = ''] = begun.cookie.split('=');
    const [, verifier = ''] = other.cookie.split('=');
    const query = { code: await codeOf(begun, 'oncall'), state: begun.state };
    assert.notEqual((await comeBack(query, `${name}=${verifier}`)).status, 200);
    await nothingHappened(begun.id, other.id);
    tried += 1;
  });

  it('redeems no code of another sign-in, of the same person or of another', async () => {
    for (const handle of ['oncall', 'engineer']) {
      const begun = await begin();
      const other = await begin(handle);
      const query = { code: await codeOf(other, handle), state: begun.state };
      assert.notEqual((await comeBack(query, begun.cookie)).status, 200);
      await nothingHappened(begun.id, other.id);
      tried += 1;
    }
  });

  it('keeps nothing of the wrong person', async () => {
    const begun = await begin();
    const reply = await comeBack({ code: await codeOf(begun, 'engineer'), state: begun.state }, begun.cookie);
    assert.notEqual(reply.status, 200);
    await nothingHappened(begun.id);
    assert.equal(await stateOf(begun.id), 'wrong-person');
    tried += 1;
  });

  it('begins once, however many press the button, and not by looking', async () => {
    const id = await offer();
    for (const method of ['GET', 'HEAD', 'GET']) {
      assert.equal((await get(`/auth/sign-in?s=${id}`, {}, method)).status, 200);
    }
    assert.equal(await stateOf(id), 'offered');
    const replies = await Promise.all(Array.from({ length: 8 }, () => submit(`s=${id}`)));
    assert.equal(replies.filter(({ headers }) => headers['set-cookie'] !== undefined).length, 1);
    assert.equal(await stateOf(id), 'started');
    tried += 8;
  });

  it('is too late after five minutes, at the button and at the callback', async () => {
    const id = await offer();
    const begun = await begin();
    const query = { code: await codeOf(begun, 'oncall'), state: begun.state };
    product.clock.set(product.clock.now().add({ minutes: 5 }).toString());
    assert.equal((await submit(`s=${id}`)).status, 410);
    assert.equal((await comeBack(query, begun.cookie)).status, 410);
    await nothingHappened(id, begun.id);
    tried += 2;
  });

  it('sends nobody anywhere but to the login, whatever is asked for', async () => {
    const login = bench.sandbox.urls.login;
    const evil = [
      'https://evil.example/',
      '//evil.example',
      '\\\\evil.example',
      'https:evil.example',
      'javascript:alert(1)',
    ];
    const names = [
      'redirect_uri',
      'redirect',
      'next',
      'returnUrl',
      'continue',
      'url',
      'post_logout_redirect_uri',
      'RelayState',
    ];
    for (const address of evil) {
      for (const name of names) {
        const id = await offer();
        const extra = `${name}=${encodeURIComponent(address)}`;
        const forwarded = {
          'x-forwarded-host': 'evil.example',
          forwarded: 'host=evil.example',
          'x-original-url': address,
        };
        const replies = [
          await get(`/auth/sign-in?s=${id}&${extra}`, forwarded),
          await submit(`s=${id}&${extra}`, forwarded),
          await get(`/auth/callback?code=x&state=${'A'.repeat(43)}&${extra}`, forwarded),
          await get(`/auth/${address}?s=${id}`, forwarded),
        ];
        for (const reply of replies) {
          assert.equal(reply.headers.location, undefined);
          assert.ok(reply.status < 300 || reply.status >= 400, String(reply.status));
          assert.doesNotMatch(reply.text, /evil\.example|javascript:/);
          const away = addressesIn(reply).filter(({ origin }) => origin !== PUBLIC_URL);
          assert.ok(
            away.every(({ origin }) => origin === login),
            away.join(' '),
          );
          const back = away.map((url) => url.searchParams.get('redirect_uri'));
          assert.ok(
            back.every((found) => found === `${PUBLIC_URL}/auth/callback`),
            back.join(' '),
          );
          tried += 1;
        }
        assert.equal(addressesIn(replies[1] as Reply).filter(({ origin }) => origin === login).length, 2);
      }
    }
    assert.deepEqual(await goneOn(), []);
  });

  it('answers under no other name, and no form of another site', async () => {
    const id = await offer();
    for (const host of [
      'evil.example',
      `${HOST}.evil.example`,
      `evil.example:${HOST.split(':')[1]}`,
      `${HOST}@evil.example`,
    ]) {
      assert.ok((await get(`/auth/sign-in?s=${id}`, { host })).status >= 400, host);
      assert.ok((await submit(`s=${id}`, { host })).status >= 400, host);
      tried += 2;
    }
    const foreign = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: `${PUBLIC_URL}.evil.example` },
    ];
    for (const headers of foreign) {
      assert.equal((await submit(`s=${id}`, headers)).status, 403);
      tried += 1;
    }
    assert.equal(await stateOf(id), 'offered');
  });
});
