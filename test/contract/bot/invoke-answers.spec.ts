import assert from 'node:assert/strict';
import { AccessError } from '../../../src/errors.ts';
import { invoke, post, press, startEdge, withEdge } from './edge.ts';

const CARD = 'application/vnd.microsoft.card.adaptive';
const MESSAGE = 'application/vnd.microsoft.activity.message';
const LOGIN = 'application/vnd.microsoft.activity.loginRequest';
const PRECONDITION = 'application/vnd.microsoft.error.preconditionFailed';
const ERROR = 'application/vnd.microsoft.error';
const SEARCH = 'application/vnd.microsoft.search.searchResponse';

const action = (changes: object) => ({ action: { type: 'Action.Execute', verb: 'approve', data: {}, ...changes } });
const card = (value: unknown) => invoke('adaptiveCard/action', value);
const search = (value: unknown) => invoke('application/search', value);

/** `inside`: status code and type of the body; null for the bodies of sign-ins, which have neither. */
type Row = readonly [what: string, activity: Record<string, unknown>, inside: readonly [number, string] | null];

/** What no client of ours sends, what others send, and what is out of date. */
const STRANGE: readonly Row[] = [
  ['a press without a value', card(undefined), [400, ERROR]],
  ['a press whose value is a text', card('approve'), [400, ERROR]],
  ['a press whose value is a list', card([]), [400, ERROR]],
  ['a press without an action', card({ trigger: 'manual' }), [400, ERROR]],
  ['an Action.Submit as a press', card(action({ type: 'Action.Submit' })), [400, ERROR]],
  ['a press without a verb', card(action({ verb: undefined })), [400, ERROR]],
  ['a press with an unknown verb', card(action({ verb: 'drop-tables' })), [400, ERROR]],
  ['a press with a number for a verb', card(action({ verb: 7 })), [400, ERROR]],
  ['a press with data that is a text', card(action({ data: 'x' })), [400, ERROR]],
  ['a press with too much data', card(action({ data: { x: 'y'.repeat(40_000) } })), [400, ERROR]],
  ['a press with an empty token', card({ ...action({}), authentication: { token: '' } }), [400, ERROR]],
  ['signin/verifyState', invoke('signin/verifyState', { state: '123456' }), null],
  ['signin/verifyState without a state', invoke('signin/verifyState', null), null],
  ['signin/failure', invoke('signin/failure', { code: 'resourcematchfailed', message: 'x' }), null],
  ['signin/failure without a code', invoke('signin/failure', undefined), null],
  ['signin/tokenExchange without a token', invoke('signin/tokenExchange', { id: 'ex-1' }), [400, ERROR]],
  ['signin/tokenExchange without a value', invoke('signin/tokenExchange', undefined), [400, ERROR]],
  ['task/fetch', invoke('task/fetch', { data: {} }), [400, ERROR]],
  ['task/submit', invoke('task/submit', { data: {} }), [400, ERROR]],
  ['composeExtension/query', invoke('composeExtension/query', { commandId: 'x' }), [400, ERROR]],
  ['config/fetch', invoke('config/fetch', {}), [400, ERROR]],
  ['fileConsent/invoke', invoke('fileConsent/invoke', {}), [400, ERROR]],
  ['an invoke of an unknown name', invoke('who/knows', {}), [400, ERROR]],
  ['an invoke without a name', { ...invoke('x', {}), name: undefined }, [400, ERROR]],
  ['an invoke whose name is a word of objects', invoke('constructor', {}), [400, ERROR]],
  [
    'application/search',
    search({ queryText: 'se', queryOptions: { skip: 0, top: 15 }, dataset: 'roles' }),
    [200, SEARCH],
  ],
  ['application/search for nothing yet', search({ queryText: '', dataset: 'roles' }), [200, SEARCH]],
  ['application/search without a value', search(undefined), [200, SEARCH]],
  ['application/search in unknown data', search({ queryText: 'x', dataset: 'people' }), [200, SEARCH]],
];

/** What each kind is answered while something is broken behind the edge. */
const KINDS: readonly (readonly [...Row, whenAway: readonly [number, string] | null])[] = [
  ['a press', press('approve'), [500, ERROR], [200, MESSAGE]],
  ['an automatic refresh', press('view', { trigger: 'automatic' }), [500, ERROR], [200, MESSAGE]],
  ['signin/verifyState', invoke('signin/verifyState', { state: '1' }), null, null],
  ['signin/failure', invoke('signin/failure', { code: 'x' }), null, null],
  ['application/search', search({ queryText: 'x', dataset: 'roles' }), [200, SEARCH], [200, SEARCH]],
  ['task/fetch', invoke('task/fetch', {}), [400, ERROR], [400, ERROR]],
];

describe('the answer to an invoke is HTTP 200 with the status inside', () => {
  const on = withEdge();

  const answers = async (
    activity: Record<string, unknown>,
    inside: readonly [number, string] | null,
  ): Promise<void> => {
    const reply = await post(on.edge, activity, { token: on.token });
    const body = reply.body as { readonly statusCode?: number; readonly type?: string };
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(inside === null ? body : [body.statusCode, body.type], inside ?? {});
    assert.doesNotMatch(reply.text, /secret-word/);
  };

  for (const [what, activity, inside] of STRANGE) {
    it(`to ${what}`, async () => {
      on.edge.product.press = async () => {
        throw new TypeError('secret-word: nothing of this may be carried out');
      };
      await answers(activity, inside);
    });
  }

  it('to a press that is done, refused, or has to sign in', async () => {
    const record = { id: 'c1', notice: { card: 'help' } } as never;
    on.edge.product.press = async () => ({ kind: 'done', cards: [], reply: { card: record, step: null }, toast: null });
    await answers(press('approve'), [200, CARD]);
    on.edge.product.press = async () => ({ kind: 'done', cards: [], reply: null, toast: null });
    await answers({ ...press('approve'), id: 'f:2' }, [200, MESSAGE]);
    on.edge.product.press = async () => ({ kind: 'sign-in-first', pageSignInId: null });
    await answers({ ...press('approve'), id: 'f:3' }, [401, LOGIN]);
    on.edge.product.accept = async () => {
      throw new AccessError('identity.consent_missing', 'secret-word');
    };
    await answers({ ...press('approve', { authentication: { token: 'sso' } }), id: 'f:4' }, [412, PRECONDITION]);
  });

  it('to more presses and searches than a person may send', async () => {
    await on.edge.close();
    on.edge = await startEdge(on.channel, { turnsPerMinute: 1 });
    await answers(press('approve'), [200, MESSAGE]);
    await answers({ ...press('approve'), id: 'f:2' }, [200, MESSAGE]);
    const typed = search({ queryText: 'x', dataset: 'roles' });
    for (let index = 0; index < 125; index += 1) {
      await answers({ ...typed, id: `f:s${index}` }, [200, SEARCH]);
    }
    const refused = on.edge.lines.filter(({ event, reason }) => event === 'search.refused' && reason === 'too-many');
    assert.equal(refused.length, 5);
  });

  for (const [what, activity, inside, whenAway] of KINDS) {
    it(`to ${what} when the product fails`, async () => {
      const fail = async () => {
        throw new TypeError('secret-word');
      };
      Object.assign(on.edge.product, { press: fail, search: fail, clientCannotSignIn: fail });
      await answers(activity, inside);
      await on.edge.background.drain(1_000);
    });

    it(`to ${what} when the database is away`, async () => {
      const away = async () => {
        throw new AccessError('internal.database_unavailable', 'secret-word');
      };
      Object.assign(on.edge.product, { press: away, search: away, clientCannotSignIn: away });
      Object.assign(on.edge.stores.people, { find: away, save: away });
      Object.assign(on.edge.stores.conversations, { save: away });
      await answers(activity, whenAway);
      await on.edge.background.drain(1_000);
    });
  }

  it('but for a token exchange that failed, whose contract wants 412', async () => {
    const exchange = invoke('signin/tokenExchange', { id: 'ex-1', connectionName: 'pimlico', token: 'sso' });
    Object.assign(on.edge.stores.people, {
      find: async () => {
        throw new AccessError('internal.database_unavailable', 'secret-word');
      },
    });
    const reply = await post(on.edge, exchange, { token: on.token });
    assert.deepEqual(
      [reply.status, reply.body],
      [
        412,
        {
          id: 'ex-1',
          connectionName: 'pimlico',
          failureDetail: 'This cannot be checked now. Try again in a moment.',
        },
      ],
    );
  });
});
