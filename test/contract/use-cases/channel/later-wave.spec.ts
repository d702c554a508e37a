import assert from 'node:assert/strict';
import { conversationId, type PrincipalId, principalId, requestId } from '../../../../src/domain/ids.ts';
import type { ApprovalRequestNotice } from '../../../../src/domain/notice.ts';
import { seenBy } from '../../../../src/use-cases/channel/see-request.ts';
import { noteUnreachable } from '../../../../src/use-cases/next-wave.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const HERE = conversationId('19:approvals@thread.tacv2');
const ASK = 'activate Contoso-App-Assignment-Operator for 1h because INC-42';

const crowdId = (index: number): PrincipalId =>
  principalId(`aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`);

/** Twelve may approve, of whom the first eight are asked at once; the two seeded ones wait. */
describe('a request in the approvals channel, as seen by an approver who is asked later', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
    const { tenant, idOf } = product.seeded;
    const ids = Array.from({ length: 10 }, (_, index) => crowdId(index));
    tenant.addPeople(...ids.map((id, index) => ({ id, name: `Crowd ${index}`, userPrincipalName: `crowd${index}@c` })));
    const all = [...ids, idOf('approver'), idOf('approver2')];
    tenant.setGroup('sg-app-approvers', all);
    // As Microsoft lists them: the seeded ones last.
    const expand = tenant.reader.expandApprovers;
    tenant.reader.expandApprovers = async (approvers) =>
      (await expand(approvers)).toSorted((a, b) => all.indexOf(a.id) - all.indexOf(b.id));
    await product.services.store.now.botSettings.save(
      'approvals-channel',
      { conversationId: HERE, teamName: 'Contoso Operations', channelName: 'approvals' },
      idOf('admin'),
      product.clock.now(),
    );
  });

  const seen = async (handle: 'approver' | 'approver2' = 'approver'): Promise<ApprovalRequestNotice> => {
    const { services, seeded } = product;
    const [card] = await product.cardsIn(HERE);
    const person = await services.store.now.people.find(seeded.idOf(handle));
    assert.ok(card && person);
    const before = seeded.tenant.calls.length;
    const { card: own, isOwnView } = await seenBy(services, card, person);
    assert.equal(seeded.tenant.calls.length, before, 'a refresh asks Microsoft nothing');
    assert.ok(isOwnView && own.notice.card === 'approval-request');
    return own.notice;
  };
  const backgroundOf = async (recipient: PrincipalId) => {
    const [card] = await product.cardsIn(HERE);
    const own = await product.services.store.now.cards.findLive(card?.story ?? '', recipient, 'approval-request');
    return own?.notice.card === 'approval-request' ? own.notice.background : undefined;
  };
  const crowd = (from: number, to: number): readonly string[] =>
    Array.from({ length: to - from }, (_, index) => `Crowd ${from + index}`);

  it('has the background that was looked up for those who are asked', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT10S');
    const background = await backgroundOf(crowdId(0));
    assert.ok(background);
    assert.deepEqual((await seen()).background, background);
  });

  it('has none while none was looked up', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT10S');
    await product.database.pool.query("update pimlico.cards set notice = notice - 'background'");
    assert.equal('background' in (await seen()), false);
  });

  it('names as also asked those who are asked already, and not its reader', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT10S');
    const { otherApprovers, furtherApprovers } = await seen();
    assert.deepEqual([otherApprovers, furtherApprovers], [crowd(0, 8), 0]);
  });

  it('leaves out its reader also where they are asked by now, and their card is lost', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT11M');
    await product.services.store.now.cards.withdraw((await product.card('approver', 'approval-request')).id);
    const { otherApprovers, furtherApprovers } = await seen();
    assert.deepEqual([otherApprovers, furtherApprovers], [crowd(0, 8), 3]);
  });

  it('names nobody who could not be reached', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT10S');
    const [card] = await product.cardsIn(HERE);
    const unreached = { requestId: requestId(card?.story ?? ''), approverId: crowdId(3), why: 'blocked' } as const;
    await noteUnreachable(product.services, unreached);
    const { otherApprovers, furtherApprovers } = await seen();
    assert.deepEqual([otherApprovers, furtherApprovers], [[...crowd(0, 3), ...crowd(4, 8)], 0]);
  });
});
