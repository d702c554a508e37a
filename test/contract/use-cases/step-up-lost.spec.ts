import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createTurnHandlers } from '../../../bot/handlers.ts';
import { roleKey } from '../../../src/domain/assignment.ts';
import type { Notice, StepUpNotice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { expireSignIn } from '../../../src/use-cases/end-sign-in.ts';
import { newPageSignIn } from '../../../src/use-cases/offer-sign-in.ts';
import { redeemSignIn } from '../../../src/use-cases/redeem-sign-in.ts';
import type { SeededHandle } from '../../support/fakes/seeded-tenant.ts';
import { aProduct, type Product } from '../../support/product.ts';

const PRA = 'Privileged Role Administrator';
const ASK = `activate "${PRA}" for 30m because drill`;
const LONGER = `activate "${PRA}" for 45m because longer`;
const BOTH = 'activate Security Reader and Global Reader for 1h because INC-1';
const GONE = new AccessError('internal.database_unavailable', 'gone for a moment', { retryable: true });
const ORDINARY = { why: 'entra', claims: null, requiredContext: null } as const;

describe('what waits for a sign-in', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const rows = async () => {
    const text = 'select role_name, state from pimlico.activation_requests order by role_name, state';
    const found = await product.database.pool.query<{ role_name: string; state: string }>(text);
    return found.rows.map((row) => [row.role_name, row.state]);
  };
  const states = async () => (await rows()).map(([, state]) => state);
  const stepUp = async (handle: SeededHandle) => (await product.card(handle, 'step-up')).notice as StepUpNotice;
  const linkOf = async (handle: SeededHandle) => (await stepUp(handle)).pageSignInId ?? assert.fail('no link');
  const codes = async (handle: SeededHandle) =>
    (await product.cards(handle)).flatMap(({ notice }) => (notice.card === 'error' ? [notice.code] : []));
  const demandContext = async (...names: readonly string[]): Promise<void> => {
    const { rows: eligible } = await product.services.roles.listEligible({
      principalId: product.seeded.idOf('engineer'),
    });
    for (const role of eligible.filter(({ roleName }) => names.includes(roleName))) {
      const policy = await product.services.reader.readPolicy(role);
      product.seeded.tenant.setPolicy(role, { ...policy, authenticationContext: 'c2' });
    }
  };
  const callback = (code: string) => ({ state: 'st', code, error: null, nonce: 'n', codeVerifier: 'v' });
  const begin = (link: string) => product.pages.start(link, { state: 'st', nonce: 'n', codeChallenge: 'c' });
  /** Everything up to the moment in which the sign-in is recorded: then the process dies. */
  const signInAndCrash = async (handle: SeededHandle): Promise<void> => {
    await begin(await linkOf(handle));
    const stateHash = createHash('sha256').update('st').digest('hex');
    const proof = { nonce: 'n', codeVerifier: 'v' };
    const redeemed = await redeemSignIn(product.services, { stateHash, code: 'code', error: null, proof });
    assert.equal(redeemed.kind, 'done');
  };
  const failTransaction = (nth: number): void => {
    const { store } = product.services;
    const real = store.transaction.bind(store);
    let count = 0;
    Object.assign(store, {
      transaction: async (work: Parameters<typeof real>[0]) => {
        count += 1;
        return count === nth ? Promise.reject(GONE) : await real(work);
      },
    });
  };

  describe('when the process dies right after it', () => {
    for (const [what, handle, sentence] of [
      ['an activation', 'oncall', ASK],
      ['a sentence', 'admin', 'sign out Diego Siciliani'],
    ] as const) {
      it(`is not forgotten: ${what} gets a new link, which goes on`, async () => {
        await product.says(handle, sentence);
        await signInAndCrash(handle);
        await product.passes('PT3M');
        const { phase, problem } = await stepUp(handle);
        assert.deepEqual([phase, problem?.code], ['refused', 'command.interrupted']);
        await product.presses(handle, await product.card(handle, 'step-up'), 'new-link');
        product.page.behave({ appRoles: ['Pimlico.Admin'] });
        await product.signsIn(handle);
        const told = (await product.cards(handle)).map(({ notice }) => notice.card);
        assert.ok(told.includes(handle === 'oncall' ? 'activation-active' : 'signed-out'));
        assert.deepEqual(
          await product.waiting(),
          handle === 'oncall' ? ['activation.end', 'activation.remind', 'activation.see'] : [],
        );
      });
    }

    it('is not forgotten: a press gets a new link, which goes on', async () => {
      Object.assign(product.services, { approverRule: { context: 'c1', roles: 'all' } });
      await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42');
      await product.passes('PT1S');
      const ask = await product.card('approver', 'approval-request');
      await product.presses('approver', ask, 'send-approve', { justification: 'looks right' });
      await signInAndCrash('approver');
      await product.passes('PT3M');
      assert.equal((await stepUp('approver')).phase, 'refused');
      product.signIns.signIn(product.seeded.idOf('approver'));
      await product.presses('approver', await product.card('approver', 'step-up'), 'new-link');
      await product.signsIn('approver');
      await product.passes('PT10S');
      assert.deepEqual(await states(), ['active']);
    });
  });

  it('is found active although the commit of PIM’s yes failed', async () => {
    await product.says('oncall', ASK);
    await begin(await linkOf('oncall'));
    // The redemption, the end of the sign-in, the intent, the answer.
    failTransaction(4);
    await product.pages.finish(callback('code'));
    assert.deepEqual(await states(), ['submitting']);
    await product.passes('PT2M');
    assert.deepEqual(await states(), ['active']);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('survives a double click on the form', async () => {
    await demandContext('Security Reader');
    await product.says('engineer', 'activate');
    const form = await product.card('engineer', 'activation-form');
    const { rows: eligible } = await product.services.roles.listEligible({
      principalId: product.seeded.idOf('engineer'),
    });
    const role = eligible.find(({ roleName }) => roleName === 'Security Reader') ?? assert.fail();
    const inputs = { role: roleKey(role), duration: 'PT1H', justification: 'INC-1', ticket: '' };
    const { eligibility } = product.services;
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let reads = 0;
    const read: typeof eligibility.read = async (actor) => {
      reads += 1;
      if (reads === 2) {
        second.resolve();
        await first.promise;
      }
      await (reads === 1 ? second.promise : undefined);
      return await eligibility.read(actor);
    };
    const forget = eligibility.forget.bind(eligibility);
    Object.assign(product.services, { eligibility: { read, forget } });
    const press = () => product.presses('engineer', form, 'activate', inputs);
    const both = [press(), press()];
    await Promise.race(both);
    first.resolve();
    await Promise.all(both);
    assert.deepEqual(await states(), ['stepping-up']);
    assert.equal((await stepUp('engineer')).phase, 'waiting');
  });

  it('is offered although another role of the sentence fails', async () => {
    await demandContext('Security Reader');
    const { reader } = product.services;
    const readPolicy: typeof reader.readPolicy = async (role) =>
      role.roleName === 'Global Reader' ? Promise.reject(GONE) : await reader.readPolicy(role);
    Object.assign(product.services, { reader: { ...reader, readPolicy } });
    const told = await product.says('engineer', BOTH);
    assert.deepEqual(told.map(({ card }) => card).sort(), ['error', 'step-up']);
  });

  it('goes on for the other roles when one of them is asked for anew', async () => {
    await demandContext('Security Reader', 'Global Reader');
    const [offered] = await product.says('engineer', BOTH);
    await product.says('engineer', 'activate Security Reader for 2h because INC-2');
    assert.deepEqual(await rows(), [
      ['Global Reader', 'stepping-up'],
      ['Security Reader', 'canceled'],
      ['Security Reader', 'stepping-up'],
    ]);
    const first = (offered as Notice & StepUpNotice).pageSignInId ?? '';
    await product.signsIn('engineer', first);
    assert.deepEqual(
      product.seeded.tenant.requests().map(({ role }) => role.roleName),
      ['Global Reader'],
    );
  });

  it('begins PIM’s 24 hours for a decision when PIM is asked, not before', async () => {
    await demandContext('Contoso-App-Assignment-Operator');
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42');
    await product.passes('PT23H55M');
    await product.presses('engineer', await product.card('engineer', 'step-up'), 'new-link');
    await product.signsIn('engineer');
    await product.passes('PT10M');
    assert.deepEqual(await states(), ['pending']);
  });

  it('tells a press that finds no token afterwards how to go on', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because INC-1');
    await product.passes('PT6M');
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const demand = new AccessError('activation.step_up_required', 'CAE', { facts: { claims } });
    product.seeded.tenant.failNext('deactivate', demand);
    await product.presses('engineer', await product.card('engineer', 'activation-active'), 'deactivate');
    product.seeded.tenant.failNext('deactivate', new AccessError('identity.sign_in_required', 'revoked'));
    await product.signsIn('engineer');
    await product.signsIn('engineer');
    assert.deepEqual(await states(), ['ended']);
  });

  it('takes no other waiting token with it when it is late', async () => {
    await product.says('oncall', ASK);
    await product.signIns.hold(product.seeded.idOf('oncall'), 'another', product.clock.now().add({ minutes: 30 }));
    await begin(await linkOf('oncall'));
    const { page } = product;
    const redeem = page.redeem.bind(page);
    page.redeem = async (order) => {
      const identity = await redeem(order);
      await product.passes('PT5S');
      return identity;
    };
    await product.passes('PT4M58S');
    assert.deepEqual(await product.pages.finish(callback('code')), { kind: 'closed', why: 'expired' });
    assert.equal(product.signIns.isHeld('another'), true);
    assert.deepEqual(product.seeded.tenant.requests(), []);
  });

  it('promises no continuation that PIM would refuse', async () => {
    await product.says('oncall', ASK);
    await product.signsIn('oncall');
    await product.passes('PT25M');
    const [told] = await product.says('oncall', 'continue');
    assert.equal(told?.card === 'error' && told.code, 'activation.continue_needs_sign_in');
  });

  it('asks an approver for the rule’s context also after an ordinary sign-in on the page', async () => {
    Object.assign(product.services, { approverRule: { context: 'c1', roles: 'all' } });
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42');
    const ask = await product.card('approver', 'approval-request');
    product.signIns.forget(product.seeded.idOf('approver'));
    const { answer } = await product.presses('approver', ask, 'send-approve', { justification: 'looks right' });
    const link = answer.kind === 'sign-in-first' ? (answer.pageSignInId ?? '') : assert.fail(answer.kind);
    assert.deepEqual(await product.pages.look(link).then((view) => view.kind === 'open' && view.subjects.length), 1);
    await product.signsIn('approver', link);
    assert.equal((await stepUp('approver')).why, 'approver');
    assert.deepEqual(await states(), ['pending']);
    await product.signsIn('approver');
    await product.passes('PT10S');
    assert.deepEqual(await states(), ['active']);
  });

  it('shows nobody the requests of others behind a link of their own', async () => {
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42');
    const text = 'select id from pimlico.activation_requests';
    const [request] = (await product.database.pool.query<{ id: string }>(text)).rows;
    await product.says('newcomer', 'help');
    product.signIns.forget(product.seeded.idOf('newcomer'));
    const help = await product.card('newcomer', 'help');
    const inputs = { request: request?.id ?? '', odd: 'a\0b\ud800' };
    const { answer } = await product.presses('newcomer', help, 'show-my-roles', inputs);
    const link = answer.kind === 'sign-in-first' ? (answer.pageSignInId ?? '') : assert.fail(answer.kind);
    const view = await product.pages.look(link);
    assert.deepEqual(view.kind === 'open' && view.subjects, []);
  });

  it('counts app roles of the admin app only', async () => {
    const person = await product.services.store.now.people.find(product.seeded.idOf('engineer'));
    assert.ok(person);
    const { now } = product.services.store;
    const conversation = await product.says('engineer', 'help').then(() => product.card('engineer', 'help'));
    assert.ok(conversation);
    const handlers = createTurnHandlers(product.services);
    const signIn = newPageSignIn(
      product.services,
      { person },
      {
        need: ORDINARY,
        purpose: { kind: 'sentence', signInId: 'ex-1' },
        resources: ['graph'],
        story: null,
      },
    );
    const conversationId = 'a:engineer' as Parameters<typeof now.signIns.insert>[0]['conversationId'];
    const text = 'sign out Diego Siciliani';
    await now.signIns.insert({
      id: 'ex-1',
      principalId: person.id,
      conversationId,
      text,
      createdAt: product.clock.now(),
    });
    const steppedUp = {
      signInId: signIn.id,
      app: signIn.app,
      claims: signIn.claims,
      isHeld: false,
      provenContext: null,
      appRoles: ['Pimlico.Admin'],
    } as const;
    await handlers.signedInOnPage(person, signIn, steppedUp);
    assert.equal(product.signIns.isSignedIn(product.seeded.idOf('contractor')), true);
    assert.equal((await stepUp('engineer')).purpose, 'admin');
    assert.deepEqual(await codes('engineer'), []);
  });

  describe('raced for', () => {
    /** What was on the screen before the race: by the time of the press it may be over. */
    interface Seen {
      readonly card: CardRecord;
      readonly link: string;
    }
    const press =
      (verb: 'cancel-step-up' | 'new-link') =>
      ({ card }: Seen) =>
        product.presses('oncall', card, verb);
    const says = (text: string) => () => product.says('oncall', text);
    const expires = ({ link }: Seen) => expireSignIn(product.services, link);
    const rivals: Readonly<Record<string, (seen: Seen) => Promise<unknown>>> = {
      'Cancel request': press('cancel-step-up'),
      'New link': press('new-link'),
      'the sentence cancel': says('cancel'),
      'a new ask': says(LONGER),
      'sign out': says('sign out'),
      'its end': expires,
    };
    const names = Object.keys(rivals);
    for (const [index, one] of names.entries()) {
      for (const other of [...names.slice(index), 'the sign-in itself']) {
        it(`by ${one} and ${other}, fails nobody and acts at most once`, async () => {
          for (let round = 0; round < 3; round += 1) {
            product = await aProduct();
            await product.says('oncall', ASK);
            const seen = { card: await product.card('oncall', 'step-up'), link: await linkOf('oncall') };
            const act = rivals[other] ?? (({ link }: Seen) => product.signsIn('oncall', link));
            await Promise.all([rivals[one]?.(seen), act(seen)]);
            assert.ok(!(await codes('oncall')).includes('internal.unexpected'));
            assert.ok(product.seeded.tenant.requests().length <= 1);
            const open = (await states()).filter((state) => state === 'stepping-up');
            const links = (await product.cards('oncall')).filter(
              ({ notice }) => notice.card === 'step-up' && notice.pageSignInId !== null,
            );
            assert.equal(open.length, links.length, 'what waits has a link, and what has a link waits');
          }
        });
      }
    }
  });
});
