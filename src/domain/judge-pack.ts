import { type RoleAtScope, roleKey } from './assignment.ts';
import type { Pack } from './break-glass.ts';
import type { Person, RolePolicy } from './policy.ts';
import { timeInWords } from './settings-duration.ts';

/** A role of a pack as the tenant has it, and the people around it; groups are expanded everywhere. */
export interface PackRoleCase {
  readonly role: RoleAtScope;
  readonly policy: RolePolicy;
  /** Who may activate it. */
  readonly eligible: readonly Person[];
  /** Who may approve that by its settings; what stands here when they ask for no approval does not matter. */
  readonly approvers: readonly Person[];
}

/** What a pack is judged by. */
export interface PackCase {
  readonly pack: Pack;
  /** One for each role that it activates. */
  readonly roles: readonly PackRoleCase[];
  /** Whom the pack's source can put on call: everybody of a group, or of a rota. */
  readonly onCall: readonly Person[];
}

export type PackFindingKind =
  | 'approval.demanded'
  | 'approval.missing'
  | 'approver.outside'
  | 'approvers.too_few'
  | 'eligible.nobody'
  | 'eligible.only_one'
  | 'maximum.longer'
  | 'maximum.shorter'
  | 'oncall.nobody'
  | 'role.twice'
  | 'step_up.missing'
  | 'ticket.demanded';

/** One thing that stands against a pack, or beside it as a warning. */
export interface PackFinding {
  readonly kind: PackFindingKind;
  /** The role, or the on-call source, in words. */
  readonly where: string;
  readonly what: string;
  readonly why: string;
}

export interface PackVerdict {
  /** The pack must not be pulled while there is one. */
  readonly problems: readonly PackFinding[];
  readonly warnings: readonly PackFinding[];
}

const FEWEST_FOR_TWO = 2;

/**
 * Judges whether what the rulebook says of a pack and what the tenant says of its roles agree: before anybody needs it, and at
 * every pull. What cannot work, or would let in more than the rulebook says, is a problem.
 */
export function judgePack({ pack, roles, onCall }: PackCase): PackVerdict {
  const leads: Leads = { source: `on-call source ${pack.pulledBy}`, people: onCall };
  const found = [
    ...(onCall.length === 0 ? [nobodyOnCall(leads)] : []),
    ...doubled(roles),
    ...roles.flatMap((one) => [
      ...protection(pack, one),
      ...lengths(pack, one),
      ...(onCall.length === 0 ? [] : [...approving(pack, one, leads), ...eligibility(one, leads)]),
    ]),
    ...(onCall.length === 0 ? [] : together(pack, roles, leads)),
  ];
  const isWarning = ({ kind }: PackFinding): boolean =>
    kind === 'maximum.longer' || (kind === 'eligible.only_one' && !pack.needsSecondPerson);
  return { problems: found.filter((one) => !isWarning(one)), warnings: found.filter(isWarning) };
}

/** A finding as a sentence for people. */
export function findingInWords({ where, what, why }: PackFinding): string {
  return `${where} ${what}: ${why}.`;
}

interface Leads {
  readonly source: string;
  readonly people: readonly Person[];
}

function nobodyOnCall({ source }: Leads): PackFinding {
  return {
    kind: 'oncall.nobody',
    where: source,
    what: 'has nobody',
    why: 'nobody is on call, so nobody could pull it',
  };
}

function doubled(roles: readonly PackRoleCase[]): readonly PackFinding[] {
  const keys = roles.map(({ role }) => roleKey(role));
  return roles
    .filter(({ role }, index) => keys.indexOf(roleKey(role)) < index)
    .map(({ role }) => ({
      kind: 'role.twice',
      where: inWords(role),
      what: 'is named twice',
      why: 'two names in the pack mean the same role, and it can be activated once',
    }));
}

/** What PIM asks of whoever activates it, against what the pack says. */
function protection(pack: Pack, { role, policy }: PackRoleCase): readonly PackFinding[] {
  const where = inWords(role);
  const found: PackFinding[] = [];
  if (policy.authenticationContext === null && !policy.isMfaRequired) {
    const why = 'its settings ask for neither an authentication context nor MFA, so a stolen session could pull it';
    found.push({ kind: 'step_up.missing', where, what: 'is not protected by step-up', why });
  }
  if (policy.isTicketRequired && !pack.isIncidentNeeded) {
    const why = 'the pack does not ask for the number of an incident (needs.incident), so PIM would refuse every pull';
    found.push({ kind: 'ticket.demanded', where, what: 'demands a ticket', why });
  }
  if (policy.isApprovalRequired && !pack.needsSecondPerson) {
    const why = 'the pack is for one person (secondPerson: false), who would have to wait for an approver';
    found.push({ kind: 'approval.demanded', where, what: 'demands approval', why });
  }
  if (!policy.isApprovalRequired && pack.needsSecondPerson) {
    const why = 'the pack is for two people (secondPerson: true), and one alone could activate it in the portal';
    found.push({ kind: 'approval.missing', where, what: 'demands no approval', why });
  }
  return found;
}

function lengths({ window }: Pack, { role, policy }: PackRoleCase): readonly PackFinding[] {
  const order = Temporal.Duration.compare(policy.maximumDuration, window);
  const [maximum, wanted] = [timeInWords(policy.maximumDuration), timeInWords(window)];
  const where = inWords(role);
  if (order < 0) {
    const why = `the pack’s window is ${wanted}, and PIM would refuse that`;
    return [{ kind: 'maximum.shorter', where, what: `is activated for ${maximum} at most`, why }];
  }
  if (order > 0) {
    const why = `the pack’s window is ${wanted}, and the portal gives the same people more`;
    return [{ kind: 'maximum.longer', where, what: `can be activated for ${maximum}`, why }];
  }
  return [];
}

/** The second person's Confirm is PIM's approval: who may give that must be on call, all of them. */
function approving(
  pack: Pack,
  { role, policy, approvers }: PackRoleCase,
  { source, people }: Leads,
): readonly PackFinding[] {
  if (!pack.needsSecondPerson || !policy.isApprovalRequired) {
    return [];
  }
  const where = inWords(role);
  const outside = approvers.filter((one) => !isAmong(people, one));
  const inside = approvers.filter((one) => isAmong(people, one));
  const found: PackFinding[] = [];
  if (outside.length > 0) {
    const what = `can be approved by ${namesOf(outside)}`;
    found.push({ kind: 'approver.outside', where, what, why: `who can never be on call by the ${source}` });
  }
  if (inside.length < FEWEST_FOR_TWO) {
    const what = `can be approved by ${inside.length === 0 ? 'nobody' : `${namesOf(inside)} alone`} of the ${source}`;
    found.push({ kind: 'approvers.too_few', where, what, why: 'nobody approves what they ask for themselves' });
  }
  return found;
}

function eligibility({ role, eligible }: PackRoleCase, { source, people }: Leads): readonly PackFinding[] {
  if (eligible.some((one) => isAmong(people, one))) {
    return [];
  }
  const what = 'has no eligible on-call member';
  const why = `nobody of the ${source} is eligible for it, so nobody could activate it`;
  return [{ kind: 'eligible.nobody', where: inWords(role), what, why }];
}

/** Who could pull the whole pack. A role that nobody could activate was told already. */
function together(pack: Pack, roles: readonly PackRoleCase[], { source, people }: Leads): readonly PackFinding[] {
  const hasPart = ({ eligible }: PackRoleCase): boolean => eligible.some((one) => isAmong(people, one));
  if (roles.length === 0 || !roles.every(hasPart)) {
    return [];
  }
  const pullers = people.filter((one) => roles.every(({ eligible }) => isAmong(eligible, one)));
  const [only, ...others] = pullers;
  if (only === undefined) {
    const why = 'each of its roles is for others, so nobody could pull the whole pack';
    return [
      { kind: 'eligible.nobody', where: source, what: `has nobody who is eligible for all of ${pack.name}`, why },
    ];
  }
  if (others.length === 0) {
    const why = pack.needsSecondPerson ? 'two people are needed' : 'without them nobody could pull it';
    const what = `has only ${only.name} who is eligible for all of ${pack.name}`;
    return [{ kind: 'eligible.only_one', where: source, what, why }];
  }
  return [];
}

function isAmong(people: readonly Person[], { id }: Person): boolean {
  return people.some((one) => one.id === id);
}

function namesOf(people: readonly Person[]): string {
  return people.map(({ name }) => name).join(', ');
}

function inWords({ surface, roleDefinitionId, roleName, scope }: RoleAtScope): string {
  return surface === 'group' ? `${roleDefinitionId} of the group ${roleName}` : `${roleName} on ${scope.name}`;
}
