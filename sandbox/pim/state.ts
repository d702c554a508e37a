import { createHash, randomBytes } from 'node:crypto';
import type { Approval, AuditEvent, PimRequest, Schedule } from './model.ts';
import { Timeline } from './timeline.ts';

/** Everything role management remembers. Rows are never taken out, except requests cancelled 30 days ago. */
export class PimState {
  readonly requests = new Map<string, PimRequest>();
  readonly schedules = new Map<string, Schedule>();
  readonly approvals = new Map<string, Approval>();
  readonly audit: AuditEvent[] = [];
  readonly timeline = new Timeline();
  readonly #schedulesByPrincipal = new Map<string, Schedule[]>();
  readonly #requestsByPrincipal = new Map<string, PimRequest[]>();

  addSchedule(schedule: Schedule): void {
    this.schedules.set(schedule.id, schedule);
    push(this.#schedulesByPrincipal, schedule.principalId, schedule);
  }

  addRequest(request: PimRequest): void {
    this.requests.set(request.id, request);
    push(this.#requestsByPrincipal, request.principalId, request);
  }

  dropRequest(request: PimRequest): void {
    this.requests.delete(request.id);
    const rest = this.requestsOf(request.principalId).filter((one) => one !== request);
    this.#requestsByPrincipal.set(request.principalId, rest);
  }

  schedulesOf(principalId: string): readonly Schedule[] {
    return this.#schedulesByPrincipal.get(principalId) ?? [];
  }

  requestsOf(principalId: string): readonly PimRequest[] {
    return this.#requestsByPrincipal.get(principalId) ?? [];
  }
}

/** An id as instances have it: opaque, not a GUID. */
export function instanceId(): string {
  return `${randomBytes(32).toString('base64url')}-1`;
}

/** The same GUID for the same name, for things that exist from the start. */
export function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
    return;
  }
  list.push(value);
}
