import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { CheckNotice } from '../../../src/domain/runbook-notice.ts';
import { buttonsOf, linesOf, partsOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { unboxed } from './lines.ts';
import { CHECK, RUNBOOK, RUNBOOK_NOTICES } from './runbook-notices.ts';

const drawn = (notice: Notice) => renderNotice(notice, aRenderContext());
const lines = (notice: Notice) => linesOf(unboxed(drawn(notice)));

describe('the card of a runbook', () => {
  it('says how it is done, with which role, and what should work and what should not', () => {
    assert.deepEqual(lines(RUNBOOK), [
      'Runbook',
      'Restart a virtual machine of payments · restart-payments-vm',
      'Role: Virtual Machine Operator on rg-payments, usually for 30 minutes.',
      'PIM allows: up to 8 hours, no approval.',
      'You can activate it.',
      'How it is done',
      '1. Tell the payments channel that vm-pay-01 goes away for two minutes.',
      '2. Open vm-pay-01 in the portal and choose Restart. portal.azure.com',
      'With the role active',
      'Read vm-pay-01 works',
      'Delete virtual machines is refused',
      'Kept by pattif@contoso.onmicrosoft.com.',
    ]);
    assert.deepEqual(buttonsOf(drawn(RUNBOOK)), ['Activate…', 'Check']);
  });

  it('says who has nothing of the role where to ask, and offers nothing', () => {
    const notice = { ...RUNBOOK, standing: 'not-eligible', key: null } as const;
    assert.ok(
      lines(notice).includes(
        'You may not activate this role. “which role lets me” and what you want to do finds one of yours; “who approves Virtual Machine Operator” and “who has Virtual Machine Operator” say whom to ask.',
      ),
    );
    assert.deepEqual(buttonsOf(drawn(notice)), []);
  });

  it('has links of https only, whatever the notice says', () => {
    const links = RUNBOOK_NOTICES.flatMap((notice) => partsOf(drawn(notice).card))
      .filter(({ type }) => type === 'Action.OpenUrl')
      .map(({ url }) => url);
    assert.deepEqual([...new Set(links)], ['https://portal.azure.com/']);
  });
});

describe('the card of a check', () => {
  const checked = (changes: Partial<CheckNotice>) => lines({ ...CHECK, ...changes });

  it('says what works and what correctly does not', () => {
    assert.deepEqual(lines(CHECK), [
      'Usable',
      'Virtual Machine Operator on rg-payments',
      'PIM lists it as active until today 15:30.',
      '✓ Read vm-pay-01 — works',
      '✓ Delete virtual machines — refused, as it should be',
      'Runbook: Restart a virtual machine of payments.',
    ]);
    assert.deepEqual(buttonsOf(drawn(CHECK)), ['Check again', 'Runbook']);
  });

  it('does not call usable what is only active', () => {
    const fails = { subject: { kind: 'named', name: 'Read' }, verdict: { is: 'fails', advice: 'wait' } } as const;
    assert.deepEqual(checked({ results: [...CHECK.results, fails] }).slice(0, 1), ['Active, and not all of it works']);
    const unprobed = { subject: { kind: 'effect' }, verdict: { is: 'unclear', because: 'not-probed' } } as const;
    assert.deepEqual(checked({ results: [unprobed], runbook: null }), [
      'Active, effect not probed',
      'Virtual Machine Operator on rg-payments',
      'PIM lists it as active until today 15:30.',
      '? What it gives — effect not probed: nothing that could be read would show it',
    ]);
    const tooMuch = { subject: { kind: 'named', name: 'Delete' }, verdict: { is: 'too-much' } } as const;
    assert.equal(checked({ results: [...CHECK.results, tooMuch] })[0], 'Usable, and more than it should be');
  });

  it('offers the role while it is not active, to whom it is offered', () => {
    const inactive = { ...CHECK, standing: 'not-active', activeUntil: null } as const;
    assert.deepEqual(lines(inactive).slice(0, 3), [
      'Not active',
      'Virtual Machine Operator on rg-payments',
      'PIM does not list it as active.',
    ]);
    assert.deepEqual(buttonsOf(drawn(inactive)), ['Activate…', 'Check again', 'Runbook']);
    assert.deepEqual(buttonsOf(drawn({ ...inactive, isEligible: false, runbook: null })), ['Check again']);
  });

  it('says that it is under way, and can be asked for again should nothing come of it', () => {
    assert.deepEqual(buttonsOf(drawn({ ...CHECK, phase: 'working', results: [] })), ['Check again', 'Runbook']);
    assert.deepEqual(checked({ phase: 'working', results: [], runbook: null }), [
      'Checking access',
      'Virtual Machine Operator on rg-payments',
      'PIM lists it as active until today 15:30. Microsoft takes its time: this card changes when all answers are there.',
    ]);
  });
});
