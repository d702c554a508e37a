import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { ActivationActiveNotice, Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import type { SeededHandle } from '../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../support/product.ts';

function asActive(notice: Notice | undefined): ActivationActiveNotice {
  assert.equal(notice?.card, 'activation-active', JSON.stringify(notice));
  return notice as ActivationActiveNotice;
}

describe('reaching a role through a group', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
    product.seeded.tenant.listLag = Temporal.Duration.from('PT5S');
  });

  const asked = () => product.seeded.tenant.requests().map(({ role }) => `${role.roleName} @ ${role.scope.name}`);

  async function activeCards(handle: SeededHandle = 'engineer'): Promise<readonly ActivationActiveNotice[]> {
    const cards = await product.cards(handle);
    return cards.flatMap(({ notice, isRetired }) =>
      notice.card === 'activation-active' && !isRetired ? [notice] : [],
    );
  }

  const lostTokens = () => {
    const engineer = product.seeded.idOf('engineer');
    product.signIns.forget(engineer);
  };

  it('activates the group, waits until membership counts, then activates the role', async () => {
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership']);
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
    const { seeded, services } = product;
    const first = await services.store.now.requests.findOpenForRole(
      seeded.idOf('engineer'),
      seeded.memberOf('sg-payments-oncall'),
    );
    assert.equal(first?.leadsTo, null);
    const [group, role] = await activeCards();
    assert.equal(group?.chain?.phase, 'sent');
    assert.equal(group?.chain?.next.roleName, 'Contributor');
    assert.match(group?.chain?.waited ?? '', /^PT\d+S$/);
    assert.equal(role?.request.roleName, 'Contributor');
    assert.equal(role?.usable, 'usable');
    assert.deepEqual(await product.waiting(), [
      'activation.end',
      'activation.end',
      'activation.remind',
      'activation.remind',
    ]);
  });

  it('shows what comes next from the first card on', async () => {
    const [first] = await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.ok(first?.card === 'activation-pending' || first?.card === 'activation-active');
    assert.deepEqual(first.chain, {
      next: { roleName: 'Contributor', scopeName: 'rg-payments' },
      phase: 'waiting',
      waited: null,
      problem: null,
    });
  });

  it('asks for what either step wants before anything is sent', async () => {
    const [form] = await product.says('engineer', 'activate Contributor on rg-payments for 6h');
    assert.ok(form?.card === 'activation-form');
    assert.deepEqual(form.problems.map(({ code }) => code).toSorted(), [
      'activation.justification_required',
      'activation.justification_required',
      'activation.too_long',
      'activation.too_long',
    ]);
    assert.equal(form.roles[0]?.through, 'sg-payments-oncall');
    assert.deepEqual(asked(), []);
    const card = await product.card('engineer', 'activation-form');
    await product.presses('engineer', card, 'activate', { duration: '1h', justification: 'deploy', ticket: '' });
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
  });

  it('stops cleanly while an approver must decide the first step, and goes on when it is given', async () => {
    const { tenant, memberOf, idOf } = product.seeded;
    const approver = { kind: 'person', id: idOf('approver'), name: 'Megan Bowen' } as const;
    tenant.setPolicy(memberOf('sg-payments-oncall'), aRolePolicy({ isApprovalRequired: true, approvers: [approver] }));
    const [pending] = await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.equal(pending?.card, 'activation-pending');
    await product.passes('PT20M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership']);
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
  });

  it('ends with the first step when that is denied', async () => {
    const { tenant, memberOf, idOf } = product.seeded;
    const approver = { kind: 'person', id: idOf('approver'), name: 'Megan Bowen' } as const;
    tenant.setPolicy(memberOf('sg-payments-oncall'), aRolePolicy({ isApprovalRequired: true, approvers: [approver] }));
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-deny', { justification: 'no' });
    await product.passes('PT1H');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership']);
    assert.deepEqual(await product.waiting(), []);
  });

  it('asks for one press when the token of the ask is gone, and goes on with that of the press', async () => {
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    lostTokens();
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership']);
    const stopped = (await activeCards()).find(({ chain }) => chain?.phase === 'stopped');
    assert.equal(stopped?.chain?.problem?.code, 'identity.sign_in_required');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const card = (await product.cards('engineer')).find(
      ({ notice, isRetired }) => !isRetired && notice.card === 'activation-active' && notice.chain?.phase === 'stopped',
    );
    assert.ok(card);
    await product.presses('engineer', card, 'go-on');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
    // The same press again does nothing.
    await product.presses('engineer', card, 'go-on');
    assert.equal(asked().length, 2);
  });

  it('does not go on with the token of somebody who signed out, and asks for a press', async () => {
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    await product.says('engineer', 'sign out');
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership']);
    const stopped = (await activeCards()).find(({ chain }) => chain?.phase === 'stopped');
    assert.equal(stopped?.chain?.problem?.code, 'identity.sign_in_required');
  });

  it('looks only into groups that the asker may activate', async () => {
    const { reader } = product.services;
    const looked: string[] = [];
    Object.assign(product.services, {
      reader: {
        ...reader,
        readPolicy: (role: RoleAtScope) => reader.readPolicy(role),
        listHeldByGroup: (groupId: string) => {
          looked.push(groupId);
          return reader.listHeldByGroup(groupId);
        },
      },
    });
    await product.says('engineer', 'activate Security Administrator for 1h because curious');
    assert.deepEqual(looked, [product.seeded.groupId('sg-payments-oncall')]);
    assert.deepEqual(asked(), []);
  });

  it('takes the second step once, although the timer and a press come together', async () => {
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    lostTokens();
    await product.passes('PT1M');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const card = (await product.cards('engineer')).find(
      ({ notice, isRetired }) => !isRetired && notice.card === 'activation-active' && notice.chain?.phase === 'stopped',
    );
    assert.ok(card);
    await Promise.all([1, 2, 3].map(() => product.presses('engineer', card, 'go-on')));
    assert.equal(asked().length, 2);
  });

  it('goes on from a group that is being put in place', async () => {
    await product.says('engineer', 'activate sg-payments-oncall for 2h because on call');
    const [told] = await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.equal(told?.card === 'activation-pending' && told.chain?.next.roleName, 'Contributor');
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
  });

  it('goes on from a group that is active already', async () => {
    product.seeded.tenant.listLag = Temporal.Duration.from('PT0S');
    await product.says('engineer', 'activate sg-payments-oncall for 2h because on call');
    await product.passes('PT1M');
    product.seeded.tenant.listLag = Temporal.Duration.from('PT2M');
    const told = await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.ok(
      told.every(({ card }) => card !== 'error'),
      JSON.stringify(told),
    );
    await product.passes('PT2M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
  });

  it('says why the second step was refused, and leaves the first as it is', async () => {
    product.seeded.tenant.failNext('activate', new AccessError('activation.refused_by_policy', 'no'), {
      surface: 'azure',
    });
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    await product.passes('PT1M');
    const group = (await activeCards()).find(({ request }) => request.roleName === 'sg-payments-oncall');
    assert.equal(asActive(group).chain?.problem?.code, 'activation.refused_by_policy');
    const error = await product.card('engineer', 'error');
    assert.equal(error.notice.card === 'error' && error.notice.code, 'activation.refused_by_policy');
  });

  it('lets the asker choose when several groups lead there, or one gives it at once', async () => {
    const [choice] = await product.says('oncall', 'activate Contributor on rg-payments for 1h because deploy');
    assert.ok(choice?.card === 'choose-role', JSON.stringify(choice));
    assert.deepEqual(choice.choices.map(({ through }) => through).toSorted(), [
      'sg-breakglass-payments',
      'sg-payments-oncall',
    ]);
    assert.deepEqual(asked(), []);
    const key = choice.choices.find(({ through }) => through === 'sg-payments-oncall')?.key ?? '';
    const card = await product.card('oncall', 'choose-role');
    await product.presses('oncall', card, 'choose', { choice: key });
    await product.passes('PT1M');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments']);
  });

  it('gives up after a while when membership never counts, with a press to try again', async () => {
    const { tenant, groupId, idOf } = product.seeded;
    await product.says('engineer', 'activate Contributor on rg-payments for 4h because deploy');
    const [held] = (await tenant.reader.listHeldByGroup(groupId('sg-payments-oncall'))).roles;
    assert.ok(held);
    tenant.removeEligible(groupId('sg-payments-oncall') as unknown as ReturnType<typeof idOf>, held);
    await product.passes('PT30M');
    const stopped = (await activeCards()).find(({ chain }) => chain?.phase === 'stopped');
    assert.equal(stopped?.chain?.problem?.code, 'activation.not_eligible');
    assert.deepEqual(asked(), ['sg-payments-oncall @ Group membership']);
  });
});
