import assert from 'node:assert/strict';
import { conversationId, requestId } from '../../../../src/domain/ids.ts';
import type { CardName } from '../../../../src/domain/notice.ts';
import { NO_RULEBOOK } from '../../../../src/domain/rulebook.ts';
import { SERVED_BY_DEFAULT } from '../../../../src/domain/served.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { Actor, TenantRequest } from '../../../../src/ports/role-management.ts';
import { readTenantLog, reconcile } from '../../../../src/use-cases/reconcile/read-feed.ts';
import { aGuid } from '../../../support/fakes/builders.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import { forbiddenLog } from '../../../support/fakes/tenant-feed.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { entra } from '../../../support/rulebooks.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';
const ASK = `activate ${OPERATOR} for 2h because INC-42 broken sign-in`;

describe('what happened outside the bot', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    for (const handle of ['engineer', 'contractor', 'approver', 'approver2'] as const) {
      await meets(handle);
    }
    // The log is read from here on.
    await readTenantLog(product.services, 'a part');
  });

  async function meets(handle: SeededHandle): Promise<void> {
    await product.services.store.now.conversations.save({
      id: conversationId(`a:${handle}`),
      kind: 'personal',
      principalId: product.seeded.idOf(handle),
      serviceUrl: 'https://smba.example/',
      deadReason: null,
    });
  }

  const actor = (handle: SeededHandle): Actor => ({ principalId: product.seeded.idOf(handle) });
  const person = (handle: SeededHandle, name: string) => ({ id: product.seeded.idOf(handle), name });

  /** The newest request that the tenant holds. */
  function newest(): TenantRequest {
    const held = product.seeded.tenant.requests().at(-1);
    assert.ok(held);
    return held;
  }

  /** The log tells something of a request, five minutes after it happened. */
  async function tells(
    kind: Parameters<Product['feed']['tell']>[0]['kind'],
    { role, id, principalId }: Pick<TenantRequest, 'id' | 'principalId' | 'role'>,
    more: Partial<Parameters<Product['feed']['tell']>[0]> = {},
  ): Promise<void> {
    product.feed.tell({ kind, role, principalId, requestId: id, ...more });
    product.clock.advance('PT5M');
    await reconcile(product.services);
  }

  async function held(handle: SeededHandle, name: CardName): Promise<number> {
    return (await product.cards(handle)).filter((card) => card.notice.card === name && !card.isRetired).length;
  }

  const seed = (surface: 'directory' | 'group' | 'azure') => product.seeded.tenant.part(surface);

  /** Asks in the portal for a role that needs no approval, or one that does. */
  async function asksInThePortal(handle: SeededHandle, roleName: string): Promise<TenantRequest> {
    for (const surface of ['directory', 'group', 'azure'] as const) {
      const eligible = await seed(surface).listEligible(actor(handle));
      const role = eligible.find((one) => one.roleName === roleName);
      if (role !== undefined) {
        return await seed(surface).activate(actor(handle), {
          role,
          startsAt: null,
          duration: Temporal.Duration.from('PT1H'),
          justification: 'asked in the portal',
          ticket: null,
          marker: aGuid(),
        });
      }
    }
    throw new Error(`${handle} is not eligible for ${roleName}`);
  }

  describe('to a request of the bot', () => {
    beforeEach(async () => {
      await product.says('engineer', ASK);
    });

    it('shows a yes given in the portal on every card, with who gave it and how late it is known', async () => {
      const request = newest();
      await seed('directory').decide(actor('approver'), request, { outcome: 'approve', justification: 'by phone' });
      await tells('approved', request, { by: person('approver', 'Megan Bowen'), justification: 'by phone' });
      for (const handle of ['approver', 'approver2'] as const) {
        const { notice } = await product.card(handle, 'approval-decided');
        assert.ok(notice.card === 'approval-decided');
        assert.equal(notice.outcome, 'approved');
        assert.equal(notice.decidedBy, 'Megan Bowen');
        assert.equal(notice.justification, 'by phone');
        assert.equal(notice.decidedAt, '2026-11-23T09:00:00Z');
        assert.equal(notice.request.learnedAfter, 'PT5M');
        assert.equal(await held(handle, 'approval-request'), 0);
      }
      const { notice } = await product.card('engineer', 'activation-active');
      assert.ok(notice.card === 'activation-active');
      assert.equal(notice.approvedBy, 'Megan Bowen');
      assert.equal(notice.activeUntil, '2026-11-23T11:00:00Z');
      assert.deepEqual(
        (await product.waiting()).filter((kind) => kind === 'activation.remind'),
        ['activation.remind'],
      );
    });

    it('shows a no given in the portal on every card', async () => {
      const request = newest();
      await seed('directory').decide(actor('approver2'), request, { outcome: 'deny', justification: 'freeze' });
      await tells('denied', request, { by: person('approver2', 'Adele Vance'), justification: 'freeze' });
      const { notice } = await product.card('engineer', 'activation-denied');
      assert.ok(notice.card === 'activation-denied');
      assert.equal(notice.decidedBy, 'Adele Vance');
      assert.equal(notice.justification, 'freeze');
      assert.equal(await held('approver', 'approval-request'), 0);
    });

    it('shows that it was withdrawn in the portal', async () => {
      const request = newest();
      await seed('directory').cancel(actor('engineer'), request);
      await tells('canceled', request, { by: person('engineer', 'Alex Wilber') });
      const { notice } = await product.card('engineer', 'activation-ended');
      assert.equal(notice.card === 'activation-ended' && notice.reason, 'canceled');
      const decided = await product.card('approver', 'approval-decided');
      assert.equal(decided.notice.card === 'approval-decided' && decided.notice.outcome, 'canceled');
    });

    it('tells it once, however often the log is read', async () => {
      const request = newest();
      await seed('directory').decide(actor('approver'), request, { outcome: 'approve', justification: 'yes' });
      await tells('approved', request, { by: person('approver', 'Megan Bowen') });
      product.feed.tell({
        kind: 'active',
        role: request.role,
        principalId: request.principalId,
        requestId: request.id,
      });
      const before = product.delivered.length;
      for (let look = 0; look < 3; look += 1) {
        product.clock.advance('PT1M');
        await reconcile(product.services);
      }
      assert.equal(product.delivered.length, before);
      assert.equal((await product.audit()).filter((event) => event === 'tenant.diverged').length, 1);
    });

    it('asks the tenant nothing about what the bot did itself', async () => {
      const ask = await product.card('approver', 'approval-request');
      await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
      await product.passes('PT1M');
      product.seeded.tenant.readerFailure = new AccessError('graph.unavailable', 'no look is needed');
      for (const kind of ['waiting', 'approved', 'active'] as const) {
        const { id, principalId, role } = newest();
        product.feed.tell({ kind, role, principalId, requestId: id });
      }
      await reconcile(product.services);
      assert.equal((await product.audit()).includes('tenant.diverged'), false);
      assert.deepEqual(await readTenantLog(product.services, 'a part'), { isWhole: true, pause: null, cards: [] });
    });

    it('takes an access away that was given back in the portal', async () => {
      const ask = await product.card('approver', 'approval-request');
      await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
      await product.passes('PT10M');
      const { principalId, role } = newest();
      await seed('directory').deactivate(actor('engineer'), role);
      await tells('deactivated', { principalId, role, id: newest().id }, { requestId: aGuid() });
      const { notice } = await product.card('engineer', 'activation-ended');
      assert.equal(notice.card === 'activation-ended' && notice.reason, 'deactivated');
      assert.equal(notice.card === 'activation-ended' && notice.endedAt, '2026-11-23T09:10:00Z');
      assert.deepEqual(
        (await product.waiting()).filter((kind) => kind.startsWith('activation.')),
        [],
      );
    });

    it('keeps what is on, whatever an old row says', async () => {
      const ask = await product.card('approver', 'approval-request');
      await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
      await product.passes('PT1M');
      await tells('deactivated', newest(), { requestId: aGuid() });
      assert.equal(await held('engineer', 'activation-active'), 1);
    });
  });

  it('gives approvers a card for a request that was made elsewhere, and their press shows for how long before it counts', async () => {
    const request = await asksInThePortal('engineer', OPERATOR);
    await tells('waiting', request, { justification: 'asked in the portal' });
    const card = await product.card('approver', 'approval-request');
    assert.ok(card.notice.card === 'approval-request');
    assert.equal(card.notice.request.duration, null);
    assert.equal(card.notice.request.justification, 'asked in the portal');
    assert.equal(await held('engineer', 'activation-pending'), 1);

    const first = await product.presses('approver', card, 'approve');
    assert.ok(first.answer.kind === 'done');
    assert.equal(newest().state, 'awaiting-approval');
    const complete = await product.card('approver', 'approval-request');
    assert.equal(complete.notice.card === 'approval-request' && complete.notice.request.duration, 'PT1H');

    await product.presses('approver', complete, 'send-approve', { justification: 'fine' });
    assert.equal(newest().state, 'provisioned');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('gives nobody a card for a request that was made elsewhere for a role that is not served', async () => {
    const deny = [entra(OPERATOR)];
    const rulebook = { ...NO_RULEBOOK, served: { ...SERVED_BY_DEFAULT, roles: { allow: null, deny } } };
    Object.assign(product.services, { rules: { current: () => rulebook } });
    const request = await asksInThePortal('engineer', OPERATOR);
    await tells('waiting', request, { justification: 'asked in the portal' });
    assert.deepEqual(await product.cards('approver'), []);
    assert.deepEqual(await product.cards('engineer'), []);
  });

  it('sends nothing for a press on a card that does not say for how long, whatever it carries', async () => {
    const request = await asksInThePortal('engineer', OPERATOR);
    await tells('waiting', request);
    const card = await product.card('approver', 'approval-request');
    await product.presses('approver', card, 'send-approve', { justification: 'blind' });
    assert.equal(newest().state, 'awaiting-approval');
  });

  it('knows a request made elsewhere for how long, where the reader may read it', async () => {
    const request = await asksInThePortal('contractor', 'Virtual Machine Operator (Contractors)');
    await tells('waiting', request);
    const { notice } = await product.card('approver', 'approval-request');
    assert.equal(notice.card === 'approval-request' && notice.request.duration, 'PT1H');
  });

  it('takes up an activation made elsewhere, for people who use the bot', async () => {
    const request = await asksInThePortal('engineer', 'Security Reader');
    await tells('active', request);
    const { notice } = await product.card('engineer', 'activation-active');
    assert.ok(notice.card === 'activation-active');
    assert.equal(notice.activeUntil, '2026-11-23T10:00:00Z');
    assert.equal(notice.request.learnedAfter, 'PT5M');
    const [deactivated] = await product.says('engineer', 'deactivate Security Reader');
    assert.equal(deactivated?.card, 'activation-ended');
  });

  it('tells nobody who never met the bot', async () => {
    const request = await asksInThePortal('oncall', 'sg-payments-oncall');
    await tells('active', request);
    assert.deepEqual(await product.cards('oncall'), []);
  });

  it('tells of what came and went meanwhile as what it is now: nothing', async () => {
    const request = await asksInThePortal('engineer', OPERATOR);
    await seed('directory').cancel(actor('engineer'), request);
    product.feed.tell({ kind: 'waiting', role: request.role, principalId: request.principalId, requestId: request.id });
    await tells('canceled', request);
    assert.deepEqual(await product.cards('approver'), []);
    assert.deepEqual(await product.cards('engineer'), []);
  });

  it('takes up a request whose answer was lost when the log tells of it', async () => {
    product.seeded.tenant.failNext('activateAll', new AccessError('activation.in_doubt', 'lost'), {
      afterEffect: true,
    });
    product.seeded.tenant.failNext('findByMarker', new AccessError('graph.unavailable', 'still away'));
    await product.says('engineer', ASK);
    await product.passes('PT31S');
    assert.equal(await held('approver', 'approval-request'), 0);
    await tells('waiting', newest());
    assert.equal(await held('approver', 'approval-request'), 1);
    assert.equal(await held('engineer', 'activation-pending'), 1);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('learns which request it was from the log, where the answer was lost and only the access was seen', async () => {
    product.seeded.tenant.failNext('activateAll', new AccessError('activation.in_doubt', 'lost'), {
      afterEffect: true,
    });
    product.seeded.tenant.failNext('findByMarker', new AccessError('graph.unavailable', 'still away'));
    await product.says('engineer', 'activate Security Reader for 1h because x');
    await product.passes('PT31S');
    const taken = async () =>
      (await product.services.store.now.requests.listNewestOf(product.seeded.idOf('engineer'), 1))[0];
    assert.deepEqual([(await taken())?.state, (await taken())?.scheduleRequestId], ['active', null]);
    const told = (await product.audit()).length;
    await tells('active', newest());
    assert.deepEqual([(await taken())?.state, (await taken())?.scheduleRequestId], ['active', newest().id]);
    assert.equal(await held('engineer', 'activation-active'), 1);
    assert.equal((await product.audit()).length, told);
  });

  it('reads a row again that the tenant could not be asked about', async () => {
    await product.says('engineer', ASK);
    const request = newest();
    await seed('directory').decide(actor('approver'), request, { outcome: 'approve', justification: 'yes' });
    product.seeded.tenant.readerFailure = new AccessError('graph.unavailable', 'away', { retryable: true });
    product.feed.tell({ kind: 'active', role: request.role, principalId: request.principalId, requestId: request.id });
    product.clock.advance('PT5M');
    await reconcile(product.services);
    assert.equal(await held('engineer', 'activation-active'), 0);
    product.clock.advance('PT20M');
    await reconcile(product.services);
    product.seeded.tenant.readerFailure = null;
    await reconcile(product.services);
    assert.equal(await held('engineer', 'activation-active'), 1);
  });

  it('gives a row up that the tenant could not be asked about for an hour, and is held up by it no longer', async () => {
    await product.says('engineer', ASK);
    const request = newest();
    product.seeded.tenant.readerFailure = new AccessError('graph.unexpected_answer', 'odd');
    product.feed.tell({ kind: 'active', role: request.role, principalId: request.principalId, requestId: request.id });
    for (const pause of ['PT1M', 'PT30M', 'PT45M']) {
      product.clock.advance(pause);
      product.signIns.signIn(product.seeded.idOf('engineer'));
      await reconcile(product.services);
    }
    product.feed.asked.length = 0;
    product.seeded.tenant.readerFailure = null;
    await reconcile(product.services);
    assert.equal((await product.audit()).includes('tenant.diverged'), false);
  });

  it('leaves the log alone for a while when the reader may not read it, and as long as Microsoft asks', async () => {
    product.feed.failure = forbiddenLog();
    await reconcile(product.services);
    assert.equal(await dueAt(), '2026-11-23T09:15:00Z');
    product.feed.failure = new AccessError('graph.throttled', 'slow down', {
      retryable: true,
      retryAfter: Temporal.Duration.from({ minutes: 3 }),
    });
    await reconcile(product.services);
    assert.equal(await dueAt(), '2026-11-23T09:03:00Z');
    product.feed.failure = null;
    await reconcile(product.services);
    assert.equal(await dueAt(), '2026-11-23T09:01:00Z');
  });

  it('goes on at once where one look was not enough, and loses no row', async () => {
    await product.says('engineer', ASK);
    const request = newest();
    await seed('directory').decide(actor('approver'), request, { outcome: 'deny', justification: 'no' });
    for (let row = 0; row < 7; row += 1) {
      product.clock.advance('PT1S');
      const stranger = product.seeded.idOf('oncall2');
      product.feed.tell({ kind: 'active', role: request.role, principalId: stranger });
    }
    product.clock.advance('PT1S');
    product.feed.tell({ kind: 'denied', role: request.role, principalId: request.principalId, requestId: request.id });
    product.feed.pageSize = 4;
    await reconcile(product.services);
    assert.equal(await dueAt(), product.clock.now().toString());
    await product.passes('PT1S');
    assert.equal(await held('engineer', 'activation-denied'), 1);
  });

  async function dueAt(): Promise<string | null> {
    const { rows } = await product.database.pool.query<{ due_at: Temporal.Instant }>(
      `select due_at from pimlico.timers where kind = 'tenant.reconcile'`,
    );
    return rows[0]?.due_at.toString() ?? null;
  }

  it('has an id for everything it took up', async () => {
    const request = await asksInThePortal('engineer', OPERATOR);
    await tells('waiting', request);
    const { notice } = await product.card('engineer', 'activation-pending');
    assert.ok(notice.card === 'activation-pending');
    const record = await product.services.store.now.requests.find(requestId(notice.request.requestId));
    assert.equal(record?.scheduleRequestId, request.id);
  });
});
