import { principalId } from '../../domain/ids.ts';
import type { ApproverReference } from '../../domain/policy.ts';
import { createPolicyReader } from '../pim-rules/role-policy.ts';
import { type Approver, approver } from './wire.ts';

/** Reads what PIM demands of one activation out of the effective rules of a policy (pim-api §8.6). */
export const toRolePolicy = createPolicyReader(approver, toApprover);

function toApprover({ id, userType, description }: Approver): ApproverReference | null {
  switch (userType) {
    case 'user':
      return { kind: 'person', id: principalId(id), name: description ?? id };
    case 'group':
      return { kind: 'group', id: id.toLowerCase(), name: description ?? id };
    default:
      return null;
  }
}
