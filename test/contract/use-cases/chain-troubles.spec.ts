import assert from 'node:assert/strict';
import type { Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import { aGuid } from '../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../support/product.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

const CHAIN = ['sg-payments-oncall @ Group membership', 'Contributor @ rg-payments'];

describe('what can go wrong on the way to a role through a group', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
    product.seeded.tenant.listLag = Temporal.Duration.from('PT5S');
  });

  const asked = () => product.seeded.tenant.requests().map(({ role }) => `${role.roleName} @ ${role.scope.name}`);

  /** Makes the group give a second role. */
  async function giveAnother(): Promise<void> {
    const { tenant, groupId } = product.seeded;
    const [held] = (await tenant.reader.listHeldByGroup(groupId('sg-payments-oncall'))).roles;
    assert.ok(held);
    const { surface, scope } = held;
    const roleDefinitionId = held.roleDefinitionId.replace(/.$/, '9') as typeof held.roleDefinitionId;
    const role = { surface, scope, roleName: 'Tag Contributor', roleDefinitionId };
    const principalId = groupId('sg-payments-oncall') as Parameters<typeof tenant.assign>[0]['principalId'];
    tenant.assign({ ...role, principalId, kind: 'eligible', startsAt: null, endsAt: null });
  }

  it('stops when PIM keeps saying that what it lists is not eligible', async () => {
    for (let count = 0; count < 50; count += 1) {
      product.seeded.tenant.failNext('activate', new AccessError('activation.not_eligible', 'not yet'), {
        surface: 'azure',
      });
    }
    await product.says('engineer', 'activate Contributor on rg-payments for 4h because deploy');
    await product.passes('PT30M');
    const intents = (await product.audit()).filter((event) => event === 'activation.intended');
    assert.ok(intents.length <= 13, `${intents.length} intents`);
    const cards = await product.cards('engineer');
    const stopped = cards.flatMap(({ isRetired, notice }) =>
      !isRetired && notice.card === 'activation-active' && notice.chain?.phase === 'stopped' ? [notice.chain] : [],
    );
    assert.deepEqual(
      stopped.map(({ problem }) => problem?.code),
      ['activation.not_eligible'],
    );
    assert.ok(!(await product.waiting()).includes('activation.go-on'));
  });

  it('goes on from a group that was activated elsewhere', async () => {
    const { idOf, memberOf, tenant } = product.seeded;
    tenant.listLag = Temporal.Duration.from('PT0S');
    await product.says('engineer', 'my roles');
    const group = memberOf('sg-payments-oncall');
    const order = { justification: 'in the portal', ticket: null, marker: aGuid(), startsAt: null };
    await product.services.roles
      .of(group)
      .activate({ principalId: idOf('engineer') }, { ...order, role: group, duration: Temporal.Duration.from('PT2H') });
    const notices = await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.deepEqual(told(notices), ['activation-active']);
    await product.passes('PT1M');
    assert.deepEqual(asked(), CHAIN);
  });

  it('does not forget the role that is waited for when another one is wanted through the same group', async () => {
    await giveAnother();
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    const second = await product.says('engineer', 'activate Tag Contributor for 1h because deploy');
    assert.deepEqual(told(second), ['activation.already_pending']);
    await product.passes('PT5M');
    assert.deepEqual(asked(), CHAIN);
  });

  it('says of two roles through one group in a sentence which one is not asked for', async () => {
    await giveAnother();
    const notices = await product.says(
      'engineer',
      'activate "Contributor" and "Tag Contributor" on rg-payments for 1h because deploy',
    );
    assert.deepEqual(told(notices), ['activation-pending', 'activation.already_pending']);
    await product.passes('PT5M');
    assert.deepEqual(asked(), CHAIN);
  });

  it('tells what was done although the token cannot be kept for the second step', async () => {
    product.signIns.hold = async () => {
      throw new AccessError('graph.unavailable', 'the sign-in service is down', { retryable: true });
    };
    const notices = await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.deepEqual(told(notices), ['activation-pending']);
  });

  it('keeps what comes next when the group is continued meanwhile', async () => {
    const { idOf, tenant } = product.seeded;
    tenant.listLag = Temporal.Duration.from('PT0S');
    await product.says('engineer', 'activate Contributor on rg-payments for 30m because deploy');
    const { requests } = product.services.store.now;
    const [first] = await requests.listOpenOf(idOf('engineer'));
    assert.ok(first);
    product.signIns.release(first.id);
    await product.passes('PT10S');
    await product.says('engineer', 'continue sg-payments-oncall');
    await product.passes('PT35M');
    const [follower] = await requests.listOpenOf(idOf('engineer'));
    assert.deepEqual(
      [follower?.continues, follower?.leadsTo?.role.roleName, follower?.leadsTo?.role.scope.name],
      [first.id, 'Contributor', 'rg-payments'],
    );
  });
});
