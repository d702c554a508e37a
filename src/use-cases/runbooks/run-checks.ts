import { definitionKey, type RoleAtScope } from '../../domain/assignment.ts';
import { type CheckOutcome, judgeCheck, type RoleStanding } from '../../domain/judge-check.ts';
import type { PermissionBlock } from '../../domain/role-definition.ts';
import { type RunbookCheck, type RunbookProbe, SCOPE_PLACEHOLDER } from '../../domain/runbook.ts';
import type { CheckResult } from '../../domain/runbook-notice.ts';
import { asAccessError, type ErrorCode } from '../../errors.ts';
import type { ProbeAnswer, ProbeTarget } from '../../ports/role-definitions.ts';
import { decide } from '../../roles/evaluate.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** What is looked at, and what is known of the role meanwhile. */
export interface Examination {
  readonly role: RoleAtScope;
  readonly checks: readonly RunbookCheck[];
  readonly standing: RoleStanding;
  /** Since when the role is active; null when that is not known. */
  readonly activeFrom: Temporal.Instant | null;
}

/** How much is asked of Microsoft at a time, and for how long it is waited for, in milliseconds. */
export interface CheckLimits {
  readonly atATime: number;
  readonly withinMs: number;
}

export const CHECK_LIMITS: CheckLimits = { atATime: 4, withinMs: 8_000 };

/**
 * Looks, with the asker's own token and by reading only, at what the checks say; without checks at whether Azure lists what the
 * role's definition allows, and nothing else: what a role of Entra or a group gives is not to be seen by itself.
 *
 * @throws {AccessError} identity.sign_in_required
 */
export async function runChecks(
  services: Services,
  asker: Asker,
  examination: Examination,
  limits: CheckLimits,
): Promise<readonly CheckResult[]> {
  const { checks, role } = examination;
  const looks = checks.length === 0 ? [generalLook(role)] : checks.map(lookOf);
  const prober = new Prober(services, asker, role);
  const outcomes = await inLanes(looks, limits, (look) => prober.look(look));
  return looks.map(({ subject, expects, isOfToken }, index) => ({
    subject,
    verdict: judgeCheck({
      expects,
      outcome: outcomes[index] ?? 'too-slow',
      standing: examination.standing,
      activeFor: examination.activeFrom === null ? null : examination.activeFrom.until(services.clock.now()),
      isTokenOlder: isOfToken && isTokenOlder(services, asker, examination.activeFrom),
    }),
  }));
}

/** One thing to look at. */
interface Look {
  readonly subject: CheckResult['subject'];
  readonly expects: RunbookCheck['expects'];
  readonly probe: RunbookProbe | { readonly kind: 'definition' | 'effect' };
  /** Whether what is seen depends on roles that are written into the token. */
  readonly isOfToken: boolean;
}

function lookOf({ name, expects, probe }: RunbookCheck): Look {
  return { subject: { kind: 'named', name }, expects, probe, isOfToken: probe.kind === 'graph-read' };
}

function generalLook({ surface }: RoleAtScope): Look {
  const kind = surface === 'azure' ? 'definition' : 'effect';
  return { subject: { kind }, expects: 'works', probe: { kind }, isOfToken: false };
}

function isTokenOlder(
  { signIns }: Services,
  { person, steppedUp }: Asker,
  activeFrom: Temporal.Instant | null,
): boolean {
  const signedInAt = steppedUp === undefined ? signIns.signedInAt(person.id) : null;
  return signedInAt !== null && activeFrom !== null && Temporal.Instant.compare(signedInAt, activeFrom) < 0;
}

const READ: Readonly<Record<ProbeAnswer, CheckOutcome>> = {
  readable: 'works',
  forbidden: 'refused',
  missing: 'missing',
  'not-consented': 'not-consented',
  unavailable: 'unavailable',
};

const DECIDED = { allowed: 'works', conditional: 'conditional', denied: 'refused' } as const;

/** What a failed look at permissions says: who may do nothing somewhere is refused the list of it, too. */
const FAILED: ReadonlyMap<ErrorCode, CheckOutcome> = new Map<ErrorCode, CheckOutcome>([
  ['graph.forbidden', 'refused'],
  ['graph.not_found', 'missing'],
  ['identity.consent_missing', 'not-consented'],
  ['graph.throttled', 'unavailable'],
  ['graph.unavailable', 'unavailable'],
  ['graph.unexpected_answer', 'unavailable'],
]);

/** Looks at one role; permissions at a scope are read once for all checks. */
class Prober {
  readonly #services: Services;
  readonly #asker: Asker;
  readonly #role: RoleAtScope;
  readonly #permissions = new Map<string, Promise<readonly PermissionBlock[]>>();

  constructor(services: Services, asker: Asker, role: RoleAtScope) {
    this.#services = services;
    this.#asker = asker;
    this.#role = role;
  }

  async look({ probe }: Look): Promise<CheckOutcome> {
    try {
      switch (probe.kind) {
        case 'azure-read':
          return await this.#read({ service: 'azure', path: this.#at(probe.path), apiVersion: probe.apiVersion });
        case 'graph-read':
          return await this.#read({ service: 'graph', path: this.#at(probe.path), apiVersion: null });
        case 'azure-operation': {
          const permissions = await this.#permissionsAt(this.#at(probe.at));
          return DECIDED[decide({ permissions }, probe).answer];
        }
        case 'definition':
          return await this.#seeDefinition();
        case 'effect':
          return 'not-probed';
      }
    } catch (thrown) {
      const error = asAccessError(thrown);
      const outcome = FAILED.get(error.code);
      if (outcome === undefined) {
        throw error;
      }
      return outcome;
    }
  }

  async #read(target: ProbeTarget): Promise<CheckOutcome> {
    return READ[await this.#services.probe.read(actorOf(this.#asker), target)];
  }

  /** Azure lists each active assignment's blocks as its definition has them. */
  async #seeDefinition(): Promise<CheckOutcome> {
    const id = definitionKey(this.#role.roleDefinitionId);
    const { roles } = await this.#services.catalogue.current();
    const definition = roles.find((one) => one.kind === 'azure' && one.id === id);
    if (definition?.kind !== 'azure') {
      return 'definition-unread';
    }
    const held = await this.#permissionsAt(this.#role.scope.id);
    const plain = new Set(held.filter(({ condition }) => condition === null).map(contentOf));
    const all = new Set(held.map(contentOf));
    const wanted = definition.permissions.map(contentOf);
    if (wanted.every((block) => plain.has(block))) {
      return 'works';
    }
    return wanted.every((block) => all.has(block)) ? 'conditional' : 'refused';
  }

  #permissionsAt(scopeId: string): Promise<readonly PermissionBlock[]> {
    const known = this.#permissions.get(scopeId);
    if (known !== undefined) {
      return known;
    }
    const reading = this.#services.probe.readPermissions(actorOf(this.#asker), scopeId);
    this.#permissions.set(scopeId, reading);
    return reading;
  }

  /** Ids of units come as the path of their scope. */
  #at(path: string): string {
    const { surface, scope } = this.#role;
    const id = surface === 'directory' ? scope.id.slice(scope.id.lastIndexOf('/') + 1) : scope.id.replace(/\/+$/, '');
    return path.replaceAll(SCOPE_PLACEHOLDER, () => id);
  }
}

function contentOf({ actions, notActions, dataActions, notDataActions }: PermissionBlock): string {
  const plain = (list: readonly string[]): readonly string[] => list.map((text) => text.trim().toLowerCase()).sort();
  return JSON.stringify([actions, notActions, dataActions, notDataActions].map(plain));
}

/** Looks at so many at a time; what has not answered in time stays `too-slow`, and is not waited for. */
async function inLanes(
  looks: readonly Look[],
  { atATime, withinMs }: CheckLimits,
  look: (one: Look) => Promise<CheckOutcome>,
): Promise<readonly (CheckOutcome | undefined)[]> {
  const outcomes: (CheckOutcome | undefined)[] = looks.map(() => undefined);
  const waiting = looks.entries();
  let isOver = false;
  const lane = async (): Promise<void> => {
    for (const [index, one] of waiting) {
      if (isOver) {
        return;
      }
      outcomes[index] = await look(one);
    }
  };
  const { promise: timeUp, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, withinMs);
  const work = Promise.all(Array.from({ length: atATime }, lane));
  // What fails when nobody waits any more was told as too slow.
  work.catch(() => undefined);
  try {
    await Promise.race([work, timeUp]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
  return [...outcomes];
}
