import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { linesOf, partsOf } from '../../support/card-reading.ts';
import { aRenderContext, aRequestFacts, aRoleChoice, aStepUpSubject, BASES } from '../../support/notices.ts';
import { ADMINISTRATION_BASES, SETTINGS } from './administration-bases.ts';
import { ACTIVE, ALL_BASES, ALL_NOTICES, filled } from './administration-notices.ts';
import { unboxed } from './lines.ts';

const MOST_BYTES = 25_000;
const MARK = 'zqx';

/** Places where a client shows a text as it stands. Everything else may read Markdown or be a name of ours. */
function isPlainPlace(part: Readonly<Record<string, unknown>>, name: string): boolean {
  const isTextRun = part.type === 'TextRun' && name === 'text';
  const isInputText = part.type === 'Input.Text' && name === 'value';
  const isChoice = part.type === undefined && (name === 'title' || name === 'value');
  // Which of the choices is set: never shown by itself.
  const isChosen = part.type === 'Input.ChoiceSet' && name === 'value';
  return isTextRun || isInputText || isChoice || isChosen;
}

function placesOf(card: unknown, mark: string): { plain: number; other: string[] } {
  const found = { plain: 0, other: [] as string[] };
  for (const part of partsOf(card)) {
    for (const [name, value] of Object.entries(part)) {
      if (typeof value !== 'string' || !value.includes(mark)) {
        continue;
      }
      if (isPlainPlace(part, name)) {
        found.plain += 1;
      } else {
        found.other.push(`${part.type}.${name}`);
      }
    }
  }
  return found;
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ['HTML', '<img src=x onerror=alert(1)> <at>zqx</at>'],
  ['Markdown', '**zqx** [press here](http://evil.example) # title\n- list'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a hostile person types.
  ['template expressions', '${zqx} ${$root.data.n} ${string(1)} \\${x} `zqx`'],
  ['quotes and JSON', '"}],"actions":[{"zqx":"'],
  ['writing turned round', '\u202Ezqx\u2066\u200B\u200F'],
  ['emoji', '🚑👩‍👩‍👧 zqx 🏴'],
];

describe('foreign text', () => {
  for (const [kind, text] of HOSTILE) {
    it(`with ${kind} stands as plain text only, on every card`, () => {
      for (const notice of ALL_NOTICES) {
        // Only these cards have a second step.
        const hasStep = notice.card === 'approval-request' || notice.card === 'approvals';
        const steps = hasStep ? [aRenderContext({ step: 'deny' })] : [];
        for (const context of [aRenderContext(), aRenderContext({ isRetired: true }), ...steps]) {
          const { card, summary } = renderNotice(filled(notice, text), context);
          assert.deepEqual(placesOf(card, MARK).other, [], notice.card);
          assert.doesNotMatch(JSON.stringify(card), /[\u202A-\u202E\u2066-\u2069\u200B-\u200F]/);
          assert.doesNotMatch(summary, /[\u202A-\u202E\u2066-\u2069\u200B-\u200F\n]/);
        }
      }
    });
  }

  it('is found on the cards by these tests', () => {
    const { card } = renderNotice(filled(BASES['approval-request'], HOSTILE[2]?.[1] ?? ''), aRenderContext());
    // Requester, role, scope, justification and the other approver.
    assert.equal(placesOf(card, MARK).plain, 5);
    assert.deepEqual(placesOf({ type: 'TextBlock', text: 'zqx' }, MARK), { plain: 0, other: ['TextBlock.text'] });
  });

  it('is shown exactly as typed, template marks included', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a hostile person types.
    const typed = '${role} **not bold** `x` <b> "quoted" \\ {{DATE}}';
    const request = aRequestFacts({ justification: typed });
    const lines = linesOf(renderNotice({ ...BASES['activation-active'], request }, aRenderContext()));
    assert.ok(lines.includes(`Justification: ${typed}`));
  });

  it('shows any string as plain text on the approval card, and the same one in the second step', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const notice = filled(BASES['approval-request'], `${MARK}${text}`);
        for (const step of [null, 'approve', 'deny'] as const) {
          const { card } = renderNotice(notice, aRenderContext({ step }));
          assert.deepEqual(placesOf(card, MARK), { plain: 5, other: [] });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('draws every card from any string, cutting none of the card’s own elements', () => {
    const ids = (notice: Notice) =>
      partsOf(renderNotice(notice, aRenderContext()).card).flatMap((part) => part.id ?? []);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }), (text) => {
        for (const notice of ALL_BASES) {
          assert.deepEqual(ids(filled(notice, `${MARK}${text}`)), ids(filled(notice, MARK)), notice.card);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('size', () => {
  const LONGEST = ['x'.repeat(20_000), '東'.repeat(20_000), '🚑'.repeat(10_000), '"\\'.repeat(10_000)];
  const many = <T>(item: (index: number) => T) => Array.from({ length: 300 }, (_, index) => item(index));
  const crowdedSettings = (): RoleSettings => ({
    ...SETTINGS,
    activation: {
      ...SETTINGS.activation,
      approval: {
        ...SETTINGS.activation.approval,
        approvers: many((i) => ({ kind: 'person' as const, id: `id-${i}`, name: `name ${i}` })),
      },
    },
    notifications: SETTINGS.notifications.map((mail) => ({ ...mail, level: 'None', recipients: many(() => 'a') })),
  });
  const CROWDED: readonly Notice[] = [
    { ...BASES['my-roles'], roles: many(() => BASES['my-roles'].roles[0]) },
    { ...BASES.active, assignments: many((i) => ({ ...BASES.active.assignments[0], key: `${'k'.repeat(300)}${i}` })) },
    { ...BASES.pending, requests: many(() => BASES.pending.requests[0]) },
    { ...BASES.approvals, requests: many(() => BASES.approvals.requests[0]) },
    {
      ...BASES['activation-form'],
      roles: many((i) => aRoleChoice({ key: `${'k'.repeat(300)}${i}` })),
      chosenKey: null,
    },
    { ...BASES['choose-role'], choices: many((i) => aRoleChoice({ key: `${'k'.repeat(300)}${i}` })) },
    { ...BASES['activation-pending'], approvers: many(() => ({ name: 'a', reach: 'asked' as const })) },
    { ...BASES['activation-pending'], approvers: many(() => ({ name: 'a', reach: 'unreachable' as const })) },
    { ...BASES['approval-request'], otherApprovers: many(() => 'a') },
    { ...BASES.error, suggestions: many(() => 'a') },
    { ...BASES['step-up'], purpose: 'approve', roles: many(() => aStepUpSubject()) },
    { ...BASES['my-roles'], active: many((i) => ({ ...ACTIVE, key: `${'k'.repeat(300)}${i}` })) },
    {
      ...BASES['my-roles'],
      roles: many(() => BASES['my-roles'].roles[0]),
      active: many((i) => ({ ...ACTIVE, key: `${'k'.repeat(300)}${i}` })),
    },
    { ...ADMINISTRATION_BASES.history, entries: many(() => ADMINISTRATION_BASES.history.entries[0]) },
    { ...ADMINISTRATION_BASES['who-has'], rows: many(() => ADMINISTRATION_BASES['who-has'].rows[1]), total: 9_999 },
    { ...ADMINISTRATION_BASES['who-approves'], approvers: many(() => ({ name: 'a', reach: 'unreachable' as const })) },
    { ...ADMINISTRATION_BASES.bundles, bundles: many(() => ADMINISTRATION_BASES.bundles.bundles[0]) },
    { ...ADMINISTRATION_BASES['assignment-form'], suggestions: many(() => 'a') },
    { ...ADMINISTRATION_BASES.settings, settings: crowdedSettings(), unknownRules: many(() => 'a') },
    { ...ADMINISTRATION_BASES['settings-form'], settings: crowdedSettings() },
    { ...ADMINISTRATION_BASES['settings-document'], document: many((i) => `  line${i}: value`).join('\n') },
    {
      ...ADMINISTRATION_BASES['policy-change'],
      differences: many(() => ADMINISTRATION_BASES['policy-change'].differences[0]),
      warnings: many(() => ADMINISTRATION_BASES['policy-change'].warnings[0]),
    },
    {
      ...BASES['activation-form'],
      problems: many(() => ({ code: 'activation.role_unknown' as const, facts: { words: 'a' } })),
    },
  ];

  for (const notice of [...ALL_NOTICES, ...CROWDED]) {
    it(`of ${notice.card} stays below 25 KB with the longest texts`, () => {
      for (const text of LONGEST) {
        const { card, summary } = renderNotice(filled(notice, text), aRenderContext({ step: 'approve' }));
        const bytes = Buffer.byteLength(JSON.stringify(card));
        assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
        assert.ok(summary.length <= 250);
      }
    });
  }

  it('says how many entries are left out', () => {
    const roles = many(() => BASES['my-roles'].roles[0]);
    const lines = linesOf(unboxed(renderNotice({ ...BASES['my-roles'], roles }, aRenderContext())));
    const shown = lines.filter((line) => line.startsWith('Security Reader')).length;
    assert.ok(shown > 20);
    assert.equal(lines.at(-1), `… and ${300 - shown} more. Write “activate” and a part of the name to find one.`);
  });

  it('keeps the chosen role among the choices', () => {
    const roles = many((index) => aRoleChoice({ key: `role-${index}` }));
    const { card } = renderNotice({ ...BASES['activation-form'], roles, chosenKey: 'role-299' }, aRenderContext());
    const input = partsOf(card).find((part) => part.type === 'Input.ChoiceSet');
    const choices = input?.choices as { value: string }[] | undefined;
    assert.equal(choices?.[0]?.value, 'role-299');
    assert.equal(input?.value, 'role-299');
  });
});
