import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { errorOf, only } from './administration-bench.ts';

describe('who has what', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  it('shows everybody with a role, active assignments first and then by name', async () => {
    await product.says('engineer', 'activate Global Reader for 2h');
    const notice = only(await product.says('admin', 'who has "Global Reader"'), 'who-has');
    assert.deepEqual([notice.roleName, notice.scopeName], ['Global Reader', 'Whole tenant']);
    assert.deepEqual(
      notice.rows.map(({ principalName, kind, assignmentType, endsAt }) => [
        principalName,
        kind,
        assignmentType,
        endsAt,
      ]),
      [
        ['Alex Wilber', 'active', 'activated', '2026-11-23T11:00:00Z'],
        ['Alex Wilber', 'eligible', 'assigned', null],
        ['Lynne Robbins', 'eligible', 'assigned', null],
      ],
    );
    assert.equal(notice.query.role?.roleName, 'Global Reader');
  });

  it('shows everything at a scope, with what comes from above', async () => {
    const notice = only(await product.says('admin', 'who has everything on "vm-pay-01"'), 'who-has');
    assert.deepEqual([notice.roleName, notice.scopeName], [null, 'vm-pay-01']);
    assert.deepEqual(
      notice.rows.map(({ principalName, roleName, memberType }) => [principalName, roleName, memberType]),
      [
        ['sg-breakglass-payments', 'Contributor', 'inherited'],
        ['Alex Wilber', 'Reader', 'inherited'],
        ['Alex Wilber', 'Virtual Machine Operator', 'inherited'],
        ['Diego Siciliani', 'Virtual Machine Operator (Contractors)', 'inherited'],
        ['sg-payments-oncall', 'Contributor', 'inherited'],
      ],
    );
  });

  it('takes the name of a group for the group', async () => {
    const notice = only(await product.says('admin', 'who has everything on sg-payments-oncall'), 'who-has');
    assert.deepEqual(
      notice.rows.map(({ principalName, roleName, scopeName }) => [principalName, roleName, scopeName]),
      [
        ['Alex Wilber', 'sg-payments-oncall', 'Group membership'],
        ['Isaiah Langer', 'sg-payments-oncall', 'Group membership'],
        ['Lynne Robbins', 'sg-payments-oncall', 'Group membership'],
      ],
    );
  });

  it('asks which one when a role is at several scopes, and takes the answer', async () => {
    const [code, facts, suggestions] = errorOf(await product.says('admin', 'who has Reader'));
    assert.deepEqual([code, facts], ['role.not_found', { words: 'Reader', fit: 'several' }]);
    assert.deepEqual(suggestions, ['Reader on Contoso Production', 'Reader on Contoso Staging']);
    const notice = only(await product.says('admin', `who has ${suggestions[1]}`), 'who-has');
    assert.equal(notice.scopeName, 'Contoso Staging');
  });

  it('offers paths where two scopes have one name', async () => {
    const [code, , suggestions] = errorOf(await product.says('admin', 'who has everything on rg-payments'));
    assert.equal(code, 'role.not_found');
    const { rgPayments, stagingRgPayments } = product.seeded.scopes;
    assert.deepEqual(suggestions, [`everything on ${rgPayments.id}`, `everything on ${stagingRgPayments.id}`]);
    const notice = only(await product.says('admin', `who has ${suggestions[0]}/`), 'who-has');
    assert.equal(notice.query.scopeId, rgPayments.id);
  });

  it('reads with the own token of whoever asks', async () => {
    const [code] = errorOf(await product.says('newcomer', 'who has Security Reader'));
    assert.equal(code, 'role.rights_missing');
  });

  it('does not say that nothing has the name while a part of PIM cannot be read', async () => {
    product.seeded.tenant.breakDown('azure', new AccessError('graph.unavailable', 'down'));
    assert.equal(errorOf(await product.says('admin', 'who has Virtual Machine Operator'))[0], 'graph.unavailable');
    const [code, facts] = errorOf(await product.says('admin', 'who has everything on rg-web'));
    assert.deepEqual([code, facts], ['graph.unavailable', {}]);
  });

  it('asks for a scope when neither role nor scope was said', async () => {
    assert.equal(errorOf(await product.says('admin', 'who has everything'))[0], 'command.problem');
  });
});
