import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';

/** What would be a person's to mend is the operator's here: the reader signs in nowhere and consents to nothing. */
const AS_READER: Partial<Record<ErrorCode, ErrorCode>> = {
  'identity.consent_missing': 'graph.forbidden',
  'identity.sign_in_required': 'graph.unauthorized',
  'identity.token_invalid': 'graph.unauthorized',
  'activation.step_up_required': 'graph.unauthorized',
};

/** Reports a failure as the reader's own. */
export async function asReader<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof AccessError ? AS_READER[error.code] : undefined;
    throw code === undefined ? error : new AccessError(code, `As the reader: ${(error as AccessError).message}`);
  }
}
