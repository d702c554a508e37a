import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/domain/notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { anEmergency, type EmergencyStage, PULL } from './stage.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('the review of a break-glass use', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
    const { product } = stage;
    await product.says('oncall', PULL);
    await product.presses('oncall', await product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
    await product.signsIn('oncall');
    product.feed.addOperation({
      by: product.seeded.idOf('oncall'),
      what: 'Restart web app',
      target: 'checkout',
      at: product.clock.now().add({ minutes: 3 }),
    });
    await product.passes('PT30M');
  });

  const completes = async (handle: 'oncall' | 'admin', review: string) =>
    await stage.product.presses(handle, await stage.product.card(handle, 'break-glass-review'), 'complete-review', {
      review,
    });
  const reported = async (handle: 'oncall' | 'admin' | 'engineer'): Promise<number> => {
    const [list] = await stage.product.says(handle, 'report breakglass');
    return list?.card === 'break-glass-reviews' ? list.reviews.length : -1;
  };

  it('tells who did what and when, to its puller and to the owner of the pack', async () => {
    for (const handle of ['oncall', 'admin'] as const) {
      const { timeline, dueAt } = await stage.newest(handle, 'break-glass-review');
      assert.deepEqual(
        timeline.map(({ at, what, who }) => [at, what, who]),
        [
          ['2026-11-23T09:00:00Z', 'asked', 'Lynne Robbins'],
          ['2026-11-23T09:00:00Z', 'pulled', 'Lynne Robbins'],
          ['2026-11-23T09:00:00Z', 'active', null],
          ['2026-11-23T09:30:00Z', 'over', null],
        ],
      );
      assert.equal(dueAt, '2026-11-24T09:30:00Z');
    }
  });

  it('gets what the tenant’s log saw when the log can be whole, or says why not', async () => {
    assert.deepEqual((await stage.newest('admin', 'break-glass-review')).operations, []);
    await stage.product.passes('PT16M');
    const operations = [{ at: '2026-11-23T09:03:00Z', what: 'Restart web app', target: 'checkout' }];
    assert.deepEqual((await stage.newest('admin', 'break-glass-review')).operations, operations);
    assert.deepEqual((await stage.newest('oncall', 'break-glass-review')).operations, operations);
    stage.product.feed.listOperationsOf = async () => {
      throw new AccessError('graph.forbidden', 'no');
    };
    await stage.product.passes('PT20H');
    assert.equal((await stage.newest('admin', 'break-glass-review')).withoutLog?.code, 'graph.forbidden');
  });

  it('is closed by the owner, beside what the puller says', async () => {
    await completes('oncall', 'The queue was stuck.');
    const mine = await stage.newest('oncall', 'break-glass-review');
    assert.deepEqual([mine.phase, mine.waitsFor], ['done', 'Patti Fernandez']);
    assert.equal(await reported('oncall'), 1);
    const theirs = await stage.newest('admin', 'break-glass-review');
    assert.deepEqual([theirs.phase, theirs.account], ['open', 'The queue was stuck.']);
    await completes('admin', 'It was needed.');
    assert.deepEqual([await reported('oncall'), await reported('admin')], [0, 0]);
    assert.equal((await stage.product.waiting()).includes('pull.review'), false);
    assert.ok((await stage.product.audit()).includes('breakglass.reviewed'));
  });

  it('is closed by the puller where the pack is theirs', async () => {
    const { product } = stage;
    await completes('admin', 'done');
    stage.rule((rulebook) => ({
      ...rulebook,
      packs: rulebook.packs.map((pack) => ({ ...pack, owner: product.seeded.idOf('oncall') })),
    }));
    await product.passes('PT10M');
    await product.says('oncall', PULL);
    await product.presses('oncall', await product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
    await product.signsIn('oncall');
    await product.passes('PT31M');
    assert.equal(await reported('oncall'), 1);
    const open = (await product.cards('oncall')).find(
      ({ notice, isRetired }) => notice.card === 'break-glass-review' && notice.phase === 'open' && !isRetired,
    );
    assert.ok(open);
    await product.presses('oncall', open, 'complete-review', { review: 'fine' });
    assert.equal(await reported('oncall'), 0);
  });

  it('wants words, and is done once', async () => {
    const card = await stage.product.card('admin', 'break-glass-review');
    assert.deepEqual(told((await completes('admin', '   ')).notices), ['breakglass.review_text_required']);
    await Promise.all([
      stage.product.presses('admin', card, 'complete-review', { review: 'one' }),
      stage.product.presses('admin', card, 'complete-review', { review: 'two' }),
    ]);
    const reviewed = (await stage.product.audit()).filter((event) => event === 'breakglass.reviewed');
    assert.equal(reviewed.length, 1);
  });

  it('is reminded of in a new message four hours before it is due', async () => {
    const first = await stage.product.card('admin', 'break-glass-review');
    await stage.product.passes('PT20H');
    const second = await stage.product.card('admin', 'break-glass-review');
    assert.notEqual(second.id, first.id);
    assert.equal((await stage.newest('admin', 'break-glass-review')).phase, 'open');
  });

  it('is escalated to everybody who was alarmed when it is overdue, once a day for a week, and stays in the report', async () => {
    await stage.product.passes('PT24H');
    const overdue = (await stage.inChannel()).filter(({ card }) => card === 'break-glass-review');
    assert.equal(overdue.length, 1);
    assert.equal((await stage.newest('admin', 'break-glass-review')).phase, 'overdue');
    await stage.product.passes('PT360H');
    const all = (await stage.inChannel()).filter(({ card }) => card === 'break-glass-review');
    assert.equal(all.length, 7);
    assert.equal(await reported('admin'), 1);
  });

  it('is listed for whoever has a part in it, and for nobody else', async () => {
    assert.deepEqual([await reported('oncall'), await reported('admin'), await reported('engineer')], [1, 1, 0]);
  });
});
