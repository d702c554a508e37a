import type { RoleSettings } from '../../domain/role-settings.ts';
import { areSameSettings } from '../../domain/settings-canonical.ts';
import { AccessError, asAccessError } from '../../errors.ts';

/** A change of settings: written only while the tenant holds `from`. */
export interface SettingsWrite {
  readonly from: RoleSettings;
  readonly to: RoleSettings;
}

/** @throws {AccessError} settings.changed_meanwhile before anything is sent */
export function demandUnchanged(held: RoleSettings, { from }: SettingsWrite): void {
  if (!areSameSettings(held, from)) {
    throw new AccessError('settings.changed_meanwhile', 'the tenant no longer holds what the change was made from');
  }
}

/**
 * What a failed write means: the codes of PIM's refusals become `settings.refused` with Microsoft's code as `reason`; `written`
 * says how many rules had been taken before, when some were.
 */
export function writeFailure(thrown: unknown, written: number): AccessError {
  const error = asAccessError(thrown);
  const reason = refusalReason(error);
  const facts = { ...error.facts, ...(written > 0 && { written: String(written) }) };
  if (error.code === 'graph.not_found' || reason === 'InputPolicyNotFound') {
    // The policy got another id since it was read, as groups do at onboarding (pim-api §19.15).
    return new AccessError('settings.changed_meanwhile', 'the policy is not there any more', { cause: error, facts });
  }
  if (reason !== null) {
    return new AccessError('settings.refused', error.message, { cause: error, facts: { ...facts, reason } });
  }
  if (written === 0) {
    return error;
  }
  const { retryable, retryAfter } = error;
  const wait = retryAfter === null ? {} : { retryAfter };
  return new AccessError(error.code, error.message, { cause: error, facts, retryable, ...wait });
}

function refusalReason({ code, facts }: AccessError): string | null {
  if (code === 'activation.refused_by_policy' || code === 'directory.person_unknown') {
    return facts.rules ?? facts.code ?? code;
  }
  const status = Number(facts.status ?? 0);
  const isRefusal = code === 'graph.unexpected_answer' && status >= 400 && status < 500;
  return isRefusal ? (facts.code ?? `HTTP ${status}`) : null;
}
