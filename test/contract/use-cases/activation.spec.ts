import assert from 'node:assert/strict';
import type { ActivationFormNotice, ErrorNotice, Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aProduct, type Product } from '../../support/product.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';

function asForm(notice: Notice | undefined): ActivationFormNotice {
  assert.equal(notice?.card, 'activation-form');
  return notice as ActivationFormNotice;
}

function asError(notice: Notice | undefined): ErrorNotice {
  assert.equal(notice?.card, 'error');
  return notice as ErrorNotice;
}

describe('asking for an activation', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  it('runs with approval from the sentence to the end, with a trail of every step', async () => {
    const told = await product.says('engineer', `activate ${OPERATOR} for 2h because INC-42 broken sign-in`);
    assert.equal(told[0]?.card, 'activation-pending');
    const ask = await product.card('approver', 'approval-request');
    const step = await product.presses('approver', ask, 'approve');
    assert.equal(step.answer.kind === 'done' ? step.answer.reply?.step : null, 'approve');
    await product.presses('approver', ask, 'send-approve', { justification: 'looks right' });
    await product.passes('PT30S');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    assert.equal((await product.card('approver2', 'approval-decided')).notice.card, 'approval-decided');
    await product.passes('PT2H');
    assert.equal((await product.card('engineer', 'activation-ended')).notice.card, 'activation-ended');
    assert.deepEqual(await product.waiting(), []);
    assert.deepEqual(await product.audit(), [
      'activation.intended',
      'activation.submitted',
      'approval.asked',
      'approval.intended',
      'approval.decided',
      'activation.active',
      'activation.ended',
    ]);
  });

  it('is active at once where no approval is wanted, for one hour when nobody says how long', async () => {
    const [active] = await product.says('engineer', 'activate Security Reader because audit');
    assert.equal(active?.card, 'activation-active');
    assert.equal(active?.card === 'activation-active' && active.activeUntil, '2026-11-23T10:00:00Z');
  });

  it('asks PIM once and nothing before it when the sentence is warm', async () => {
    await product.says('engineer', 'activate Global Reader for 1h');
    product.seeded.tenant.calls.length = 0;
    await product.says('engineer', 'activate Security Reader for 1h because audit');
    assert.deepEqual(product.seeded.tenant.calls, ['activateAll']);
  });

  it('shows the form with the policy’s own maximum when the sentence is too long', async () => {
    const [notice] = await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = asForm(notice);
    assert.deepEqual(form.problems, [{ code: 'activation.too_long', facts: { maximum: 'PT8H', asked: 'PT9H' } }]);
    assert.equal(form.values.duration, 'PT8H');
    assert.deepEqual(product.seeded.tenant.requests(), []);
  });

  it('asks for the justification and the ticket that the policy wants, before PIM is asked', async () => {
    const [notice] = await product.says('engineer', 'activate User Administrator for 1h');
    const form = asForm(notice);
    assert.deepEqual(
      form.problems.map((problem) => problem.code),
      ['activation.justification_required', 'activation.ticket_required'],
    );
    assert.equal(form.isTicketRequired, true);
    assert.deepEqual(product.seeded.tenant.requests(), []);
  });

  it('refuses less than five minutes and says the least', async () => {
    const [notice] = await product.says('engineer', 'activate Security Reader for 3 minutes because audit');
    assert.deepEqual(asForm(notice).problems, [{ code: 'activation.too_short', facts: { minimum: 'PT5M' } }]);
  });

  it('carries the form out, once, and takes its button away', async () => {
    await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = await product.card('engineer', 'activation-form');
    const inputs = { duration: '2 hours', justification: 'audit', ticket: '' };
    const first = await product.presses('engineer', form, 'activate', inputs);
    assert.equal(first.notices[0]?.card, 'activation-active');
    const second = await product.presses('engineer', form, 'activate', inputs);
    assert.deepEqual(second.notices, []);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('lets a form that PIM refused be pressed again, but not with the same click', async () => {
    await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = await product.card('engineer', 'activation-form');
    const inputs = { duration: '2 hours', justification: 'audit', ticket: '' };
    const { tenant } = product.seeded;
    tenant.failNext('activate', new AccessError('graph.throttled', 'slow down'));
    const first = await product.presses('engineer', form, 'activate', inputs);
    assert.equal(asError(first.notices[0]).code, 'graph.throttled');
    await product.presses('engineer', form, 'activate', inputs);
    assert.deepEqual(tenant.requests(), []);
    const again = await product.card('engineer', 'activation-form');
    const { notices } = await product.presses('engineer', again, 'activate', inputs);
    assert.equal(notices[0]?.card, 'activation-active');
  });

  it('spends a click once, although its effect was refused meanwhile', async () => {
    await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = await product.card('engineer', 'activation-form');
    const inputs = { duration: '2 hours', justification: 'audit', ticket: '' };
    product.seeded.tenant.failNext('activate', new AccessError('graph.throttled', 'slow down'));
    await Promise.all([1, 2, 3, 4].map(() => product.presses('engineer', form, 'activate', inputs)));
    assert.equal(product.seeded.tenant.calls.filter((call) => call === 'activateAll').length, 1);
  });

  it('carries out only one of two presses at the same instant', async () => {
    await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = await product.card('engineer', 'activation-form');
    const inputs = { duration: '2 hours', justification: 'audit', ticket: '' };
    await Promise.all([1, 2, 3].map(() => product.presses('engineer', form, 'activate', inputs)));
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('says what is wrong with a time typed into the form and keeps the form', async () => {
    await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = await product.card('engineer', 'activation-form');
    const pressed = await product.presses('engineer', form, 'activate', { duration: '2', justification: 'audit' });
    assert.equal(asError(pressed.notices[0]).code, 'command.problem');
    assert.equal((await product.card('engineer', 'activation-form')).isRetired, false);
  });

  it('asks which of two scopes is meant and activates the chosen one', async () => {
    const [notice] = await product.says('engineer', 'activate Helpdesk Administrator for 1h because resets');
    assert.equal(notice?.card, 'choose-role');
    const choice = await product.card('engineer', 'choose-role');
    const lisbon = choice.notice.card === 'choose-role' ? choice.notice.choices : [];
    const key = lisbon.find((item) => item.scopeName === 'Branch Lisbon')?.key ?? '';
    const pressed = await product.presses('engineer', choice, 'choose', { choice: key });
    const active = pressed.notices[0];
    assert.equal(active?.card === 'activation-active' && active.request.scopeName, 'Branch Lisbon');
  });

  it('refuses a choice that was not offered', async () => {
    await product.says('engineer', 'activate Helpdesk Administrator for 1h because resets');
    const choice = await product.card('engineer', 'choose-role');
    const pressed = await product.presses('engineer', choice, 'choose', { choice: 'directory|anything|/' });
    assert.equal(asError(pressed.notices[0]).code, 'card.malformed');
    assert.deepEqual(product.seeded.tenant.requests(), []);
  });

  it('offers the nearest names when no eligible role fits', async () => {
    const [notice] = await product.says('engineer', 'activate Sekurity Raeder Xy for 1h because audit');
    const error = asError(notice);
    assert.equal(error.code, 'activation.role_unknown');
    assert.equal(error.suggestions.length, 3);
    assert.ok(error.suggestions.includes('Security Reader'));
  });

  it('does not know a role of somebody else', async () => {
    const [notice] = await product.says('contractor', 'activate Security Reader for 1h because audit');
    assert.equal(asError(notice).code, 'activation.role_unknown');
  });

  it('says so to somebody who is eligible for nothing', async () => {
    const [notice] = await product.says('newcomer', 'activate Security Reader for 1h because audit');
    assert.equal(asError(notice).code, 'activation.nothing_eligible');
  });

  it('says until when a role is active already', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because audit');
    const [notice] = await product.says('engineer', 'activate Security Reader for 1h because audit');
    const error = asError(notice);
    assert.equal(error.code, 'activation.already_active');
    assert.equal(error.facts.until, '2026-11-23T10:00:00Z');
  });

  it('says which request waits already', async () => {
    const [pending] = await product.says('engineer', `activate ${OPERATOR} for 1h because INC-42`);
    const [notice] = await product.says('engineer', `activate ${OPERATOR} for 1h because INC-42`);
    const error = asError(notice);
    assert.equal(error.code, 'activation.already_pending');
    assert.equal(error.facts.requestId, pending?.card === 'activation-pending' && pending.request.requestId);
  });

  it('reads back until when, when the activation was made elsewhere', async () => {
    const { tenant, idOf } = product.seeded;
    const role = (await tenant.roleManagement.listEligible({ principalId: idOf('engineer') })).find(
      (item) => item.roleName === 'Global Reader',
    );
    assert.ok(role);
    await tenant.roleManagement.activate(
      { principalId: idOf('engineer') },
      {
        role,
        startsAt: null,
        duration: Temporal.Duration.from('PT2H'),
        justification: '',
        ticket: null,
        marker: 'portal',
      },
    );
    const [notice] = await product.says('engineer', 'activate Global Reader for 1h');
    const error = asError(notice);
    assert.equal(error.code, 'activation.already_active');
    assert.equal(error.facts.until, '2026-11-23T11:00:00Z');
  });

  it('takes up a request that waits in PIM already, and asks its approvers', async () => {
    const { tenant, idOf } = product.seeded;
    const role = (await tenant.roleManagement.listEligible({ principalId: idOf('engineer') })).find(
      (item) => item.roleName === OPERATOR,
    );
    assert.ok(role);
    const duration = Temporal.Duration.from('PT3H');
    const order = { role, startsAt: null, duration, justification: 'from the portal', ticket: null, marker: 'portal' };
    await tenant.roleManagement.activate({ principalId: idOf('engineer') }, order);
    const [notice] = await product.says('engineer', `activate ${OPERATOR} for 1h because INC-42`);
    assert.equal(notice?.card === 'activation-pending' && notice.request.duration, 'PT3H');
    assert.equal(tenant.requests().length, 1);
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('does not take approvers that cannot be seen for nobody', async () => {
    const { tenant } = product.seeded;
    const expand = tenant.reader.expandApprovers;
    tenant.reader.expandApprovers = async () => {
      throw new AccessError('graph.not_found', 'no such group');
    };
    const [notice] = await product.says('engineer', `activate ${OPERATOR} for 1h because INC-42`);
    tenant.reader.expandApprovers = expand;
    assert.deepEqual(notice?.card === 'activation-pending' ? notice.approvers : null, []);
  });

  it('lists a request that waits for its start only', async () => {
    await product.says('engineer', 'activate Security Reader at 14:30 for 1h because patching');
    const [notice] = await product.says('engineer', 'pending');
    assert.equal(notice?.card === 'pending' && notice.requests[0]?.decideBy, null);
    assert.equal(notice?.card === 'pending' && notice.requests[0]?.startsAt, '2026-11-23T13:30:00Z');
  });

  it('refuses a request that provably nobody can approve', async () => {
    const { tenant, idOf } = product.seeded;
    tenant.setGroup('sg-app-approvers', [idOf('engineer')]);
    const [notice] = await product.says('engineer', `activate ${OPERATOR} for 1h because INC-42`);
    assert.equal(asError(notice).code, 'activation.nobody_can_approve');
    assert.deepEqual(tenant.requests(), []);
  });

  it('never asks the requester, even when the policy names them', async () => {
    const { tenant, idOf } = product.seeded;
    tenant.setGroup('sg-app-approvers', [idOf('engineer'), idOf('approver')]);
    await product.says('engineer', `activate ${OPERATOR} for 1h because INC-42`);
    const cards = await product.cards('engineer');
    assert.deepEqual(
      cards.map((card) => card.notice.card),
      ['activation-pending'],
    );
  });

  it('goes on without the policy when nobody may read it, and learns from PIM', async () => {
    product.seeded.tenant.readerFailure = new AccessError('graph.forbidden', 'no');
    const [notice] = await product.says('engineer', 'activate Security Reader for 1h');
    assert.deepEqual(
      asForm(notice).problems.map((problem) => problem.code),
      ['activation.justification_required'],
    );
  });

  it('schedules a later start and is active then', async () => {
    const [notice] = await product.says('engineer', 'activate Security Reader at 14:30 for 1h because patching');
    assert.equal(notice?.card === 'activation-scheduled' && notice.activeFrom, '2026-11-23T13:30:00Z');
    await product.passes('PT5H');
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('tells of Graph’s refusals and loses nothing', async () => {
    const retryAfter = Temporal.Duration.from({ seconds: 30 });
    product.seeded.tenant.failNext('activate', new AccessError('graph.throttled', 'slow down', { retryAfter }));
    const [notice] = await product.says('engineer', 'activate Security Reader for 1h because audit');
    const error = asError(notice);
    assert.equal(error.code, 'graph.throttled');
    assert.equal(error.facts.goesOnAfter, 'PT30S');
    const [again] = await product.says('engineer', 'activate Security Reader for 1h because audit');
    assert.equal(again?.card, 'activation-active');
  });

  it('gives a reference for what an operator must look up, and no inner words', async () => {
    product.seeded.tenant.failNext('activate', new AccessError('internal.unexpected', 'SECRET inner words'));
    const [notice] = await product.says('engineer', 'activate Security Reader for 1h because audit');
    const error = asError(notice);
    assert.match(error.reference ?? '', /^[0-9a-f]{8}$/);
    assert.doesNotMatch(JSON.stringify(error), /SECRET/);
  });
});
