import assert from 'node:assert/strict';
import { conversationId } from '../../../../src/domain/ids.ts';
import { AccessError } from '../../../../src/errors.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { errorOf, only } from './administration-bench.ts';

describe('who approves', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  it('says who may approve a role of one’s own and whom the bot can write to', async () => {
    for (const [handle, deadReason] of [
      ['approver', null],
      ['approver2', 'MessageWritesBlocked'],
    ] as const) {
      await product.services.store.now.conversations.save({
        id: conversationId(`a:${handle}`),
        kind: 'personal',
        principalId: product.seeded.idOf(handle),
        serviceUrl: 'https://smba.trafficmanager.net/emea/',
        deadReason,
      });
    }
    const notice = only(await product.says('engineer', 'who approves Contoso-App-Assignment-Operator'), 'who-approves');
    assert.deepEqual(notice, {
      card: 'who-approves',
      role: { roleName: 'Contoso-App-Assignment-Operator', scopeName: 'Whole tenant' },
      isApprovalRequired: true,
      approvers: [
        { name: 'Megan Bowen', reach: 'asked' },
        { name: 'Adele Vance', reach: 'unreachable', why: 'blocked' },
      ],
      areKnown: true,
      leftOut: [],
    });
  });

  it('says that a role needs no approval, and that nobody knows when the settings are hidden', async () => {
    const open = only(await product.says('engineer', 'who approves Security Reader'), 'who-approves');
    assert.equal(open.isApprovalRequired, false);
    product.seeded.tenant.readerFailure = new AccessError('graph.forbidden', 'not the reader');
    const hidden = only(await product.says('engineer', 'who approves Security Reader'), 'who-approves');
    assert.deepEqual([hidden.isApprovalRequired, hidden.areKnown], [null, false]);
  });

  it('reads the settings of other roles with the asker’s own token, which does not see into groups', async () => {
    const seen = only(await product.says('admin', 'who approves Contoso-App-Assignment-Operator'), 'who-approves');
    assert.deepEqual(
      [seen.isApprovalRequired, seen.approvers, seen.areKnown],
      [true, [{ name: 'sg-app-approvers', reach: 'unreachable' }], false],
    );
    const unseen = only(await product.says('newcomer', 'who approves Contoso-App-Assignment-Operator'), 'who-approves');
    assert.deepEqual([unseen.isApprovalRequired, unseen.approvers], [null, []]);
  });

  it('asks which of one’s own roles is meant', async () => {
    const [code, , suggestions] = errorOf(await product.says('engineer', 'who approves Helpdesk Administrator'));
    assert.equal(code, 'role.not_found');
    assert.deepEqual(suggestions, [
      'Helpdesk Administrator on Branch Madrid',
      'Helpdesk Administrator on Branch Lisbon',
    ]);
  });
});
