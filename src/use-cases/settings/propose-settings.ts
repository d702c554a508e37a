import type { SettingsFormNotice } from '../../domain/administration-notice.ts';
import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { RoleSettings, SettingDifference } from '../../domain/role-settings.ts';
import { areSameSettings, canonicalSettings } from '../../domain/settings-canonical.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import { diffSettings } from '../../domain/settings-differences.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { CardRecord, PersonRecord } from '../../ports/store.ts';
import { roleFacts } from '../facts.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from '../services.ts';
import { refuseWhilePaused } from '../serving/demand-running.ts';
import { demandServed } from '../serving/find-unserved.ts';
import { CHANGE_SLOT, CONFIRM_WITHIN, proposalNotice, stepFacts } from './change-cards.ts';
import { demandAdminSignIn } from './demand-admin.ts';
import {
  applyForm,
  asProblem,
  formProblem,
  LONGEST_TYPED,
  type Typed,
  typedApprovers,
  typedValues,
} from './form-values.ts';
import { judgeChange } from './judge-change.ts';
import { heldSettings, plainRole } from './read-settings.ts';
import { findApprovers, findSecondPerson, formNotice } from './settings-form.ts';

/** What the form came to: a change to propose, or what must be mended first, over the settings as they are now. */
type Review =
  | {
      readonly kind: 'ready';
      readonly before: RoleSettings;
      readonly after: RoleSettings;
      readonly second: PersonRecord | null;
      readonly reason: string;
      readonly warnings: readonly ProblemFacts[];
    }
  | { readonly kind: 'mend'; readonly held: RoleSettings; readonly problems: readonly ProblemFacts[] };

/** Problems that belong on the form: the person mends them there. */
const MENDABLE: ReadonlySet<string> = new Set([
  'settings.invalid',
  'settings.needs_second_person',
  'directory.person_unknown',
  'directory.person_ambiguous',
]);

/**
 * Proposes the change that a form says, for a second administrator to confirm; without the second person, where configuration
 * does not want one, the proposer confirms it. What must be mended is said on the form, which keeps what was typed.
 *
 * @throws {AccessError} identity.admin_sign_in_required, card.malformed, card.stale, and what reading settings throws
 */
export async function proposeSettings(
  services: Services,
  asker: Asker,
  card: CardRecord,
  inputs: Readonly<Record<string, string>>,
): Promise<Posted> {
  const { notice } = card;
  if (notice.card !== 'settings-form') {
    throw new AccessError('card.malformed', 'not the form of settings');
  }
  await refuseWhilePaused(services, 'usual');
  demandAdminSignIn(asker);
  await demandServed(services, asker.person.id, notice.role);
  const typed = typedValues(inputs);
  const review = await reviewForm(services, asker, notice, typed);
  if (review.kind === 'mend') {
    const { held: settings, problems } = review;
    const redrawn = formNotice(services, { role: notice.role, settings, typed, problems });
    const revised = await services.store.now.cards.revise(card.story, card.recipient, card.slot, redrawn);
    return revised === null ? [] : [revised];
  }
  return await propose(services, asker, card, { ...review, role: notice.role });
}

async function reviewForm(services: Services, asker: Asker, notice: SettingsFormNotice, typed: Typed): Promise<Review> {
  const { role } = notice;
  const actor = actorOf(asker);
  const { settings: held } = await heldSettings(services, actor, role);
  const mend = (...problems: readonly ProblemFacts[]): Review => ({ kind: 'mend', held, problems });
  if (!areSameSettings(held, notice.settings)) {
    return mend({ code: 'settings.changed_meanwhile', facts: { ...roleFacts(role) } });
  }
  if ((typed.approvers ?? '').length > LONGEST_TYPED) {
    return mend(UNSEEN);
  }
  const names = typedApprovers(typed);
  const current = held.activation.approval.approvers;
  const approvers = await onForm(async () =>
    names === null ? null : await findApprovers(services, asker, { names, current }),
  );
  const second = await onForm(async () =>
    services.isFourEyesOn ? await findSecondPerson(services, asker, typed['second-person']) : null,
  );
  const form = applyForm(held, typed, approvers.value);
  const problems = [...form.problems, ...approvers.problems, ...second.problems, ...missingReason(typed)];
  if (problems.length > 0) {
    return mend(...problems);
  }
  if (areSameSettings(held, form.settings)) {
    return mend({ code: 'settings.invalid', facts: { kind: 'nothing', reason: 'Nothing is different yet.' } });
  }
  const after = form.settings;
  if (!canBeSeenWhole(diffSettings(held, after))) {
    return mend(UNSEEN);
  }
  const verdict = await judgeChange(services, actor, { role, before: held, after, proposerId: asker.person.id });
  if (verdict.refusals.length > 0) {
    return mend(...verdict.refusals);
  }
  const reason = typed.reason ?? '';
  return { kind: 'ready', before: held, after, second: second.value, reason, warnings: verdict.warnings };
}

/** As much as the card of the change shows of one value, in UTF-16 units, and of all of them, in bytes of JSON. */
const LONGEST_VALUE = 1_000;
const LARGEST_CHANGE = 12_000;
/** What stands on the card around one difference. */
const AROUND = 450;

/** Nobody shall confirm what they cannot see. */
function canBeSeenWhole(differences: readonly SettingDifference[]): boolean {
  const bytes = differences.map((one) => AROUND + Buffer.byteLength(JSON.stringify(one)));
  return (
    differences.every(({ before, after }) => Math.max(before.length, after.length) <= LONGEST_VALUE) &&
    bytes.reduce((sum, size) => sum + size, 0) <= LARGEST_CHANGE
  );
}

const UNSEEN = formProblem(
  'approvers',
  'The change is longer than a card can show, and nobody shall confirm what they cannot see: name groups, or change less.',
);

function missingReason({ reason }: Typed): readonly ProblemFacts[] {
  return reason === undefined ? [formProblem('reason', 'Say why, for whoever confirms it and for the record.')] : [];
}

/** What a person can mend is shown on the form; anything else is not the form's. */
async function onForm<T>(
  find: () => Promise<T | null>,
): Promise<{ readonly value: T | null; readonly problems: readonly ProblemFacts[] }> {
  try {
    return { value: await find(), problems: [] };
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (!MENDABLE.has(error.code)) {
      throw error;
    }
    return { value: null, problems: [asProblem(error)] };
  }
}

type Proposal = Extract<Review, { readonly kind: 'ready' }> & { readonly role: SettingsChange['role'] };

async function propose(services: Services, asker: Asker, form: CardRecord, proposal: Proposal): Promise<Posted> {
  const now = services.clock.now();
  const { before, after, second, reason, warnings } = proposal;
  const change: SettingsChange = {
    id: services.newId(),
    role: plainRole(proposal.role),
    proposerId: asker.person.id,
    proposerName: asker.person.name,
    confirmerId: second?.id ?? null,
    confirmerName: second?.name ?? null,
    before: canonicalSettings(before),
    after: canonicalSettings(after),
    reason,
    state: 'proposed',
    proposedAt: now,
    expiresAt: now.add(CONFIRM_WITHIN),
    decidedAt: null,
  };
  const draft = { story: change.id, slot: CHANGE_SLOT, delivery: 'now' } as const;
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.settingsChanges.insert(change);
    await stores.timers.set({ kind: 'settings-change.expire', subject: change.id, dueAt: change.expiresAt });
    const paths = diffSettings(before, after).map(({ path }) => path);
    await stores.audit.settingsProposed({
      at: now,
      actorId: asker.person.id,
      facts: { ...stepFacts(change), paths: paths.join(' '), justification: reason },
    });
    const own = await stores.cards.post({
      ...draft,
      recipient: asker.person.id,
      notice: proposalNotice(change, second === null ? 'confirmer' : 'proposer', warnings),
    });
    const theirs =
      second === null
        ? []
        : [
            await stores.cards.post({
              ...draft,
              recipient: second.id,
              notice: proposalNotice(change, 'confirmer', warnings),
            }),
          ];
    const retired = await stores.cards.retire(form.story, asker.person.id, [own]);
    return [own, ...theirs, ...retired];
  });
}
