import type { PolicyChangeNotice } from '../../domain/administration-notice.ts';
import { roleKey } from '../../domain/assignment.ts';
import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { CardId } from '../../domain/ids.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import { diffSettings } from '../../domain/settings-differences.ts';
import type { SettingsFacts } from '../../ports/audit.ts';
import type { Stores } from '../../ports/store.ts';
import { iso } from '../facts.ts';
import type { Posted } from '../services.ts';

/** How long a change waits for its second administrator. */
export const CONFIRM_WITHIN = Temporal.Duration.from({ hours: 24 });

/** A write that is not known to be over after this long belongs to a process that died. */
export const WRITE_LEASE = Temporal.Duration.from({ minutes: 5 });

export const CHANGE_SLOT = 'policy-change';

/** What the two cards of a fresh proposal say; with no confirmer the proposer's own card has the buttons of both. */
export function proposalNotice(
  change: SettingsChange,
  view: PolicyChangeNotice['view'],
  warnings: readonly ProblemFacts[],
): PolicyChangeNotice {
  return {
    card: 'policy-change',
    changeId: change.id,
    role: change.role,
    phase: change.state,
    view,
    proposerName: change.proposerName,
    confirmerName: change.confirmerName,
    differences: diffSettings(change.before, change.after),
    reason: change.reason,
    warnings,
    problem: null,
    expiresAt: iso(change.expiresAt),
  };
}

/** What became of it. */
export interface Turn {
  readonly problem: ProblemFacts | null;
  /** Warnings as they are now; those of the card stay when it is not given. */
  readonly warnings?: readonly ProblemFacts[];
}

/** Brings both cards to what is true now; their buttons get new nonces. */
export async function converge(
  stores: Stores,
  { id, state }: Pick<SettingsChange, 'id' | 'state'>,
  { problem, warnings }: Turn,
): Promise<Posted> {
  const revised: CardId[] = [];
  for (const { story, recipient, slot, notice } of await stores.cards.findInStory(id, CHANGE_SLOT)) {
    if (notice.card === 'policy-change') {
      const card = await stores.cards.revise(story, recipient, slot, {
        ...notice,
        phase: state,
        problem,
        ...(warnings !== undefined && { warnings }),
      });
      revised.push(...(card === null ? [] : [card]));
    }
  }
  return revised;
}

/** What the trail says of every step of a change. */
export function stepFacts({ id, role, proposerId, confirmerId }: SettingsChange): SettingsFacts {
  return { change: id, role: roleKey(role), proposer: proposerId, confirmer: confirmerId ?? '' };
}
