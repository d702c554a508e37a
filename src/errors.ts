/** Every refusal and failure that can cross a port. Codes are never renamed: cards, docs and logs key on them. */
export const ERROR_CODES = [
  'activation.already_active',
  'activation.already_pending',
  'activation.azure_mfa_required',
  'activation.conflicting_duty',
  'activation.continue_needs_sign_in',
  'activation.duties_unknown',
  'activation.extension_impossible',
  'activation.in_doubt',
  'activation.justification_required',
  'activation.mfa_not_accepted',
  'activation.mfa_required',
  'activation.narrower_is_weaker',
  'activation.nobody_can_approve',
  'activation.not_active',
  'activation.not_cancellable',
  'activation.not_eligible',
  'activation.nothing_eligible',
  'activation.outcome_unknown',
  'activation.refused_by_policy',
  'activation.reminded_recently',
  'activation.request_unknown',
  'activation.role_unknown',
  'activation.scope_unknown',
  'activation.start_in_past',
  'activation.step_up_not_accepted',
  'activation.step_up_required',
  'activation.ticket_required',
  'activation.too_early_to_continue',
  'activation.too_long',
  'activation.too_short',
  'activation.too_soon_after_end',
  'approval.already_decided',
  'approval.expired',
  'approval.in_doubt',
  'approval.justification_required',
  'approval.not_an_approver',
  'approval.not_together',
  'approval.outcome_unknown',
  'approval.own_request',
  'approval.request_changed',
  'approval.step_up_required',
  'assignment.exists',
  'assignment.last_owner',
  'assignment.not_found',
  'assignment.request_open',
  'assignment.too_short',
  'breakglass.already_pulled',
  'breakglass.changed',
  'breakglass.confirm_over',
  'breakglass.incident_required',
  'breakglass.left_over',
  'breakglass.not_continued',
  'breakglass.not_on_call',
  'breakglass.pack_broken',
  'breakglass.pack_unknown',
  'breakglass.private_chat_only',
  'breakglass.pulled_nothing',
  'breakglass.reason_required',
  'breakglass.refused',
  'breakglass.review_text_required',
  'breakglass.severity_required',
  'breakglass.start_later',
  'breakglass.stopped',
  'breakglass.too_long',
  'bundle.empty',
  'bundle.name_invalid',
  'bundle.unknown',
  'card.foreign',
  'card.malformed',
  'card.stale',
  'channel.not_a_channel',
  'channel.private',
  'channel.shared',
  'channel.type_unknown',
  'command.busy',
  'command.interrupted',
  'command.not_yet',
  'command.overloaded',
  'command.problem',
  'command.too_long',
  'command.too_many',
  'config.invalid',
  'directory.person_ambiguous',
  'directory.person_unknown',
  'export.gone',
  'export.too_large',
  'graph.forbidden',
  'graph.license_missing',
  'graph.not_found',
  'graph.throttled',
  'graph.unauthorized',
  'graph.unavailable',
  'graph.unexpected_answer',
  'identity.access_blocked',
  'identity.admin_required',
  'identity.admin_sign_in_required',
  'identity.admin_unavailable',
  'identity.consent_missing',
  'identity.device_blocked',
  'identity.sign_in_cancelled',
  'identity.sign_in_required',
  'identity.token_invalid',
  'identity.wrong_person',
  'internal.database_unavailable',
  'internal.unexpected',
  'oncall.unavailable',
  'oncall.unknown_source',
  'preference.language_unknown',
  'preference.reminder_invalid',
  'preference.time_zone_unknown',
  'role.definitions_unread',
  'role.not_found',
  'role.operation_unknown',
  'role.rights_missing',
  'role_definition.administrator_needed',
  'role_definition.built_in',
  'role_definition.changed_meanwhile',
  'role_definition.exists',
  'role_definition.in_use',
  'role_definition.limit',
  'role_definition.refused',
  'role_definition.scope_forbidden',
  'role_files.ambiguous',
  'role_files.changed',
  'role_files.none',
  'role_files.role_unknown',
  'role_files.too_many',
  'role_files.unreadable',
  'role_files.unseen',
  'role_files.wrong',
  'runbook.unknown',
  'serving.other_not_served',
  'serving.paused',
  'serving.paused_outside',
  'serving.people_unknown',
  'serving.person_not_served',
  'serving.role_not_served',
  'serving.role_off',
  'serving.scope_not_served',
  'settings.change_over',
  'settings.changed_meanwhile',
  'settings.invalid',
  'settings.locks_out',
  'settings.needs_second_person',
  'settings.refused',
  'webhook.refused',
  'webhook.unavailable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface AccessErrorOptions {
  readonly cause?: unknown;
  /** Shown on the card: never tokens, headers or bodies. */
  readonly facts?: Readonly<Record<string, string>>;
  /** May succeed if simply run again. */
  readonly retryable?: boolean;
  /** How long Microsoft asked us to wait, when it did. */
  readonly retryAfter?: Temporal.Duration;
}

/**
 * The one class that crosses ports. `message` is for operators; people read a card chosen by `code`.
 */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
  readonly retryable: boolean;
  readonly retryAfter: Temporal.Duration | null;

  constructor(code: ErrorCode, message: string, options: AccessErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** Turns whatever was thrown into an {@link AccessError}; strangers become `internal.unexpected` with the original as cause. */
export function asAccessError(thrown: unknown): AccessError {
  if (thrown instanceof AccessError) {
    return thrown;
  }
  return new AccessError('internal.unexpected', thrown instanceof Error ? thrown.message : String(thrown), {
    cause: thrown,
  });
}
