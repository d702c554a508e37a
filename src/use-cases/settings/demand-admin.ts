import { AccessError } from '../../errors.ts';
import type { Asker } from '../services.ts';

/**
 * Lets settings be changed only with tokens of the admin app, from the sign-in that this very click led to.
 *
 * @throws {AccessError} identity.admin_sign_in_required
 */
export function demandAdminSignIn({ steppedUp }: Pick<Asker, 'steppedUp'>): void {
  if (steppedUp?.app !== 'admin') {
    throw new AccessError('identity.admin_sign_in_required', 'only with a sign-in to the admin app');
  }
}
