import assert from 'node:assert/strict';
import { conversationId } from '../../../../src/domain/ids.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { Actor } from '../../../../src/ports/role-management.ts';
import type { CardRecord } from '../../../../src/ports/store.ts';
import { catchUp } from '../../../../src/use-cases/reconcile/catch-up.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const OPERATOR = 'activate Contoso-App-Assignment-Operator for 2h because INC-42';
const READER = 'activate Security Reader for 2h because audit';

describe('starting after a while', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    await catchUp(product.services);
  });

  const actor = (handle: SeededHandle): Actor => ({ principalId: product.seeded.idOf(handle) });
  const directory = () => product.seeded.tenant.part('directory');
  const nonces = async (): Promise<readonly string[]> =>
    (await product.cards('engineer')).map(({ nonce }) => nonce).toSorted();

  /** Everything that was posted has arrived in Teams, as if it had been sent. */
  async function allArrives(): Promise<void> {
    await product.database.pool.query(`update pimlico.cards set activity_id = id, conversation_id = 'a:chat'`);
    await product.database.pool.query('delete from pimlico.outbox');
  }

  /** Nobody is there for so long: timers do not fire, and nothing is sent. */
  function nobodyIsThere(duration: string): void {
    product.clock.advance(duration);
  }

  async function newsOf(handle: SeededHandle): Promise<readonly string[]> {
    const { rows } = await product.database.pool.query<{ card: string }>(
      `select c.notice ->> 'card' as card from pimlico.outbox o join pimlico.cards c on c.id = o.card_id
        where c.recipient = $1 and c.activity_id is null and not c.is_withdrawn order by o.position`,
      [product.seeded.idOf(handle)],
    );
    return rows.map(({ card }) => card);
  }

  it('reads the log from then on, and sets the timer for it', async () => {
    assert.equal((await product.services.store.now.feed.find())?.at.toString(), '2026-11-23T09:00:00Z');
    assert.deepEqual(await product.waiting(), ['tenant.reconcile']);
  });

  it('does nothing more after a restart', async () => {
    await product.says('engineer', OPERATOR);
    const before = await nonces();
    nobodyIsThere('PT4M');
    await catchUp(product.services);
    assert.deepEqual(await nonces(), before);
  });

  it('tells once of an access that is over, reminds of nothing, and keeps no stale card', async () => {
    await product.says('engineer', READER);
    await product.passes('PT1M');
    await allArrives();
    nobodyIsThere('PT8H');
    await catchUp(product.services);
    await product.passes('PT1H');
    assert.deepEqual(await newsOf('engineer'), ['activation-ended']);
    assert.equal((await product.audit()).filter((event) => event === 'activation.ended').length, 1);
  });

  it('reads the tenant before anything: what was decided meanwhile is on every card', async () => {
    await product.says('engineer', OPERATOR);
    await allArrives();
    const [request] = product.seeded.tenant.requests();
    assert.ok(request);
    nobodyIsThere('PT7H');
    product.signIns.signIn(product.seeded.idOf('approver'));
    await directory().decide(actor('approver'), request, { outcome: 'deny', justification: 'too late' });
    product.feed.tell({
      kind: 'denied',
      role: request.role,
      principalId: request.principalId,
      requestId: request.id,
      by: { id: product.seeded.idOf('approver'), name: 'Megan Bowen' },
    });
    nobodyIsThere('PT1H');
    await catchUp(product.services);
    assert.deepEqual(await newsOf('engineer'), ['activation-denied']);
    const decided = await product.card('approver2', 'approval-decided');
    assert.equal(decided.notice.card === 'approval-decided' && decided.notice.decidedBy, 'Megan Bowen');
  });

  it('does not send what was never sent and is of no use any more', async () => {
    await product.says('engineer', OPERATOR);
    const [request] = product.seeded.tenant.requests();
    assert.ok(request);
    await directory().cancel(actor('engineer'), request);
    product.feed.tell({
      kind: 'canceled',
      role: request.role,
      principalId: request.principalId,
      requestId: request.id,
    });
    nobodyIsThere('PT8H');
    await catchUp(product.services);
    assert.deepEqual(await newsOf('approver'), []);
    assert.deepEqual(await newsOf('engineer'), ['activation-ended']);
  });

  it('makes buttons from before void: the first press shows the card, the second counts', async () => {
    await product.says('engineer', OPERATOR);
    await product.services.store.now.conversations.save({
      id: conversationId('a:approver'),
      kind: 'personal',
      principalId: product.seeded.idOf('approver'),
      serviceUrl: 'https://smba.example/',
      deadReason: null,
    });
    const before: CardRecord = await product.card('approver', 'approval-request');
    nobodyIsThere('PT6M');
    await catchUp(product.services);
    const old = await product.presses('approver', before, 'send-approve', { justification: 'yes' });
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
    assert.ok(old.answer.kind === 'done');
    const shown = old.answer.reply?.card;
    assert.ok(shown);
    await product.presses('approver', shown, 'send-approve', { justification: 'yes' });
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'provisioned');
  });

  it('goes on when the tenant cannot be read, and leaves it to the timer', async () => {
    await product.says('engineer', OPERATOR);
    product.feed.failure = new AccessError('graph.unavailable', 'away', { retryable: true });
    nobodyIsThere('PT8H');
    await catchUp(product.services);
    assert.deepEqual(
      (await product.waiting()).filter((kind) => kind === 'tenant.reconcile'),
      ['tenant.reconcile'],
    );
  });

  it('of two that start together, the second finds nothing to do', async () => {
    await product.says('engineer', READER);
    await allArrives();
    nobodyIsThere('PT8H');
    await catchUp(product.services);
    const before = await nonces();
    await catchUp(product.services);
    assert.deepEqual(await nonces(), before);
    assert.deepEqual(await newsOf('engineer'), ['activation-ended']);
  });
});
