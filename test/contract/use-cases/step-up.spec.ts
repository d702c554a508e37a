import assert from 'node:assert/strict';
import type { ErrorNotice, Notice, StepUpNotice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aProduct, type Product } from '../../support/product.ts';

const PRA = 'Privileged Role Administrator';
const ASK = `activate "${PRA}" for 30m because drill`;

function asStepUp(notice: Notice | undefined): StepUpNotice {
  assert.equal(notice?.card, 'step-up');
  return notice as StepUpNotice;
}

describe('stepping up', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const stepUp = async (handle: 'oncall' | 'engineer' | 'approver' = 'oncall'): Promise<StepUpNotice> =>
    asStepUp((await product.card(handle, 'step-up')).notice);
  const linkOf = (notice: StepUpNotice): string => notice.pageSignInId ?? assert.fail('no link');
  const stateOf = async (): Promise<readonly string[]> => {
    const { rows } = await product.database.pool.query<{ state: string }>(
      'select state from pimlico.activation_requests order by requested_at, id',
    );
    return rows.map((row) => row.state).sort();
  };
  const errors = async (handle: 'oncall' | 'engineer' | 'approver'): Promise<readonly string[]> =>
    (await product.cards(handle)).flatMap(({ notice }) =>
      notice.card === 'error' ? [(notice as ErrorNotice).code] : [],
    );

  it('sends the requester to sign in before PIM is asked, when the settings name a context', async () => {
    const [notice] = await product.says('oncall', ASK);
    const { phase, why, purpose, roles } = asStepUp(notice);
    assert.deepEqual([phase, why, purpose, roles[0]?.roleName], ['waiting', 'context', 'activate', PRA]);
    assert.deepEqual(product.seeded.tenant.requests(), []);
    assert.deepEqual(await stateOf(), ['stepping-up']);
    assert.deepEqual(await product.waiting(), ['sign-in.expire']);
  });

  it('goes on with the same request, once, with the token of that sign-in alone', async () => {
    await product.says('oncall', ASK);
    const { requestId = '' } = (await stepUp()).roles[0] ?? {};
    assert.equal((await product.signsIn('oncall')).kind, 'signed-in');
    const active = (await product.card('oncall', 'activation-active')).notice;
    assert.equal(active.card === 'activation-active' && active.request.requestId, requestId);
    assert.equal((await stepUp()).phase, 'done');
    assert.equal(product.seeded.tenant.requests().length, 1);
    const [redeemed] = product.page.redeemed;
    assert.deepEqual(redeemed?.signIn.claims, '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}');
    assert.equal(product.signIns.isHeld(redeemed?.signIn.id ?? ''), false, 'the token is dropped');
    const again = await product.says('oncall', 'deactivate');
    assert.equal(again[0]?.card, 'activation-active');
    await product.passes('PT6M');
    assert.equal(asStepUp((await product.says('oncall', ASK))[0]).phase, 'waiting', 'it served one request only');
  });

  it('steps up when PIM demands it although the settings could not be read', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c7"}}}';
    const error = new AccessError('activation.step_up_required', 'AcrsValidationFailed', { facts: { claims } });
    product.seeded.tenant.failNext('activate', error);
    const [notice] = await product.says('engineer', 'activate Security Reader for 1h because INC-1');
    assert.deepEqual([asStepUp(notice).why, await stateOf()], ['context', ['stepping-up']]);
    await product.signsIn('engineer');
    assert.equal(product.page.redeemed[0]?.signIn.claims, claims);
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
  });

  it('sends to MFA when the role’s MFA rule refuses, and says after one try that it cannot work', async () => {
    const ask = 'activate User Administrator for 1h ticket INC0012345 because onboarding';
    assert.equal(asStepUp((await product.says('engineer', ask))[0]).why, 'mfa');
    product.page.behave({ hasMfa: false });
    await product.signsIn('engineer');
    assert.deepEqual(await errors('engineer'), ['activation.mfa_not_accepted']);
    assert.deepEqual(await stateOf(), ['failed']);
    await product.says('engineer', ask);
    product.page.behave({ hasMfa: true });
    await product.signsIn('engineer');
    assert.equal((await product.card('engineer', 'activation-pending')).notice.card, 'activation-pending');
  });

  it('does not ask twice when the context is not accepted', async () => {
    await product.says('oncall', ASK);
    product.page.behave({ contexts: [] });
    await product.signsIn('oncall');
    assert.deepEqual(await errors('oncall'), ['activation.step_up_not_accepted']);
    assert.deepEqual(await stateOf(), ['failed']);
  });

  it('tells Azure’s own demand for MFA from the role’s', async () => {
    const error = new AccessError('activation.azure_mfa_required', 'RequestDisallowedByAzure');
    product.seeded.tenant.failNext('activate', error);
    const [notice] = await product.says('engineer', 'activate Security Reader for 1h because INC-1');
    assert.equal(asStepUp(notice).why, 'azure-mfa');
    product.seeded.tenant.failNext('activate', error);
    await product.signsIn('engineer');
    assert.deepEqual(await errors('engineer'), ['activation.azure_mfa_required']);
  });

  it('does nothing for somebody else, and says so', async () => {
    await product.says('oncall', ASK);
    product.page.behave({ person: product.seeded.idOf('engineer') });
    assert.equal((await product.signsIn('oncall')).kind, 'wrong-person');
    assert.equal((await stepUp()).phase, 'wrong-person');
    assert.deepEqual([await stateOf(), product.seeded.tenant.requests()], [['canceled'], []]);
  });

  it('does nothing when the sign-in is cancelled, fails or comes too late', async () => {
    await product.says('oncall', ASK);
    const first = linkOf(await stepUp());
    await product.pages.start(first, { state: 's1', nonce: 'n', codeChallenge: 'c' });
    const cancelled = { state: 's1', code: null, error: 'access_denied', nonce: 'n', codeVerifier: 'v' };
    assert.equal((await product.pages.finish(cancelled)).kind, 'cancelled');
    assert.equal((await stepUp()).phase, 'cancelled');
    await product.presses('oncall', await product.card('oncall', 'step-up'), 'new-link');
    product.page.behave({ failure: new AccessError('graph.unavailable', 'no answer') });
    assert.deepEqual(await product.signsIn('oncall'), { kind: 'refused', code: 'graph.unavailable' });
    assert.equal((await stepUp()).problem?.code, 'graph.unavailable');
    product.page.behave({});
    await product.presses('oncall', await product.card('oncall', 'step-up'), 'new-link');
    const last = linkOf(await stepUp());
    await product.pages.start(last, { state: 's3', nonce: 'n', codeChallenge: 'c' });
    await product.passes('PT5M');
    const late = { state: 's3', code: 'code', error: null, nonce: 'n', codeVerifier: 'v' };
    assert.deepEqual(await product.pages.finish(late), { kind: 'closed', why: 'expired' });
    assert.equal((await stepUp()).phase, 'expired');
    assert.deepEqual([await stateOf(), product.seeded.tenant.requests()], [['canceled'], []]);
    await product.presses('oncall', await product.card('oncall', 'step-up'), 'new-link');
    assert.equal((await product.signsIn('oncall')).kind, 'signed-in');
    assert.deepEqual(await stateOf(), ['active']);
  });

  it('redeems a callback once, and only in the browser that began it', async () => {
    await product.says('oncall', ASK);
    const link = linkOf(await stepUp());
    assert.equal((await product.pages.look(link)).kind, 'open');
    await product.pages.start(link, { state: 's1', nonce: 'n', codeChallenge: 'c' });
    assert.deepEqual(await product.pages.start(link, { state: 's2', nonce: 'n', codeChallenge: 'c' }), {
      kind: 'closed',
      why: 'used',
    });
    const callback = { state: 's1', code: 'code', error: null, nonce: 'n', codeVerifier: 'v' };
    const elsewhere = await product.pages.finish({ ...callback, nonce: null, codeVerifier: null });
    assert.deepEqual(elsewhere, { kind: 'closed', why: 'not-started' });
    assert.deepEqual(await product.pages.finish({ ...callback, state: 's2' }), { kind: 'closed', why: 'unknown' });
    const twice = await Promise.all([product.pages.finish(callback), product.pages.finish(callback)]);
    assert.deepEqual(twice.map(({ kind }) => kind).sort(), ['closed', 'signed-in']);
    assert.equal(product.seeded.tenant.requests().length, 1);
    assert.deepEqual(await product.pages.look(link), { kind: 'closed', why: 'used' });
  });

  it('lets a new ask for the role replace the one that waits', async () => {
    await product.says('oncall', ASK);
    const old = linkOf(await stepUp());
    await product.says('oncall', `activate "${PRA}" for 45m because longer`);
    assert.deepEqual(await product.pages.look(old), { kind: 'closed', why: 'replaced' });
    assert.deepEqual(await stateOf(), ['canceled', 'stepping-up']);
    const [first] = (await product.cards('oncall')).filter((card) => card.notice.card === 'step-up');
    assert.ok(first);
    const { answer } = await product.presses('oncall', first, 'new-link');
    assert.equal(answer.kind, 'done');
    assert.deepEqual(await stateOf(), ['canceled', 'stepping-up'], 'the replaced card has no link any more');
    await product.signsIn('oncall');
    assert.equal(product.seeded.tenant.requests()[0]?.justification, 'longer');
  });

  it('ends with Cancel request, and cannot be cancelled while it is redeemed', async () => {
    await product.says('oncall', ASK);
    const card = await product.card('oncall', 'step-up');
    await product.presses('oncall', card, 'cancel-step-up');
    assert.deepEqual([(await stepUp()).phase, await stateOf()], ['cancelled', ['canceled']]);
    assert.equal((await product.signsIn('oncall', linkOf(asStepUp(card.notice)))).kind, 'closed');
    assert.deepEqual(await product.waiting(), []);
  });

  it('is listed among what waits, and can be cancelled by a sentence', async () => {
    await product.says('oncall', ASK);
    const [listed] = await product.says('oncall', 'pending');
    assert.deepEqual(listed?.card === 'pending' && listed.requests.map(({ waitsFor }) => waitsFor), ['sign-in']);
    const link = linkOf(await stepUp());
    const [ended] = await product.says('oncall', 'cancel');
    assert.equal(ended?.card === 'activation-ended' && ended.reason, 'canceled');
    const card = (await product.cards('oncall')).find(({ notice }) => notice.card === 'step-up');
    assert.deepEqual([card?.isRetired, await stateOf()], [true, ['canceled']]);
    assert.equal((await product.signsIn('oncall', link)).kind, 'closed');
    assert.deepEqual(product.seeded.tenant.requests(), []);
  });

  it('judges everything again afterwards: settings that changed meanwhile are not passed by', async () => {
    await product.says('oncall', ASK);
    const role = product.seeded.tenant;
    const { role: asked } =
      (await product.services.store.now.requests.listOpenOf(product.seeded.idOf('oncall')))[0] ?? assert.fail();
    const policy = await product.services.reader.readPolicy(asked);
    role.setPolicy(asked, { ...policy, maximumDuration: Temporal.Duration.from({ minutes: 10 }) });
    await product.signsIn('oncall');
    assert.deepEqual([await errors('oncall'), await stateOf()], [['activation.too_long'], ['failed']]);
    assert.deepEqual(role.requests(), []);
  });

  it('serves all roles of a sentence that need the same with one sign-in', async () => {
    const [reader] = (
      await product.services.roles.listEligible({ principalId: product.seeded.idOf('engineer') })
    ).rows.filter(({ roleName }) => roleName === 'Security Reader');
    const [global] = (
      await product.services.roles.listEligible({ principalId: product.seeded.idOf('engineer') })
    ).rows.filter(({ roleName }) => roleName === 'Global Reader');
    assert.ok(reader && global);
    for (const role of [reader, global]) {
      const policy = await product.services.reader.readPolicy(role);
      product.seeded.tenant.setPolicy(role, { ...policy, authenticationContext: 'c2' });
    }
    const told = await product.says('engineer', 'activate Security Reader and Global Reader for 1h because INC-1');
    assert.equal(told.length, 1);
    assert.deepEqual(
      asStepUp(told[0])
        .roles.map(({ roleName }) => roleName)
        .sort(),
      ['Global Reader', 'Security Reader'],
    );
    await product.signsIn('engineer');
    assert.equal(product.page.redeemed.length, 1);
    assert.deepEqual(await stateOf(), ['active', 'active']);
  });

  it('does not take up again with a new link what its requester withdrew', async () => {
    const actor = { principalId: product.seeded.idOf('engineer') };
    for (const role of (await product.services.roles.listEligible(actor)).rows) {
      const policy = await product.services.reader.readPolicy(role);
      product.seeded.tenant.setPolicy(role, { ...policy, authenticationContext: 'c2' });
    }
    await product.says('engineer', 'activate Security Reader and Global Reader for 1h because INC-1');
    const { roles } = await stepUp('engineer');
    const withdrawn = roles.find(({ roleName }) => roleName === 'Global Reader')?.requestId ?? '';
    await product.says('engineer', `cancel ${withdrawn}`);
    assert.equal((await stepUp('engineer')).phase, 'waiting', 'the other still waits');
    await product.presses('engineer', await product.card('engineer', 'step-up'), 'new-link');
    await product.signsIn('engineer');
    assert.deepEqual(await stateOf(), ['active', 'canceled']);
    assert.deepEqual(
      product.seeded.tenant.requests().map(({ role }) => role.roleName),
      ['Security Reader'],
    );
  });

  describe('for approvers', () => {
    const OPERATOR = 'Contoso-App-Assignment-Operator';
    const withRule = (roles: 'access-changing' | 'all' | readonly string[]): void => {
      Object.assign(product.services, { approverRule: { context: 'c1', roles } });
    };
    const approve = async (): Promise<void> => {
      await product.says('engineer', `activate ${OPERATOR} for 2h because INC-42`);
      const ask = await product.card('approver', 'approval-request');
      await product.presses('approver', ask, 'approve');
      await product.presses('approver', ask, 'send-approve', { justification: 'looks right' });
    };

    it('asks for the context before a yes on a role that can change access, and then sends that very yes', async () => {
      withRule('access-changing');
      await approve();
      assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
      assert.deepEqual([(await stepUp('approver')).purpose, (await stepUp('approver')).why], ['approve', 'approver']);
      await product.signsIn('approver');
      await product.passes('PT10S');
      const active = await product.card('engineer', 'activation-active');
      assert.equal(active.notice.card === 'activation-active' && active.notice.approvedBy, 'Megan Bowen');
      assert.equal(product.page.redeemed[0]?.signIn.requiredContext, 'c1');
    });

    it('sends nothing when the context was not proved, nor when somebody else decided meanwhile', async () => {
      withRule('all');
      await approve();
      product.page.behave({ contexts: [] });
      assert.equal((await product.signsIn('approver')).kind, 'refused');
      assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
      product.page.behave({});
      const own = await product.card('approver', 'approval-request');
      await product.presses('approver', own, 'send-approve', { justification: 'looks right' });
      const ask = await product.card('approver2', 'approval-request');
      await product.presses('approver2', ask, 'deny');
      await product.presses('approver2', ask, 'send-deny', { justification: 'no' });
      await product.signsIn('approver');
      assert.deepEqual(await errors('approver'), ['card.stale']);
      assert.equal(product.seeded.tenant.requests()[0]?.state, 'denied');
    });

    it('lets a no pass without it, and roles that the configuration leaves out', async () => {
      withRule(['Some other role']);
      await approve();
      await product.passes('PT10S');
      assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    });

    const operator = async () =>
      (await product.services.roles.listEligible({ principalId: product.seeded.idOf('engineer') })).rows.find(
        ({ roleName }) => roleName === OPERATOR,
      ) ?? assert.fail();

    it('lets a yes pass on a role that only reads', async () => {
      withRule('access-changing');
      product.seeded.tenant.setRoleActions(await operator(), ['microsoft.directory/users/standard/read']);
      await approve();
      await product.passes('PT10S');
      assert.deepEqual(await stateOf(), ['active']);
    });

    it('takes a role that cannot be read for one that changes access', async () => {
      withRule('access-changing');
      product.seeded.tenant.hideRoleActions(await operator());
      await approve();
      assert.equal((await stepUp('approver')).purpose, 'approve');
    });
  });
});
