import type { RoleAtScope } from '../../domain/assignment.ts';
import type { Pack } from '../../domain/break-glass.ts';
import type { PullId } from '../../domain/ids.ts';
import { isNamedRole } from '../../domain/named-role.ts';
import type { Person } from '../../domain/policy.ts';
import type { PullPerson } from '../../domain/pull.ts';
import { AccessError } from '../../errors.ts';
import { iso, isoDuration } from '../facts.ts';
import { type ActivationPlan, planActivation } from '../plan-activation.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { judgeForPull } from './judge-for-pull.ts';

/** What was said, word for word: nothing is guessed here. */
export interface PullAsk {
  readonly pack: string;
  readonly duration: Temporal.Duration | null;
  readonly until: Temporal.Instant | null;
  readonly justification: string | null;
  readonly ticket: string | null;
  readonly isDrill: boolean;
  /** The pull that goes on: it does not stand in its own way. */
  readonly goesOn?: PullId;
}

/** What a pull would do, when nothing stands against it. */
export interface PlannedPull {
  readonly pack: Pack;
  readonly window: Temporal.Duration;
  readonly incident: string | null;
  readonly severity: string | null;
  readonly reason: string;
  readonly plans: readonly ActivationPlan[];
  readonly roles: readonly RoleAtScope[];
  /** Who else is on call for it. */
  readonly seconds: readonly PullPerson[];
}

/**
 * Works out what a pull would do, from the rulebook in force, who is on call, the puller's own eligible assignments and the
 * settings in PIM. Everything is judged anew each time it is called; nothing is sent.
 *
 * @throws {AccessError} breakglass.*, oncall.*, activation.* for a role that cannot be activated, identity.*, graph.*
 */
export async function planPull(services: Services, asker: Asker, ask: PullAsk): Promise<PlannedPull> {
  const pack = findPack(services, ask.pack);
  const onCall = await demandOnCall(services, asker.person.id, pack);
  const window = windowOf(services, pack, ask);
  const said = demandWords(pack, ask);
  await refuseSecondPull(services, asker, pack, ask);
  const roles = await findOwn(services, asker, pack);
  const planner = { person: asker.person, actor: actorOf(asker) };
  const plans: ActivationPlan[] = [];
  for (const role of roles) {
    const { reason: justification, incident: ticket } = said;
    const plan = await planActivation(services, planner, role, {
      duration: window,
      until: null,
      start: null,
      justification,
      ticket,
      deed: 'break-glass',
    });
    plans.push(plan);
  }
  const puller = onCall.find(({ id }) => id === asker.person.id) ?? { ...asker.person, userPrincipalName: '' };
  await judgeForPull(services, pack, { puller, plans });
  const refusal = plans.flatMap(({ refusals }) => refusals)[0];
  if (refusal !== undefined) {
    throw new AccessError(refusal.code, 'refused by plan', { facts: refusal.facts });
  }
  const seconds = onCall.filter(({ id }) => id !== asker.person.id).map(({ id, name }) => ({ id, name }));
  return { pack, window, ...said, plans, roles, seconds };
}

/** The pack of exactly this name, in any case. @throws {AccessError} breakglass.pack_unknown */
export function findPack({ rules }: Services, words: string): Pack {
  const name = words.trim().toLowerCase();
  const pack = rules.current().packs.find((one) => one.name.toLowerCase() === name);
  if (pack === undefined) {
    throw new AccessError('breakglass.pack_unknown', 'no pack of that name', { facts: { words } });
  }
  return pack;
}

/**
 * Who is on call for a pack, of whom the person must be one.
 *
 * @throws {AccessError} breakglass.not_on_call, oncall.unavailable, oncall.unknown_source
 */
export async function demandOnCall(
  services: Services,
  personId: PullPerson['id'],
  { name, pulledBy }: Pick<Pack, 'name' | 'pulledBy'>,
): Promise<readonly Person[]> {
  const { people } = await services.onCall.read(pulledBy);
  if (!people.some(({ id }) => id === personId)) {
    throw new AccessError('breakglass.not_on_call', 'not on call', { facts: { pack: name, source: pulledBy } });
  }
  return people;
}

function windowOf(services: Services, pack: Pack, { duration, until }: PullAsk): Temporal.Duration {
  const minutes = until === null ? null : Math.floor(services.clock.now().until(until).total('minutes'));
  const asked = minutes === null ? (duration ?? pack.window) : Temporal.Duration.from({ minutes });
  if (Temporal.Duration.compare(asked, pack.window) > 0) {
    const facts = { pack: pack.name, maximum: isoDuration(pack.window), asked: isoDuration(asked) };
    throw new AccessError('breakglass.too_long', 'longer than the window', { facts });
  }
  return asked;
}

function demandWords(
  { name: pack, severities, isIncidentNeeded }: Pack,
  { justification, ticket }: PullAsk,
): Pick<PlannedPull, 'reason' | 'incident' | 'severity'> {
  const reason = justification?.trim() ?? '';
  const words = reason.toUpperCase().split(/[^\p{L}\p{N}]+/u);
  const severity = severities.find((one) => words.includes(one.toUpperCase())) ?? null;
  // Shown in the sentence that would do.
  const [first = ''] = severities;
  const facts = { pack, incident: `${first} INC-99`.trim(), severities: severities.join(', ') };
  if (reason === '') {
    throw new AccessError('breakglass.reason_required', 'no reason', { facts });
  }
  if (severities.length > 0 && severity === null) {
    throw new AccessError('breakglass.severity_required', 'no severity', { facts });
  }
  if (isIncidentNeeded && ticket === null) {
    throw new AccessError('breakglass.incident_required', 'no incident', { facts });
  }
  return { reason, incident: ticket, severity };
}

async function refuseSecondPull(
  services: Services,
  { person }: Asker,
  { name }: Pack,
  { goesOn, isDrill }: PullAsk,
): Promise<void> {
  const underWay = await services.store.now.pulls.listUnderWayOf(person.id);
  // A rehearsal is in nobody's way.
  const same = underWay.find(
    (pull) => pull.id !== goesOn && pull.pack.toLowerCase() === name.toLowerCase() && (isDrill || !pull.isDrill),
  );
  if (same !== undefined) {
    throw alreadyPulled(same);
  }
}

/** Somebody pulls what they have pulled. */
export function alreadyPulled({
  pack,
  plannedAt,
  pulledAt,
}: {
  readonly pack: string;
  readonly plannedAt: Temporal.Instant;
  readonly pulledAt: Temporal.Instant | null;
}): AccessError {
  return new AccessError('breakglass.already_pulled', 'the pack is pulled', {
    facts: { pack, at: iso(pulledAt ?? plannedAt) },
  });
}

/** The puller's own eligible assignments of what the pack activates: the bot has no right of its own. */
async function findOwn(services: Services, asker: Asker, pack: Pack): Promise<readonly RoleAtScope[]> {
  const eligible = await services.eligibility.read(actorOf(asker));
  return pack.activates.map((wanted) => {
    const found = eligible.rows.filter((role) => isNamedRole(wanted, role));
    const [role, second] = found;
    if (role !== undefined && second === undefined) {
      return {
        surface: role.surface,
        roleDefinitionId: role.roleDefinitionId,
        roleName: role.roleName,
        scope: role.scope,
      };
    }
    const [unread] = eligible.errors;
    if (role === undefined && unread !== undefined) {
      throw unread;
    }
    const reason =
      role === undefined
        ? `you are not eligible for ${wanted.role}.`
        : `${wanted.role} is the name of several roles that you are eligible for.`;
    throw new AccessError('breakglass.pack_broken', 'not eligible for what the pack activates', {
      facts: { pack: pack.name, reason },
    });
  });
}
