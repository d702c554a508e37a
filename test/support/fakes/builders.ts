import {
  type EligibleAssignment,
  GROUP_MEMBER,
  GROUP_OWNER,
  groupRole,
  type RoleAtScope,
} from '../../../src/domain/assignment.ts';
import { principalId, roleDefinitionId } from '../../../src/domain/ids.ts';
import { PAGE_SIGN_IN_LIFETIME, type PageSignIn } from '../../../src/domain/page-sign-in.ts';
import type { Person, RolePolicy } from '../../../src/domain/policy.ts';

let lastNumber = 0;

/** A GUID that no other builder gave out. */
export function aGuid(): string {
  lastNumber += 1;
  return `00000000-0000-4000-8000-${lastNumber.toString(16).padStart(12, '0')}`;
}

/** A person with a fresh id. */
export function aPerson(overrides: Partial<Person> = {}): Person {
  const id = overrides.id ?? principalId(aGuid());
  return {
    id,
    name: `Person ${id.slice(-4)}`,
    userPrincipalName: `person-${id.slice(-4)}@contoso.example`,
    ...overrides,
  };
}

/** `Security Reader` in the whole tenant, unless said otherwise. */
export function anEligibleAssignment(overrides: Partial<EligibleAssignment> = {}): EligibleAssignment {
  return {
    surface: 'directory',
    roleDefinitionId: roleDefinitionId('5d6b6bb7-de71-4623-b4af-96380a352509'),
    roleName: 'Security Reader',
    scope: { id: '/', name: 'Whole tenant' },
    principalId: principalId(aGuid()),
    endsAt: null,
    ...overrides,
  };
}

/** Membership of a PIM group, or another role of it. */
export function aGroupRole(
  group: { readonly id: string; readonly name: string },
  role: string = GROUP_MEMBER,
): RoleAtScope {
  const base = groupRole(group, role === GROUP_OWNER ? GROUP_OWNER : GROUP_MEMBER);
  return { ...base, roleDefinitionId: roleDefinitionId(role), scope: { ...base.scope, id: group.id } };
}

/** At most eight hours, with a justification, nothing else. */
export function aRolePolicy(overrides: Partial<RolePolicy> = {}): RolePolicy {
  return {
    maximumDuration: Temporal.Duration.from({ hours: 8 }),
    isJustificationRequired: true,
    isTicketRequired: false,
    isMfaRequired: false,
    authenticationContext: null,
    isApprovalRequired: false,
    isApproverJustificationRequired: true,
    approvers: [],
    ...overrides,
  };
}

/** A link offered now for a sentence that waits, to somebody new; it expires after the usual five minutes. */
export function aPageSignIn(now: Temporal.Instant, overrides: Partial<PageSignIn> = {}): PageSignIn {
  return {
    id: aGuid().replaceAll('-', ''),
    principalId: principalId(aGuid()),
    app: 'self-service',
    claims: null,
    requiredContext: null,
    resources: ['graph'],
    keep: 'turn',
    purpose: { kind: 'sentence', signInId: 'sentence' },
    story: null,
    state: 'offered',
    createdAt: now,
    expiresAt: now.add(PAGE_SIGN_IN_LIFETIME),
    ...overrides,
  };
}
