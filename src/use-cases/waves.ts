import type { ActivationRequest } from '../domain/activation.ts';
import type { PrincipalId } from '../domain/ids.ts';
import { asAccessError } from '../errors.ts';
import type { Approvers, AskableApprover } from './approvers.ts';
import type { Services } from './services.ts';

/** Somebody who will be asked: at once, or when nobody has decided by then. */
export interface PlannedAsk extends AskableApprover {
  readonly isWaiting: boolean;
}

/** Whoever decided within this time is likely to decide again. */
const LATELY = Temporal.Duration.from({ hours: 24 * 30 });

/**
 * Puts the approvers of an ask into the order in which they are asked. More than a handful are asked in two waves: first whom the
 * rule names and whoever is on call, with those who decided lately. Where none of the first two can be reached, a handful of the
 * others is asked with them: those who decided lately and can be reached first. The second person of a break-glass pull is never
 * waited for.
 */
export async function planWaves(
  services: Services,
  request: Pick<ActivationRequest, 'requesterId' | 'role' | 'pull'>,
  { people: all }: Approvers,
): Promise<readonly PlannedAsk[]> {
  // Who is not asked here takes nobody's place in a wave.
  const [people, elsewhere] = parted(all, ({ unreachable }) => unreachable !== 'not-served');
  const { size } = services.approverWaves;
  if (size === 0 || people.length <= size || request.pull !== null) {
    return all.map((person) => ({ ...person, isWaiting: false }));
  }
  const onCall = await listOnCall(services);
  const [first, others] = parted(people, ({ id, isNamed }) => isNamed || onCall.has(id));
  const since = services.clock.now().subtract(LATELY);
  const deciders = await services.store.now.requests.listDeciders(request, since, size);
  const [known, rest] = parted(others, ({ id }) => deciders.includes(id));
  const lately = known.toSorted((a, b) => deciders.indexOf(a.id) - deciders.indexOf(b.id));
  const order = [...first, ...parted([...lately, ...rest], isReached).flat()];
  const wanted = first.length + (first.some(isReached) ? lately.filter(isReached).length : size);
  return [
    ...order.map((person, place) => ({ ...person, isWaiting: place >= wanted })),
    ...elsewhere.map((person) => ({ ...person, isWaiting: false })),
  ];
}

const isReached = ({ unreachable }: AskableApprover): boolean => unreachable === null;

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly [first: T[], rest: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** By any source of the rulebook in force. One that cannot be asked has nobody on call: the others are asked all the same. */
async function listOnCall({ onCall, rules, log }: Services): Promise<ReadonlySet<PrincipalId>> {
  const found = await Promise.all(
    rules.current().onCall.map(async ({ name }) => {
      try {
        return (await onCall.read(name)).people.map(({ id }) => id);
      } catch (thrown) {
        log.warn('waves.on_call_unknown', { source: name, code: asAccessError(thrown).code });
        return [];
      }
    }),
  );
  return new Set(found.flat());
}
