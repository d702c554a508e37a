import { roleKey } from '../../domain/assignment.ts';
import type { ScheduleRequestId } from '../../domain/ids.ts';
import type { TenantEvent } from '../../ports/tenant-feed.ts';

/** What the log tells, in the end, of one activation: what it came to, and who decided it. */
export interface Told {
  /** The newest row about it. */
  readonly last: TenantEvent;
  /** The approver's row among the new ones. */
  readonly decision: TenantEvent | null;
  /** Microsoft's id of the activation; null where the rows tell only the role. */
  readonly requestId: ScheduleRequestId | null;
  readonly events: readonly TenantEvent[];
}

/**
 * Folds rows, oldest first, into one statement for each activation, so that what came and went meanwhile is told as what it is
 * now. Giving back has a request of its own: it counts for the activation of the same role that the rows told of before, or
 * else for whichever is on.
 */
export function foldEvents(events: readonly TenantEvent[]): readonly Told[] {
  const units = new Map<string, { requestId: ScheduleRequestId | null; events: TenantEvent[] }>();
  const running = new Map<string, string>();
  for (const event of events) {
    const subject = `${event.principalId}|${roleKey(event.role)}`;
    const isOwn = event.kind !== 'deactivated';
    const key = isOwn ? `${subject}|${event.requestId ?? ''}` : (running.get(subject) ?? `${subject}|`);
    const unit = units.get(key) ?? { requestId: isOwn ? event.requestId : null, events: [] };
    unit.events.push(event);
    units.set(key, unit);
    if (event.kind === 'active' || event.kind === 'approved') {
      running.set(subject, key);
    }
  }
  return [...units.values()].flatMap(({ requestId, events: told }) => {
    const last = told.at(-1);
    const decision = told.findLast(({ kind }) => kind === 'approved' || kind === 'denied') ?? null;
    return last === undefined ? [] : [{ last, decision, requestId, events: told }];
  });
}
