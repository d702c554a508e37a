import type { AssignmentOrder, ListedAssignment } from '../../domain/administration.ts';
import type { AssignmentChangeNotice, AssignmentFormNotice } from '../../domain/administration-notice.ts';
import { AccessError, asAccessError, type ErrorCode } from '../../errors.ts';
import type { CardRecord } from '../../ports/store.ts';
import { answer, postAnswer } from '../error-card.ts';
import { iso, isoOrNull } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { refuseWhilePaused } from '../serving/demand-running.ts';
import { demandServed, findUnservedRecipient } from '../serving/find-unserved.ts';
import { demandAdminSignIn } from '../settings/demand-admin.ts';
import { type AssignmentWords, mergeInputs, readForm, valuesOfChange } from './assignment-words.ts';
import { dutiesBeside } from './duties-beside.ts';
import { planAssignment } from './plan-assignment.ts';

/** How long Confirm works: what the card reads back is not to be looked at days later. */
export const CONFIRM_WITHIN = Temporal.Duration.from({ minutes: 15 });

/** A card with its own kind of notice. */
export type CardOf<Notice> = CardRecord & { readonly notice: Notice };

/**
 * Reads back what an administrator's sentence would change, or asks for what is missing; nothing is sent yet. This is how
 * `AdminAdd`, `AdminUpdate`, `AdminExtend`, `AdminRenew` and `AdminRemove` of the retired Azure PIM API begin (pim-api §13.2).
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.consent_missing, graph.*
 */
export async function proposeAssignment(services: Services, asker: Asker, words: AssignmentWords): Promise<Posted> {
  await refuseWhilePaused(services, 'usual');
  demandAdminSignIn(asker);
  const notice = await noticeFor(services, asker, words);
  return await postAnswer(services, asker, notice);
}

/**
 * The same from the form. What the person's ordinary sign-in may not look up needs the one of an administrator.
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.sign_in_required, graph.*
 */
export async function reviewAssignment(
  services: Services,
  asker: Asker,
  card: CardOf<AssignmentFormNotice>,
  inputs: Readonly<Record<string, string>>,
): Promise<Posted> {
  const values = mergeInputs(card.notice.values, inputs);
  const { timeZone, locale } = asker.person;
  const notice = await readOr(
    () => readForm(values, { now: services.clock.now(), timeZone, locale }),
    (text): AssignmentFormNotice => ({
      card: 'assignment-form',
      values,
      problem: { code: 'command.problem', facts: { text } },
      suggestions: [],
    }),
    async (words) => await asAdministrator(asker, async () => await noticeFor(services, asker, words)),
  );
  return await replaceCard(services, asker, card, notice);
}

/** Opens the form again with what the card says. */
export async function editAssignment(
  services: Services,
  asker: Asker,
  card: CardOf<AssignmentChangeNotice>,
): Promise<Posted> {
  const values = valuesOfChange(card.notice);
  return await replaceCard(services, asker, card, { card: 'assignment-form', values, problem: null, suggestions: [] });
}

/** Lets the change be. */
export async function dropAssignment(
  services: Services,
  asker: Asker,
  { story, recipient, slot, notice }: CardOf<AssignmentChangeNotice>,
): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const revised = await stores.cards.revise(story, recipient, slot, { ...notice, phase: 'dropped', problem: null });
    return revised === null ? [] : [revised];
  });
}

async function noticeFor(
  services: Services,
  asker: Asker,
  words: AssignmentWords,
): Promise<AssignmentFormNotice | AssignmentChangeNotice> {
  const plan = await planAssignment(services, asker, words);
  if (plan.kind === 'form') {
    return plan.notice;
  }
  await demandServedOrder(services, asker, plan.order);
  const duties = await dutiesBeside(services, asker, plan.order);
  return {
    ...confirmNotice(services, asker, plan.order, plan.current),
    ...(duties !== undefined && { duties }),
  };
}

/** Who gives it and who gets it must be served. Taking away only narrows. @throws {AccessError} serving.* */
export async function demandServedOrder(
  services: Services,
  { person }: Asker,
  { action, role, principal }: AssignmentOrder,
): Promise<void> {
  if (action === 'remove') {
    return;
  }
  await demandServed(services, person.id, role);
  const error = await findUnservedRecipient(services, principal);
  if (error !== null) {
    throw error;
  }
}

/** The card that reads the change back. An administrator's own access is said to be their own: it is for PIM to judge. */
export function confirmNotice(
  services: Services,
  asker: Asker,
  order: AssignmentOrder,
  current: ListedAssignment | null,
): AssignmentChangeNotice {
  const { action, kind, role, principal, startsAt, endsAt, justification, ticket } = order;
  const isSelf = principal.id.toLowerCase() === asker.person.id.toLowerCase();
  return {
    card: 'assignment-change',
    phase: 'confirm',
    action,
    kind,
    role,
    principal: isSelf ? { ...principal, name: `${principal.name} (you)` } : principal,
    startsAt: isoOrNull(startsAt),
    endsAt: isoOrNull(endsAt),
    current: currentFacts(current),
    justification,
    ticket,
    outcome: null,
    problem: null,
    expiresAt: iso(services.clock.now().add(CONFIRM_WITHIN)),
  };
}

export function currentFacts(current: ListedAssignment | null): AssignmentChangeNotice['current'] {
  return current === null ? null : { startsAt: isoOrNull(current.startsAt), endsAt: isoOrNull(current.endsAt) };
}

/** A new card takes the place of the one that was pressed, which loses its buttons. */
async function replaceCard(
  services: Services,
  asker: Asker,
  card: CardRecord,
  notice: AssignmentFormNotice | AssignmentChangeNotice,
): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const posted = await stores.cards.post(answer(asker, notice));
    const retired = await stores.cards.retire(card.story, asker.person.id, [posted]);
    return [posted, ...retired];
  });
}

const BEYOND_ORDINARY: ReadonlySet<ErrorCode> = new Set(['graph.forbidden', 'identity.consent_missing']);

/** What the ordinary sign-in may not look up needs the one of an administrator. @throws identity.admin_sign_in_required */
export async function asAdministrator<T>({ steppedUp }: Asker, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (BEYOND_ORDINARY.has(error.code) && steppedUp?.app !== 'admin') {
      throw new AccessError('identity.admin_sign_in_required', 'the ordinary sign-in may not look it up', {
        cause: error,
      });
    }
    throw error;
  }
}

/** Words that cannot be read are said on the form itself. */
async function readOr<T>(
  read: () => AssignmentWords,
  unreadable: (text: string) => T,
  then: (words: AssignmentWords) => Promise<T | AssignmentChangeNotice>,
): Promise<T | AssignmentChangeNotice> {
  let words: AssignmentWords;
  try {
    words = read();
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code !== 'command.problem') {
      throw error;
    }
    return unreadable(error.facts.text ?? '');
  }
  return await then(words);
}
