import type { ActivationRequest } from '../domain/activation.ts';
import type { RoleAtScope } from '../domain/assignment.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { TenantRequest } from '../ports/role-management.ts';
import type { RequestKey } from '../ports/tenant-reader.ts';
import type { Services } from './services.ts';
import { unlessHidden } from './unless-hidden.ts';

/**
 * Looks at the tenant for the request behind an ask, by Microsoft's id where it is known, else by our marker; `hidden` where the
 * reader may not look, which is not the same as none.
 */
export async function lookForRequest(
  services: Services,
  { marker, requesterId, role, scheduleRequestId }: ActivationRequest,
): Promise<TenantRequest | 'hidden' | null> {
  const key = scheduleRequestId === null ? { marker } : { id: scheduleRequestId };
  return await findTenantRequest(services, { principalId: requesterId, role }, key);
}

/** The same for a request of which only the tenant knows. */
export async function findTenantRequest(
  services: Services,
  { principalId, role }: { readonly principalId: PrincipalId; readonly role: RoleAtScope },
  key: RequestKey,
): Promise<TenantRequest | 'hidden' | null> {
  return await unlessHidden(
    () => services.reader.findRequest(principalId, role, key),
    () => 'hidden',
  );
}
