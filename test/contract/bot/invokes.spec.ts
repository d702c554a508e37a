import assert from 'node:assert/strict';
import type { PressTurn } from '../../../bot/turns.ts';
import { cardId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { ALEX, BOT, invoke, post, press, withEdge } from './edge.ts';

const CARD = { id: 'c1', notice: { card: 'approval-decided' } } as unknown as CardRecord;

describe('invokes', () => {
  const on = withEdge();

  const send = (activity: Record<string, unknown>) => post(on.edge, activity, { token: on.token });

  describe('adaptiveCard/action', () => {
    it('hands on verb, data and trigger, and answers with what was said', async () => {
      const turns: PressTurn[] = [];
      on.edge.product.press = async (turn) => {
        turns.push(turn);
        return { kind: 'done', cards: [], reply: null, toast: 'Saved.' };
      };
      const reply = await send(press('approve', { trigger: 'automatic' }));
      assert.deepEqual(
        turns.map(({ turnId, verb, data, isAutomatic, person }) => [turnId, verb, data, isAutomatic, person.id]),
        [['f:1', 'approve', { s: '7F3K', comment: 'ok' }, true, ALEX]],
      );
      assert.deepEqual(
        [reply.status, reply.body],
        [200, { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Saved.' }],
      );
    });

    it('answers with the card, painted for the clicker and its step, and delivers the others afterwards', async () => {
      const answer = {
        kind: 'done',
        cards: [cardId('x1')],
        reply: { card: CARD, step: 'approve' },
        toast: null,
      } as const;
      on.edge.product.press = async () => answer;
      const reply = await send(press('approve'));
      await on.edge.background.drain(1_000);
      assert.deepEqual(reply.body, {
        statusCode: 200,
        type: 'application/vnd.microsoft.card.adaptive',
        value: { type: 'AdaptiveCard', id: 'approval-decided', step: 'approve', zone: 'Europe/Madrid' },
      });
      assert.deepEqual(on.edge.delivered, ['x1']);
    });

    it('asks the client to sign in when the product needs a token first', async () => {
      on.edge.product.press = async () => ({ kind: 'sign-in-first', pageSignInId: null });
      const reply = await send(press('activate'));
      const body = reply.body as { statusCode: number; type: string; value: Record<string, unknown> };
      const resource = body.value.tokenExchangeResource as { id: string; uri: string };
      assert.deepEqual(
        [reply.status, body.statusCode, body.type],
        [200, 401, 'application/vnd.microsoft.activity.loginRequest'],
      );
      assert.equal(body.value.connectionName, 'pimlico');
      assert.equal(resource.uri, `api://botid-${BOT}`);
      assert.match(resource.id, /^[0-9a-f-]{36}$/);
    });

    it('gives the sign-in button the address of the page where there is one', async () => {
      on.edge.product.press = async () => ({ kind: 'sign-in-first', pageSignInId: '0123456789abcdef0123456789abcdef' });
      const { body } = await send(press('activate'));
      assert.deepEqual((body as { value: { buttons: unknown } }).value.buttons, [
        {
          type: 'signin',
          title: 'Iniciar sesión',
          text: 'Iniciar sesión',
          value: `${on.edge.url}/auth/sign-in?s=0123456789abcdef0123456789abcdef`,
        },
      ]);
    });

    it('takes the token that comes with the press before carrying it out', async () => {
      const order: string[] = [];
      on.edge.product.accept = async (id, assertion) => {
        order.push(`accept ${id} ${assertion}`);
      };
      on.edge.product.press = async () => {
        order.push('press');
        return { kind: 'done', cards: [], reply: null, toast: null };
      };
      await send(press('activate', { authentication: { id: 'x', connectionName: 'pimlico', token: 'sso' } }));
      assert.deepEqual(order, [`accept ${ALEX} sso`, 'press']);
    });

    for (const code of ['identity.consent_missing', 'identity.wrong_person', 'identity.token_invalid'] as const) {
      it(`answers that the precondition failed, and carries nothing out, on ${code}`, async () => {
        let isPressed = false;
        on.edge.product.accept = async () => {
          throw new AccessError(code, 'secret-word');
        };
        on.edge.product.press = async () => {
          isPressed = true;
          return { kind: 'done', cards: [], reply: null, toast: null };
        };
        const reply = await send(press('activate', { authentication: { token: 'sso' } }));
        assert.deepEqual(
          [reply.status, reply.body, isPressed],
          [
            200,
            {
              statusCode: 412,
              type: 'application/vnd.microsoft.error.preconditionFailed',
              value: { code: '412', message: 'Failed to exchange token' },
            },
            false,
          ],
        );
      });
    }

    it('answers an error without its text when the product throws', async () => {
      on.edge.product.press = async () => {
        throw new TypeError('secret-word');
      };
      const reply = await send(press('approve'));
      assert.deepEqual(
        [reply.status, reply.body],
        [
          200,
          {
            statusCode: 500,
            type: 'application/vnd.microsoft.error',
            value: { code: 'Internal', message: 'Something went wrong.' },
          },
        ],
      );
    });

    const execute = { type: 'Action.Execute', verb: 'approve', data: {} };
    for (const [what, value] of [
      ['no value', undefined],
      ['no action', { trigger: 'manual' }],
      ['another kind of action', { action: { ...execute, type: 'Action.Submit' } }],
      ['a verb that is not ours', { action: { ...execute, verb: 'drop-tables' } }],
      ['data that is no object', { action: { ...execute, data: 'x' } }],
      ['far too much data', { action: { ...execute, data: { x: 'y'.repeat(40_000) } } }],
    ] as const) {
      it(`answers 400 inside, and carries nothing out, on ${what}`, async () => {
        let isPressed = false;
        on.edge.product.press = async () => {
          isPressed = true;
          return { kind: 'done', cards: [], reply: null, toast: null };
        };
        const reply = await send(invoke('adaptiveCard/action', value));
        assert.deepEqual(
          [reply.status, reply.body, isPressed],
          [
            200,
            {
              statusCode: 400,
              type: 'application/vnd.microsoft.error',
              value: { code: 'BadRequest', message: 'This button cannot be read.' },
            },
            false,
          ],
        );
      });
    }
  });

  describe('signin/tokenExchange', () => {
    const exchange = () => invoke('signin/tokenExchange', { id: 'ex-1', connectionName: 'pimlico', token: 'sso' });

    it('signs the person in, goes on with what waited, and says so', async () => {
      const calls: string[] = [];
      on.edge.product.accept = async (id, assertion) => {
        calls.push(`accept ${id} ${assertion}`);
      };
      on.edge.product.signedIn = async (person, id) => {
        calls.push(`signedIn ${person.id} ${id}`);
        return { cards: [cardId('next')] };
      };
      const reply = await send(exchange());
      await on.edge.background.drain(1_000);
      assert.deepEqual([reply.status, reply.body], [200, { id: 'ex-1', connectionName: 'pimlico' }]);
      assert.deepEqual(calls, [`accept ${ALEX} sso`, `signedIn ${ALEX} ex-1`]);
      assert.deepEqual(on.edge.delivered, ['next']);
    });

    it('goes on once when several clients of the person answer, and tells all of them', async () => {
      let times = 0;
      const release = Promise.withResolvers<void>();
      on.edge.product.accept = () => release.promise;
      on.edge.product.signedIn = async () => {
        times += 1;
        return { cards: [] };
      };
      const replies = [send(exchange()), send(exchange()), send(exchange())];
      release.resolve();
      const statuses = (await Promise.all(replies)).map((reply) => reply.status);
      const late = await send(exchange());
      assert.deepEqual([...statuses, late.status, times], [200, 200, 200, 200, 1]);
    });

    it('delivers the card that explains the failure before it answers 412', async () => {
      on.edge.product.accept = async () => {
        throw new AccessError('identity.consent_missing', 'secret-word');
      };
      on.edge.product.signInFailed = async (person, exchangeId, error) => ({
        cards: [cardId(`${person.id} ${exchangeId} ${error.code}`)],
      });
      const reply = await send(exchange());
      assert.deepEqual(on.edge.delivered, [`${ALEX} ex-1 identity.consent_missing`]);
      assert.equal(reply.status, 412);
      assert.doesNotMatch(reply.text, /secret-word|consent/);
    });

    it('tries again when the person comes back after a failure', async () => {
      let isConsented = false;
      on.edge.product.accept = async () => {
        if (!isConsented) {
          throw new AccessError('identity.consent_missing', 'not yet');
        }
      };
      const first = await send(exchange());
      isConsented = true;
      const second = await send(exchange());
      assert.deepEqual([first.status, second.status], [412, 200]);
    });

    it('keeps the exchanges of two people apart', async () => {
      const people: string[] = [];
      on.edge.product.signedIn = async (person) => {
        people.push(person.id);
        return { cards: [] };
      };
      const other = '22222222-2222-4333-8444-555555555555';
      await send(exchange());
      await send({ ...exchange(), from: { id: '29:2', name: 'Megan', aadObjectId: other } });
      assert.deepEqual(people, [ALEX, other]);
    });
  });

  it('answers 200 to signin/verifyState and to signin/failure, whose code is logged', async () => {
    const state = await send(invoke('signin/verifyState', { state: '123456' }));
    on.edge.product.clientCannotSignIn = async () => ({ cards: [cardId('link')] });
    const failure = await send(invoke('signin/failure', { code: 'resourcematchfailed', message: 'secret-word' }));
    await on.edge.background.drain(1_000);
    assert.deepEqual(on.edge.delivered, ['link'], 'the person gets a link instead');
    const line = on.edge.lines.find((candidate) => candidate.event === 'sign-in.client-failed');
    assert.deepEqual([state.status, failure.status, line?.clientCode], [200, 200, 'resourcematchfailed']);
  });
});
