import type { ActivationRequest } from '../../domain/activation.ts';
import type { Bundle, BundleItem } from '../../domain/administration.ts';
import type { BundlesNotice } from '../../domain/administration-notice.ts';
import { type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import { AccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import type { CardRecord } from '../../ports/store.ts';
import { candidate } from '../activation-target.ts';
import { answer, postAnswer, postError } from '../error-card.ts';
import { isoDuration, roleFacts } from '../facts.ts';
import { readActive } from '../list-active.ts';
import { readPolicy } from '../plan-activation.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from '../services.ts';
import { roleSuggestions, type Unclear, unclearRole } from './name-role.ts';

/** A set of roles that somebody wants to keep: named, or else what is active now. */
export interface SpokenBundle {
  readonly name: string;
  readonly roles: readonly string[];
  readonly scope: string | null;
  readonly duration: Temporal.Duration | null;
}

const LONGEST_NAME = 40;
/** Control characters, line ends, and marks that turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
/** As long as an activation of which nobody says how long. */
const USUAL_DURATION = Temporal.Duration.from({ hours: 1 });
/** One sentence asks for its roles within this time. */
const ONE_SENTENCE = Temporal.Duration.from({ minutes: 1 });
const NEWEST = 50;

/** Shows the asker's own bundles. */
export async function listBundles(services: Services, asker: Asker): Promise<Posted> {
  return await postAnswer(services, asker, await bundlesNotice(services, asker, null));
}

/**
 * Keeps a set of roles under a name; one of the same name is replaced.
 *
 * @throws {AccessError} bundle.name_invalid, bundle.empty when nothing is active, activation.role_unknown,
 *   identity.sign_in_required, graph.*
 */
export async function saveBundle(services: Services, asker: Asker, spoken: SpokenBundle): Promise<Posted> {
  const name = checkedName(spoken.name);
  const chosen =
    spoken.roles.length === 0 ? await activeItems(services, asker) : await namedItems(services, asker, spoken);
  if ('kind' in chosen) {
    return await postError(services, asker, chosen.error, chosen.suggestions);
  }
  const items = withoutDoubles(chosen);
  if (items.length === 0) {
    throw new AccessError('bundle.empty', 'nothing is active', { facts: { name } });
  }
  await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.bundles.save(asker.person.id, { name, items, savedAt: services.clock.now() });
  });
  const notice = await bundlesNotice(services, asker, { what: 'saved', name });
  return await postAnswer(services, asker, notice);
}

/** Forgets a bundle. Pressed on the list, that list is drawn again. @throws {AccessError} bundle.unknown */
export async function deleteBundle(
  services: Services,
  asker: Asker,
  name: string,
  card: CardRecord | null = null,
): Promise<Posted> {
  await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    if (!(await stores.bundles.remove(asker.person.id, name))) {
      throw unknownBundle(name);
    }
  });
  const notice = await bundlesNotice(services, asker, { what: 'deleted', name });
  const { cards } = services.store.now;
  if (card === null) {
    return [await cards.post(answer(asker, notice))];
  }
  const redrawn = await cards.revise(card.story, card.recipient, card.slot, notice);
  return redrawn === null ? [] : [redrawn];
}

/** What a bundle activates. @throws {AccessError} bundle.unknown */
export async function bundleRoles(services: Services, asker: Asker, name: string): Promise<readonly BundleItem[]> {
  const bundle = await services.store.now.bundles.find(asker.person.id, name.trim());
  if (bundle === null) {
    throw unknownBundle(name);
  }
  return bundle.items;
}

/**
 * What the asker activated last: the newest request that PIM took and those of the same sentence. A role that was reached through
 * a group stands for both. @throws {AccessError} bundle.empty when there is none
 */
export async function lastTime(services: Services, asker: Asker): Promise<readonly BundleItem[]> {
  const newest = await services.store.now.requests.listNewestOf(asker.person.id, NEWEST);
  const taken = newest.filter(({ scheduleRequestId, through }) => scheduleRequestId !== null && through === null);
  const [last] = taken;
  if (last === undefined) {
    throw new AccessError('bundle.empty', 'nothing was activated before');
  }
  const since = last.requestedAt.subtract(ONE_SENTENCE);
  const together = taken.filter(({ requestedAt }) => Temporal.Instant.compare(requestedAt, since) >= 0);
  return withoutDoubles(together.toReversed().map(itemOf));
}

function itemOf({ role, duration, leadsTo }: ActivationRequest): BundleItem {
  return leadsTo === null
    ? { role: plainRole(role), duration }
    : { role: plainRole(leadsTo.role), duration: leadsTo.duration };
}

/** What is on now and was activated; what an administrator assigned needs no activation. */
async function activeItems(services: Services, asker: Asker): Promise<readonly BundleItem[]> {
  const [active, open] = await Promise.all([
    readActive(services, asker),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  const recorded = open
    .filter(({ state }) => state === 'active')
    .toSorted((a, b) => Temporal.Instant.compare(a.requestedAt, b.requestedAt));
  const elsewhere = active.rows
    .filter(({ assignmentType }) => assignmentType === 'activated')
    .map((row) => ({ role: plainRole(row), duration: lengthOf(row) }));
  return [...recorded.map(({ role, duration }) => ({ role: plainRole(role), duration })), ...elsewhere];
}

interface Window {
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
}

function lengthOf({ startsAt, endsAt }: Window): Temporal.Duration {
  return startsAt === null || endsAt === null
    ? USUAL_DURATION
    : startsAt.until(endsAt, { largestUnit: 'hour', smallestUnit: 'minute' });
}

async function namedItems(
  services: Services,
  asker: Asker,
  { roles, scope, duration }: SpokenBundle,
): Promise<readonly BundleItem[] | Unclear> {
  const { rows } = await services.eligibility.read(actorOf(asker));
  const items: BundleItem[] = [];
  for (const words of roles) {
    const here = matchRoles(words, rows.map(candidate), scope);
    // "A and B on SCOPE": the scope may be that of the last one only.
    const isElsewhere = here.kind === 'none' && roles.length > 1 && scope !== null;
    const found = isElsewhere ? matchRoles(words, rows.map(candidate), null) : here;
    if (found.kind === 'none') {
      const error = new AccessError('activation.role_unknown', 'no eligible role of that name', { facts: { words } });
      const near = new Set(found.nearest.map(({ id }) => id));
      return { kind: 'unclear', error, suggestions: roleSuggestions(rows.filter((row) => near.has(roleKey(row)))) };
    }
    const ids = new Set((found.kind === 'one' ? [found.match] : found.matches).map(({ id }) => id));
    const meant = rows.filter((row) => ids.has(roleKey(row)));
    const [role] = meant;
    if (found.kind === 'several' || role === undefined) {
      return unclearRole(words, scope, meant);
    }
    items.push({ role: plainRole(role), duration: duration ?? (await usualDuration(services, role)) });
  }
  return items;
}

async function usualDuration(services: Services, role: RoleAtScope): Promise<Temporal.Duration> {
  const maximum = (await readPolicy(services, role))?.maximumDuration ?? USUAL_DURATION;
  return Temporal.Duration.compare(maximum, USUAL_DURATION) < 0 ? maximum : USUAL_DURATION;
}

/** Without what else a row says. */
function plainRole({ surface, roleDefinitionId, roleName, scope }: RoleAtScope): RoleAtScope {
  return { surface, roleDefinitionId, roleName, scope };
}

/** The first of each role counts. */
function withoutDoubles(items: readonly BundleItem[]): readonly BundleItem[] {
  const seen = new Map<string, BundleItem>();
  for (const item of items) {
    const key = roleKey(item.role);
    if (!seen.has(key)) {
      seen.set(key, item);
    }
  }
  return [...seen.values()];
}

function checkedName(words: string): string {
  const name = words.trim();
  if (name === '' || [...name].length > LONGEST_NAME || UNPRINTABLE.test(name)) {
    throw new AccessError('bundle.name_invalid', 'not a name for a bundle', {
      facts: { maximum: String(LONGEST_NAME) },
    });
  }
  return name;
}

function unknownBundle(name: string): AccessError {
  return new AccessError('bundle.unknown', 'no such bundle', { facts: { name: name.slice(0, LONGEST_NAME) } });
}

async function bundlesNotice(services: Services, asker: Asker, done: BundlesNotice['done']): Promise<BundlesNotice> {
  const bundles = await services.store.now.bundles.list(asker.person.id);
  return { card: 'bundles', bundles: bundles.map(bundleFacts), done };
}

function bundleFacts({ name, items }: Bundle): BundlesNotice['bundles'][number] {
  return {
    name,
    items: items.map(({ role, duration }) => ({ ...roleFacts(role), duration: isoDuration(duration) })),
  };
}
