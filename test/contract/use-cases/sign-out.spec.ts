import assert from 'node:assert/strict';
import type { ErrorNotice } from '../../../src/domain/notice.ts';
import { aProduct, type Product } from '../../support/product.ts';

const ASK = 'activate "Privileged Role Administrator" for 30m because drill';

describe('signing out', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });
  const errorOf = async (handle: 'admin' | 'engineer'): Promise<ErrorNotice> => {
    const { notice } = await product.card(handle, 'error');
    return notice as ErrorNotice;
  };

  const errorsOf = async (handle: 'admin' | 'engineer'): Promise<readonly string[]> =>
    (await product.cards(handle)).flatMap(({ notice }) => (notice.card === 'error' ? [notice.code] : [])).sort();

  it('forgets tokens, waiting tokens, links and sentences, and says what now needs a press', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because INC-1');
    await product.passes('PT50M');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    await product.says('engineer', 'continue');
    const [notice] = await product.says('engineer', 'sign out');
    assert.deepEqual(notice, { card: 'signed-out', personName: null, byName: null, waiting: 1 });
    assert.equal(product.signIns.isSignedIn(product.seeded.idOf('engineer')), false);
    await product.passes('PT15M');
    const ended = (await product.card('engineer', 'activation-ended')).notice;
    assert.equal(ended.card === 'activation-ended' && ended.reason, 'not-continued');
    assert.ok((await product.audit()).includes('person.signed_out'));
  });

  it('needs no sign-in, and is remembered for the other replicas', async () => {
    const id = product.seeded.idOf('engineer');
    product.signIns.forget(id);
    const [notice] = await product.says('engineer', 'sign me out please');
    assert.equal(notice?.card, 'signed-out');
    const person = await product.services.store.now.people.find(id);
    assert.equal(person?.signedOutAt?.toString(), '2026-11-23T09:00:00Z');
  });

  it('makes open links useless and lets what waited for them fall', async () => {
    const [offered] = await product.says('oncall', ASK);
    const link = offered?.card === 'step-up' ? (offered.pageSignInId ?? '') : '';
    await product.says('oncall', 'sign out');
    assert.deepEqual(await product.pages.look(link), { kind: 'closed', why: 'used' });
    assert.equal((await product.signsIn('oncall', link)).kind, 'closed');
    assert.deepEqual(product.seeded.tenant.requests(), []);
    assert.deepEqual(await product.waiting(), []);
  });

  describe('somebody else', () => {
    it('needs the app role in the token of a sign-in to the admin app, made for this very sentence', async () => {
      const [offered] = await product.says('admin', 'sign out Diego Siciliani');
      assert.equal(offered?.card === 'step-up' && offered.purpose, 'admin');
      product.page.behave({ appRoles: ['Pimlico.Admin'] });
      await product.signsIn('admin');
      const [redeemed] = product.page.redeemed;
      assert.deepEqual([redeemed?.signIn.app, redeemed?.signIn.keep], ['admin', 'turn']);
      assert.equal(product.signIns.isSignedIn(product.seeded.idOf('contractor')), false);
      const told = (await product.card('contractor', 'signed-out')).notice;
      assert.equal(told.card === 'signed-out' && told.byName, 'Patti Fernandez');
      const [again] = await product.says('admin', 'sign out Alex Wilber');
      assert.equal(again?.card, 'step-up');
      assert.equal(product.signIns.isSignedIn(product.seeded.idOf('engineer')), true);
    });

    it('is refused without the role, whatever else the token holds', async () => {
      await product.says('engineer', 'sign out Diego Siciliani');
      product.page.behave({ appRoles: ['Pimlico.Auditor'] });
      await product.signsIn('engineer');
      assert.deepEqual(
        [(await errorOf('engineer')).code, (await errorOf('engineer')).facts],
        ['identity.admin_required', { role: 'Pimlico.Admin' }],
      );
      assert.equal(product.signIns.isSignedIn(product.seeded.idOf('contractor')), true);
    });

    it('says so when there is no admin app, and when nobody or several people have the name', async () => {
      product.page.isAdminAvailable = false;
      await product.says('admin', 'sign out Diego Siciliani');
      product.page.isAdminAvailable = true;
      product.page.behave({ appRoles: ['Pimlico.Admin'] });
      await product.says('admin', 'sign out Nobody Inparticular');
      await product.signsIn('admin');
      const people = product.services.store.now.people;
      const alex = await people.find(product.seeded.idOf('engineer'));
      const diego = await people.find(product.seeded.idOf('contractor'));
      assert.ok(alex && diego);
      await people.save({ ...diego, name: 'alex wilber' });
      await product.says('admin', 'sign out Alex Wilber');
      await product.signsIn('admin');
      assert.deepEqual(await errorsOf('admin'), [
        'directory.person_ambiguous',
        'directory.person_unknown',
        'identity.admin_unavailable',
      ]);
    });
  });
});
