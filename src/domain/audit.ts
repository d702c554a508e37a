import type { PrincipalId, RequestId } from './ids.ts';

/** What the trail records. Names are past facts; renamed never. */
export const AUDIT_EVENTS = [
  'activation.intended',
  'activation.submitted',
  'activation.refused',
  'activation.active',
  'activation.scheduled',
  'activation.ended',
  'activation.canceled',
  'activation.expired',
  'activation.failed',
  'activation.deactivation_intended',
  'activation.continue_wished',
  'activation.wish_dropped',
  'approval.asked',
  'approval.reminded',
  'approval.intended',
  'approval.decided',
  'approval.refused',
  'preference.changed',
  'person.signed_in',
  'person.signed_out',
  'step_up.offered',
  'step_up.done',
  'step_up.ended',
  'activation.usable',
  'activation.chain_ended',
  'extension.asked',
  'assignment.intended',
  'assignment.changed',
  'assignment.refused',
  'settings.proposed',
  'settings.confirmed',
  'settings.written',
  'settings.declined',
  'settings.refused',
  'role_definition.intended',
  'role_definition.changed',
  'role_definition.refused',
  'export.made',
  'tenant.diverged',
  'duties.broken',
  'emergency.used',
  'alarm.raised',
  'alarm.second_route',
  'approvals_channel.chosen',
  'approvals_channel.dropped',
  'message.replayed',
  'message.dropped',
  'breakglass.pulled',
  'breakglass.drilled',
  'breakglass.stood_down',
  'breakglass.ended',
  'breakglass.reviewed',
  'breakglass.escalated',
  'bot.paused',
  'bot.resumed',
  'bot.installed',
] as const;
export type AuditEventName = (typeof AUDIT_EVENTS)[number];

/** Facts that tell of a person or are somebody's own words: with the actor they can be erased from the trail. */
export const PERSONAL_FACTS: ReadonlySet<string> = new Set([
  'justification',
  'ticket',
  'principal',
  'person',
  'proposer',
  'confirmer',
  'recipient',
]);

/** One row of the trail: who did what to which ask. Facts hold ids and codes, no free text beyond what the person wrote. */
export interface AuditEvent {
  readonly event: AuditEventName;
  readonly at: Temporal.Instant;
  /** Null when nobody acted: time did. */
  readonly actorId: PrincipalId | null;
  readonly requestId: RequestId | null;
  readonly facts: Readonly<Record<string, string>>;
}
