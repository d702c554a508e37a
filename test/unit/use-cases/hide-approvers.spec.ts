import assert from 'node:assert/strict';
import { conversationId, principalId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { hideApprovers } from '../../../src/use-cases/serving/hide-approvers.ts';
import { ALL_NOTICES } from '../cards/administration-notices.ts';
import { REACHING_NOTICES } from '../cards/reaching-notices.ts';

const PERSON = principalId('00000000-0000-4000-8000-000000000001');
const CHANNEL = conversationId('19:approvals@thread.tacv2');
const SAMPLES: readonly Notice[] = [...ALL_NOTICES, ...REACHING_NOTICES];

/** Fields in which approvers stand, by what holds their names. */
const NAMING: Readonly<Record<string, (value: unknown) => readonly unknown[]>> = {
  approvers: (value) =>
    Array.isArray(value) ? value.flatMap((one) => ('reach' in Object(one) ? [one.name] : [])) : [],
  leftOut: (value) => (value as readonly { readonly name: string }[]).map(({ name }) => name),
  otherApprovers: (value) => value as readonly string[],
  approvedBy: (value) => [value],
  decidedBy: (value) => [value],
};

/** Every name of an approver that a notice holds. */
function approversIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, field]) => {
    const named = NAMING[key]?.(field) ?? [];
    return [...named.filter((one): one is string => typeof one === 'string'), ...approversIn(field)];
  });
}

const isOfEmergencies = ({ card }: Notice): boolean => card.startsWith('break-glass');
const isAmongApprovers = ({ card }: Notice): boolean => card === 'approval-request' || card === 'approval-decided';

describe('hideApprovers', () => {
  it('has samples with names on every card that names approvers to requesters', () => {
    const cards = SAMPLES.filter((one) => approversIn(one).length > 0).map(({ card }) => card);
    assert.deepEqual([...new Set(cards)].filter((card) => !card.startsWith('break-glass')).sort(), [
      'activation-active',
      'activation-denied',
      'activation-form',
      'activation-pending',
      'activation-scheduled',
      'approval-decided',
      'approval-request',
      'pending',
      'who-approves',
    ]);
  });

  for (const shown of ['count', 'none'] as const) {
    it(`leaves no name of an approver in any notice with "${shown}", in a chat or a channel`, () => {
      for (const notice of SAMPLES.filter((one) => !isOfEmergencies(one))) {
        const names = new Set(approversIn(notice));
        for (const recipient of isAmongApprovers(notice) ? [CHANNEL] : [PERSON, CHANNEL]) {
          const left = approversIn(hideApprovers(notice, recipient, shown)).filter((name) => names.has(name));
          assert.deepEqual(left, [], notice.card);
        }
      }
    });

    it(`leaves approvers' own cards, and those of emergencies, as they are with "${shown}"`, () => {
      for (const notice of SAMPLES.filter((one) => isOfEmergencies(one) || isAmongApprovers(one))) {
        assert.equal(hideApprovers(notice, PERSON, shown), notice);
      }
    });

    it(`changes nothing on cards without approvers with "${shown}"`, () => {
      for (const notice of SAMPLES.filter((one) => approversIn(one).length === 0 && one.card === 'active')) {
        assert.deepEqual(hideApprovers(notice, PERSON, shown), notice);
      }
    });
  }

  const pending = { card: 'activation-pending', approvers: [], further: { asked: 3 } } as unknown as Notice;
  const withApprovers = (...reaches: readonly ('asked' | 'waiting' | 'unreachable')[]): Notice =>
    ({ ...pending, approvers: reaches.map((reach) => ({ name: 'Adele Vance', reach })) }) as Notice;

  it('keeps how many are reached where they are counted, and only whether anybody is where not', () => {
    const told = (notice: Notice, shown: 'count' | 'none') => {
      const hidden = hideApprovers(notice, PERSON, shown) as unknown as { approvers: object[]; further?: object };
      return [hidden.approvers.map((one) => Object.values(one)[1]), hidden.further];
    };
    assert.deepEqual(told(withApprovers('asked', 'unreachable'), 'count'), [['asked', 'unreachable'], { asked: 3 }]);
    assert.deepEqual(told(withApprovers('asked', 'unreachable'), 'none'), [['asked'], undefined]);
    assert.deepEqual(told(withApprovers('unreachable', 'unreachable'), 'none'), [['unreachable'], undefined]);
    assert.deepEqual(told(pending, 'none'), [[], undefined]);
  });

  it('takes names out of what an error or a form says of nobody who can approve', () => {
    const problem = {
      code: 'activation.nobody_can_approve',
      facts: { approvers: 'sg-app-approvers', why: '[{"name":"Adele Vance","why":"gone"}]' },
    } as const;
    const error: Notice = { card: 'error', ...problem, suggestions: [], reference: null };
    assert.deepEqual(hideApprovers(error, PERSON, 'none'), { ...error, facts: {} });
    const decided = { code: 'approval.already_decided', facts: { requestId: '7F3K', by: 'Adele Vance' } };
    const several = { card: 'approvals', requests: [], results: [{ problem: decided }] } as unknown as Notice;
    assert.ok(!JSON.stringify(hideApprovers(several, PERSON, 'none')).includes('Adele'));
    const form = { card: 'activation-form', problems: [problem] } as unknown as Notice;
    assert.ok(!JSON.stringify(hideApprovers(form, PERSON, 'count')).includes('Adele'));
  });

  it('tells a channel no number of approvers with "none", and one with "count"', () => {
    const asked = SAMPLES.find((one) => one.card === 'approval-request');
    assert.ok(asked?.card === 'approval-request');
    const notice: Notice = { ...asked, channel: { asked: 7, watchers: [], isForMore: false } };
    const numberOf = (shown: 'count' | 'none') => {
      const hidden = hideApprovers(notice, CHANNEL, shown);
      return hidden.card === 'approval-request' && hidden.channel?.asked;
    };
    assert.deepEqual([numberOf('count'), numberOf('none')], [7, 0]);
  });

  it('leaves out who decided in a history, also where that failed, and nobody else', () => {
    const history = SAMPLES.find((one) => one.card === 'history');
    assert.ok(history?.card === 'history' && history.entries[0] !== undefined);
    const entry = { ...history.entries[0], byName: 'Megan Bowen' };
    const whats = ['approved', 'denied (failed)', 'asked to activate'];
    const hidden = hideApprovers({ ...history, entries: whats.map((what) => ({ ...entry, what })) }, PERSON, 'none');
    assert.ok(hidden.card === 'history');
    assert.deepEqual(
      hidden.entries.map(({ byName }) => byName),
      [null, null, 'Megan Bowen'],
    );
  });
});
