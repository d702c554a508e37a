import assert from 'node:assert/strict';
import { canVerdict } from '../../../../src/domain/can-verdict.ts';
import type { DenyAssignment } from '../../../../src/domain/deny-assignment.ts';
import type { PermissionBlock } from '../../../../src/domain/role-definition.ts';
import type { CanNotice } from '../../../../src/domain/role-notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { aBlock } from '../../../support/role-arbitraries.ts';

const EVERYONE = { id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' };
const RESTART = 'can "Virtual Machine Operator" do Microsoft.Compute/virtualMachines/restart/action';

describe('whether a deny assignment stands against a role', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
  });

  const can = async (text = `${RESTART} on vm-pay-01`): Promise<CanNotice> => {
    const [notice] = await product.says('engineer', text);
    assert.ok(notice?.card === 'can', JSON.stringify(notice));
    return notice;
  };
  const deny = (parts: Partial<DenyAssignment> = {}, block: Partial<PermissionBlock> = { actions: ['*'] }): void => {
    const denial: DenyAssignment = {
      id: 'd',
      name: 'stack',
      scopeId: product.seeded.scopes.rgPayments.id,
      permissions: [aBlock(block)],
      principals: [EVERYONE],
      excludePrincipals: [],
      doNotApplyToChildScopes: false,
      ...parts,
    };
    product.catalogue.denials = [denial];
  };
  /** Yes, no or depends, and what of a deny assignment is told. */
  const told = async (text?: string): Promise<readonly unknown[]> => {
    const notice = await can(text);
    const denials = notice.answers.flatMap((answer) => answer.denials);
    return [canVerdict(notice), ...denials.map(({ isSure, takes }) => `${isSure ? 'sure' : 'perhaps'} ${takes}`)];
  };

  it('is asked at the place, and a yes stays where there is none', async () => {
    const notice = await can();
    assert.equal(notice.denials, 'read');
    assert.equal(canVerdict(notice), 'yes');
    assert.deepEqual(product.catalogue.askedForDenials, [product.seeded.scopes.vm.id]);
  });

  it('makes it a no for everyone below where it is, and names it', async () => {
    deny();
    const notice = await can();
    assert.equal(canVerdict(notice), 'no');
    assert.deepEqual(notice.answers[0]?.denials, [
      { name: 'stack', scopeId: product.seeded.scopes.rgPayments.id, isSure: true, takes: 'all' },
    ]);
  });

  it('is nothing where it is about something else, somewhere else, or leaves out what is below', async () => {
    deny({}, { actions: ['Microsoft.Network/*'] });
    assert.deepEqual(await told(), ['yes']);
    deny({}, { actions: ['*'], notActions: ['*/action'] });
    assert.deepEqual(await told(), ['yes']);
    deny({}, { dataActions: ['*'] });
    assert.deepEqual(await told(), ['yes']);
    deny({ scopeId: product.seeded.scopes.rgWeb.id });
    assert.deepEqual(await told(), ['yes']);
    deny({ doNotApplyToChildScopes: true });
    assert.deepEqual(await told(), ['yes']);
  });

  it('depends where it takes it only under a condition, or at something inside the place', async () => {
    deny({}, { actions: ['*'], condition: '@Resource[X] BoolEquals true' });
    assert.deepEqual(await told(), ['depends', 'sure condition']);
    deny({ scopeId: product.seeded.scopes.vm.id });
    assert.deepEqual(await told(`${RESTART} on rg-payments`), ['depends', 'sure below']);
  });

  it('counts only what the role allows of a pattern', async () => {
    const pattern = 'can "Virtual Machine Operator" do Microsoft.Compute/virtualMachines/* on vm-pay-01';
    deny({}, { actions: ['Microsoft.Compute/virtualMachines/delete'] });
    assert.deepEqual(await told(pattern), ['depends']);
    deny({}, { actions: ['*/restart/action'] });
    assert.deepEqual(await told(pattern), ['depends', 'sure some']);
    deny({}, { actions: ['*'], notActions: ['*/delete'] });
    assert.deepEqual(await told(pattern), ['no', 'sure all']);
  });

  it('concerns the asker by name, and not whom it excludes', async () => {
    const [me, other] = [product.seeded.idOf('engineer'), product.seeded.idOf('admin')];
    deny({ principals: [{ id: me, type: 'User' }] });
    assert.deepEqual(await told(), ['no', 'sure all']);
    deny({ principals: [{ id: other, type: 'User' }] });
    assert.deepEqual(await told(), ['yes']);
    deny({ excludePrincipals: [{ id: me, type: 'User' }] });
    assert.deepEqual(await told(), ['yes']);
    deny({ excludePrincipals: [{ id: other, type: 'User' }] });
    assert.deepEqual(await told(), ['no', 'sure all']);
  });

  it('concerns the members of a group whose members can be read', async () => {
    const group = { id: product.seeded.groupId('sg-oncall-leads'), type: 'Group' };
    deny({ principals: [group] });
    assert.deepEqual(await told(), ['yes']);
    const leads = (['oncall', 'engineer'] as const).map((handle) => product.seeded.idOf(handle));
    product.seeded.tenant.setGroup(group.id, leads, 'sg-oncall-leads');
    assert.deepEqual(await told(), ['no', 'sure all']);
    deny({ excludePrincipals: [group] });
    assert.deepEqual(await told(), ['yes']);
  });

  it('does not concern the asker by what is neither them nor a group, whatever it is said to be', async () => {
    const application = { id: 'ffffffff-0000-4000-8000-000000000001', type: 'Unknown' };
    deny({ principals: [application] });
    assert.deepEqual(await told(), ['yes']);
    deny({ excludePrincipals: [application] });
    assert.deepEqual(await told(), ['no', 'sure all']);
  });

  it('may concern the asker where a group cannot be read, and where it names too many', async () => {
    const groups = Array.from({ length: 11 }, (_, index) => ({
      id: `ffffffff-0000-4000-8000-0000000000${index + 10}`,
      type: 'Group',
    }));
    deny({ principals: groups });
    assert.deepEqual(await told(), ['depends', 'perhaps all']);
    const listMembers = async (): Promise<never> => {
      throw new AccessError('graph.forbidden', 'no');
    };
    Object.assign(product.services.reader, { listMembers });
    deny({ principals: groups.slice(0, 1) });
    assert.deepEqual(await told(), ['depends', 'perhaps all']);
    deny({ excludePrincipals: groups.slice(0, 1) });
    assert.deepEqual(await told(), ['depends', 'perhaps all']);
  });

  it('stays open where they cannot be read', async () => {
    product.catalogue.denials = new AccessError('graph.forbidden', 'no');
    const notice = await can();
    assert.equal(notice.denials, 'unread');
    assert.equal(canVerdict(notice), 'yes');
  });

  it('is not asked without a place, for a no, or where the role cannot count', async () => {
    const texts = [
      RESTART,
      'can "Virtual Machine Operator" do Microsoft.Compute/virtualMachines/delete on vm-pay-01',
      'can User Administrator do microsoft.directory/users/password/update',
    ];
    for (const text of texts) {
      assert.equal((await can(text)).denials, 'open', text);
    }
    assert.deepEqual(product.catalogue.askedForDenials, []);
  });
});
