import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';
import { ALL_NOTICES } from './administration-notices.ts';
import { unboxed } from './lines.ts';

const retired = (notice: Notice) => unboxed(renderNotice(notice, aRenderContext({ isRetired: true })));
const titleOf = (notice: Notice) => textOf(retired(notice), 'title');

describe('what a retired card says', () => {
  it('holds on any later day: nothing waits, nothing is near, nothing is asked', () => {
    // Help quotes sentences that can be typed on any day.
    for (const notice of ALL_NOTICES.filter(({ card }) => card !== 'help')) {
      const { card, summary } = retired(notice);
      const words = [...linesOf(retired(notice)), card.speak, card.fallbackText, summary].join('\n');
      assert.doesNotMatch(
        words,
        /today|tomorrow|just now|\bwaiting for approval|is waiting|waits|is active$|ends soon|can decide|decide by/im,
        notice.card,
      );
    }
  });

  it('waiting: that the request was sent, and to whom', () => {
    assert.deepEqual(linesOf(retired(BASES['activation-pending'])), [
      'Request sent',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'Duration: 2 hours',
      'Justification: INC-42 broken sign-in',
      'Approvers asked: Adele Vance',
      'Megan Bowen could not be reached in Teams; PIM mailed them.',
      'Request 7F3K',
    ]);
    assert.equal(
      textOf(retired({ ...BASES['activation-pending'], approvers: [] }), 'approvers'),
      'Approvers asked: not known to me; PIM mailed them',
    );
  });

  it('active: that access was given, and until when it was meant', () => {
    const card = retired({ ...BASES['activation-active'], deactivateAt: '2026-11-22T14:05:00Z' });
    assert.equal(textOf(card, 'title'), 'Access was activated');
    assert.equal(textOf(card, 'until'), 'Planned end: Sun 22 Nov, 17:00 (Europe/Madrid)');
    assert.equal(
      textOf(card, 'deactivate-at'),
      'It was to be given back Sun 22 Nov, 15:05 (Europe/Madrid): PIM allows that only five minutes after the start.',
    );
    assert.equal(card.card.speak, 'Access was activated.');
  });

  it('reminder: what was wished, without what is to happen', () => {
    const asked = retired({ ...BASES['expiry-reminder'], needsApproval: true, wish: 'continue' });
    assert.deepEqual(linesOf(asked), [
      'Access was about to end',
      'Role: Contoso-App-Assignment-Operator',
      'Planned end: Sun 22 Nov, 16:30 (Europe/Madrid)',
      'Scope: Contoso',
      'You asked to continue it.',
      'Request 7F3K',
    ]);
  });

  it('approval: what was asked, without a deadline', () => {
    assert.deepEqual(linesOf(retired(BASES['approval-request'])), [
      'Approval requested',
      'Who: Alex Wilber',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'Duration: 2 hours',
      'Start: as soon as it is approved',
      'Justification: INC-42 broken sign-in',
      'Requested: Sun 22 Nov, 15:00 (Europe/Madrid)',
      'Also asked: Adele Vance',
      'Request 7F3K',
    ]);
    const ahead = retired({ ...BASES['approval-request'], phase: 'ahead' });
    assert.equal(textOf(ahead, 'title'), 'Approval announced');
    assert.equal(textOf(ahead, 'phase'), null);
  });

  const titles: readonly (readonly [Notice, string])[] = [
    [BASES['my-roles'], 'Roles you could activate'],
    [BASES.active, 'Access that was active'],
    [BASES.pending, 'Requests that waited'],
    [BASES.approvals, 'Requests you could decide'],
    [BASES['activation-form'], 'Activation form, closed'],
    [BASES['choose-role'], 'Several roles fit'],
    [BASES['activation-scheduled'], 'Access was scheduled'],
    [BASES['activation-ended'], 'Access has ended'],
    [BASES['sign-in'], 'A sign-in was needed'],
    [BASES['step-up'], 'A sign-in was needed to activate this role'],
    [BASES['signed-out'], 'Signed out'],
    [{ ...BASES.error, code: 'activation.in_doubt' }, 'I checked what happened'],
    [{ ...BASES.error, code: 'activation.outcome_unknown' }, 'It was not certain whether it had arrived'],
    [BASES.error, 'No role of yours fits'],
  ];
  for (const [notice, title] of titles) {
    it(`${notice.card}: “${title}”`, () => assert.equal(titleOf(notice), title));
  }

  it('form: no longer what to correct', () => {
    assert.deepEqual(linesOf(retired(BASES['activation-form'])), [
      'Activation form, closed',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'This role can be active for at most 4 hours. An approver has to agree.',
    ]);
  });

  it('error: no longer what to press', () => {
    const facts = { roleName: 'Security Reader' };
    assert.equal(
      textOf(retired({ ...BASES.error, code: 'activation.outcome_unknown', facts }), 'reason'),
      "Microsoft's answer to your request for Security Reader got lost.",
    );
  });
});
