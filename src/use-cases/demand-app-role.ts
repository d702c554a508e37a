import type { AppRole } from '../domain/page-sign-in.ts';
import { AccessError } from '../errors.ts';
import type { Asker } from './services.ts';

/**
 * Lets only those administer the bot whose verified token of this very sign-in says so.
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.admin_required
 */
export function demandAppRole({ steppedUp }: Pick<Asker, 'steppedUp'>, role: AppRole): void {
  if (steppedUp?.app !== 'admin') {
    throw new AccessError('identity.admin_sign_in_required', 'only with a sign-in to the admin app');
  }
  if (!steppedUp.appRoles.includes(role)) {
    throw new AccessError('identity.admin_required', 'the app role is missing', { facts: { role } });
  }
}
