import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { textOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';
import { ADMINISTRATION_BASES, CONTRIBUTOR } from './administration-bases.ts';
import { ACTIVE } from './administration-notices.ts';

const MOST_BYTES = 28_000;
const PATH =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-with-a-rather-long-name-in-production';
const many = <T>(item: (index: number) => T) => Array.from({ length: 2_000 }, (_, index) => item(index));

const choices = many((index) => ({ ...CONTRIBUTOR, key: `azure|b24988ac|${PATH}-${index}` }));
const ROLE = { ...BASES['my-roles'].roles[1], leadsTo: [CONTRIBUTOR, CONTRIBUTOR, CONTRIBUTOR, CONTRIBUTOR] };
const ROW = ADMINISTRATION_BASES['who-has'].rows[1];

const CROWDS: readonly (readonly [Notice, element: string, advice: string])[] = [
  [{ ...BASES['my-roles'], roles: many(() => ROLE) }, 'more', 'Write “activate” and a part of the name to find one.'],
  [
    { ...BASES['my-roles'], active: many((index) => ({ ...ACTIVE, key: `${PATH}-${index}` })) },
    'more-active',
    'Write “deactivate” and a part of the name to give one back.',
  ],
  [{ ...BASES.active, assignments: many((index) => ({ ...ACTIVE, key: `${PATH}-${index}` })) }, 'more', ''],
  [{ ...BASES['choose-role'], choices }, 'more', 'Write more of the name to find one.'],
  [
    { ...BASES['activation-form'], roles: choices, chosenKey: null },
    'more',
    'Write “activate” and a part of the name to find one.',
  ],
  [
    { ...ADMINISTRATION_BASES['who-has'], rows: many(() => ROW).slice(0, 200), total: 2_000 },
    'more',
    'Export lists them all.',
  ],
  [
    { ...ADMINISTRATION_BASES.history, entries: many(() => ADMINISTRATION_BASES.history.entries[0]) },
    'more',
    'Write “history” and the name of a role to see fewer at once.',
  ],
  [
    { ...ADMINISTRATION_BASES.bundles, bundles: many(() => ADMINISTRATION_BASES.bundles.bundles[0]) },
    'more',
    'Write “bundle run” and the name of one.',
  ],
];

describe('a card about two thousand things', () => {
  for (const [notice, element, advice] of CROWDS) {
    it(`of ${notice.card} stays below 28 KB and says how many are left out (${element})`, () => {
      const rendered = renderNotice(notice, aRenderContext());
      const bytes = Buffer.byteLength(JSON.stringify(rendered.card));
      assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
      const more = textOf(rendered, element) ?? '';
      const left = Number(/^… and (\d+) more\./.exec(more)?.[1]);
      assert.ok(left > 1_000 && left < 2_000, more);
      assert.equal(more, `… and ${left} more.${advice === '' ? '' : ` ${advice}`}`);
    });
  }

  it('of a settings document says how many lines are left out', () => {
    const document = many((index) => `line${index}: value`).join('\n');
    const rendered = renderNotice({ ...ADMINISTRATION_BASES['settings-document'], document }, aRenderContext());
    assert.ok(Buffer.byteLength(JSON.stringify(rendered.card)) < MOST_BYTES);
    assert.match(textOf(rendered, 'more') ?? '', /^This is not all: 1\d\d\d more lines do not fit on a card\./);
  });

  it('of a change of settings says that not all of it is seen', () => {
    const [difference] = ADMINISTRATION_BASES['policy-change'].differences;
    const rendered = renderNotice(
      { ...ADMINISTRATION_BASES['policy-change'], differences: many(() => difference) },
      aRenderContext(),
    );
    assert.ok(Buffer.byteLength(JSON.stringify(rendered.card)) < MOST_BYTES);
    assert.match(textOf(rendered, 'more') ?? '', /^19\d\d more changes do not fit on a card: this is not all of it\./);
  });
});
