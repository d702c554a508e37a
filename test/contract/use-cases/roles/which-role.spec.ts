import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import type { WhichRoleNotice } from '../../../../src/domain/which-role-notice.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const RESTART = 'Microsoft.Compute/virtualMachines/restart/action';
type Handle = Parameters<Product['says']>[0];

let product: Product;

async function ask(text: string, handle: Handle = 'engineer'): Promise<WhichRoleNotice> {
  const [notice] = await product.says(handle, text);
  assert.ok(notice?.card === 'which-role', JSON.stringify(notice));
  return notice;
}

const names = ({ fitting }: WhichRoleNotice): readonly string[] =>
  fitting.map(({ roleName, scopeName }) => `${roleName} on ${scopeName}`);

describe('which role lets me', () => {
  beforeEach(async () => {
    product = await aProduct();
  });

  it('names one’s own roles that reach the place, the least first, and activates no more than the place', async () => {
    const found = await ask(`which role lets me ${RESTART} on vm-pay-01`);
    assert.deepEqual(names(found), ['Virtual Machine Operator on vm-pay-01', 'Contributor on rg-payments']);
    const [operator, contributor] = found.fitting;
    assert.equal(operator?.by, RESTART);
    assert.equal(operator?.maximumDuration, 'PT8H');
    assert.equal(operator?.needsApproval, false);
    assert.equal(contributor?.through, 'sg-payments-oncall');
    assert.deepEqual(found.place?.scopeName, 'vm-pay-01');
  });

  it('finds the place among the words, and says what it is as a reason for what they mean', async () => {
    const found = await ask('which role lets me restart vm-pay-01');
    assert.equal(found.meaning?.name, RESTART);
    assert.equal(found.place?.scopeName, 'vm-pay-01');
  });

  it('activates the role that was pressed, and refuses one that was not offered', async () => {
    await ask(`which role lets me ${RESTART} on rg-payments`);
    const card = await product.card('engineer', 'which-role');
    const other = await product.presses('engineer', card, 'activate-role', { role: 'directory|anything|/' });
    assert.deepEqual(
      other.notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card)),
      ['card.malformed'],
    );
    const key = card.notice.card === 'which-role' ? (card.notice.fitting[0]?.key ?? '') : '';
    const { notices } = await product.presses('engineer', card, 'activate-role', { role: key });
    const form = notices.find((notice) => notice.card === 'activation-form');
    assert.equal(form?.roles[0]?.roleName, 'Virtual Machine Operator');
  });

  it('marks what is active already, and offers no Activate for it', async () => {
    await product.says('engineer', 'activate "Virtual Machine Operator" on rg-payments for 1h because reboot');
    const [operator] = (await ask(`which role lets me ${RESTART} on vm-pay-01`)).fitting;
    assert.deepEqual([operator?.roleName, operator?.isActive, operator?.key], ['Virtual Machine Operator', true, null]);
  });

  it('asks back what words mean that fit two operations, and goes on with the chosen one', async () => {
    const asked = await ask('which role lets me stop vm-pay-01');
    assert.equal(asked.meaning, null);
    assert.deepEqual(asked.fitting, []);
    assert.deepEqual(
      asked.others.map(({ name }) => name.split('/').at(-2)),
      ['deallocate', 'powerOff'],
    );
    const card = await product.card('engineer', 'which-role');
    const { notices } = await product.presses('engineer', card, 'show-meaning', { meaning: '2' });
    const told = notices.find(
      (notice): notice is WhichRoleNotice => notice.card === 'which-role' && notice.meaning !== null,
    );
    assert.equal(told?.meaning?.name, 'Microsoft.Compute/virtualMachines/powerOff/action');
    assert.equal(told?.place?.scopeName, 'vm-pay-01');
  });

  it('reads tasks of the directory by the roles and the permissions that they need', async () => {
    const found = await ask('what do I need to reset passwords');
    assert.equal(found.meaning?.kind, 'task');
    assert.deepEqual(names(found), [
      'Helpdesk Administrator on Branch Madrid',
      'Helpdesk Administrator on Branch Lisbon',
      'User Administrator on Whole tenant',
    ]);
    const madrid = await ask('which role lets me reset passwords in Branch Madrid');
    assert.deepEqual(names(madrid), ['Helpdesk Administrator on Branch Madrid', 'User Administrator on Whole tenant']);
  });

  it('says which roles would do where none of one’s own does, and names nobody’s eligibility', async () => {
    const found = await ask('which role lets me Microsoft.Storage/storageAccounts/delete on rg-payments', 'contractor');
    assert.deepEqual(found.fitting, []);
    assert.deepEqual(
      found.tenantRoles.map(({ roleName }) => roleName),
      ['Contributor', 'Owner'],
    );
    assert.equal(found.administrators?.kind, 'azure');
    const everything = JSON.stringify(found);
    for (const other of ['Alex Wilber', 'Lynne Robbins', 'sg-payments-oncall']) {
      assert.ok(!everything.includes(other), other);
    }
  });

  it('says so when definitions cannot be read, and never that there is nothing', async () => {
    product.catalogue.learn({ roles: [], unread: [{ part: 'azure-roles', code: 'graph.forbidden' }] });
    const found = await ask(`can I ${RESTART} on vm-pay-01`);
    assert.deepEqual(found.unreadDefinitions, ['azure']);
    assert.deepEqual(found.tenantRoles, []);
  });

  it('takes an operation as written when the list of operations cannot be read', async () => {
    product.catalogue.learn({ operations: [], unread: [{ part: 'azure-operations', code: 'graph.forbidden' }] });
    const found = await ask(`which role lets me ${RESTART} on rg-payments`);
    assert.equal(found.isListed, false);
    assert.equal(found.fitting[0]?.roleName, 'Virtual Machine Operator');
  });

  it('names the nearest operations for one that is spelt wrong', async () => {
    const found = await ask('which role lets me Microsoft.Compute/virtualMachine/restart/action');
    assert.equal(found.meaning, null);
    assert.equal(found.areOthersFitting, false);
    assert.equal(found.others[0]?.name, RESTART);
  });

  it('marks a role that allows a part of a pattern, behind those that allow all of it', async () => {
    const found = await ask('which role lets me Microsoft.Compute/virtualMachines/re* on rg-payments');
    assert.deepEqual(
      found.fitting.map(({ roleName, certainty }) => `${roleName}: ${certainty}`),
      ['Contributor: sure', 'Virtual Machine Operator: part', 'Reader: part'],
    );
  });

  it('says that a role of one’s own does not reach the place', async () => {
    const [notice]: readonly (Notice | undefined)[] = await product.says(
      'engineer',
      `which role lets me ${RESTART} on "Contoso Staging"`,
    );
    assert.ok(notice?.card === 'which-role', JSON.stringify(notice));
    assert.deepEqual(notice.fitting, []);
    assert.ok(notice.elsewhere.includes('Virtual Machine Operator on rg-payments'), notice.elsewhere.join());
  });

  it('asks for something to do when nothing was said', async () => {
    const [notice] = await product.says('engineer', 'can I');
    assert.ok(notice?.card === 'error' && notice.code === 'command.problem', JSON.stringify(notice));
  });
});
