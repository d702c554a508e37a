import assert from 'node:assert/strict';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { elementOf, inputsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, aRequestFacts, BASES } from '../../support/notices.ts';
import { unboxed } from './lines.ts';

const draw = (notice: Notice, overrides: Partial<RenderContext> = {}) =>
  unboxed(renderNotice(notice, aRenderContext(overrides)));

describe('what the cards say', () => {
  it('waiting: who was asked, who could not be, and until when', () => {
    assert.deepEqual(linesOf(draw(BASES['activation-pending'])), [
      'Waiting for approval',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'Duration: 2 hours',
      'Justification: INC-42 broken sign-in',
      'Approvers asked: Adele Vance',
      'Megan Bowen could not be reached in Teams; PIM mails them.',
      'They can decide until: tomorrow 15:00',
      'Request 7F3K',
    ]);
  });

  it('waiting: never takes unknown approvers for none', () => {
    const unknown = draw({ ...BASES['activation-pending'], approvers: [] });
    const unreachable = draw({
      ...BASES['activation-pending'],
      approvers: [{ name: 'Megan Bowen', reach: 'unreachable' }],
    });
    assert.equal(textOf(unknown, 'approvers'), 'Approvers asked: not known to me; PIM mails them');
    assert.equal(textOf(unreachable, 'approvers'), 'Approvers asked: nobody in Teams');
  });

  it('waiting: when the approvers were reminded', () => {
    const rendered = draw({ ...BASES['activation-pending'], remindedAt: '2026-11-22T13:30:00Z' });
    assert.equal(textOf(rendered, 'reminded'), 'Reminded: today 14:30');
  });

  it('active: role, scope, end and who approved', () => {
    const rendered = draw(BASES['activation-active']);
    assert.deepEqual(linesOf(rendered), [
      'Access is active',
      'Role: Contoso-App-Assignment-Operator',
      'Until: today 17:00',
      'Scope: Contoso',
      'Duration: 2 hours',
      'Approved by: Megan Bowen',
      'Justification: INC-42 broken sign-in',
      'Request 7F3K',
    ]);
    assert.equal(rendered.summary, 'Contoso-App-Assignment-Operator on Contoso is active until today 17:00');
  });

  it('active: how long access was interrupted, and when it is given back', () => {
    const gap = (value: string) => textOf(draw({ ...BASES['activation-active'], gap: value }), 'gap');
    assert.equal(gap('PT1M12S'), 'Access was interrupted for 1 minute 12 seconds between the two activations.');
    assert.equal(gap('PT0S'), 'It followed the activation before without interruption.');
    assert.equal(
      textOf(draw({ ...BASES['activation-active'], deactivateAt: '2026-11-22T14:05:00Z' }), 'deactivate-at'),
      'It is given back today 15:05: PIM allows that only five minutes after the start.',
    );
  });

  it('scheduled: from when until when', () => {
    const rendered = draw(BASES['activation-scheduled']);
    assert.equal(textOf(rendered, 'start'), 'From: tomorrow 09:00');
    assert.equal(textOf(rendered, 'until'), 'Until: tomorrow 11:00');
  });

  it('ended: why, with a date that can be read later', () => {
    const ended = (overrides: Partial<Extract<Notice, { card: 'activation-ended' }>>) =>
      draw({ ...BASES['activation-ended'], ...overrides });
    assert.equal(textOf(ended({}), 'until'), 'Ended: Sun 22 Nov, 15:00 (Europe/Madrid)');
    assert.equal(textOf(ended({}), 'reason'), 'It was given back.');
    assert.equal(textOf(ended({ reason: 'expired' }), 'reason'), 'The time was over.');
    assert.equal(textOf(ended({ reason: 'canceled' }), 'title'), 'Request canceled');
    const problem = { code: 'graph.throttled', facts: { wait: 'PT30S' } } as const;
    assert.equal(
      textOf(ended({ reason: 'not-continued', problem }), 'problem'),
      'Microsoft is getting too many questions at once. Try again in 30 seconds.',
    );
  });

  it('denied: by whom and why', () => {
    const rendered = draw(BASES['activation-denied']);
    assert.equal(textOf(rendered, 'title'), 'Request denied');
    assert.equal(textOf(rendered, 'decided-by'), 'Denied by: Megan Bowen');
    assert.equal(textOf(rendered, 'decision'), 'Decision note: wrong role for that');
  });

  it('approval: who, what, where, how long, why, until when, and who else was asked', () => {
    const request = aRequestFacts({ ticket: 'INC-42', startsAt: '2026-11-23T08:00:00Z' });
    const rendered = draw({ ...BASES['approval-request'], request });
    assert.deepEqual(linesOf(rendered), [
      'Approval needed',
      'Who: Alex Wilber',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'Duration: 2 hours',
      'Start: tomorrow 09:00',
      'Justification: INC-42 broken sign-in',
      'Ticket: INC-42',
      'Requested: today 15:00',
      'Decide by: tomorrow 15:00',
      'Also asked: Adele Vance',
      'Request 7F3K',
    ]);
    assert.equal(rendered.summary, 'Alex Wilber asks for Contoso-App-Assignment-Operator on Contoso for 2 hours');
  });

  it('decided: the outcome, by whom and when', () => {
    const words = (overrides: Partial<Extract<Notice, { card: 'approval-decided' }>>) =>
      textOf(draw({ ...BASES['approval-decided'], ...overrides }), 'decided-by');
    assert.equal(words({}), 'Approved by Megan Bowen, Sun 22 Nov, 15:00 (Europe/Madrid).');
    assert.equal(words({ outcome: 'denied', decidedBy: null }), 'Denied, Sun 22 Nov, 15:00 (Europe/Madrid).');
    assert.equal(
      words({ outcome: 'canceled', decidedBy: null }),
      'Canceled by the requester, Sun 22 Nov, 15:00 (Europe/Madrid).',
    );
    assert.equal(
      words({ outcome: 'expired', decidedBy: null }),
      'Nobody decided until Sun 22 Nov, 15:00 (Europe/Madrid).',
    );
  });

  it('done elsewhere: how much later it was heard of, and that the length is not known yet', () => {
    const elsewhere = { ...BASES['approval-request'].request, duration: null, learnedAfter: 'PT5M20S' };
    const asked = draw({ ...BASES['approval-request'], request: elsewhere });
    assert.equal(textOf(asked, 'duration'), 'Duration: not known here yet');
    assert.equal(textOf(asked, 'elsewhere'), 'Done outside this bot, which heard of it 5 minutes 20 seconds later.');
    assert.match(textOf(asked, 'phase') ?? '', /press Approve or Deny, and the card shows it before you decide/);
    assert.equal(asked.summary, 'Alex Wilber asks for Contoso-App-Assignment-Operator on Contoso');
    const decided = draw({ ...BASES['approval-decided'], request: elsewhere });
    assert.match(textOf(decided, 'elsewhere') ?? '', /^Done outside this bot/);
    assert.equal(textOf(draw(BASES['approval-decided']), 'elsewhere'), null);
  });

  it('reminder: that access stops where somebody has to approve again', () => {
    const words = (overrides: Partial<Extract<Notice, { card: 'expiry-reminder' }>>) =>
      textOf(draw({ ...BASES['expiry-reminder'], ...overrides }), 'approval');
    assert.equal(words({}), null);
    assert.equal(
      words({ needsApproval: true }),
      'This role needs approval: after the end, access stops until somebody approves again.',
    );
    assert.equal(textOf(draw(BASES['expiry-reminder']), 'until'), 'Ends: today 16:30');
  });

  it('lists: limits, ends and requests of each role', () => {
    assert.deepEqual(linesOf(draw(BASES['my-roles'])).slice(1), [
      'Security Reader on Contoso',
      'up to 8 hours · no approval · active until today 16:30',
      'Contoso-App-Assignment-Operator on Contoso',
      'up to 4 hours · needs approval · request 7F3K is waiting',
      'Reader on rg-web',
    ]);
    assert.deepEqual(linesOf(draw(BASES.active)).slice(1), [
      'Helpdesk Administrator on Branch Madrid',
      'until today 16:30 · request 7F3K',
    ]);
    assert.deepEqual(linesOf(draw(BASES.approvals)).slice(1), [
      'Alex Wilber asks for Contoso-App-Assignment-Operator on Contoso for 2 hours',
      'INC-42 broken sign-in',
      'request 7F3K · decide by tomorrow 15:00',
    ]);
    assert.deepEqual(linesOf(draw(BASES.pending)).slice(1), [
      'Contoso-App-Assignment-Operator on Contoso for 2 hours',
      'INC-42 broken sign-in',
      'request 7F3K · approvers: Megan Bowen · they can decide until tomorrow 15:00',
    ]);
  });

  it('lists: a role of the whole tenant is known by its name alone', () => {
    const whole = { scopeName: 'Whole tenant' };
    const heading = (notice: Notice, index = 1) => linesOf(draw(notice))[index];
    assert.equal(
      heading({ ...BASES['my-roles'], roles: [{ ...BASES['my-roles'].roles[0], ...whole }] }),
      'Security Reader',
    );
    assert.equal(
      heading({ ...BASES.active, assignments: [{ ...BASES.active.assignments[0], ...whole }] }),
      'Helpdesk Administrator',
    );
    assert.equal(
      heading({ ...BASES.pending, requests: [{ ...BASES.pending.requests[0], ...whole }] }),
      'Contoso-App-Assignment-Operator for 2 hours',
    );
    assert.equal(
      heading({ ...BASES.approvals, requests: [{ ...BASES.approvals.requests[0], ...whole }] }),
      'Alex Wilber asks for Contoso-App-Assignment-Operator for 2 hours',
    );
    assert.equal(
      heading({ ...BASES['choose-role'], choices: [{ ...BASES['choose-role'].choices[0], ...whole }] }, 3),
      'Helpdesk Administrator',
    );
  });

  it('choosing: which words fit several, and what is kept of the sentence', () => {
    const rendered = draw(BASES['choose-role']);
    assert.deepEqual(linesOf(rendered), [
      'Which role?',
      'Several fit “helpdesk”. Which one shall be activated?',
      'Kept from your sentence: for 2 hours, because reset passwords.',
      'Helpdesk Administrator on Branch Madrid',
      'Helpdesk Administrator on Branch Lisbon',
    ]);
    assert.equal(elementOf(rendered, 'choice')?.isRequired, true);
  });

  it('choosing: one that only resembles the words is not called several', () => {
    const [only] = BASES['choose-role'].choices;
    assert.ok(only);
    assert.deepEqual(linesOf(draw({ ...BASES['choose-role'], choices: [only] })).slice(0, 2), [
      'This role?',
      'Only one comes near “helpdesk”. Is this the one?',
    ]);
  });

  it('preferences: what is set, what was saved and what is wrong', () => {
    const rendered = draw({
      ...BASES.preferences,
      reminderMinutes: 10,
      saved: 'reminder',
      problem: 'preference.reminder_invalid',
    });
    assert.equal(textOf(rendered, 'saved'), 'Your reminder is saved.');
    assert.equal(
      textOf(rendered, 'problem'),
      'Type a whole number of minutes from 1 to 120, or leave it empty for automatic.',
    );
    assert.deepEqual(
      inputsOf(rendered).map((input) => [input.id, input.value]),
      [
        ['timeZone', 'Europe/Madrid'],
        ['language', 'en'],
        ['reminder', '10'],
      ],
    );
  });

  it('help: what was not understood', () => {
    const rendered = draw({ ...BASES.help, notUnderstood: 'make me a sandwich' });
    assert.equal(textOf(rendered, 'problem'), 'I did not understand “make me a sandwich”.');
  });

  it('help: each sentence, and what it does', () => {
    assert.equal(textOf(draw(BASES.help), 'example-3'), 'continue Security Reader — goes on after the end');
  });

  it('errors: what happened, what comes near, and what to quote', () => {
    const rendered = draw({ ...BASES.error, suggestions: ['Security Reader'], reference: '4f9c2a1b' });
    assert.deepEqual(linesOf(rendered), [
      'No role of yours fits',
      'None of your eligible roles fits “securty”.',
      'The nearest is: Security Reader.',
      'Reference to quote: 4f9c2a1b',
    ]);
  });

  it('errors: a name that fits on several scopes is suggested once', () => {
    const suggestions = ['User Administrator', 'Helpdesk Administrator', 'Helpdesk Administrator'];
    assert.equal(
      textOf(draw({ ...BASES.error, suggestions }), 'suggestions'),
      'The nearest are: User Administrator and Helpdesk Administrator.',
    );
  });

  it('decided: the words of whoever decided', () => {
    assert.equal(textOf(draw(BASES['approval-decided']), 'decision'), 'Decision note: looks right');
  });

  it('times follow the person, not the machine', () => {
    const rendered = draw(BASES['activation-active'], { timeZone: 'America/New_York', locale: 'en-US' });
    assert.equal(textOf(rendered, 'until'), 'Until: today 11:00 AM');
  });
});
