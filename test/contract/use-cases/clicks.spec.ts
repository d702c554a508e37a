import assert from 'node:assert/strict';
import { createTurnHandlers } from '../../../bot/handlers.ts';
import type { PressAnswer } from '../../../bot/turns.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import { aProduct, type Product } from '../../support/product.ts';

describe('a click is untrusted input', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42');
  });

  const send = async (
    verb: string,
    data: Readonly<Record<string, unknown>>,
    isAutomatic = false,
  ): Promise<PressAnswer> => {
    const person = await product.services.store.now.people.find(product.seeded.idOf('approver'));
    assert.ok(person);
    return await createTurnHandlers(product.services).press({
      turnId: 't1',
      person,
      conversationId: conversationId('a:approver'),
      verb,
      data,
      isAutomatic,
      hasAssertion: false,
    });
  };
  const newestError = async (): Promise<string | null> => {
    const error = (await product.cards('approver')).find((card) => card.notice.card === 'error');
    return error?.notice.card === 'error' ? error.notice.code : null;
  };
  const isUntouched = (): void => assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');

  const MALFORMED: readonly (readonly [what: string, data: Readonly<Record<string, unknown>>])[] = [
    ['no data', {}],
    ['a number for the story', { s: 1, c: 'approval-request', v: 1, n: 'abcdefghij' }],
    ['a negative version', { s: 'AAAA', c: 'approval-request', v: -1, n: 'abcdefghij' }],
    ['an unknown story', { s: 'AAAA', c: 'approval-request', v: 1, n: 'abcdefghij' }],
    ['an endless nonce', { s: 'AAAA', c: 'approval-request', v: 1, n: 'x'.repeat(10_000) }],
    ['an object for the nonce', { s: 'AAAA', c: 'approval-request', v: 1, n: { $gt: '' } }],
  ];
  for (const [what, data] of MALFORMED) {
    it(`answers ${what} with a card and changes nothing`, async () => {
      await send('send-approve', { ...data, justification: 'x' });
      assert.equal(await newestError(), 'card.malformed');
      isUntouched();
    });
  }

  it('answers an unknown verb with a card', async () => {
    const card = await product.card('approver', 'approval-request');
    await send('drop-tables', { s: card.story, c: card.slot, v: card.version, n: card.nonce });
    assert.equal(await newestError(), 'card.malformed');
    isUntouched();
  });

  it('answers an old version with the current card', async () => {
    const card = await product.card('approver', 'approval-request');
    const answer = await send('send-approve', {
      s: card.story,
      c: card.slot,
      v: card.version,
      n: 'another-nonce-of-before',
      justification: 'x',
    });
    assert.equal(answer.kind === 'done' && answer.reply?.card.id, card.id);
    isUntouched();
  });

  it('changes nothing on an automatic refresh, whatever the verb', async () => {
    const card = await product.card('approver', 'approval-request');
    const data = { s: card.story, c: card.slot, v: card.version, n: card.nonce, justification: 'x' };
    const answer = await send('send-approve', data, true);
    assert.equal(answer.kind === 'done' && answer.reply?.card.id, card.id);
    isUntouched();
  });

  it('asks for the token first, and spends nothing before it is there', async () => {
    product.signIns.forget(product.seeded.idOf('approver'));
    const card = await product.card('approver', 'approval-request');
    const data = { s: card.story, c: card.slot, v: card.version, n: card.nonce, justification: 'fine' };
    assert.equal((await send('send-approve', data)).kind, 'sign-in-first');
    isUntouched();
    product.signIns.signIn(product.seeded.idOf('approver'));
    await send('send-approve', data);
    assert.equal((await product.card('approver', 'approval-decided')).notice.card, 'approval-decided');
  });

  it('ignores a request id in the data of a card that is about another', async () => {
    const [other] = await product.says('engineer', 'activate Security Reader for 1h because audit');
    const id = other?.card === 'activation-active' ? other.request.requestId : '';
    const card = await product.card('approver', 'approval-request');
    const data = { s: card.story, c: card.slot, v: card.version, n: card.nonce, request: id, justification: 'x' };
    await send('send-approve', data);
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'provisioned');
  });
});

describe('two presses at the same instant', () => {
  it('save preferences, and wish to go on, once', async () => {
    const product = await aProduct();
    await product.says('engineer', 'activate Security Reader for 30m because INC-1');
    await product.says('engineer', 'timezone');
    const preferences = await product.card('engineer', 'preferences');
    const inputs = { timeZone: 'Europe/Lisbon', reminder: '5' };
    const twice = () => product.presses('engineer', preferences, 'save-preferences', inputs);
    await Promise.all([twice(), twice()]);
    await product.passes('PT25M');
    const reminder = await product.card('engineer', 'expiry-reminder');
    await Promise.all([1, 2].map(() => product.presses('engineer', reminder, 'continue')));
    const trail = await product.audit();
    const counted = ['preference.changed', 'activation.continue_wished'].map(
      (name) => trail.filter((event) => event === name).length,
    );
    assert.deepEqual(counted, [1, 1]);
  });
});

describe('signing in', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    product.signIns.forget(product.seeded.idOf('engineer'));
  });

  it('keeps the sentence and goes on with it once the person is known', async () => {
    const [notice] = await product.says('engineer', 'my roles');
    assert.equal(notice?.card === 'sign-in' && notice.reason, 'first-time');
    const exchangeId = notice?.card === 'sign-in' ? (notice.exchangeId ?? '') : '';
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const person = await product.services.store.now.people.find(product.seeded.idOf('engineer'));
    assert.ok(person);
    const handlers = createTurnHandlers(product.services);
    await handlers.signedIn(person, exchangeId);
    assert.equal((await product.card('engineer', 'my-roles')).notice.card, 'my-roles');
    const before = (await product.cards('engineer')).length;
    await handlers.signedIn(person, exchangeId);
    assert.equal((await product.cards('engineer')).length, before);
  });

  it('does not hand one person’s sentence to another', async () => {
    const [notice] = await product.says('engineer', 'my roles');
    const exchangeId = notice?.card === 'sign-in' ? (notice.exchangeId ?? '') : '';
    const other = await product.services.store.now.people.find(product.seeded.idOf('contractor'));
    assert.ok(other);
    await createTurnHandlers(product.services).signedIn(other, exchangeId);
    assert.deepEqual(await product.cards('contractor'), []);
  });

  it('turns into a card with a button when consent is missing', async () => {
    const [notice] = await product.says('engineer', 'my roles');
    const exchangeId = notice?.card === 'sign-in' ? (notice.exchangeId ?? '') : '';
    const id = product.seeded.idOf('engineer');
    const person = await product.services.store.now.people.find(id);
    assert.ok(person);
    const error = new AccessError('identity.consent_missing', 'no consent');
    await createTurnHandlers(product.services).signInFailed(person, exchangeId, error);
    const card = await product.card('engineer', 'sign-in');
    assert.equal(card.notice.card === 'sign-in' && card.notice.reason, 'consent-missing');
    assert.equal((await product.presses('engineer', card, 'sign-in')).answer.kind, 'sign-in-first');
    product.signIns.signIn(id);
    const { notices } = await product.presses('engineer', card, 'sign-in');
    assert.ok(notices.some((told) => told.card === 'my-roles'));
  });
});
