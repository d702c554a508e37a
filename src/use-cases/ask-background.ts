import type { ActivationRequest } from '../domain/activation.ts';
import type { AskBackground, PastAsks, RiskFacts } from '../domain/approval-facts.ts';
import { definitionKey, GROUP_OWNER, isSameRole, type RoleAtScope, type Surface } from '../domain/assignment.ts';
import type { RiskClass } from '../domain/role-notice.ts';
import { asAccessError } from '../errors.ts';
import type { RoleKnowledge } from '../ports/role-catalogue.ts';
import type { GroupGives } from '../ports/tenant-reader.ts';
import { powerfulInAzure, powerfulInDirectory } from '../roles/powerful.ts';
import { directoryRisk } from '../roles/risk.ts';
import { scopePath } from '../roles/scope-path.ts';
import { isBefore, iso, isoOrNull, roleFacts } from './facts.ts';
import { roleIndexOf } from './roles/role-knowledge.ts';
import type { Services } from './services.ts';

const LOOKED_BACK = Temporal.Duration.from({ hours: 30 * 24 });
const SURFACES: readonly Surface[] = ['directory', 'group', 'azure'];
/** As many as are kept for a card. */
const MOST_ROLES = 20;

/**
 * Looks up what an approver wants to know of a request besides what it says, with the reader and from our own records: once for all
 * of its approvers. What cannot be read is said so, and keeps nothing else from being told; never throws for it.
 */
export async function askBackground(services: Services, request: ActivationRequest): Promise<AskBackground> {
  const { role } = request;
  const since = services.clock.now().subtract(LOOKED_BACK);
  const [known, active, past, held] = await Promise.all([
    services.catalogue.current(),
    readActive(services, request),
    services.store.now.requests.summarizeBefore(request, since),
    role.surface === 'group' ? readHeld(services, role) : null,
  ]);
  return {
    lookedAt: iso(services.clock.now()),
    surface: role.surface,
    ...(role.surface === 'group' ? groupBackground(role, held, known) : { risk: riskOf(role, known) }),
    scope: { id: role.scope.id, path: scopePath(role.surface, role.scope, known.hierarchy) },
    active,
    past: past satisfies PastAsks,
  };
}

async function readActive(services: Services, request: ActivationRequest): Promise<AskBackground['active']> {
  const answers = await Promise.all(SURFACES.map((surface) => readActiveOn(services, request, surface)));
  const unread = SURFACES.filter((_, index) => answers[index] === null);
  const rows = answers.flatMap((answer) => answer ?? []).filter((row) => !isSameRole(row, request.role));
  // What was activated is what somebody does just now: it comes before what they always have.
  const sorted = rows.toSorted(
    (a, b) => Number(a.assignmentType === 'assigned') - Number(b.assignmentType === 'assigned'),
  );
  return {
    roles: sorted.slice(0, MOST_ROLES).map((row) => ({ ...roleFacts(row), endsAt: isoOrNull(row.endsAt) })),
    further: Math.max(0, sorted.length - MOST_ROLES),
    unread,
  };
}

/** Null when it cannot be read, also because nobody lets us. */
async function readActiveOn(services: Services, { requesterId }: ActivationRequest, surface: Surface) {
  try {
    const now = services.clock.now();
    const rows = await services.reader.listActive(requesterId, surface);
    return rows.filter(({ endsAt }) => endsAt === null || isBefore(now, endsAt));
  } catch (thrown) {
    services.log.warn('background.active_unread', { surface, code: asAccessError(thrown).code });
    return null;
  }
}

/** Null when nothing of it can be read. */
async function readHeld(services: Services, { scope }: RoleAtScope): Promise<GroupGives | null> {
  try {
    return await services.reader.listHeldByGroup(scope.id);
  } catch (thrown) {
    services.log.warn('background.group_unread', { code: asAccessError(thrown).code });
    return null;
  }
}

const WEIGHTS: Readonly<Record<RiskClass, number>> = { reads: 0, changes: 1, 'reaches-data': 2, 'changes-access': 3 };

function weightOf(risk: RiskFacts | null): number {
  return risk === null ? -1 : WEIGHTS[risk.class];
}

/**
 * A group is as heavy as the heaviest role that it gives; whoever owns it decides who gets them. No role on what could be read is
 * not told as "none" while a surface is unread.
 */
function groupBackground(
  role: RoleAtScope,
  held: GroupGives | null,
  known: RoleKnowledge,
): Pick<AskBackground, 'risk' | 'group'> {
  const isOwner = definitionKey(role.roleDefinitionId) === GROUP_OWNER;
  const isUnread = held === null || held.unread.length > 0;
  const weighed = (held?.roles ?? [])
    .map((one) => ({ one, risk: riskOf(one, known) }))
    .toSorted((a, b) => weightOf(b.risk) - weightOf(a.risk));
  const owning: RiskFacts = { class: 'changes-access', kind: 'directory', operation: null };
  return {
    risk: isOwner ? owning : (weighed[0]?.risk ?? null),
    group: {
      access: isOwner ? 'owner' : 'member',
      roles:
        isUnread && weighed.length === 0
          ? null
          : weighed.slice(0, MOST_ROLES).map(({ one }) => ({ ...roleFacts(one), gives: one.gives })),
      further: Math.max(0, weighed.length - MOST_ROLES),
      isRiskPartial: isUnread || weighed.some(({ risk }) => risk === null),
    },
  };
}

/** Null when the reader does not know the definition. */
function riskOf(role: RoleAtScope, known: RoleKnowledge): RiskFacts | null {
  const id = definitionKey(role.roleDefinitionId);
  const definition = known.roles.find((one) => one.kind === role.surface && one.id === id);
  if (definition === undefined) {
    return null;
  }
  if (definition.kind === 'directory') {
    const actions = definition.permissions.flatMap((permission) => permission.actions);
    const [first] = powerfulInDirectory(definition).has;
    return { class: directoryRisk(actions), kind: 'directory', operation: first?.operation ?? null };
  }
  const indexed = roleIndexOf(known).find('azure', id);
  const [first] = powerfulInAzure(definition, []).has;
  return indexed === undefined ? null : { class: indexed.risk, kind: 'azure', operation: first?.operation ?? null };
}
