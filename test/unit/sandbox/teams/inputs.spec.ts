import assert from 'node:assert/strict';

import { type Button, readCard } from '../../../../sandbox/teams/card-face.ts';
import { fillAction, partInputs } from '../../../../sandbox/teams/inputs.ts';

function buttonOf(body: readonly object[], action: object = {}): Button {
  const go = { type: 'Action.Execute', title: 'Go', data: { rid: 1 }, ...action };
  const card = { type: 'AdaptiveCard', version: '1.5', body, actions: [go] };
  const [button] = readCard(card, { locale: 'en-US', timeZone: 'UTC' }).offers;
  if (button === undefined) throw new Error('the card has no button');
  return button;
}

const choices = [
  { title: '1 hour', value: 'PT1H' },
  { title: '2 hours', value: 'PT2H' },
];

describe('fillAction', () => {
  for (const [what, input, typed, value] of [
    ['text as typed', { type: 'Input.Text' }, 'INC-42', 'INC-42'],
    ['text cut to its longest', { type: 'Input.Text', maxLength: 3 }, 'INC-42', 'INC'],
    ['a choice by value', { type: 'Input.ChoiceSet', choices }, 'PT2H', 'PT2H'],
    ['a choice by title in any case', { type: 'Input.ChoiceSet', choices }, '2 HOURS', 'PT2H'],
    ['several choices', { type: 'Input.ChoiceSet', choices, isMultiSelect: true }, '1 hour,PT2H', 'PT1H,PT2H'],
    ['a toggle', { type: 'Input.Toggle', valueOn: 'yes', valueOff: 'no' }, 'true', 'yes'],
    ['a date', { type: 'Input.Date' }, '2026-11-24', '2026-11-24'],
    ['a time', { type: 'Input.Time' }, '14:30', '14:30'],
    ['a number, as text', { type: 'Input.Number' }, '5', '5'],
  ] as const) {
    it(`fills ${what}`, () => {
      assert.deepEqual(fillAction(buttonOf([{ id: 'x', ...input }]), { x: typed }), { data: { rid: 1, x: value } });
    });
  }

  it('sends presets, and leaves out inputs that hold nothing', () => {
    const button = buttonOf([
      { type: 'Input.Text', id: 'preset', value: 'old' },
      { type: 'Input.Text', id: 'empty' },
      { type: 'Input.Number', id: 'count', value: 3 },
      { type: 'Input.Toggle', id: 'off', title: 'Off' },
      { type: 'Input.ChoiceSet', id: 'choice', choices, value: 'PT1H' },
    ]);
    assert.deepEqual(fillAction(button, {}), {
      data: { rid: 1, preset: 'old', count: '3', off: 'false', choice: 'PT1H' },
    });
  });

  it('lets an input overwrite the data of the action', () => {
    assert.deepEqual(fillAction(buttonOf([{ type: 'Input.Text', id: 'rid' }]), { rid: '2' }), { data: { rid: '2' } });
  });

  it('sends no inputs when the action wants none', () => {
    const button = buttonOf([{ type: 'Input.Text', id: 'x', isRequired: true }], { associatedInputs: 'none' });
    assert.deepEqual(fillAction(button, { x: '1' }), { data: { rid: 1 } });
  });

  it('does not let anybody fill a hidden input', () => {
    const button = buttonOf([{ type: 'Input.Text', id: 'x', value: 'preset', isVisible: false }]);
    assert.deepEqual(fillAction(button, { x: 'typed' }), { data: { rid: 1, x: 'preset' } });
  });

  for (const [what, input, typed, message] of [
    ['an empty required input', { type: 'Input.Text', isRequired: true, errorMessage: 'Say why' }, '', 'Say why'],
    [
      'an empty required input without a message',
      { type: 'Input.Text', isRequired: true },
      '',
      'This input is required',
    ],
    ['a required toggle that is off', { type: 'Input.Toggle', isRequired: true }, 'false', 'This input is required'],
    ['text that breaks the pattern', { type: 'Input.Text', regex: '^INC' }, 'x', 'This input is not valid'],
    ['a number above its maximum', { type: 'Input.Number', max: 8, errorMessage: 'Too long' }, '9', 'Too long'],
    ['a date before its minimum', { type: 'Input.Date', min: '2026-11-23' }, '2026-11-22', 'This input is not valid'],
    ['a time after its maximum', { type: 'Input.Time', max: '18:00' }, '18:01', 'This input is not valid'],
  ] as const) {
    it(`stops at ${what}`, () => {
      assert.deepEqual(fillAction(buttonOf([{ id: 'x', ...input }]), { x: typed }), { problems: { x: message } });
    });
  }

  for (const [what, input, typed] of [
    ['a choice there is not', { type: 'Input.ChoiceSet', choices }, '3 hours'],
    ['a date in words', { type: 'Input.Date' }, 'tomorrow'],
    ['a time in words', { type: 'Input.Time' }, '6pm'],
    ['a number in words', { type: 'Input.Number' }, 'two'],
    ['a toggle in other words', { type: 'Input.Toggle' }, 'maybe'],
  ] as const) {
    it(`refuses ${what}, which the control could never hold`, () => {
      assert.throws(() => fillAction(buttonOf([{ id: 'x', ...input }]), { x: typed }), {
        name: 'Refusal',
        status: 409,
      });
    });
  }
});

describe('partInputs', () => {
  it('parts inputs of this card from inputs of a later one', () => {
    const button = buttonOf([{ type: 'Input.Text', id: 'here' }]);
    assert.deepEqual(partInputs(button, { here: '1', justification: 'ok' }), {
      here: { here: '1' },
      later: { justification: 'ok' },
    });
  });

  it('gives a button inside a shown card the inputs around it too', () => {
    const inner = {
      type: 'AdaptiveCard',
      body: [{ type: 'Input.Text', id: 'in' }],
      actions: [{ type: 'Action.Execute', title: 'Deep' }],
    };
    const outer = { type: 'Action.ShowCard', title: 'More', card: inner };
    const card = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'Input.Text', id: 'out' }], actions: [outer] };
    const unfolding = { opened: new Set([outer]), visibility: new Map<string, boolean>() };
    const deep = readCard(card, { locale: 'en-US', timeZone: 'UTC' }, unfolding).buttons[1];
    assert.equal(deep?.title, 'Deep');
    assert.deepEqual(fillAction(deep, { in: '1', out: '2' }), { data: { in: '1', out: '2' } });
  });
});
