import assert from 'node:assert/strict';
import type { ActivationActiveNotice, ChooseRoleNotice, Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../support/product.ts';

const HOUR = Temporal.Duration.from('PT1H');

function asActive(notice: Notice | undefined): ActivationActiveNotice {
  assert.equal(notice?.card, 'activation-active', JSON.stringify(notice));
  return notice as ActivationActiveNotice;
}

function asChoice(notice: Notice | undefined): ChooseRoleNotice {
  assert.equal(notice?.card, 'choose-role', JSON.stringify(notice));
  return notice as ChooseRoleNotice;
}

function codeOf(notice: Notice | undefined): string {
  return notice?.card === 'error' ? notice.code : `no error but ${notice?.card}`;
}

describe('asking for roles of every part of PIM', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
  });

  const sentTo = (method: string) =>
    product.seeded.tenant.arrivals.flatMap((arrival) => (arrival.method === method ? [arrival.surface] : []));

  it('asks each part once for all roles of a sentence that it keeps', async () => {
    const told = await product.says(
      'engineer',
      'activate sg-payments-oncall, "Security Reader", "Virtual Machine Operator" and "Global Reader" for 1h because handover',
    );
    assert.equal(told.filter(({ card }) => card === 'activation-active').length, 4);
    assert.deepEqual(sentTo('activateAll').toSorted(), ['azure', 'directory', 'group']);
  });

  it('lets each role of a sentence fail on its own, and the cards say which', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('activate', new AccessError('graph.throttled', 'slow down'), { surface: 'azure' });
    const told = await product.says(
      'engineer',
      'activate "Security Reader" and "Virtual Machine Operator" and Nonsense for 1h because x',
    );
    const cards = told.map((notice) => (notice.card === 'error' ? notice.code : notice.card));
    assert.deepEqual(cards, ['activation-active', 'graph.throttled', 'activation.role_unknown']);
  });

  it('asks once for a role that was named twice', async () => {
    await product.says('engineer', 'activate Security Reader and "security reader" for 1h because x');
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('goes on with what can be read while a part of PIM is down', async () => {
    product.seeded.tenant.breakDown('azure', new AccessError('graph.unavailable', 'down'));
    const [active] = await product.says('engineer', 'activate Security Reader for 1h because x');
    assert.equal(asActive(active).request.roleName, 'Security Reader');
    const [mine] = await product.says('engineer', 'my roles');
    assert.ok(mine?.card === 'my-roles');
    assert.deepEqual(mine.unread, [{ surface: 'azure', code: 'graph.unavailable' }]);
    assert.ok(mine.roles.some(({ roleName }) => roleName === 'sg-payments-oncall'));
  });

  it('says why a name was not found while a part is down, instead of that there is none', async () => {
    product.seeded.tenant.breakDown('azure', new AccessError('graph.unavailable', 'down'));
    const [told] = await product.says('engineer', 'activate Virtual Machine Operator for 1h because x');
    assert.equal(codeOf(told), 'graph.unavailable');
  });

  it('asks which when a name is known at several places, and tells places of the same name apart', async () => {
    const { tenant, scopes, idOf } = product.seeded;
    const [held] = (await product.services.roles.listEligible({ principalId: idOf('engineer') })).rows.filter(
      ({ roleName }) => roleName === 'Virtual Machine Operator',
    );
    assert.ok(held);
    tenant.addEligible({ ...held, scope: scopes.stagingRgPayments }, aRolePolicy());
    product.services.eligibility.forget(held.principalId);
    const [asked] = await product.says('engineer', 'activate Virtual Machine Operator on rg-payments for 1h because x');
    const choices = asChoice(asked).choices.map(({ scopeName }) => scopeName);
    assert.deepEqual(choices, [
      `rg-payments (${scopes.rgPayments.id})`,
      `rg-payments (${scopes.stagingRgPayments.id})`,
    ]);
    const card = await product.card('engineer', 'choose-role');
    const { notices } = await product.presses('engineer', card, 'choose', {
      choice: asChoice(asked).choices[1]?.key ?? '',
    });
    assert.equal(asActive(notices[0]).request.roleName, 'Virtual Machine Operator');
    const [request] = tenant.requests();
    assert.equal(request?.role.scope.id, scopes.stagingRgPayments.id);
  });

  it('does not offer what ended a minute ago, although it was read before', async () => {
    const { tenant, idOf, memberOf } = product.seeded;
    const role = memberOf('sg-payments-oncall');
    const endsAt = product.clock.now().add({ minutes: 1 });
    tenant.removeEligible(idOf('oncall'), role);
    tenant.addEligible({ ...role, principalId: idOf('oncall'), endsAt }, aRolePolicy());
    await product.says('oncall', 'my roles');
    await product.passes('PT2M');
    const [told] = await product.says('oncall', 'activate sg-payments-oncall for 1h because x');
    assert.equal(codeOf(told), 'activation.role_unknown');
  });

  describe('at a narrower scope', () => {
    it('activates an eligible role at a place below, and nowhere else', async () => {
      const [active] = await product.says('engineer', 'activate Reader on vm-pay-01 for 1h because look');
      assert.equal(asActive(active).request.scopeName, 'vm-pay-01');
      assert.deepEqual(
        product.seeded.tenant.requests().map(({ role }) => role.scope.id),
        [product.seeded.scopes.vm.id],
      );
    });

    it('gives it back at that scope', async () => {
      await product.says('engineer', 'activate Reader on vm-pay-01 for 1h because look');
      await product.passes('PT6M');
      const [ended] = await product.says('engineer', 'deactivate Reader');
      assert.equal(ended?.card, 'activation-ended');
      assert.equal(product.seeded.tenant.requests()[0]?.role.scope.id, product.seeded.scopes.vm.id);
    });

    it('is no way around the approval that the eligible assignment demands', async () => {
      const { tenant, scopes, idOf } = product.seeded;
      const held = (await product.services.roles.listEligible({ principalId: idOf('engineer') })).rows;
      const wide = held.find(({ roleName, scope }) => roleName === 'Reader' && scope.id === scopes.production.id);
      assert.ok(wide);
      tenant.setPolicy(wide, aRolePolicy({ isApprovalRequired: true }));
      const [told] = await product.says('engineer', 'activate Reader on vm-pay-01 for 1h because look');
      assert.equal(codeOf(told), 'activation.narrower_is_weaker');
      assert.deepEqual(tenant.requests(), []);
    });

    it('demands the justification that either of the two scopes wants, and the shorter time', async () => {
      const { tenant, scopes, idOf } = product.seeded;
      const held = (await product.services.roles.listEligible({ principalId: idOf('engineer') })).rows;
      const wide = held.find(({ roleName, scope }) => roleName === 'Reader' && scope.id === scopes.production.id);
      assert.ok(wide);
      tenant.setPolicy(wide, aRolePolicy({ maximumDuration: HOUR, isTicketRequired: true }));
      const [form] = await product.says('engineer', 'activate Reader on vm-pay-01 for 2h because look');
      assert.ok(form?.card === 'activation-form');
      assert.deepEqual(
        form.problems.map(({ code }) => code),
        ['activation.too_long', 'activation.ticket_required'],
      );
      assert.equal(form.maximumDuration, 'PT1H');
      const card = await product.card('engineer', 'activation-form');
      const inputs = { duration: '1h', justification: 'look', ticket: 'INC-1' };
      const { notices } = await product.presses('engineer', card, 'activate', inputs);
      assert.equal(asActive(notices[0]).request.scopeName, 'vm-pay-01');
    });

    it('knows no scope that is above, beside or not there', async () => {
      for (const scope of ['mg-contoso', 'rg-nowhere', '/subscriptions/none/resourceGroups/rg-web']) {
        const [told] = await product.says('engineer', `activate Virtual Machine Operator on ${scope} for 1h because x`);
        assert.equal(codeOf(told), 'activation.scope_unknown', scope);
      }
      assert.deepEqual(product.seeded.tenant.requests(), []);
    });

    it('takes a path in any case and with a slash at its end', async () => {
      const path = `${product.seeded.scopes.rgPayments.id.toUpperCase()}/`;
      const [active] = await product.says('engineer', `activate Virtual Machine Operator on ${path} for 1h because x`);
      assert.equal(asActive(active).request.roleName, 'Virtual Machine Operator');
    });
  });

  it('says from when it can be activated again, where the tenant refuses for a while after it was given back', async () => {
    await product.says('engineer', 'activate Virtual Machine Operator for 1h because x');
    await product.passes('PT6M');
    await product.says('engineer', 'deactivate Virtual Machine Operator');
    const [told] = await product.says('engineer', 'activate Virtual Machine Operator for 1h because again');
    assert.equal(codeOf(told), 'activation.too_soon_after_end');
    assert.equal(told?.card === 'error' && told.facts.from, '2026-11-23T09:08:00Z');
    await product.passes('PT2M5S');
    const [active] = await product.says('engineer', 'activate Virtual Machine Operator for 1h because again');
    asActive(active);
  });

  it('never sends a second activation of a group while the first is being put in place', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from('PT20S');
    await product.says('engineer', 'activate sg-payments-oncall for 1h because x');
    const [told] = await product.says('engineer', 'activate sg-payments-oncall for 1h because x');
    assert.equal(codeOf(told), 'activation.already_pending');
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('activates the same as last time, and the roles of a bundle', async () => {
    await product.says('engineer', 'activate Security Reader and sg-payments-oncall for 30 min because first');
    await product.passes('PT1H');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const again = await product.says('engineer', 'same as last time because second');
    assert.deepEqual(
      again.map((notice) => (notice.card === 'activation-active' ? notice.request.roleName : notice.card)).toSorted(),
      ['Security Reader', 'sg-payments-oncall'],
    );
    await product.says('engineer', 'bundle save night');
    await product.passes('PT1H');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const bundle = await product.says('engineer', 'bundle run night for 45 min because third');
    assert.deepEqual(
      bundle.map((notice) => (notice.card === 'activation-active' ? notice.request.duration : notice.card)),
      ['PT45M', 'PT45M'],
    );
  });
});

describe('seeing whether an activation can be used yet', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
  });

  const shown = async () => asActive((await product.card('engineer', 'activation-active')).notice);

  it('says once when the tenant lists it, with the time that took', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from('PT9S');
    await product.says('engineer', 'activate Security Reader for 1h because x');
    assert.equal((await shown()).usable, 'watching');
    await product.passes('PT30S');
    const { usable, usableAfter } = await shown();
    assert.deepEqual([usable, usableAfter], ['usable', 'PT11S']);
    const before = product.delivered.length;
    await product.passes('PT20M');
    assert.equal(product.delivered.length, before);
    assert.ok((await product.audit()).includes('activation.usable'));
  });

  it('takes an empty list for no failure, however long it stays empty', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from('PT50M');
    await product.says('engineer', 'activate Security Reader for 1h because x');
    await product.passes('PT30M');
    const { usable } = await shown();
    assert.equal(usable, 'unknown');
    const names = (await product.cards('engineer')).map(({ notice }) => notice.card);
    assert.ok(!names.includes('activation-denied') && !names.includes('activation-ended'), names.join(' '));
  });

  it('says nothing of it where the reader may not look', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because x');
    product.seeded.tenant.readerFailure = new AccessError('graph.forbidden', 'not for the reader');
    await product.passes('PT1M');
    assert.equal((await shown()).usable, 'unknown');
    assert.deepEqual(await product.waiting(), ['activation.end', 'activation.remind']);
  });

  it('stops looking at what was given back meanwhile', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from('PT50M');
    await product.says('engineer', 'activate Security Reader for 1h because x');
    await product.passes('PT6M');
    await product.says('engineer', 'deactivate Security Reader');
    assert.deepEqual(await product.waiting(), []);
  });
});
