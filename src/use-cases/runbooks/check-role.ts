import type { ActivationRequest } from '../../domain/activation.ts';
import { type EligibleAssignment, isSameRole, type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import type { RoleStanding } from '../../domain/judge-check.ts';
import { type Runbook, type RunbookCheck, runbooksFor } from '../../domain/runbook.ts';
import type { CheckNotice, CheckResult } from '../../domain/runbook-notice.ts';
import { AccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import { candidate } from '../activation-target.ts';
import { answer, errorNotice, postAnswer } from '../error-card.ts';
import { isoOrNull, roleChoice, roleFacts } from '../facts.ts';
import { readActive } from '../list-active.ts';
import type { Listing } from '../role-surfaces.ts';
import { type Asker, actorOf, type Posted, type Services } from '../services.ts';
import { findRunbook } from './find-runbook.ts';
import { roleOfRunbook } from './role-of-runbook.ts';
import { CHECK_LIMITS, type Examination, runChecks } from './run-checks.ts';

/** What is to be checked: words of a sentence, or what a card names. */
export type CheckedRole =
  /** Nothing was named: what is active, or what is chosen. */
  | { readonly kind: 'any' }
  | { readonly kind: 'words'; readonly words: string; readonly scope: string | null }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'role'; readonly role: RoleAtScope }
  | { readonly kind: 'runbook'; readonly runbook: Runbook };

/** How long somebody waits without a word, in milliseconds, and what is asked at most. */
export interface CheckPatience {
  readonly wordAfterMs: number;
  readonly limits: typeof CHECK_LIMITS;
}

const PATIENCE: CheckPatience = { wordAfterMs: 2_000, limits: CHECK_LIMITS };

/** Runbooks of one role share what is looked at; each is a call. */
const MOST_CHECKS = 12;

/**
 * Shows whether a role is really usable: what works and what correctly does not, as Azure and Graph answer the asker now. Nothing
 * is changed. The answer comes within two seconds; what takes longer is filled in.
 *
 * @throws {AccessError} activation.role_unknown, identity.sign_in_required, graph.* when nothing can be listed
 */
export async function checkRole(
  services: Services,
  asker: Asker,
  checked: CheckedRole,
  patience: CheckPatience = PATIENCE,
): Promise<Posted> {
  const own = await readOwn(services, asker);
  const found = await findChecked(services, asker, checked, own);
  if ('posted' in found) {
    return found.posted;
  }
  const { role } = found;
  const all = runbooksFor(services.runbooks.current(), role);
  const runbooks = checked.kind === 'runbook' ? [checked.runbook] : all;
  const checks = eachOnce(runbooks.flatMap((runbook) => runbook.checks));
  const examination = { role, checks: checks.slice(0, MOST_CHECKS), ...standingOf(role, own) };
  const [runbook] = runbooks;
  const noticeOf = (results: readonly CheckResult[] | null): CheckNotice => ({
    card: 'check',
    phase: results === null ? 'working' : 'done',
    role: roleFacts(role),
    key: roleKey(role),
    standing: examination.standing,
    activeUntil: isoOrNull(examination.activeUntil),
    isEligible: own.eligible.rows.some((item) => isSameRole(item, role)),
    results: results ?? [],
    left: checks.length - examination.checks.length,
    runbook: runbook === undefined ? null : { name: runbook.name, title: runbook.title },
  });
  return await tellInTime(services, asker, { examination, noticeOf, patience });
}

interface Telling {
  readonly examination: Examination;
  noticeOf(results: readonly CheckResult[] | null): CheckNotice;
  readonly patience: CheckPatience;
}

/** Who has waited for two seconds is told what is under way, and the same card says it when it is done. */
async function tellInTime(
  services: Services,
  asker: Asker,
  { examination, noticeOf, patience }: Telling,
): Promise<Posted> {
  const work = runChecks(services, asker, examination, patience.limits);
  const { promise: aMoment, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, patience.wordAfterMs, null);
  const early = await Promise.race([work, aMoment]).finally(() => clearTimeout(timer));
  if (early !== null) {
    return await postAnswer(services, asker, noticeOf(early));
  }
  const told = await services.store.now.cards.post({ ...answer(asker, noticeOf(null)), slot: SLOT });
  await services.delivery.deliver([told]);
  try {
    const filled = await services.store.now.cards.revise(asker.turnId, asker.person.id, SLOT, noticeOf(await work));
    return filled === null ? [] : [filled];
  } catch (thrown) {
    // What is told instead says it all.
    await services.store.now.cards.withdraw(told);
    await services.delivery.deliver([told]);
    throw thrown;
  }
}

const SLOT = 'check';

interface Own {
  readonly active: Awaited<ReturnType<typeof readActive>>;
  readonly eligible: Listing<EligibleAssignment>;
  /** What PIM said yes to, by our own records. */
  readonly running: readonly ActivationRequest[];
}

async function readOwn(services: Services, asker: Asker): Promise<Own> {
  const [active, eligible, open] = await Promise.all([
    readActive(services, asker),
    services.eligibility.read(actorOf(asker)),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  return { active, eligible, running: open.filter(({ state }) => state === 'active') };
}

type Found = { readonly role: RoleAtScope } | { readonly posted: Posted };

async function findChecked(services: Services, asker: Asker, checked: CheckedRole, own: Own): Promise<Found> {
  switch (checked.kind) {
    case 'role':
      return { role: checked.role };
    case 'key':
      return { role: heldBy(own).find((role) => roleKey(role) === checked.key) ?? unknownRole('') };
    case 'runbook':
      return { role: await ofRunbook(services, asker, checked.runbook) };
    case 'any':
      return await ofAny(services, asker, own);
    case 'words':
      return await ofWords(services, asker, checked, own);
  }
}

/** What is on counts before what could be: "check Reader" means the one that is active. */
async function ofWords(
  services: Services,
  asker: Asker,
  { words, scope }: Extract<CheckedRole, { kind: 'words' }>,
  own: Own,
): Promise<Found> {
  const active = activeOf(own);
  for (const roles of [active, heldBy(own)]) {
    const found = matchRoles(words, roles.map(candidate), scope);
    if (found.kind === 'one') {
      return { role: roles.find((role) => roleKey(role) === found.match.id) ?? unknownRole(words) };
    }
    if (found.kind === 'several') {
      const ids = new Set(found.matches.map(({ id }) => id));
      return await askWhich(
        services,
        asker,
        words,
        roles.filter((role) => ids.has(roleKey(role))),
      );
    }
  }
  const runbook = findRunbook(services.runbooks.current(), words);
  if (runbook.kind === 'one') {
    return { role: await ofRunbook(services, asker, runbook.runbook) };
  }
  // What the words mean may be in the part that could not be read.
  const unread = own.active.errors[0] ?? own.eligible.errors[0];
  if (unread !== undefined) {
    throw unread;
  }
  const nearest = matchRoles(words, heldBy(own).map(candidate), null);
  const names = nearest.kind === 'none' ? nearest.nearest.map(({ name }) => name) : [];
  const error = new AccessError('activation.role_unknown', 'no role of that name', { facts: { words } });
  return { posted: await postAnswer(services, asker, errorNotice(services, error, names)) };
}

async function ofAny(services: Services, asker: Asker, own: Own): Promise<Found> {
  const active = activeOf(own);
  const [role] = active;
  if (role !== undefined && active.length === 1) {
    return { role };
  }
  const choices = active.length > 0 ? active : heldBy(own);
  if (choices.length === 0) {
    throw own.eligible.errors[0] ?? new AccessError('activation.nothing_eligible', 'nothing to check');
  }
  return await askWhich(services, asker, '', choices);
}

async function askWhich(
  services: Services,
  asker: Asker,
  words: string,
  roles: readonly RoleAtScope[],
): Promise<Found> {
  const choices = roles.map(roleChoice);
  const notice = { card: 'choose-role', words, choices, purpose: 'check', asked: NOTHING_ASKED } as const;
  return { posted: await postAnswer(services, asker, notice) };
}

const NOTHING_ASKED = { duration: null, until: null, start: null, justification: null, ticket: null };

async function ofRunbook(services: Services, asker: Asker, runbook: Runbook): Promise<RoleAtScope> {
  const { role } = await roleOfRunbook(services, asker, runbook);
  return role ?? unknownRole(runbook.role.role);
}

/** @throws {AccessError} activation.role_unknown */
function unknownRole(words: string): never {
  throw new AccessError('activation.role_unknown', 'not among the roles of the asker', {
    facts: words === '' ? {} : { words },
  });
}

function activeOf({ active, running }: Own): readonly RoleAtScope[] {
  return distinct([...active.rows, ...running.map(({ role }) => role)]);
}

function heldBy(own: Own): readonly RoleAtScope[] {
  return distinct([...activeOf(own), ...own.eligible.rows]);
}

function distinct(roles: readonly RoleAtScope[]): readonly RoleAtScope[] {
  return [...new Map(roles.toReversed().map((role) => [roleKey(role), role])).values()].toReversed();
}

function eachOnce(checks: readonly RunbookCheck[]): readonly RunbookCheck[] {
  return [...new Map(checks.map((check) => [JSON.stringify(check), check])).values()];
}

interface Standing {
  readonly standing: RoleStanding;
  readonly activeFrom: Temporal.Instant | null;
  readonly activeUntil: Temporal.Instant | null;
}

function standingOf(role: RoleAtScope, { active, running }: Own): Standing {
  const listed = active.rows.find((item) => isSameRole(item, role));
  const recorded = running.find((request) => isSameRole(request.role, role));
  const activeFrom = recorded?.activeFrom ?? listed?.startsAt ?? null;
  if (listed !== undefined) {
    return { standing: 'active', activeFrom, activeUntil: listed.endsAt };
  }
  const isUnread = active.unread.some(({ surface }) => surface === role.surface);
  if (recorded !== undefined) {
    return { standing: 'lagging', activeFrom, activeUntil: recorded.activeUntil };
  }
  return { standing: isUnread ? 'unknown' : 'not-active', activeFrom: null, activeUntil: null };
}
