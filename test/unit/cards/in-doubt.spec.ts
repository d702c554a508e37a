import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { textOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { ADMINISTRATION_BASES as BASES } from './administration-bases.ts';
import { unboxed } from './lines.ts';

const draw = (notice: Notice) => unboxed(renderNotice(notice, aRenderContext()));

describe('a change of which nothing was heard', () => {
  const inDoubt = { code: 'activation.in_doubt', facts: {} } as const;

  it('is neither called refused nor said to be looked up by somebody', () => {
    const assignment = draw({ ...BASES['assignment-change'], phase: 'refused', problem: inDoubt });
    assert.equal(textOf(assignment, 'title'), 'I do not know what became of the change');
    assert.match(textOf(assignment, 'problem') ?? '', /^No answer of Microsoft’s reached me, so I do not know/);
    const settings = draw({ ...BASES['policy-change'], phase: 'failed', problem: inDoubt });
    assert.equal(textOf(settings, 'title'), 'I do not know whether the settings were changed');
    assert.match(textOf(settings, 'problem') ?? '', /all, a part or nothing of it may be written/);
  });

  it('says when the list was looked at', () => {
    const problem = { ...inDoubt, facts: { lookedAt: '2026-11-22T14:20:00Z' } };
    const looked = draw({ ...BASES['assignment-change'], phase: 'refused', problem });
    assert.match(textOf(looked, 'problem') ?? '', /At today 15:20 the list did not show it; lists may lag/);
  });

  it('says while PIM is being asked that it is', () => {
    const changing = draw({ ...BASES['assignment-change'], phase: 'changing' });
    assert.equal(textOf(changing, 'title'), 'PIM is being asked');
  });
});
