import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { ChainFacts, Notice } from '../../../src/domain/notice.ts';
import { actionsOf, buttonsOf, elementOf, inputsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';
import { CONTRIBUTOR } from './administration-bases.ts';
import { ACTIVE } from './administration-notices.ts';
import { unboxed } from './lines.ts';

const draw = (notice: Notice, isRetired = false) => unboxed(renderNotice(notice, aRenderContext({ isRetired })));

const GROUP = {
  roleName: 'sg-payments-oncall',
  scopeName: 'Group membership',
  maximumDuration: 'PT8H',
  needsApproval: false,
  activeUntil: null,
  pendingRequestId: null,
  leadsTo: [CONTRIBUTOR],
} as const;

describe('my roles', () => {
  const notice: Notice = {
    ...BASES['my-roles'],
    roles: [GROUP, { ...GROUP, scopeName: 'Group ownership', leadsTo: [] }],
    active: [ACTIVE],
    unread: [{ surface: 'azure', code: 'graph.throttled' }],
  };

  it('shows what can be activated, what could not be read, and what is active', () => {
    assert.deepEqual(linesOf(draw(notice)), [
      'Roles you can activate',
      'sg-payments-oncall',
      'up to 8 hours · no approval · gives Contributor on rg-payments',
      'sg-payments-oncall as owner',
      'up to 8 hours · no approval',
      'Azure resources could not be read just now: Microsoft is getting too many questions at once. Try again in a minute.',
      'Active now',
      'Helpdesk Administrator on Branch Madrid',
      'until today 16:30 · request 7F3K',
    ]);
    assert.deepEqual(buttonsOf(draw(notice)), ['Activate…', 'Deactivate']);
    const data = actionsOf(draw(notice)).map((action) => action.data as Record<string, unknown>);
    assert.equal(data[1]?.assignment, 'helpdesk-madrid');
  });

  it('asks which one to give back when there are several, and offers nothing of what was assigned', () => {
    const several = draw({ ...notice, active: [ACTIVE, { ...ACTIVE, key: 'other' }] });
    assert.deepEqual(
      inputsOf(several).map(({ id, isRequired }) => [id, isRequired]),
      [['assignment', true]],
    );
    assert.deepEqual(
      actionsOf(several).map(({ title, associatedInputs }) => [title, associatedInputs]),
      [
        ['Activate…', 'none'],
        ['Deactivate', 'auto'],
      ],
    );
    assert.deepEqual(buttonsOf(draw({ ...notice, active: [{ ...ACTIVE, assignmentType: 'assigned' }] })), [
      'Activate…',
    ]);
  });

  it('does not say that there is nothing where something could not be read', () => {
    const empty = draw({ ...notice, roles: [], active: [], unread: [{ surface: 'group', code: 'graph.forbidden' }] });
    assert.deepEqual(linesOf(empty).slice(1), [
      'What I could read of PIM lists no role that you could activate.',
      'Groups could not be read just now: your rights do not allow it.',
    ]);
    const active = draw({
      ...BASES.active,
      assignments: [],
      unread: [{ surface: 'directory', code: 'graph.throttled' }],
    });
    assert.equal(linesOf(active)[1], 'Nothing that I could read is active just now.');
    assert.match(linesOf(active)[2] ?? '', /^Microsoft Entra roles could not be read just now: /);
  });
});

describe('a role that is reached through a group', () => {
  const through = { key: 'b', ...CONTRIBUTOR, through: 'sg-payments-oncall' };

  it('is named with the group where one chooses', () => {
    const choosing = draw({ ...BASES['choose-role'], choices: [{ key: 'a', ...CONTRIBUTOR }, through] });
    const choices = [
      { title: 'Contributor on rg-payments', value: 'a' },
      { title: 'Contributor on rg-payments, through sg-payments-oncall', value: 'b' },
    ];
    assert.deepEqual(elementOf(choosing, 'choice')?.choices, choices);
    assert.deepEqual(
      linesOf(choosing).slice(3),
      choices.map(({ title }) => title),
    );
    const form = draw({ ...BASES['activation-form'], roles: [{ key: 'a', ...CONTRIBUTOR }, through], chosenKey: null });
    assert.deepEqual(elementOf(form, 'role')?.choices, choices);
  });

  it('says on the form that the group comes first', () => {
    assert.equal(
      textOf(draw({ ...BASES['activation-form'], roles: [through] }), 'through'),
      'Through: sg-payments-oncall, which is activated first',
    );
  });
});

describe('a chain of two activations', () => {
  const WAITING: ChainFacts = { next: CONTRIBUTOR, phase: 'waiting', waited: null, problem: null };
  const SENT: ChainFacts = { ...WAITING, phase: 'sent', waited: 'PT9S' };
  const STOPPED: ChainFacts = {
    ...SENT,
    phase: 'stopped',
    problem: { code: 'activation.ticket_required', facts: {} },
  };
  const active = (chain: ChainFacts, isRetired = false) => draw({ ...BASES['activation-active'], chain }, isRetired);

  it('says while the first waits for approval what comes next', () => {
    assert.equal(
      textOf(draw({ ...BASES['activation-pending'], chain: WAITING }), 'chain'),
      'Step 1 of 2. When this is approved and counts, I go on with Contributor on rg-payments.',
    );
  });

  it('says how long the first took until it counted', () => {
    assert.equal(
      textOf(active(WAITING), 'chain'),
      'Step 1 of 2. When this counts, I go on with Contributor on rg-payments.',
    );
    assert.equal(
      textOf(active(SENT), 'chain'),
      'Step 1 of 2. Counted after 9 seconds. I have asked for Contributor on rg-payments.',
    );
    assert.deepEqual(buttonsOf(active(SENT)), ['Deactivate']);
  });

  it('says why it stopped, and offers to go on', () => {
    const stopped = active(STOPPED);
    assert.equal(
      textOf(stopped, 'chain'),
      'Step 1 of 2. Counted after 9 seconds. Contributor on rg-payments has not been asked for.',
    );
    assert.match(textOf(stopped, 'chain-problem') ?? '', /ticket/);
    assert.deepEqual(
      actionsOf(stopped).map(({ title, verb }) => [title, verb]),
      [
        ['Go on', 'go-on'],
        ['Deactivate', 'deactivate'],
      ],
    );
  });

  it('does not offer to go on from what is being given back', () => {
    const notice = { ...BASES['activation-active'], chain: STOPPED, deactivateAt: '2026-11-22T14:05:00Z' };
    assert.deepEqual(buttonsOf(draw(notice)), []);
  });

  it('holds on any later day', () => {
    assert.equal(textOf(active(WAITING, true), 'chain'), 'Step 1 of 2. Contributor on rg-payments was to come next.');
    assert.equal(
      textOf(active(SENT, true), 'chain'),
      'Step 1 of 2. Counted after 9 seconds. Then Contributor on rg-payments was asked for.',
    );
    assert.equal(
      textOf(active(STOPPED, true), 'chain'),
      'Step 1 of 2. Counted after 9 seconds. Contributor on rg-payments was not asked for.',
    );
  });
});

describe('whether access is usable yet', () => {
  const words = (overrides: Partial<Extract<Notice, { card: 'activation-active' }>>, isRetired = false) =>
    textOf(draw({ ...BASES['activation-active'], ...overrides }, isRetired), 'usable');

  it('is said with the measured time once it is listed', () => {
    assert.equal(words({ usable: 'usable', usableAfter: 'PT11S' }), 'Usable: listed 11 seconds after PIM’s yes.');
    assert.equal(words({ usable: 'usable' }), 'Usable: PIM lists it.');
  });

  it('is no failure while the list does not show it', () => {
    const waiting = 'PIM has said yes. Not listed yet: it can take up to a few minutes until it works.';
    assert.equal(words({ usable: 'watching' }), waiting);
    assert.equal(words({ usable: 'watching' }, true), null);
  });

  it('is not said where nobody may look', () => {
    assert.equal(words({ usable: 'unknown' }), null);
  });
});

describe('access that was given back', () => {
  it('says that tokens may work longer, and only then', () => {
    const words = (reason: Extract<Notice, { card: 'activation-ended' }>['reason']) =>
      textOf(draw({ ...BASES['activation-ended'], reason }), 'tokens');
    assert.equal(words('deactivated'), 'Tokens that were issued before may work up to 90 minutes longer.');
    assert.equal(words('expired'), null);
    assert.equal(words('canceled'), null);
  });
});
