import type { Kind, Schedule } from '../pim/model.ts';
import type { Lag } from '../pim/schedules.ts';
import type { Answer } from '../platform/types.ts';
import { requireListing } from './access.ts';
import { type PimFilter, parsePimFilter } from './filter.ts';
import { answerList } from './list.ts';
import { notFound } from './problem.ts';
import { isInReach, type Reach } from './reach.ts';
import { type Endpoint, json } from './route.ts';
import { COLLECTIONS, instanceRow, type Json, scheduleRow } from './rows.ts';
import type { Arm, Call } from './tools.ts';
import { VERSIONS } from './versions.ts';

type View = 'instances' | 'schedules';

interface Collection {
  readonly kind: Kind;
  readonly view: View;
}

const FILTERS: readonly PimFilter['kind'][] = ['atScope', 'principal', 'assignedTo', 'asTarget'];
const STALE = Temporal.Duration.from({ seconds: 60 });

/** Who is eligible, who has access, now or later: A1 to A4 of pim-api §4.1. */
export function scheduleEndpoints(arm: Arm): Endpoint[] {
  const all = (['eligibility', 'assignment'] as const).flatMap((kind) =>
    (['instances', 'schedules'] as const).map((view): Collection => ({ kind, view })),
  );
  return all.flatMap((collection): Endpoint[] => {
    const path = COLLECTIONS[collection.kind][collection.view];
    const shape = { method: 'GET', versions: VERSIONS.pim, options: ['$filter'] } as const;
    return [
      { ...shape, path, handle: (call) => list(arm, collection, call) },
      { ...shape, path: `${path}/:name`, handle: (call) => readOne(arm, collection, call) },
    ];
  });
}

function list(arm: Arm, collection: Collection, call: Call): Answer {
  const filter = parsePimFilter(call.exchange.query.get('$filter'), FILTERS);
  if (filter.kind !== 'asTarget') {
    requireListing(arm, call);
  }
  const viewerId = filter.kind === 'asTarget' ? call.callerId : null;
  const found = matching(arm, collection, call, filter);
  return answerList(
    arm,
    call,
    found.map((schedule) => rowOf(arm, collection, { schedule, call, viewerId })),
  );
}

/** With `asTarget()` a person may also read one row of their own (pim-api §4.2). */
function readOne(arm: Arm, collection: Collection, call: Call): Answer {
  const filter = parsePimFilter(call.exchange.query.get('$filter'), ['asTarget']);
  if (filter.kind !== 'asTarget') {
    requireListing(arm, call);
  }
  const viewerId = filter.kind === 'asTarget' ? call.callerId : null;
  const name = (call.params.name ?? '').toLowerCase();
  const schedule = matching(arm, collection, call, filter).find((one) => {
    const id = collection.view === 'instances' ? one.instanceId : one.id;
    return id === name && arm.tree.isSame(one.subject.scope, call.scope.id);
  });
  if (schedule === undefined) {
    throw notFound(name);
  }
  return json(200, rowOf(arm, collection, { schedule, call, viewerId }));
}

function matching(arm: Arm, collection: Collection, call: Call, filter: PimFilter): readonly Schedule[] {
  const [principalId, reach] = selection(filter, call);
  const listed = arm.pim.listed(collection.view, collection.kind, principalId, lagOf(arm));
  return listed.filter(
    (schedule) =>
      schedule.subject.surface === 'azure' &&
      isInReach(arm.tree, call.scope, schedule.subject.scope, reach) &&
      (filter.kind !== 'principal' || schedule.principalId === filter.principalId),
  );
}

/** Whose rows, with their groups' (null: everybody's own), and how far from the scope. */
function selection(filter: PimFilter, call: Call): [principalId: string | null, reach: Reach] {
  switch (filter.kind) {
    case 'asTarget':
      return [call.callerId, 'own'];
    case 'assignedTo':
      return [filter.principalId, 'around'];
    case 'atScope':
      return [null, 'above'];
    default:
      return [null, 'around'];
  }
}

function rowOf(
  arm: Arm,
  { view }: Collection,
  { schedule, call, viewerId }: { readonly schedule: Schedule; readonly call: Call; readonly viewerId: string | null },
): Json {
  const toRow = view === 'instances' ? instanceRow : scheduleRow;
  return toRow(arm, schedule, { scope: call.scope, viewerId });
}

/** Asked once per request, since asking uses the fault up. */
function lagOf(arm: Arm): Lag {
  const { azureListLag, azureUnlistLag, listLag } = arm.world.settings;
  const isStale = arm.tools.faults.has('stale-read', { surface: 'azure' });
  const atLeast = (lag: Temporal.Duration): Temporal.Duration =>
    isStale && Temporal.Duration.compare(lag, STALE) < 0 ? STALE : lag;
  return { on: atLeast(azureListLag ?? listLag), off: atLeast(azureUnlistLag ?? listLag) };
}
