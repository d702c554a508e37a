import assert from 'node:assert/strict';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import { type ApproverOutlook, HIDDEN_APPROVERS } from '../../../src/domain/approver.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { buttonsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';
import { ADMINISTRATION_BASES } from './administration-bases.ts';

const draw = (notice: Notice, overrides: Partial<RenderContext> = {}) =>
  renderNotice(notice, aRenderContext(overrides));

const ADELE = { name: 'Adele Vance', reach: 'asked' } as const;
const MEGAN = { name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' } as const;

const SENDING: Notice = {
  ...BASES['activation-pending'],
  phase: 'sending',
  approvers: [ADELE, MEGAN],
  areKnown: true,
  leftOut: [{ name: 'sg-leads', why: 'empty' }],
};

describe('the card before PIM is asked', () => {
  it('names who will be asked and who cannot be, with the reason, and has no buttons', () => {
    const rendered = draw(SENDING);
    assert.deepEqual(linesOf(rendered), [
      'Asking PIM',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'Duration: 2 hours',
      'Justification: INC-42 broken sign-in',
      'This is what I know of who may decide, before PIM is asked.',
      'Will be asked: Adele Vance',
      'Cannot be reached here: Megan Bowen (blocked this bot); PIM mails them.',
      'Named as approvers, and unable to decide: sg-leads (nobody is in it).',
      'Request 7F3K',
    ]);
    assert.deepEqual(buttonsOf(rendered), []);
  });

  it('says strongly that nobody can be reached, and what one can do', () => {
    const rendered = draw({ ...SENDING, approvers: [MEGAN] });
    assert.equal(textOf(rendered, 'approvers'), 'Will be asked: nobody in Teams');
    assert.match(textOf(rendered, 'nobody') ?? '', /^Nobody who may approve this can be reached here\. PIM mails them/);
    assert.match(textOf(rendered, 'nobody') ?? '', /tell one of them yourself/);
  });

  it('says that the approvals channel is left where nobody can be reached in a chat of their own', () => {
    const channel = { teamName: 'Contoso *Ops*', channelName: 'approvals', isThere: false };
    const rendered = draw({ ...SENDING, approvers: [MEGAN], channel });
    assert.equal(textOf(rendered, 'approvers'), 'Will be asked: nobody in a chat of their own');
    assert.equal(textOf(rendered, 'nobody'), null);
    assert.match(
      textOf(rendered, 'channel') ?? '',
      /^Nobody .* It will be shown in the channel approvals of Contoso \*Ops\*: /,
    );
    const some = textOf(draw({ ...SENDING, channel }), 'channel');
    assert.match(
      some ?? '',
      /^It will be shown in the channel approvals of Contoso \*Ops\* too: approvers who are in it can/,
    );
  });

  it('has no line of the unreachable without a name to put there', () => {
    const hidden = { ...SENDING, approvers: [{ name: HIDDEN_APPROVERS, reach: 'asked' }] } as const;
    for (const notice of [hidden, { ...SENDING, approvers: [ADELE] }]) {
      assert.equal(textOf(draw(notice), 'unreachable'), null);
      assert.equal(textOf(draw(notice, { isRetired: true }), 'unreachable'), null);
    }
    assert.equal(textOf(draw(hidden), 'approvers'), 'Will be asked: the approvers of the role');
  });

  it('says what holds also where everybody else can be reached, or nobody can be seen', () => {
    const summary =
      'Contoso-App-Assignment-Operator on Contoso is being asked for: not every approver that the role names can be asked here';
    const mine = draw({ ...SENDING, approvers: [ADELE], leftOut: [{ name: 'Alex Wilber', why: 'requester' }] });
    assert.equal(mine.summary, summary);
    assert.equal(textOf(mine, 'approvers'), 'Will be asked: Adele Vance');
    assert.match(textOf(mine, 'left-out') ?? '', /you yourself, as nobody decides on their own request\.$/);
    const hidden = draw({
      ...SENDING,
      approvers: [],
      areKnown: false,
      leftOut: [{ name: 'sg-quiet', why: 'hidden' }],
    });
    assert.deepEqual([hidden.summary, textOf(hidden, 'approvers')], [summary, null]);
    assert.doesNotMatch(linesOf(hidden).join('\n'), /who will be|Will be/);
  });

  it('claims nothing about nobody while somebody is hidden', () => {
    const leftOut = [{ name: 'sg-quiet', why: 'hidden' }] as const;
    const rendered = draw({ ...SENDING, approvers: [MEGAN], areKnown: false, leftOut });
    assert.equal(textOf(rendered, 'nobody'), null);
    assert.equal(textOf(rendered, 'left-out'), 'I cannot see who else may decide: sg-quiet. PIM mails them.');
  });

  it('says nothing of sending any more once it is over', () => {
    const rendered = draw(SENDING, { isRetired: true });
    assert.equal(textOf(rendered, 'title'), 'Before PIM was asked');
    assert.doesNotMatch(linesOf(rendered).join('\n'), /Asking|will be|Will be|Cannot/);
  });
});

describe('the card that waits for approvers', () => {
  const pending = BASES['activation-pending'];

  it('says in which channel approvers find it too, and never that nobody is there', () => {
    const channel = { teamName: 'Contoso Operations', channelName: 'approvals', isThere: true };
    const notice = { ...pending, approvers: [MEGAN], channel };
    const rendered = draw(notice);
    assert.equal(textOf(rendered, 'approvers'), 'Approvers asked: nobody in a chat of their own');
    assert.match(
      textOf(rendered, 'unreachable') ?? '',
      /^Megan Bowen could not be reached in a chat of their own; PIM/,
    );
    const shown =
      'It is shown in the channel approvals of Contoso Operations too: approvers who are in it can decide there.';
    assert.equal(textOf(rendered, 'channel'), shown);
    const over = draw(notice, { isRetired: true });
    assert.equal(textOf(over, 'channel'), 'It was shown in the channel approvals of Contoso Operations too.');
    assert.equal(textOf(draw({ ...notice, waitsFor: 'provisioning' }), 'channel'), null);
  });

  it('claims nothing of a channel before the request stands there, nor to approvers who may not decide here', () => {
    const channel = { teamName: 'Contoso Operations', channelName: 'approvals', isThere: false };
    assert.match(
      textOf(draw({ ...pending, approvers: [MEGAN], channel }), 'channel') ?? '',
      /^It will be shown in the/,
    );
    assert.equal(textOf(draw({ ...pending, approvers: [MEGAN], channel }, { isRetired: true }), 'channel'), null);
    const denied = {
      ...pending,
      approvers: [{ ...MEGAN, why: 'not-served' }],
      channel: { ...channel, isThere: true },
    } as const;
    assert.equal(textOf(draw(denied), 'channel'), null);
    assert.equal(textOf(draw(denied), 'approvers'), 'Approvers asked: nobody in Teams');
  });

  it('says after the names why somebody could not be reached', () => {
    const rendered = draw({
      ...pending,
      approvers: [
        ADELE,
        MEGAN,
        { name: 'Diego Siciliani', reach: 'unreachable', why: 'guest' },
        { name: 'Lynne Robbins', reach: 'unreachable', why: 'failed' },
      ],
    });
    assert.equal(
      textOf(rendered, 'unreachable'),
      'Megan Bowen, Diego Siciliani and Lynne Robbins could not be reached in Teams; PIM mails them. ' +
        'Megan Bowen blocked this bot. Diego Siciliani is a guest.',
    );
  });

  it('says how many more will be asked, and when on the reader’s clock', () => {
    const waiting = { name: 'Lynne Robbins', reach: 'waiting' } as const;
    const notice = {
      ...pending,
      approvers: [ADELE, waiting],
      further: { waiting: 4_991 },
      nextAskAt: '2026-11-22T14:10:00Z',
    };
    assert.equal(textOf(draw(notice), 'next-wave'), '4,992 more will be asked at 15:10.');
    assert.equal(textOf(draw(notice, { timeZone: 'UTC' }), 'next-wave'), '4,992 more will be asked at 14:10 UTC.');
    assert.equal(textOf(draw(notice), 'approvers'), 'Approvers asked: Adele Vance');
    assert.equal(textOf(draw(notice, { isRetired: true }), 'next-wave'), null);
  });

  it('names some of thousands, and counts the rest', () => {
    const approvers = Array.from(
      { length: 30 },
      (_, index) => ({ name: `Approver ${index}`, reach: 'asked' }) as const,
    );
    const rendered = draw({ ...pending, approvers, further: { asked: 4_970 } });
    assert.match(textOf(rendered, 'approvers') ?? '', /Approver 7 and 4,992 others$/);
  });
});

describe('the outlook on other cards', () => {
  const outlook: ApproverOutlook = {
    approvers: [ADELE, { ...MEGAN, why: 'not-allowed' }],
    areKnown: true,
    leftOut: [
      { name: 'Alex Wilber', why: 'requester' },
      { name: 'Patti Fernandez', why: 'disabled' },
      { name: 'Old Hand', why: 'gone' },
    ],
  };
  const LEFT_OUT =
    'Named as approvers, and unable to decide: you yourself, as nobody decides on their own request, ' +
    'Patti Fernandez (the account is disabled) and Old Hand (not in the tenant any more).';
  const KEPT_AWAY = 'Megan Bowen (the organization’s app policy keeps this bot from them)'.replace('’', "'");

  it('stands on the form of a role that needs approval', () => {
    const rendered = draw({ ...BASES['activation-form'], needsApproval: true, outlook });
    assert.equal(textOf(rendered, 'will-be-asked'), 'Will be asked: Adele Vance.');
    assert.equal(textOf(rendered, 'unreachable'), `Cannot be reached here: ${KEPT_AWAY}; PIM mails them.`);
    assert.equal(textOf(rendered, 'left-out'), LEFT_OUT);
  });

  it('says on the form that nobody knows the approvers, and nothing where none is wanted', () => {
    const unknown = { approvers: [], areKnown: false, leftOut: [] };
    const rendered = draw({ ...BASES['activation-form'], needsApproval: true, outlook: unknown });
    assert.equal(textOf(rendered, 'will-be-asked'), 'The approvers are not known to me; PIM mails them.');
    const none = draw({ ...BASES['activation-form'], outlook: null });
    assert.equal(textOf(none, 'will-be-asked'), null);
  });

  it('stands on who approves in the same words', () => {
    const rendered = draw({ ...ADMINISTRATION_BASES['who-approves'], ...outlook });
    assert.equal(textOf(rendered, 'unreachable'), `In Teams I cannot reach ${KEPT_AWAY}; PIM mails them.`);
    assert.equal(textOf(rendered, 'left-out'), LEFT_OUT);
  });

  it('is the reason why a request is refused that nobody can approve', () => {
    const why = JSON.stringify([{ name: 'sg-leads', why: 'empty' }, ...outlook.leftOut.slice(1)]);
    const notice = (facts: Readonly<Record<string, string>>): Notice => ({
      ...BASES.error,
      code: 'activation.nobody_can_approve',
      facts,
    });
    const body = linesOf(draw(notice({ approvers: 'sg-leads, Patti Fernandez', why }))).join(' ');
    assert.match(
      body,
      /nobody may decide their own\. Unable to decide: sg-leads \(nobody is in it\), Patti Fernandez \(the account is disabled\) and Old Hand/,
    );
    assert.match(linesOf(draw(notice({ approvers: 'sg-leads' }))).join(' '), /None of them may decide this request/);
  });
});
