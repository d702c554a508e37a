import type { PimRequest, Schedule } from '../pim/model.ts';
import type { Row } from './list.ts';
import { planeOf } from './planes.ts';
import type { Graph } from './tools.ts';

export function requestRow(graph: Graph, request: PimRequest): Row {
  const plane = planeOf(request.subject.surface);
  const { schedules } = graph.pim.state;
  return {
    json: plane.requestJson(request),
    links: {
      ...plane.links(graph, request.subject, request.principalId),
      targetSchedule: () => scheduleOrNull(graph, schedules.get(request.targetScheduleId ?? '')),
      ...(request.kind === 'assignment'
        ? { activatedUsing: () => scheduleOrNull(graph, schedules.get(request.activatedUsing ?? '')) }
        : {}),
    },
  };
}

/** A row of the schedule lists; `viewerId` is whose list it is, who may hold it through a group. */
export function scheduleRow(graph: Graph, schedule: Schedule, viewerId: string | null = null): Row {
  const plane = planeOf(schedule.subject.surface);
  const principalId = viewerId ?? schedule.principalId;
  const links = plane.links(graph, schedule.subject, principalId);
  const json = plane.scheduleJson(schedule, principalId);
  if (schedule.kind === 'eligibility') {
    return { json, links };
  }
  const activatedUsing = () => scheduleOrNull(graph, graph.pim.state.schedules.get(schedule.activatedUsing ?? ''));
  return { json, links: { ...links, activatedUsing } };
}

export function instanceRow(graph: Graph, schedule: Schedule, viewerId: string | null = null): Row {
  const plane = planeOf(schedule.subject.surface);
  const principalId = viewerId ?? schedule.principalId;
  const links = plane.links(graph, schedule.subject, principalId);
  const json = plane.instanceJson(schedule, principalId);
  if (schedule.kind === 'eligibility') {
    return { json, links };
  }
  const activatedUsing = (): Row | null => {
    const eligible = graph.pim.state.schedules.get(schedule.activatedUsing ?? '');
    return eligible === undefined ? null : instanceRow(graph, eligible);
  };
  return { json, links: { ...links, activatedUsing } };
}

function scheduleOrNull(graph: Graph, schedule: Schedule | undefined): Row | null {
  return schedule === undefined ? null : scheduleRow(graph, schedule);
}
