import assert from 'node:assert/strict';
import type { Pack } from '../../../src/domain/break-glass.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import { findingInWords, judgePack, type PackRoleCase } from '../../../src/domain/judge-pack.ts';
import type { Person, RolePolicy } from '../../../src/domain/policy.ts';
import { aGroupRole, anEligibleAssignment, aPerson, aRolePolicy } from '../../support/fakes/builders.ts';

const [lynne, isaiah, alex, patti] = ['Lynne', 'Isaiah', 'Alex', 'Patti'].map((name) => aPerson({ name })) as [
  Person,
  Person,
  Person,
  Person,
];
const LEADS = [lynne, isaiah];

const PAYMENTS = aGroupRole({ id: '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4', name: 'sg-payments' });
const MINUTES = (minutes: number) => Temporal.Duration.from({ minutes });

function aPack(overrides: Partial<Pack> = {}): Pack {
  return {
    name: 'payments',
    purpose: 'Restore payments',
    activates: [{ surface: 'group', role: 'sg-payments', scope: 'member' }],
    pulledBy: 'leads',
    window: MINUTES(60),
    needsSecondPerson: false,
    alarm: { channel: conversationId('19:a@thread.tacv2'), people: [] },
    owner: 'patti@contoso.com',
    severities: [],
    isIncidentNeeded: true,
    ...overrides,
  };
}

function aRole(policy: Partial<RolePolicy> = {}, overrides: Partial<PackRoleCase> = {}): PackRoleCase {
  return {
    role: PAYMENTS,
    policy: aRolePolicy({ maximumDuration: MINUTES(60), authenticationContext: 'c1', ...policy }),
    eligible: LEADS,
    approvers: [],
    ...overrides,
  };
}

const TWO = aPack({ needsSecondPerson: true });
const APPROVED = { isApprovalRequired: true };

/** What is found, problems and warnings apart, as sentences. */
function judged(pack: Pack, roles: readonly PackRoleCase[], onCall: readonly Person[] = LEADS) {
  const { problems, warnings } = judgePack({ pack, roles, onCall });
  return {
    problems: problems.map((one) => `${one.kind}: ${findingInWords(one)}`),
    warnings: warnings.map((one) => `${one.kind}: ${findingInWords(one)}`),
  };
}

const FINE = { problems: [], warnings: [] };
const onlyProblem = (text: string) => ({ problems: [text], warnings: [] });
const onlyWarning = (text: string) => ({ problems: [], warnings: [text] });

describe('judgePack', () => {
  it('finds nothing against a pack for one person that agrees with the settings', () => {
    assert.deepEqual(judged(aPack(), [aRole()]), FINE);
    assert.deepEqual(judged(aPack(), [aRole({ isTicketRequired: true })]), FINE);
  });

  it('finds nothing against a pack for two people whose approvers are on call', () => {
    assert.deepEqual(judged(TWO, [aRole(APPROVED, { approvers: LEADS })]), FINE);
  });

  it('refuses a pack for one person whose settings demand approval', () => {
    assert.deepEqual(
      judged(aPack(), [aRole(APPROVED, { approvers: LEADS })]),
      onlyProblem(
        'approval.demanded: member of the group sg-payments demands approval: the pack is for one person (secondPerson: false), who would have to wait for an approver.',
      ),
    );
  });

  it('refuses a pack for two people whose settings demand no approval', () => {
    assert.deepEqual(
      judged(TWO, [aRole()]),
      onlyProblem(
        'approval.missing: member of the group sg-payments demands no approval: the pack is for two people (secondPerson: true), and one alone could activate it in the portal.',
      ),
    );
  });

  it('refuses approvers who can never be on call, with their names', () => {
    assert.deepEqual(
      judged(TWO, [aRole(APPROVED, { approvers: [...LEADS, alex, patti] })]),
      onlyProblem(
        'approver.outside: member of the group sg-payments can be approved by Alex, Patti: who can never be on call by the on-call source leads.',
      ),
    );
  });

  it('refuses fewer than two approvers on call: nobody approves their own', () => {
    assert.deepEqual(
      judged(TWO, [aRole(APPROVED, { approvers: [lynne] })]),
      onlyProblem(
        'approvers.too_few: member of the group sg-payments can be approved by Lynne alone of the on-call source leads: nobody approves what they ask for themselves.',
      ),
    );
    assert.deepEqual(
      judged(TWO, [aRole(APPROVED)]).problems.map((one) => one.split(':')[0]),
      ['approvers.too_few'],
    );
  });

  it('refuses settings with neither an authentication context nor MFA', () => {
    assert.deepEqual(
      judged(aPack(), [aRole({ authenticationContext: null })]),
      onlyProblem(
        'step_up.missing: member of the group sg-payments is not protected by step-up: its settings ask for neither an authentication context nor MFA, so a stolen session could pull it.',
      ),
    );
    assert.deepEqual(judged(aPack(), [aRole({ authenticationContext: null, isMfaRequired: true })]), FINE);
  });

  it('refuses a maximum below the window', () => {
    assert.deepEqual(
      judged(aPack({ window: MINUTES(90) }), [aRole()]),
      onlyProblem(
        'maximum.shorter: member of the group sg-payments is activated for 1 h at most: the pack’s window is 1 h 30 min, and PIM would refuse that.',
      ),
    );
  });

  it('warns of a maximum above the window', () => {
    assert.deepEqual(
      judged(aPack({ window: MINUTES(30) }), [aRole()]),
      onlyWarning(
        'maximum.longer: member of the group sg-payments can be activated for 1 h: the pack’s window is 30 min, and the portal gives the same people more.',
      ),
    );
    assert.equal(judged(aPack(), [aRole({ maximumDuration: Temporal.Duration.from('P1D') })]).warnings.length, 1);
  });

  it('refuses a ticket that the pack does not ask for', () => {
    assert.deepEqual(
      judged(aPack({ isIncidentNeeded: false }), [aRole({ isTicketRequired: true })]),
      onlyProblem(
        'ticket.demanded: member of the group sg-payments demands a ticket: the pack does not ask for the number of an incident (needs.incident), so PIM would refuse every pull.',
      ),
    );
  });

  it('refuses a role for which nobody on call is eligible, whoever else is', () => {
    assert.deepEqual(
      judged(aPack(), [aRole({}, { eligible: [alex] })]),
      onlyProblem(
        'eligible.nobody: member of the group sg-payments has no eligible on-call member: nobody of the on-call source leads is eligible for it, so nobody could activate it.',
      ),
    );
  });

  it('warns when only one person on call is eligible, and refuses that for two people', () => {
    const one = aRole({}, { eligible: [lynne, alex] });
    assert.deepEqual(
      judged(aPack(), [one]),
      onlyWarning(
        'eligible.only_one: on-call source leads has only Lynne who is eligible for all of payments: without them nobody could pull it.',
      ),
    );
    assert.deepEqual(
      judged(TWO, [aRole(APPROVED, { eligible: [lynne], approvers: LEADS })]),
      onlyProblem(
        'eligible.only_one: on-call source leads has only Lynne who is eligible for all of payments: two people are needed.',
      ),
    );
  });

  it('refuses roles of which nobody could activate all', () => {
    const role = anEligibleAssignment();
    const roles = [aRole({}, { eligible: [lynne] }), aRole({}, { role, eligible: [isaiah] })];
    assert.deepEqual(
      judged(aPack(), roles),
      onlyProblem(
        'eligible.nobody: on-call source leads has nobody who is eligible for all of payments: each of its roles is for others, so nobody could pull the whole pack.',
      ),
    );
  });

  it('refuses a source that has nobody, and takes that for nobody, never for everybody', () => {
    for (const [pack, role] of [
      [aPack(), aRole()],
      [TWO, aRole(APPROVED, { approvers: LEADS })],
    ] as const) {
      assert.deepEqual(
        judged(pack, [role], []),
        onlyProblem('oncall.nobody: on-call source leads has nobody: nobody is on call, so nobody could pull it.'),
      );
    }
  });

  it('refuses two names of one role', () => {
    const upper = { ...PAYMENTS, scope: { ...PAYMENTS.scope, id: PAYMENTS.scope.id.toUpperCase() } };
    assert.deepEqual(
      judged(aPack(), [aRole(), aRole({}, { role: upper })]),
      onlyProblem(
        'role.twice: member of the group sg-payments is named twice: two names in the pack mean the same role, and it can be activated once.',
      ),
    );
  });

  it('tells everything at once, and of which role', () => {
    const role = anEligibleAssignment();
    const roles = [
      aRole({ authenticationContext: null, ...APPROVED }),
      aRole({ maximumDuration: MINUTES(30) }, { role, eligible: [] }),
    ];
    const { problems } = judgePack({ pack: aPack(), roles, onCall: LEADS });
    assert.deepEqual(
      problems.map(({ kind, where }) => `${where}: ${kind}`),
      [
        'member of the group sg-payments: step_up.missing',
        'member of the group sg-payments: approval.demanded',
        'Security Reader on Whole tenant: maximum.shorter',
        'Security Reader on Whole tenant: eligible.nobody',
      ],
    );
  });
});
