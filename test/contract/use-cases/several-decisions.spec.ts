import assert from 'node:assert/strict';
import type { DecisionLine } from '../../../src/domain/approval-facts.ts';
import type { ApprovalsNotice, Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { aProduct, type Pressed, type Product } from '../../support/product.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';
const CONFIGURATION = 'Contoso-App-Configuration-Administrator';

type Outcome = readonly [requestId: string, outcome: DecisionLine['outcome'], code: string | null];

function outcomesOf(notice: Notice | undefined): readonly Outcome[] {
  const lines = notice?.card === 'approvals' ? (notice.results ?? []) : [];
  return lines.map(({ requestId, outcome, problem }) => [requestId, outcome, problem?.code ?? null]);
}

describe('deciding several requests together', () => {
  let product: Product;
  let first = '';
  let second = '';
  let third = '';

  const ask = async (handle: 'engineer' | 'contractor', role: string): Promise<string> => {
    const [pending] = await product.says(handle, `activate ${role} for 1h because INC-42`);
    return pending?.card === 'activation-pending' ? pending.request.requestId : '';
  };
  beforeEach(async () => {
    product = await aProduct();
    first = await ask('engineer', OPERATOR);
    second = await ask('contractor', CONFIGURATION);
    third = await ask('engineer', CONFIGURATION);
    await product.says('approver', 'approvals');
  });

  const list = async (): Promise<CardRecord> => await product.card('approver', 'approvals');
  const send = async (ids: readonly string[], justification = 'planned change', verb = 'send-approve' as const) =>
    await product.presses('approver', await list(), verb, { request: ids.join(','), justification });
  const stateOf = async (id: string): Promise<string | undefined> => {
    const { rows } = await product.database.pool.query('select state from pimlico.activation_requests where id = $1', [
      id,
    ]);
    return rows[0]?.state;
  };
  const decisions = (): number => product.seeded.tenant.calls.filter((call) => call === 'decide').length;
  const errors = async (): Promise<readonly string[]> =>
    (await product.cards('approver')).flatMap(({ notice }) => (notice.card === 'error' ? [notice.code] : []));

  it('shows the chosen ones once more with one input, and decides nothing yet', async () => {
    const pressed = await product.presses('approver', await list(), 'approve', { request: `${first},${third}` });
    const reply = pressed.answer.kind === 'done' ? pressed.answer.reply : null;
    assert.equal(reply?.step, 'approve');
    assert.deepEqual(reply?.card.notice.card === 'approvals' && reply.card.notice.chosen, [first, third]);
    assert.equal(decisions(), 0);
  });

  it('approves each with the same words, and says so of each in a line of its own', async () => {
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'approved', null],
      [second, 'approved', null],
    ]);
    const remaining = (await list()).notice as ApprovalsNotice;
    assert.deepEqual(
      remaining.requests.map(({ requestId }) => requestId),
      [third],
    );
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    assert.equal((await product.card('contractor', 'activation-active')).notice.card, 'activation-active');
    const { notice } = await product.card('approver2', 'approval-decided');
    assert.equal(notice.card === 'approval-decided' && notice.justification, 'planned change');
  });

  it('denies several as well', async () => {
    await product.presses('approver', await list(), 'send-deny', {
      request: `${first},${second}`,
      justification: 'freeze',
    });
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'denied', null],
      [second, 'denied', null],
    ]);
    const { notice } = await product.card('contractor', 'activation-denied');
    assert.equal(notice.card === 'activation-denied' && notice.justification, 'freeze');
  });

  it('goes on with the others when one fails', async () => {
    product.seeded.tenant.failNext('decide', new AccessError('graph.unavailable', 'down', { retryable: true }));
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'graph.unavailable'],
      [second, 'approved', null],
    ]);
    assert.equal(await stateOf(first), 'pending');
    assert.equal(await stateOf(second), 'active');
  });

  it('compares each with what PIM holds', async () => {
    await product.database.pool.query(`update pimlico.activation_requests set duration = 'PT30M' where id = $1`, [
      first,
    ]);
    await product.says('approver', 'approvals');
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'approval.request_changed'],
      [second, 'approved', null],
    ]);
  });

  it('compares each with what the list showed', async () => {
    const shown = await list();
    const notice = shown.notice as ApprovalsNotice;
    const requests = notice.requests.map((one) => (one.requestId === first ? { ...one, duration: 'PT5M' } : one));
    await product.services.store.now.cards.revise(shown.story, shown.recipient, shown.slot, { ...notice, requests });
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'approval.request_changed'],
      [second, 'approved', null],
    ]);
    assert.equal(await stateOf(first), 'pending');
  });

  it('says of one that somebody else was faster, and by whom', async () => {
    const shown = await list();
    await product.says('approver2', `deny ${first}: no`);
    await product.presses('approver', shown, 'send-approve', { request: `${first},${second}`, justification: 'fine' });
    const { notice } = await list();
    assert.deepEqual(outcomesOf(notice), [
      [first, 'refused', 'approval.already_decided'],
      [second, 'approved', null],
    ]);
    const line = notice.card === 'approvals' ? notice.results?.[0] : undefined;
    assert.equal(line?.problem?.facts.by, 'Adele Vance');
  });

  it('does not take what somebody did elsewhere for this vote', async () => {
    const { tenant } = product.seeded;
    const shown = await list();
    const held = tenant.requests().find(({ role }) => role.roleName === OPERATOR);
    assert.ok(held);
    await tenant.parts
      .find(({ surface }) => surface === 'directory')
      ?.decide({ principalId: product.seeded.idOf('approver2') }, held, { outcome: 'approve', justification: 'x' });
    await product.presses('approver', shown, 'send-approve', { request: `${first},${second}`, justification: 'fine' });
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'approval.already_decided'],
      [second, 'approved', null],
    ]);
  });

  it('leaves what confirms emergency access, and what was not wholly shown, to a card of its own', async () => {
    const change = async (set: string, id: string) =>
      await product.database.pool.query(`update pimlico.activation_requests set ${set} where id = $1`, [id]);
    await change('is_duration_known = false', first);
    await product.says('approver', 'approvals');
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'approval.not_together'],
      [second, 'approved', null],
    ]);
    await change('is_duration_known = true', first);
    await change(`pull_id = 'pull-1'`, first);
    await product.says('approver', 'approvals');
    await send([first, third]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'approval.not_together'],
      [third, 'approved', null],
    ]);
  });

  it('asks of each for the words that its role wants', async () => {
    await send([first, second], '  ');
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'refused', 'approval.justification_required'],
      [second, 'refused', 'approval.justification_required'],
    ]);
    assert.equal(decisions(), 0);
  });

  it('refuses a request that the list did not show, and decides none', async () => {
    const shown = await list();
    const later = await ask('contractor', '"Virtual Machine Operator (Contractors)"');
    assert.equal(await stateOf(later), 'pending');
    for (const foreign of ['ZZZZ', later]) {
      for (const verb of ['approve', 'send-approve'] as const) {
        await product.presses('approver', shown, verb, { request: `${first},${foreign}`, justification: 'fine' });
      }
    }
    assert.equal(decisions(), 0);
    assert.deepEqual(new Set(await errors()), new Set(['card.malformed']));
  });

  it('does nothing twice for a doubled click', async () => {
    const shown = await list();
    const inputs = { request: `${first},${second}`, justification: 'fine' };
    const pressed: Pressed[] = await Promise.all([
      product.presses('approver', shown, 'send-approve', inputs),
      product.presses('approver', shown, 'send-approve', inputs),
    ]);
    assert.equal(decisions(), 2);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'approved', null],
      [second, 'approved', null],
    ]);
    assert.deepEqual(await errors(), []);
    for (const { answer } of pressed) {
      assert.equal(answer.kind === 'done' && answer.reply?.card.notice.card, 'approvals');
    }
  });

  it('leaves working buttons behind when the process dies half-way', async () => {
    product.seeded.tenant.failNext('decide', new AccessError('approval.in_doubt', 'the process died'));
    await send([first, second]);
    await product.passes('PT31S');
    await send([first]);
    assert.equal(await stateOf(first), 'active');
  });

  it('decides together what a sentence names', async () => {
    const [notice] = (await product.says('approver', `approve ${first}, ${second}: looks right`)).filter(
      ({ card }) => card === 'approvals',
    );
    assert.deepEqual(outcomesOf(notice), [
      [first, 'approved', null],
      [second, 'approved', null],
    ]);
  });

  it('takes a repeated sentence for what it did before', async () => {
    const text = `approve ${first} and ${second}: looks right`;
    await product.says('approver', text);
    const before = decisions();
    const again = (await product.says('approver', text)).find(({ card }) => card === 'approvals');
    assert.deepEqual(outcomesOf(again), [
      [first, 'approved', null],
      [second, 'approved', null],
    ]);
    assert.equal(decisions(), before);
  });

  it('tells a stranger nothing about requests they name', async () => {
    const [notice] = await product.says('newcomer', `approve ${first} and ${second} and ZZZ2: let me`);
    assert.equal(notice?.card, 'approvals');
    const lines = notice?.card === 'approvals' ? (notice.results ?? []) : [];
    assert.deepEqual(
      lines.map(({ outcome, roleName, requesterName }) => [outcome, roleName, requesterName]),
      [
        ['refused', '', ''],
        ['refused', '', ''],
        ['refused', '', ''],
      ],
    );
    assert.equal(decisions(), 0);
  });

  it('does not decide one’s own among others', async () => {
    const [notice] = await product.says('engineer', `approve ${first} and ${third}: mine`);
    assert.deepEqual(outcomesOf(notice), [
      [first, 'refused', 'approval.own_request'],
      [third, 'refused', 'approval.own_request'],
    ]);
  });

  it('shows all of them to be confirmed when all are to be approved, and keeps the words', async () => {
    const [notice] = await product.says('approver', 'approve all: planned change');
    assert.equal(notice?.card, 'approvals');
    assert.deepEqual(notice?.card === 'approvals' && notice.chosen?.toSorted(), [first, second, third].toSorted());
    assert.equal(notice?.card === 'approvals' && notice.justification, 'planned change');
    assert.equal(decisions(), 0);
  });

  it('sends those that need one more sign-in to one, and goes on with the others and then with them', async () => {
    Object.assign(product.services, { approverRule: { context: 'c1', roles: [OPERATOR] } });
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'sign-in', null],
      [second, 'approved', null],
    ]);
    assert.equal(await stateOf(first), 'pending');
    const { notice } = await product.card('approver', 'step-up');
    assert.deepEqual(notice.card === 'step-up' && notice.roles.map(({ requestId }) => requestId), [first]);
    await product.signsIn('approver');
    assert.deepEqual(outcomesOf((await list()).notice), [[first, 'approved', null]]);
    assert.equal(await stateOf(first), 'active');
  });

  it('asks for a sign-in before anything is decided when there is no token', async () => {
    const shown = await list();
    product.signIns.forget(product.seeded.idOf('approver'));
    const inputs = { request: `${first},${second}`, justification: 'fine' };
    const { answer } = await product.presses('approver', shown, 'send-approve', inputs);
    assert.equal(answer.kind, 'sign-in-first');
    assert.equal(decisions(), 0);
    product.signIns.signIn(product.seeded.idOf('approver'));
    await product.presses('approver', shown, 'send-approve', inputs);
    assert.equal(await stateOf(first), 'active');
  });

  it('keeps the click for the same press when the token turns out to be gone', async () => {
    const shown = await list();
    product.seeded.tenant.failNext('readAwaitingDecision', new AccessError('identity.sign_in_required', 'expired'));
    const inputs = { request: `${first},${second}`, justification: 'fine' };
    const { answer } = await product.presses('approver', shown, 'send-approve', inputs);
    assert.equal(answer.kind, 'sign-in-first');
    assert.deepEqual(await list(), shown);
    await product.presses('approver', shown, 'send-approve', inputs);
    assert.deepEqual([await stateOf(first), await stateOf(second)], ['active', 'active']);
  });

  it('goes on after the page sign-in with what was pressed when the token was gone', async () => {
    product.seeded.tenant.failNext('readAwaitingDecision', new AccessError('identity.sign_in_required', 'expired'));
    const { answer } = await send([first, second]);
    await product.signsIn('approver', answer.kind === 'sign-in-first' ? (answer.pageSignInId ?? undefined) : undefined);
    assert.deepEqual([await stateOf(first), await stateOf(second)], ['active', 'active']);
  });

  it('sends those to a sign-in whose token is gone at the vote itself', async () => {
    product.seeded.tenant.failNext('decide', new AccessError('identity.sign_in_required', 'expired'));
    await send([first, second]);
    assert.deepEqual(outcomesOf((await list()).notice), [
      [first, 'sign-in', null],
      [second, 'approved', null],
    ]);
    await product.signsIn('approver');
    assert.deepEqual(outcomesOf((await list()).notice), [[first, 'approved', null]]);
  });

  describe('one of a list', () => {
    beforeEach(async () => {
      const { tenant, idOf } = product.seeded;
      const held = tenant.requests().find(({ role }) => role.roleName === OPERATOR);
      assert.ok(held);
      const approvers = (['approver', 'approver2'] as const).map(
        (handle) => ({ kind: 'person', id: idOf(handle), name: handle }) as const,
      );
      const policy = { isApprovalRequired: true, isApproverJustificationRequired: false, approvers };
      tenant.setPolicy(held.role, aRolePolicy(policy));
      await product.database.pool.query(
        'update pimlico.activation_requests set is_approver_justification_required = false',
      );
    });

    it('is refused, and shown as it is, when another approver’s press has told meanwhile for how long it is', async () => {
      await product.database.pool.query(
        `update pimlico.activation_requests set duration = 'PT0S', is_duration_known = false where id = $1`,
        [first],
      );
      const { story, recipient } = await list();
      await product.services.store.now.cards.retire(story, recipient);
      await product.says('approver', 'approvals');
      const shown = await list();
      await product.says('approver2', `approve ${first}: fine`);
      for (const verb of ['approve', 'deny'] as const) {
        await product.presses('approver', shown, verb, { request: first });
      }
      assert.equal(decisions(), 0);
      const { notice } = await list();
      assert.deepEqual(outcomesOf(notice), [[first, 'refused', 'approval.request_changed']]);
      const requests = notice.card === 'approvals' ? notice.requests : [];
      const now = requests.find(({ requestId }) => requestId === first);
      assert.equal(now?.duration, 'PT1H');
      await product.presses('approver', await list(), 'approve', { request: first });
      assert.equal(await stateOf(first), 'active');
    });

    it('is refused when the list did not show it', async () => {
      const shown = await list();
      const later = await ask('contractor', '"Virtual Machine Operator (Contractors)"');
      await product.database.pool.query(
        'update pimlico.activation_requests set is_approver_justification_required = false where id = $1',
        [later],
      );
      await product.presses('approver', shown, 'approve', { request: later });
      assert.equal(decisions(), 0);
      assert.deepEqual(await errors(), ['card.malformed']);
    });

    it('is decided at once when it is as shown and its role wants no words', async () => {
      await product.presses('approver', await list(), 'approve', { request: first });
      assert.equal(await stateOf(first), 'active');
    });
  });
});
