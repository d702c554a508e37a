import assert from 'node:assert/strict';
import { isOffered } from '../../../bot/offered.ts';
import { renderNotice } from '../../../cards/render.ts';
import { type Notice, VERBS } from '../../../src/domain/notice.ts';
import { ERROR_CODES } from '../../../src/errors.ts';
import { partsOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';
import { ALL_NOTICES } from '../../unit/cards/administration-notices.ts';

const SAMPLES: readonly Notice[] = [
  ...ALL_NOTICES,
  ...ERROR_CODES.map((code): Notice => ({ ...BASES.error, code })),
  ...ERROR_CODES.map((code): Notice => ({ ...BASES['step-up'], phase: 'refused', problem: { code, facts: {} } })),
];

const STEPS = [null, 'approve', 'deny'] as const;
type Step = (typeof STEPS)[number];

/** The verbs of everything on the painted card that sends a press, its refresh included. */
function shown(notice: Notice, step: Step, isRetired = false): readonly string[] {
  const { card } = renderNotice(notice, aRenderContext({ step, isRetired }));
  const verbs = partsOf(card).flatMap((part) => (part.type === 'Action.Execute' ? [String(part.verb)] : []));
  return [...new Set(verbs)].toSorted();
}

function offered(notice: Notice, step?: Step, isRetired = false): readonly string[] {
  return VERBS.filter((verb) => isOffered({ notice, isRetired }, verb, step)).toSorted();
}

describe('what a card offers', () => {
  it('is what its template shows, for every sample card and each step', () => {
    for (const notice of SAMPLES) {
      for (const step of STEPS) {
        const what = `${notice.card}, step ${step}: ${JSON.stringify(notice)}`;
        assert.deepEqual(offered(notice, step), shown(notice, step), what);
      }
    }
  });

  it('counts the buttons of every step when nobody says which one is seen', () => {
    for (const notice of SAMPLES) {
      const all = [...new Set(STEPS.flatMap((step) => shown(notice, step)))].toSorted();
      assert.deepEqual(offered(notice), all, notice.card);
    }
  });

  it('is nothing on a retired card', () => {
    for (const notice of SAMPLES) {
      for (const step of STEPS) {
        assert.deepEqual([offered(notice, step, true), shown(notice, step, true)], [[], []], notice.card);
      }
    }
  });

  it('covers every verb: each is on some card', () => {
    const all = new Set(SAMPLES.flatMap((notice) => offered(notice)));
    assert.deepEqual(
      VERBS.filter((verb) => !all.has(verb)),
      [],
    );
  });
});
