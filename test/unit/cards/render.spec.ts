import assert from 'node:assert/strict';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { actionsOf, buttonsOf, elementOf, inputsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, aRoleChoice, BASES } from '../../support/notices.ts';

const draw = (notice: Notice, overrides: Partial<RenderContext> = {}) =>
  renderNotice(notice, aRenderContext(overrides));

const two = <T>(item: T, other: Partial<T>): [T, T] => [item, { ...item, ...other }];

describe('buttons', () => {
  const table: readonly (readonly [string, Notice, readonly string[]])[] = [
    ['help', BASES.help, ['Activate…', 'My roles', 'Active', 'Pending', 'Approvals', 'Preferences…']],
    ['preferences', BASES.preferences, ['Save']],
    ['my-roles', BASES['my-roles'], ['Activate…']],
    ['my-roles without roles', { ...BASES['my-roles'], roles: [] }, []],
    ['active', BASES.active, ['Deactivate']],
    ['active with nothing active', { ...BASES.active, assignments: [] }, []],
    [
      'active with only an assigned role',
      { ...BASES.active, assignments: [{ ...BASES.active.assignments[0], assignmentType: 'assigned' }] },
      [],
    ],
    ['pending', BASES.pending, ['Cancel request', 'Remind approvers']],
    ['approvals', BASES.approvals, ['Approve', 'Deny']],
    ['activation-form', BASES['activation-form'], ['Activate']],
    ['choose-role', BASES['choose-role'], ['Choose']],
    ['activation-pending', BASES['activation-pending'], ['Cancel request', 'Remind approvers']],
    ['activation-active', BASES['activation-active'], ['Deactivate']],
    [
      'activation-active that is being given back',
      { ...BASES['activation-active'], deactivateAt: '2026-11-22T14:05:00Z' },
      [],
    ],
    ['activation-scheduled', BASES['activation-scheduled'], ['Cancel request']],
    ['activation-ended', BASES['activation-ended'], ['Activate again']],
    ['activation-denied', BASES['activation-denied'], []],
    ['approval-request', BASES['approval-request'], ['Approve', 'Deny']],
    ['approval-request ahead of time', { ...BASES['approval-request'], phase: 'ahead' }, []],
    ['approval-decided', BASES['approval-decided'], []],
    ['expiry-reminder', BASES['expiry-reminder'], ['Continue', 'Deactivate', 'Let it end']],
    [
      'expiry-reminder of a role with approval',
      { ...BASES['expiry-reminder'], needsApproval: true },
      ['Ask again at the end', 'Deactivate', 'Let it end'],
    ],
    [
      'expiry-reminder when it is continued',
      { ...BASES['expiry-reminder'], wish: 'continue' },
      ['Deactivate', 'Let it end'],
    ],
    [
      'expiry-reminder when it is let end',
      { ...BASES['expiry-reminder'], wish: 'let-it-end' },
      ['Continue', 'Deactivate'],
    ],
    ['sign-in', BASES['sign-in'], ['Sign in']],
    ['paused', BASES.paused, []],
    ['signed-out', BASES['signed-out'], []],
    ['thread-note', BASES['thread-note'], []],
    ['step-up', BASES['step-up'], ['Sign in', 'New link', 'Cancel request']],
    ['error', BASES.error, ['Activate…', 'My roles']],
    ['error without a way on', { ...BASES.error, code: 'config.invalid' }, []],
  ];
  for (const [name, notice, titles] of table) {
    it(`of ${name} are ${titles.length === 0 ? 'none' : titles.join(', ')}`, () => {
      assert.deepEqual(buttonsOf(draw(notice)), titles);
    });
  }

  it('carry the verbs of the reminder', () => {
    assert.deepEqual(
      actionsOf(draw(BASES['expiry-reminder'])).map((action) => action.verb),
      ['continue', 'deactivate', 'let-it-end'],
    );
  });

  it('mark approving as positive and denying as destructive', () => {
    assert.deepEqual(
      actionsOf(draw(BASES['approval-request'])).map((action) => [action.verb, action.style]),
      [
        ['approve', 'positive'],
        ['deny', 'destructive'],
      ],
    );
  });
});

describe('the second step of a decision', () => {
  for (const [step, verb, style, label] of [
    ['approve', 'send-approve', 'positive', 'Why do you approve? PIM keeps this with the decision.'],
    ['deny', 'send-deny', 'destructive', 'Why do you deny? The requester reads this.'],
  ] as const) {
    it(`asks why, to ${step}, on the same card`, () => {
      const rendered = draw(BASES['approval-request'], { step });
      assert.equal(rendered.card.id, 'approval-request');
      assert.deepEqual(
        actionsOf(rendered).map((action) => [action.title, action.verb, action.associatedInputs]),
        [
          ['Send', verb, 'auto'],
          ['Back', 'back', 'none'],
        ],
      );
      assert.equal(actionsOf(rendered)[0]?.style, style);
      assert.deepEqual(inputsOf(rendered), [
        {
          type: 'Input.Text',
          id: 'justification',
          label,
          isMultiline: true,
          isRequired: true,
          errorMessage: 'Say why; this role wants a justification for the decision.',
          maxLength: 1000,
        },
      ]);
      assert.equal(textOf(rendered, 'requester-justification'), 'Justification: INC-42 broken sign-in');
    });
  }

  it('may be left empty where the policy does not demand a justification', () => {
    const rendered = draw({ ...BASES['approval-request'], isJustificationRequired: false }, { step: 'deny' });
    assert.equal(inputsOf(rendered)[0]?.isRequired, false);
  });

  it('is not drawn on a retired card, nor ahead of time', () => {
    for (const rendered of [
      draw(BASES['approval-request'], { step: 'approve', isRetired: true }),
      draw({ ...BASES['approval-request'], phase: 'ahead' }, { step: 'approve' }),
    ]) {
      assert.deepEqual(buttonsOf(rendered), []);
      assert.deepEqual(inputsOf(rendered), []);
      assert.equal(textOf(rendered, 'justification'), 'Justification: INC-42 broken sign-in');
    }
  });
});

describe('choices on lists', () => {
  it('are carried by the buttons when there is only one', () => {
    for (const [notice, name, value] of [
      [BASES.active, 'assignment', 'helpdesk-madrid'],
      [BASES.pending, 'request', '7F3K'],
      [BASES.approvals, 'request', '7F3K'],
    ] as const) {
      const rendered = draw(notice);
      assert.deepEqual(inputsOf(rendered), []);
      for (const action of actionsOf(rendered)) {
        assert.equal((action.data as Record<string, unknown>)[name], value);
      }
    }
  });

  it('are an input when there are several, with nothing chosen', () => {
    const pending = draw({ ...BASES.pending, requests: two(BASES.pending.requests[0], { requestId: '9QXM' }) });
    const approvals = draw({ ...BASES.approvals, requests: two(BASES.approvals.requests[0], { requestId: '9QXM' }) });
    const assignment = BASES.active.assignments[0];
    const active = draw({
      ...BASES.active,
      assignments: [...two(assignment, { key: 'other' }), { ...assignment, key: 'fixed', assignmentType: 'assigned' }],
    });
    assert.deepEqual(elementOf(pending, 'request')?.choices, [
      { title: '7F3K: Contoso-App-Assignment-Operator on Contoso', value: '7F3K' },
      { title: '9QXM: Contoso-App-Assignment-Operator on Contoso', value: '9QXM' },
    ]);
    assert.deepEqual(elementOf(approvals, 'request')?.choices, [
      { title: '7F3K: Alex Wilber, Contoso-App-Assignment-Operator on Contoso', value: '7F3K' },
      { title: '9QXM: Alex Wilber, Contoso-App-Assignment-Operator on Contoso', value: '9QXM' },
    ]);
    // What an administrator assigned cannot be given back.
    assert.deepEqual(elementOf(active, 'assignment')?.choices, [
      { title: 'Helpdesk Administrator on Branch Madrid', value: 'helpdesk-madrid' },
      { title: 'Helpdesk Administrator on Branch Madrid', value: 'other' },
    ]);
    for (const rendered of [pending, approvals, active]) {
      assert.equal(inputsOf(rendered).length, 1);
      assert.equal(inputsOf(rendered)[0]?.isRequired, true);
      assert.equal(inputsOf(rendered)[0]?.value ?? '', '');
      assert.equal(actionsOf(rendered)[0]?.associatedInputs, 'auto');
    }
  });
});

describe('the activation form', () => {
  const form = BASES['activation-form'];

  it('says first what to correct, then the limits', () => {
    assert.deepEqual(linesOf(draw(form)), [
      'Activate a role',
      'The longest this role allows is 4 hours; that is filled in.',
      'Role: Contoso-App-Assignment-Operator',
      'Scope: Contoso',
      'This role can be active for at most 4 hours. An approver has to agree.',
    ]);
  });

  it('asks for duration, start and justification, and names the one role in its button', () => {
    const rendered = draw(form);
    assert.deepEqual(
      inputsOf(rendered).map((input) => [input.id, input.label, input.value, input.isRequired]),
      [
        ['duration', 'Duration (at most 4 hours)', '4h', true],
        ['start', 'Start (empty: at once)', '', undefined],
        ['justification', 'Justification: why you need it', '', true],
      ],
    );
    assert.deepEqual(actionsOf(rendered)[0]?.data, {
      s: '7F3K',
      c: 'requester',
      v: 3,
      n: 'nonce-0001',
      role: 'directory|operator|/',
    });
  });

  it('asks for a ticket where one is demanded or was given', () => {
    const demanded = draw({ ...form, isTicketRequired: true });
    const given = draw({ ...form, values: { ...form.values, ticket: 'INC-42' } });
    assert.equal(elementOf(demanded, 'ticket')?.isRequired, true);
    assert.equal(elementOf(given, 'ticket')?.isRequired, false);
    assert.equal(elementOf(given, 'ticket')?.value, 'INC-42');
  });

  it('offers the roles when there are several', () => {
    const roles = [aRoleChoice({ key: 'a', scopeName: 'Madrid' }), aRoleChoice({ key: 'b', scopeName: 'Lisbon' })];
    const rendered = draw({ ...form, roles, chosenKey: 'b' });
    assert.deepEqual(elementOf(rendered, 'role')?.choices, [
      { title: 'Contoso-App-Assignment-Operator on Lisbon', value: 'b' },
      { title: 'Contoso-App-Assignment-Operator on Madrid', value: 'a' },
    ]);
    assert.equal(elementOf(rendered, 'role')?.value, 'b');
    assert.deepEqual(actionsOf(rendered)[0]?.data, { s: '7F3K', c: 'requester', v: 3, n: 'nonce-0001' });
  });

  it('fills in a start as the person would type it', () => {
    const rendered = draw({ ...form, values: { ...form.values, start: '2026-11-23T08:00:00Z' } });
    assert.equal(elementOf(rendered, 'start')?.value, '2026-11-23 09:00');
  });
});
