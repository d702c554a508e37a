import type { Ask, Evidence } from './evidence.ts';
import type { Deed } from './story.ts';

/**
 * What people are asked to press once more, because nobody knows whether it arrived: an ask that was sent, a decision, a
 * withdrawal.
 */
export function drawMendings({ asks }: Evidence): readonly Deed[] {
  const lost = asks.filter(({ requester, role, state }, index) => {
    // Who has asked again since, in words, is content.
    const later = asks.slice(index + 1).some((ask) => ask.requester === requester && ask.role === role);
    return state !== 'failed' || !later;
  });
  return lost.flatMap((ask) => mendingOf(ask) ?? []);
}

function mendingOf(ask: Ask): Deed | null {
  const { requester, role, state, scheduleRequestId, intendedOutcome, decidedBy } = ask;
  const press = (person: string, button: string) => {
    return { kind: 'press', person, button, role, of: requester, inputs: { justification: 'once more' } } as const;
  };
  if (state === 'failed' && scheduleRequestId === null) {
    return { ...press(requester, 'Activate again'), card: 'error' };
  }
  if (state !== 'pending' || intendedOutcome === null) {
    return null;
  }
  if (intendedOutcome === 'cancel') {
    return press(requester, 'Cancel request');
  }
  return decidedBy === null ? null : press(decidedBy, intendedOutcome === 'approve' ? 'Approve' : 'Deny');
}
