import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const ASK = 'activate "Security Reader" for 1h because x';
const APPROVED = 'activate Contoso-App-Assignment-Operator for 1h because x';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('pausing the bot', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    product.page.behave({ appRoles: ['Pimlico.Admin'] });
  });
  const asAdmin = async (text: string): Promise<void> => {
    await product.says('admin', text);
    await product.signsIn('admin');
  };

  it('needs the app role in the token of a sign-in to the admin app, made for this very sentence', async () => {
    const [offered] = await product.says('admin', 'pause because INC-1');
    assert.equal(offered?.card === 'step-up' && offered.purpose, 'admin');
    product.page.behave({ appRoles: ['Pimlico.Auditor'] });
    await product.signsIn('admin');
    const { notice } = await product.card('admin', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'identity.admin_required');
    assert.deepEqual(told(await product.says('engineer', ASK)), ['activation-active']);
  });

  it('refuses to activate, and says who paused it, since when and why', async () => {
    await asAdmin('pause because a token may be stolen');
    const [notice] = await product.says('engineer', ASK);
    assert.deepEqual(notice?.card === 'error' && [notice.code, notice.facts], [
      'serving.paused',
      { by: 'Patti Fernandez', since: '2026-11-23T09:00:00Z', reason: 'a token may be stolen' },
    ]);
    assert.deepEqual(told(await product.says('engineer', 'activate')), ['serving.paused']);
    assert.deepEqual(product.seeded.tenant.requests(), []);
  });

  it('goes on showing', async () => {
    await asAdmin('pause');
    const [roles] = await product.says('engineer', 'my roles');
    assert.ok(roles?.card === 'my-roles' && roles.roles.length > 0);
    assert.deepEqual(told(await product.says('engineer', 'who approves Contoso-App-Assignment-Operator')), [
      'who-approves',
    ]);
  });

  it('lets access be given back, requests be withdrawn and denied, and refuses a yes', async () => {
    await product.says('engineer', ASK);
    await product.says('engineer', APPROVED);
    await product.says('contractor', 'activate Contoso-App-Configuration-Administrator for 1h because x');
    await product.passes('PT10M');
    await asAdmin('pause');
    const cards = (await product.cards('approver')).filter(({ notice }) => notice.card === 'approval-request');
    assert.equal(cards.length, 2);
    for (const card of cards) {
      const { notices } = await product.presses('approver', card, 'send-approve', { justification: 'fine' });
      assert.deepEqual(told(notices), ['serving.paused']);
    }
    const [first] = cards;
    assert.ok(first !== undefined);
    await product.presses('approver', first, 'send-deny', { justification: 'not now' });
    assert.equal((await product.audit()).filter((event) => event === 'approval.decided').length, 1);
    const open = await product.services.store.now.requests.listOpenOf(product.seeded.idOf('contractor'));
    for (const { id } of open) {
      await product.says('contractor', `cancel ${id}`);
    }
    assert.deepEqual(await product.services.store.now.requests.listOpenOf(product.seeded.idOf('contractor')), []);
    assert.ok(told(await product.says('engineer', 'deactivate Security Reader')).includes('activation-ended'));
  });

  it('refuses a yes that was planned before the pause, in the transaction of its intent', async () => {
    await product.says('engineer', APPROVED);
    const card = await product.card('approver', 'approval-request');
    const { now } = product.services.store;
    // Nothing stands against it while it is looked at; the pause is committed before the intent.
    const looked = now.botSettings.find;
    Object.assign(now.botSettings, { find: async () => null });
    try {
      const admin = product.seeded.idOf('admin');
      const since = product.clock.now();
      await now.botSettings.save(
        'paused',
        { reason: '', by: { id: admin, name: 'Patti Fernandez' }, since, stops: 'usual' },
        admin,
        since,
      );
      const { notices } = await product.presses('approver', card, 'send-approve', { justification: 'fine' });
      assert.deepEqual(told(notices), ['serving.paused']);
      assert.deepEqual(told(await product.says('engineer', ASK)), ['serving.paused']);
    } finally {
      Object.assign(now.botSettings, { find: looked });
    }
    assert.ok(!(await product.audit()).includes('approval.intended'));
    assert.equal((await product.audit()).filter((event) => event === 'activation.intended').length, 1);
  });

  it('does not continue what ends meanwhile, and says why', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT50M');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    await product.says('engineer', 'continue');
    await asAdmin('pause');
    await product.passes('PT15M');
    const { notice } = await product.card('engineer', 'activation-ended');
    assert.equal(notice.card === 'activation-ended' && notice.problem?.code, 'serving.paused');
  });

  it('refuses what administrators change, before they sign in for it', async () => {
    await asAdmin('pause');
    for (const text of [
      'assign "Security Reader" to "Diego Siciliani" for 10 days because x',
      'remove "Alex Wilber" from "Security Reader"',
      'extend assignment Security Reader until 31 December 2026',
    ]) {
      const who = text.startsWith('extend') ? 'engineer' : 'admin';
      assert.deepEqual(told(await product.says(who, text)), ['serving.paused'], text);
    }
  });

  it('refuses to confirm what was read back before, and lets it be dropped', async () => {
    await asAdmin('assign "Security Reader" to "Diego Siciliani" for 10 days because x');
    const card = await product.card('admin', 'assignment-change');
    await asAdmin('pause');
    await product.presses('admin', card, 'confirm-assignment');
    await product.signsIn('admin');
    const { notice } = await product.card('admin', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'serving.paused');
    assert.ok(!(await product.audit()).includes('assignment.intended'));
    await product.presses('admin', card, 'drop-assignment');
    const dropped = await product.services.store.now.cards.find(card.id);
    assert.ok(dropped?.notice.card === 'assignment-change' && dropped.notice.phase === 'dropped');
  });

  it('is kept until somebody resumes, both on the record', async () => {
    await asAdmin('pause because drill');
    const { notice } = await product.card('admin', 'paused');
    assert.deepEqual(notice, {
      card: 'paused',
      isPaused: true,
      stops: 'usual',
      reason: 'drill',
      byName: 'Patti Fernandez',
      since: '2026-11-23T09:00:00Z',
      isPausedOutside: false,
    });
    assert.ok((await product.audit()).includes('bot.paused'));
    assert.ok((await product.services.store.now.botSettings.find('paused')) !== null);
    await asAdmin('resume');
    assert.ok((await product.audit()).includes('bot.resumed'));
    assert.deepEqual(told(await product.says('engineer', ASK)), ['activation-active']);
  });

  it('does not say that packs go on where a setting stops them as well', async () => {
    product = await aProduct({ pausedOutside: 'everything' });
    product.page.behave({ appRoles: ['Pimlico.Admin'] });
    await asAdmin('pause because drill');
    const { notice } = await product.card('admin', 'paused');
    assert.deepEqual(notice.card === 'paused' && [notice.stops, notice.isPausedOutside], ['everything', true]);
  });

  it('is a pause when what is kept of it cannot be read, until somebody resumes', async () => {
    await product.database.pool.query(`insert into pimlico.bot_settings values ('paused', '42', 'x', '2026-11-23')`);
    const [notice] = await product.says('engineer', ASK);
    assert.deepEqual(notice?.card === 'error' && [notice.code, notice.facts], ['serving.paused', {}]);
    await asAdmin('resume');
    assert.deepEqual(told(await product.says('engineer', ASK)), ['activation-active']);
  });

  it('cannot be ended from the chat while a setting keeps it', async () => {
    product = await aProduct({ pausedOutside: 'usual' });
    product.page.behave({ appRoles: ['Pimlico.Admin'] });
    assert.deepEqual(told(await product.says('engineer', ASK)), ['serving.paused']);
    await asAdmin('resume');
    const { notice } = await product.card('admin', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'serving.paused_outside');
    assert.deepEqual(told(await product.says('engineer', ASK)), ['serving.paused']);
  });
});
