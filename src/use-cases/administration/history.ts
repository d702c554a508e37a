import { type ActivationRequest, decideBy } from '../../domain/activation.ts';
import type { HistoryEntry } from '../../domain/administration.ts';
import type { HistoryNotice } from '../../domain/administration-notice.ts';
import type { RoleAtScope, Scope } from '../../domain/assignment.ts';
import { type AccessError, asAccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import { postAnswer } from '../error-card.ts';
import { isBefore, iso } from '../facts.ts';
import { type Asker, actorOf, type Posted, type Services } from '../services.ts';
import { needOfRefusal } from '../step-up-need.ts';

/** As far back as Entra keeps its log (pim-api §14.2). */
const KEPT = Temporal.Duration.from({ hours: 24 * 30 });
/** Two records of one fact are no further apart: the tenant notes it when it is done, we when we hear of it. */
const SAME_FACT = Temporal.Duration.from({ minutes: 10 });
const MOST_REQUESTS = 200;
const MOST_ENTRIES = 100;

/** A fact of ours, with the scope's id: the tenant's log names some scopes by it. */
interface OwnEntry extends HistoryEntry {
  readonly scopeId: string;
  /** How the tenant's log calls the same. */
  readonly fact: string;
}

/**
 * Shows what happened around the asker's roles in the last 30 days: our records, and PIM's log as the asker may read it. One fact
 * that both know is told once. This is how the requests of the retired Azure PIM API (`roleAssignmentRequests`) are looked back on
 * (pim-api §13.2).
 *
 * @throws {AccessError} identity.sign_in_required
 */
export async function showHistory(services: Services, asker: Asker, roles: readonly string[]): Promise<Posted> {
  const since = services.clock.now().subtract(KEPT);
  const [requests, log] = await Promise.all([
    services.store.now.requests.listNewestOf(asker.person.id, MOST_REQUESTS),
    readLog(services, asker, since),
  ]);
  const now = services.clock.now();
  const own = requests.flatMap((request) => entriesOf(request, now)).filter(({ at }) => !isBefore(at, since));
  const foreign = log.entries.filter((entry) => !own.some((known) => isSameFact(known, entry)));
  const all = [...own, ...foreign].sort((a, b) => Temporal.Instant.compare(b.at, a.at));
  const shown = about(all, roles);
  const entries = shown.entries.slice(0, MOST_ENTRIES);
  const notice: HistoryNotice = {
    card: 'history',
    roleName: shown.roleName,
    // What is left out is older than all that is shown.
    since: iso(shown.entries.length > entries.length ? (entries.at(-1)?.at ?? since) : since),
    entries: entries.map(({ at, what, roleName, scopeName, byName, justification, source }) => ({
      roleName,
      scopeName,
      at: iso(at),
      what,
      byName,
      justification,
      source,
    })),
    withoutLog: log.error === null ? null : { code: log.error.code, facts: {} },
  };
  return await postAnswer(services, asker, notice);
}

interface Log {
  readonly entries: readonly HistoryEntry[];
  readonly error: AccessError | null;
}

/** Most people may not read the log: then our own records are told, and that it is only them. */
async function readLog(services: Services, asker: Asker, since: Temporal.Instant): Promise<Log> {
  const options = { about: asker.person.id, since, limit: MOST_ENTRIES };
  try {
    return { entries: await services.directory.listHistory(actorOf(asker), options), error: null };
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'internal.unexpected' || error.code === 'identity.sign_in_required' || needOfRefusal(error)) {
      throw error;
    }
    services.log.warn('history.without_log', { code: error.code });
    return { entries: [], error };
  }
}

/** Narrows to the roles that were named; words that fit several names show all of these. */
function about(
  entries: readonly HistoryEntry[],
  roles: readonly string[],
): { readonly roleName: string | null; readonly entries: readonly HistoryEntry[] } {
  if (roles.length === 0) {
    return { roleName: null, entries };
  }
  const names = [...new Set(entries.map(({ roleName }) => roleName))];
  const candidates = names.map((name) => ({ id: name, name, scopeName: '', scopeId: '' }));
  const meant = roles.flatMap((words) => {
    const found = matchRoles(words, candidates, null);
    return found.kind === 'one'
      ? [found.match.name]
      : found.kind === 'several'
        ? found.matches.map(({ name }) => name)
        : [];
  });
  const wanted = new Set(meant);
  return {
    roleName: wanted.size > 0 ? [...wanted].join(', ') : roles.join(', '),
    entries: entries.filter(({ roleName }) => wanted.has(roleName)),
  };
}

/** What our record of one ask tells, in the words of the tenant's log. */
function entriesOf(request: ActivationRequest, now: Temporal.Instant): readonly OwnEntry[] {
  const { role, requesterName, justification } = request;
  const asked = entry(role, 'asked to activate', request.requestedAt, { byName: requesterName, justification });
  const entries: (OwnEntry | null)[] = [{ ...asked, what: askedWhat(request) }];
  const isDecided = request.decidedAt !== null && request.decidedByName !== null;
  if (request.decidedAt !== null && isDecided) {
    const what = request.state === 'denied' ? 'denied' : 'approved';
    const said = { byName: request.decidedByName, justification: request.decisionJustification };
    entries.push(entry(role, what, request.decidedAt, said));
  }
  if (request.state === 'expired') {
    entries.push(entry(role, 'not decided in time', decideBy(request)));
  }
  if (request.activeFrom !== null && HAD_ACCESS.has(request.state) && !isBefore(now, request.activeFrom)) {
    entries.push(entry(role, 'active', request.activeFrom, { byName: requesterName }));
  }
  entries.push(endOf(request));
  // Of two at one instant the later fact stands first as well.
  return entries.filter((one) => one !== null).toReversed();
}

const HAD_ACCESS: ReadonlySet<ActivationRequest['state']> = new Set(['active', 'ended']);

/** When it was withdrawn or refused is not on record. */
function askedWhat({ state, endedAt }: ActivationRequest): string {
  if (state === 'failed') {
    return 'asked to activate: refused';
  }
  return state === 'canceled' && endedAt === null ? 'asked to activate: canceled' : 'asked to activate';
}

function endOf(request: ActivationRequest): OwnEntry | null {
  const { role, endReason, endedAt, activeUntil, requesterName } = request;
  if (request.state === 'canceled' && endedAt !== null) {
    return entry(role, 'canceled', endedAt, { byName: requesterName });
  }
  if (request.state !== 'ended') {
    return null;
  }
  if (endReason === 'deactivated') {
    return endedAt === null ? null : entry(role, 'deactivated', endedAt, { byName: requesterName });
  }
  const at = activeUntil ?? endedAt;
  return at === null ? null : entry(role, 'ended', at);
}

interface Said {
  readonly byName?: string | null;
  readonly justification?: string | null;
}

function entry(role: RoleAtScope, what: string, at: Temporal.Instant, said: Said = {}): OwnEntry {
  return {
    at,
    what,
    fact: what,
    roleName: role.roleName,
    scopeName: role.scope.name,
    scopeId: role.scope.id,
    byName: said.byName ?? null,
    justification: said.justification === '' ? null : (said.justification ?? null),
    source: 'records',
  };
}

function isSameFact(own: OwnEntry, logged: HistoryEntry): boolean {
  const apart = own.at.until(logged.at).abs();
  return (
    own.fact === logged.what &&
    isSame(own.roleName, logged.roleName) &&
    isScope({ id: own.scopeId, name: own.scopeName }, logged.scopeName) &&
    Temporal.Duration.compare(apart, SAME_FACT) <= 0
  );
}

/** The log names a scope by its name or by the last part of its path, and some not at all. */
function isScope({ id, name }: Scope, logged: string): boolean {
  return logged === '' || isSame(logged, name) || isSame(logged, id.slice(id.lastIndexOf('/') + 1));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
