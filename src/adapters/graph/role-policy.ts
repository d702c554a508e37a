import { principalId } from '../../domain/ids.ts';
import type { ApproverReference } from '../../domain/policy.ts';
import { createPolicyReader } from '../pim-rules/role-policy.ts';
import { type SubjectSet, subjectSet } from './wire.ts';

/** Reads what PIM demands of one activation out of the 17 rules of a policy (pim-api §8.2). */
export const toRolePolicy = createPolicyReader(subjectSet, toApprover);

function toApprover(subject: SubjectSet): ApproverReference | null {
  const type = subject['@odata.type'].replace(/^#/, '');
  const id = (type === 'microsoft.graph.groupmembers' ? subject.groupId : subject.userId) ?? subject.id;
  if (id !== null && type === 'microsoft.graph.singleuser') {
    return { kind: 'person', id: principalId(id), name: subject.description ?? id };
  }
  if (id !== null && type === 'microsoft.graph.groupmembers') {
    return { kind: 'group', id: id.toLowerCase(), name: subject.description ?? id };
  }
  return null;
}
