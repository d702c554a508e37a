import type { OnCallPeople, OnCallSource } from '../../domain/on-call.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { Rules } from '../../ports/rulebook.ts';
import type { TenantReader } from '../../ports/tenant-reader.ts';

export interface OnCallSettings {
  readonly rules: Rules;
  readonly reader: Pick<TenantReader, 'listMembers'>;
  readonly log: Pick<Log, 'error'>;
}

/** Asks the sources of the rulebook in force who is on call, each time afresh: an answer that is old would let the wrong people in. */
export function createOnCall(settings: OnCallSettings): OnCall {
  return {
    async read(name) {
      const wanted = name.trim().toLowerCase();
      const source = settings.rules.current().onCall.find((one) => one.name.toLowerCase() === wanted);
      if (source === undefined) {
        throw new AccessError('oncall.unknown_source', `The rulebook has no on-call source “${name}”`, {
          facts: { source: name },
        });
      }
      try {
        return await readSource(source, settings);
      } catch (thrown) {
        throw unavailable(source, asAccessError(thrown), settings.log);
      }
    },
  };
}

async function readSource(source: OnCallSource, { reader }: OnCallSettings): Promise<OnCallPeople> {
  if (source.kind === 'entra-group') {
    return { people: await reader.listMembers(source.group), until: null };
  }
  throw new AccessError('oncall.unavailable', 'Rota files are not read yet');
}

/** Whatever went wrong: while it is not known who is on call, nobody is. */
function unavailable({ name, kind }: OnCallSource, error: AccessError, log: Pick<Log, 'error'>): AccessError {
  log.error('oncall.unreadable', { source: name, kind, code: error.code, problems: error.message });
  return new AccessError('oncall.unavailable', `The on-call source “${name}” cannot be read: ${error.message}`, {
    cause: error,
    facts: { source: name },
    retryable: error.retryable,
    ...(error.retryAfter !== null && { retryAfter: error.retryAfter }),
  });
}
