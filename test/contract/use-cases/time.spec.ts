import assert from 'node:assert/strict';
import { requestId } from '../../../src/domain/ids.ts';
import type {
  ActivationActiveNotice,
  ActivationEndedNotice,
  ExpiryReminderNotice,
} from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { fireTimer } from '../../../src/use-cases/fire-timer.ts';
import { aProduct, type Product } from '../../support/product.ts';

const READER = 'activate Security Reader for 1h because audit';
const OPERATOR = 'activate Contoso-App-Assignment-Operator for 2h because INC-42';

describe('what time does', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const ended = async (): Promise<ActivationEndedNotice> =>
    (await product.card('engineer', 'activation-ended')).notice as ActivationEndedNotice;
  const press = async (name: 'expiry-reminder' | 'activation-active' | 'activation-ended', verb: 'continue') =>
    await product.presses('engineer', await product.card('engineer', name), verb);

  it('reminds a quarter of the duration before the end, at most 15 minutes', async () => {
    await product.says('engineer', READER);
    await product.passes('PT44M');
    await assert.rejects(product.card('engineer', 'expiry-reminder'));
    await product.passes('PT1M');
    const { notice } = await product.card('engineer', 'expiry-reminder');
    assert.equal((notice as ExpiryReminderNotice).activeUntil, '2026-11-23T10:00:00Z');
    const active = (await product.cards('engineer')).find((card) => card.slot === 'activation-active');
    assert.equal(active?.isRetired, true);
  });

  it('reminds as early as the person chose', async () => {
    await product.says('engineer', 'remind me 30 minutes before the end');
    await product.says('engineer', READER);
    await product.passes('PT30M');
    assert.equal((await product.card('engineer', 'expiry-reminder')).notice.card, 'expiry-reminder');
  });

  it('moves the reminder of what is running when the person chooses another time', async () => {
    await product.says('engineer', READER);
    await product.says('engineer', 'remind me 30 minutes before the end');
    await product.passes('PT30M');
    assert.equal((await product.card('engineer', 'expiry-reminder')).notice.card, 'expiry-reminder');
  });

  it('gives everything back at one word, and the only role without its name', async () => {
    await product.says('engineer', READER);
    await product.says('engineer', 'activate Global Reader for 1h');
    await product.passes('PT6M');
    await product.says('engineer', 'deactivate everything');
    const over = (await product.cards('engineer')).filter((card) => card.notice.card === 'activation-ended');
    assert.equal(over.length, 2);
    await product.says('engineer', 'activate Global Reader for 1h');
    await product.passes('PT6M');
    const [notice] = await product.says('engineer', 'drop it');
    assert.equal(notice?.card, 'activation-ended');
  });

  it('does not list as active what was just given back, although the tenant’s list still does', async () => {
    const { tenant, idOf } = product.seeded;
    await product.says('engineer', READER);
    await product.passes('PT6M');
    const before = await tenant.roleManagement.listActive({ principalId: idOf('engineer') });
    await product.says('engineer', 'deactivate security reader');
    const listActive = tenant.roleManagement.listActive;
    tenant.roleManagement.listActive = async () => before;
    const [active] = await product.says('engineer', 'active');
    const [roles] = await product.says('engineer', 'my roles');
    tenant.roleManagement.listActive = listActive;
    assert.deepEqual(active?.card === 'active' ? active.assignments : null, []);
    const listed = roles?.card === 'my-roles' ? roles.roles : [];
    const reader = listed.find((role) => role.roleName === 'Security Reader');
    assert.equal(reader?.activeUntil, null);
  });

  it('does not remind when it is given back in the same instant', async () => {
    await product.says('engineer', READER);
    await product.passes('PT10M');
    const { story } = await product.card('engineer', 'activation-active');
    const active = await product.services.store.now.requests.find(requestId(story));
    await product.says('engineer', 'deactivate security reader');
    const { store } = product.services;
    const requests = { ...store.now.requests, find: async () => active };
    const late = { ...product.services, store: { ...store, now: { ...store.now, requests } } };
    await fireTimer(late, { kind: 'activation.remind', subject: story, dueAt: product.clock.now(), attempt: 0 });
    await assert.rejects(product.card('engineer', 'expiry-reminder'));
    assert.equal((await ended()).reason, 'deactivated');
  });

  it('tells the end once', async () => {
    await product.says('engineer', READER);
    await product.passes('PT3H');
    const cards = (await product.cards('engineer')).filter((card) => card.notice.card === 'activation-ended');
    assert.equal(cards.length, 1);
    assert.equal((await ended()).reason, 'expired');
    assert.equal((await ended()).endedAt, '2026-11-23T10:00:00Z');
  });

  it('continues at the end with the waiting token and shows the gap that was measured', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    const { notices } = await press('expiry-reminder', 'continue');
    assert.equal((notices[0] as ExpiryReminderNotice).wish, 'continue');
    product.seeded.tenant.failNext('activate', new AccessError('activation.already_active', 'still there'));
    await product.passes('PT15M');
    const { notice } = await product.card('engineer', 'activation-active');
    assert.equal((notice as ActivationActiveNotice).gap, 'PT2S');
    assert.equal((notice as ActivationActiveNotice).activeUntil, '2026-11-23T11:00:02Z');
    await assert.rejects(product.card('engineer', 'activation-ended'));
  });

  it('continues for as long and with the words that were said', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    await product.says('engineer', 'continue Security Reader for 2h because still patching');
    await product.passes('PT15M');
    const { notice } = await product.card('engineer', 'activation-active');
    assert.equal((notice as ActivationActiveNotice).request.duration, 'PT2H');
    assert.equal((notice as ActivationActiveNotice).request.justification, 'still patching');
  });

  it('refuses to continue for longer than the role allows', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    const [notice] = await product.says('engineer', 'continue Security Reader for 9h');
    assert.equal(notice?.card === 'error' && notice.code, 'activation.too_long');
  });

  it('tells approvers ahead and asks them at the end', async () => {
    await product.says('engineer', OPERATOR);
    await product.presses('approver', await product.card('approver', 'approval-request'), 'send-approve', {
      justification: 'fine',
    });
    await product.passes('PT1H46M');
    const reminder = await product.card('engineer', 'expiry-reminder');
    assert.equal((reminder.notice as ExpiryReminderNotice).needsApproval, true);
    product.signIns.signIn(product.seeded.idOf('engineer'));
    await product.presses('engineer', reminder, 'continue');
    const ahead = (await product.cards('approver2')).find((card) => card.slot === 'approval-ahead');
    assert.equal(ahead?.notice.card === 'approval-request' && ahead.notice.phase, 'ahead');
    await product.passes('PT15M');
    assert.equal((await product.card('engineer', 'activation-pending')).notice.card, 'activation-pending');
    const asked = await product.card('approver2', 'approval-request');
    assert.equal(asked.notice.card === 'approval-request' && asked.notice.phase, 'ask');
  });

  it('asks for one more press when the waiting token was lost', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    await press('expiry-reminder', 'continue');
    product.signIns.forget(product.seeded.idOf('engineer'));
    await product.passes('PT20M');
    assert.equal((await ended()).reason, 'not-continued');
    assert.equal((await ended()).problem?.code, 'identity.sign_in_required');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const card = await product.card('engineer', 'activation-ended');
    const again = await product.presses('engineer', card, 'activate-again');
    assert.equal(again.notices[0]?.card, 'activation-active');
  });

  it('gives up five minutes after the end, with one card', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    await press('expiry-reminder', 'continue');
    for (let times = 0; times < 40; times += 1) {
      product.seeded.tenant.failNext('activate', new AccessError('activation.already_active', 'still there'));
    }
    await product.passes('PT30M');
    assert.equal((await ended()).problem?.code, 'activation.already_active');
    assert.deepEqual(await product.waiting(), []);
  });

  it('tells a refusal at the end, never silence', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    await press('expiry-reminder', 'continue');
    product.seeded.tenant.failNext('activate', new AccessError('activation.step_up_required', 'no'));
    await product.passes('PT15M');
    assert.equal((await ended()).problem?.code, 'activation.step_up_required');
  });

  it('drops the wish when the person lets it end', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    await press('expiry-reminder', 'continue');
    const reminder = await product.card('engineer', 'expiry-reminder');
    await product.presses('engineer', reminder, 'let-it-end');
    await product.passes('PT20M');
    assert.equal((await ended()).reason, 'expired');
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('says that it is too early to continue when the token would not live until the end', async () => {
    await product.says('engineer', 'activate Security Reader for 8h because audit');
    const [notice] = await product.says('engineer', 'continue Security Reader');
    assert.equal(notice?.card === 'error' && notice.code, 'activation.too_early_to_continue');
  });

  it('gives back at once after five minutes', async () => {
    await product.says('engineer', READER);
    await product.passes('PT6M');
    const card = await product.card('engineer', 'activation-active');
    const { notices } = await product.presses('engineer', card, 'deactivate');
    assert.equal(notices[0]?.card === 'activation-ended' && notices[0].reason, 'deactivated');
    assert.deepEqual(await product.waiting(), []);
  });

  it('holds a deactivation until PIM’s five minutes are over, does it then, and says so', async () => {
    await product.says('engineer', READER);
    const [notice] = await product.says('engineer', 'I’m done with security reader');
    assert.equal(notice?.card === 'activation-active' && notice.deactivateAt, '2026-11-23T09:05:00Z');
    await product.passes('PT5M');
    assert.equal((await ended()).reason, 'deactivated');
  });

  it('puts a button back when the token for an early deactivation was lost', async () => {
    await product.says('engineer', READER);
    await product.says('engineer', 'deactivate security reader');
    product.signIns.forget(product.seeded.idOf('engineer'));
    await product.passes('PT5M');
    const card = (await product.cards('engineer')).find((item) => item.slot === 'deactivate-now');
    assert.equal(card?.notice.card === 'expiry-reminder' && card.isRetired, false);
    product.signIns.signIn(product.seeded.idOf('engineer'));
    assert.ok(card);
    await product.presses('engineer', card, 'deactivate');
    assert.equal((await ended()).reason, 'deactivated');
  });

  it('reminds of the end when the token for an early deactivation was lost and nothing is pressed', async () => {
    await product.says('engineer', READER);
    await product.says('engineer', 'deactivate security reader');
    product.signIns.forget(product.seeded.idOf('engineer'));
    await product.passes('PT45M');
    const { notice } = await product.card('engineer', 'expiry-reminder');
    assert.equal((notice as ExpiryReminderNotice).activeUntil, '2026-11-23T10:00:00Z');
  });

  it('finds out that a deactivation arrived although its answer was lost', async () => {
    await product.says('engineer', READER);
    await product.passes('PT6M');
    product.seeded.tenant.failNext('deactivate', new AccessError('activation.in_doubt', 'lost'), { afterEffect: true });
    await product.presses('engineer', await product.card('engineer', 'activation-active'), 'deactivate');
    await product.passes('PT1M');
    assert.equal((await ended()).reason, 'deactivated');
  });

  it('takes a follower that exists already for the continuation, after a crash in between', async () => {
    await product.says('engineer', READER);
    await product.passes('PT46M');
    await press('expiry-reminder', 'continue');
    const before = product.seeded.tenant.requests().length;
    await product.passes('PT14M');
    await product.database.pool.query(`update pimlico.activation_requests set wish = 'continue' where state = 'ended'`);
    await product.database.pool.query(
      `insert into pimlico.timers (kind, subject, due_at)
       select 'activation.carry-out-wish', id, $1 from pimlico.activation_requests where state = 'ended'`,
      [product.clock.now().toString()],
    );
    await product.passes('PT1M');
    assert.equal(product.seeded.tenant.requests().length, before + 1);
  });

  it('takes the notice to approvers away when the role is given back before the end', async () => {
    await product.says('engineer', OPERATOR);
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    await product.passes('PT1H46M');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    await product.presses('engineer', await product.card('engineer', 'expiry-reminder'), 'continue');
    await product.says('engineer', 'done with contoso app assignment operator');
    assert.deepEqual(
      (await product.cards('approver2')).filter((card) => card.slot === 'approval-ahead'),
      [],
    );
    assert.deepEqual(await product.waiting(), []);
  });

  it('schedules an approved later start and is active then', async () => {
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator at 14:30 for 1h because INC-42');
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    const { notice } = await product.card('engineer', 'activation-scheduled');
    assert.equal(notice.card === 'activation-scheduled' && notice.approvedBy, 'Megan Bowen');
    await product.passes('PT4H31M');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('keeps an activation on whose deactivation never arrived', async () => {
    await product.says('engineer', READER);
    await product.passes('PT6M');
    product.seeded.tenant.failNext('deactivate', new AccessError('activation.in_doubt', 'lost'));
    const pressed = await product.presses(
      'engineer',
      await product.card('engineer', 'activation-active'),
      'deactivate',
    );
    assert.equal(pressed.notices[0]?.card === 'error' && pressed.notices[0].code, 'activation.in_doubt');
    await product.passes('PT1M');
    assert.equal((await product.card('engineer', 'activation-active')).isRetired, false);
  });

  it('waits until the assignment is visible before it says that access is on', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from({ seconds: 11 });
    await product.says('engineer', OPERATOR);
    await product.presses('approver', await product.card('approver', 'approval-request'), 'send-approve', {
      justification: 'fine',
    });
    await assert.rejects(product.card('engineer', 'activation-active'));
    await product.passes('PT20S');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });
});

describe('an answer that was lost', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  it('is found with the person’s own token, and nothing is sent twice', async () => {
    product.seeded.tenant.failNext('activate', new AccessError('activation.in_doubt', 'lost'), { afterEffect: true });
    const [notice] = await product.says('engineer', READER);
    assert.equal(notice?.card, 'activation-active');
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('leads to a card when the request never arrived, and the next press asks once', async () => {
    product.seeded.tenant.failNext('activate', new AccessError('activation.in_doubt', 'lost'));
    const [notice] = await product.says('engineer', READER);
    assert.equal(notice?.card === 'error' && notice.code, 'activation.outcome_unknown');
    const [again] = await product.says('engineer', READER);
    assert.equal(again?.card, 'activation-active');
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('is looked up by the reader after a crash, and taken up', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('activate', new AccessError('activation.in_doubt', 'lost'), { afterEffect: true });
    tenant.failNext('findByMarker', new AccessError('graph.unavailable', 'down', { retryable: true }));
    const [notice] = await product.says('engineer', READER);
    assert.equal(notice?.card === 'error' && notice.code, 'activation.in_doubt');
    await product.passes('PT1M');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('asks for one more press when the reader cannot see it, and that press finds the request', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('activate', new AccessError('activation.in_doubt', 'lost'), { afterEffect: true });
    tenant.failNext('findByMarker', new AccessError('graph.unavailable', 'down', { retryable: true }));
    await product.says('engineer', OPERATOR);
    await product.passes('PT1M');
    const error = (await product.cards('engineer')).find((card) => card.slot === 'outcome-unknown');
    assert.equal(error?.notice.card === 'error' && error.notice.code, 'activation.outcome_unknown');
    assert.ok(error);
    const { notices } = await product.presses('engineer', error, 'activate-again');
    assert.equal(notices[0]?.card, 'activation-pending');
    assert.equal(tenant.requests().length, 1);
    assert.equal((await product.card('approver', 'approval-request')).notice.card, 'approval-request');
  });
});
