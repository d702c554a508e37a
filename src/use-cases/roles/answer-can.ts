import type { Scope } from '../../domain/assignment.ts';
import { roleVerdict } from '../../domain/can-verdict.ts';
import { comparable } from '../../domain/operation-pattern.ts';
import {
  type AzureRoleDefinition,
  type DirectoryRoleDefinition,
  PLANES,
  type Plane,
} from '../../domain/role-definition.ts';
import type { CanNotice, DecidingBlock, DenialFacts, PlaneAnswer, ShareFacts } from '../../domain/role-notice.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { conditionFacts } from '../../roles/condition-facts.ts';
import { type BlockReason, decide } from '../../roles/evaluate.ts';
import { decideInDirectory } from '../../roles/evaluate-directory.ts';
import type { Asker, Services } from '../services.ts';
import { definitionFacts, directoryRoleById, roleNames } from './definition-facts.ts';
import { findDenials } from './find-denials.ts';
import { placeFacts } from './find-place.ts';
import type { Subject } from './name-subject.ts';
import { ownAccess } from './own-access.ts';
import type { OperationReading, ReadOperation } from './read-operation.ts';

export interface CanQuestion {
  readonly subject: Extract<Subject, { readonly kind: 'definition' }>;
  readonly asked: string;
  readonly reading: Extract<OperationReading, { readonly kind: 'read' }>;
  readonly scope: Scope | null;
  readonly knowledge: RoleKnowledge;
}

/** Answers whether a role can do an operation, on every plane that has it, which strings decide, and what the asker has of it. */
export async function answerCan(services: Services, asker: Asker, question: CanQuestion): Promise<CanNotice> {
  const { subject, asked, reading, scope, knowledge } = question;
  const { operation } = reading;
  const place = scope === null ? null : placeFacts(subject.role, scope, knowledge);
  const answers = answersOf(subject.role, operation, knowledge);
  const allowed = allowedOf(subject.role, operation, answers);
  const isOpen = scope === null || place?.reach === 'outside' || allowed.size === 0;
  const denials = isOpen
    ? null
    : await findDenials(services, asker, { scope, hierarchy: knowledge.hierarchy, allowed });
  return {
    card: 'can',
    role: definitionFacts(subject.role),
    asked: asked.slice(0, 300),
    operation: { operation: operation.name, says: operation.kind === 'pattern' ? '' : operation.says },
    others: reading.others,
    isListed: operation.kind === 'pattern' || operation.isListed,
    answers: answers.map((answer) => ({ ...answer, denials: denialsOn(answer, denials) })),
    denials: isOpen ? 'open' : denials === null ? 'unread' : 'read',
    place,
    own: await ownAccess(services, asker, { subject, scope, hierarchy: knowledge.hierarchy }),
  };
}

/** The answer of the role alone. */
type RoleAnswer = Omit<PlaneAnswer, 'denials'>;

function denialsOn({ plane }: RoleAnswer, denials: Awaited<ReturnType<typeof findDenials>>): readonly DenialFacts[] {
  return plane === null ? [] : (denials?.get(plane) ?? []);
}

/** What a role of Azure allows of what was asked, by plane; on a plane that is a no there is nothing to deny. */
function allowedOf(
  role: AzureRoleDefinition | DirectoryRoleDefinition,
  operation: ReadOperation,
  answers: readonly RoleAnswer[],
): ReadonlyMap<Plane, readonly string[]> {
  const allowed = new Map<Plane, readonly string[]>();
  for (const { plane } of answers.filter((answer) => roleVerdict(answer) !== 'no')) {
    if (plane !== null && role.kind === 'azure') {
      const names = namesOn(operation, plane).filter(
        (name) => decide(role, { operation: name, plane }).answer !== 'denied',
      );
      allowed.set(plane, names);
    }
  }
  return allowed;
}

function namesOn(operation: ReadOperation, plane: Plane): readonly string[] {
  return operation.kind === 'pattern'
    ? operation.operations.filter((one) => one.plane === plane).map(({ name }) => name)
    : [operation.name];
}

function answersOf(
  role: AzureRoleDefinition | DirectoryRoleDefinition,
  operation: ReadOperation,
  knowledge: RoleKnowledge,
): readonly RoleAnswer[] {
  if (role.kind === 'directory') {
    return [operation.kind === 'directory' ? directoryAnswer(role, operation.actions, knowledge) : OTHER_KIND];
  }
  switch (operation.kind) {
    case 'directory':
      return [OTHER_KIND];
    case 'azure':
      return operation.planes.map((plane) => azureAnswer(role, { operation: operation.name, plane }, knowledge));
    case 'pattern':
      return PLANES.filter((plane) => operation.operations.some((one) => one.plane === plane)).map((plane) =>
        patternAnswer(role, operation, { plane, knowledge }),
      );
  }
}

const OTHER_KIND: RoleAnswer = { plane: null, answer: 'other-kind', blocks: 1, why: [], share: null };

function azureAnswer(
  role: AzureRoleDefinition,
  question: { readonly operation: string; readonly plane: Plane },
  knowledge: RoleKnowledge,
): RoleAnswer {
  const { answer, why } = decide(role, question);
  return {
    plane: question.plane,
    answer,
    blocks: role.permissions.length,
    why: why.map((reason) => blockFacts(reason, knowledge)),
    share: null,
  };
}

function blockFacts(
  { block, matchedBy, subtractedBy, condition }: BlockReason,
  knowledge: RoleKnowledge,
): DecidingBlock {
  return {
    block,
    matchedBy: matchedBy.slice(0, MOST_STRINGS),
    subtractedBy: subtractedBy.slice(0, MOST_STRINGS),
    isInherited: false,
    condition: condition === null ? null : conditionFacts(condition, roleNames(knowledge)),
  };
}

const MOST_STRINGS = 6;

/** A pattern is decided operation by operation, by the tenant's list. */
function patternAnswer(
  role: AzureRoleDefinition,
  { name, operations }: Extract<ReadOperation, { readonly kind: 'pattern' }>,
  { plane, knowledge }: { readonly plane: Plane; readonly knowledge: RoleKnowledge },
): RoleAnswer {
  const decided = operations
    .filter((one) => one.plane === plane)
    .map((one) => ({ name: one.name, answer: decide(role, { operation: one.name, plane }).answer }));
  const share: ShareFacts = {
    allowed: decided.filter(({ answer }) => answer === 'allowed').length,
    conditional: decided.filter(({ answer }) => answer === 'conditional').length,
    total: decided.length,
    allowedExample: decided.find(({ answer }) => answer === 'allowed')?.name ?? null,
    deniedExample: decided.find(({ answer }) => answer === 'denied')?.name ?? null,
  };
  return { ...azureAnswer(role, { operation: name, plane }, knowledge), share };
}

/** Of several actions, which a task needs all of, the worst answer counts. */
function directoryAnswer(
  role: DirectoryRoleDefinition,
  actions: readonly string[],
  knowledge: RoleKnowledge,
): RoleAnswer {
  const answers = actions.map((action) => actionAnswer(role, action, knowledge));
  const worst = [...WORST_FIRST].find((answer) => answers.some((one) => one.answer === answer)) ?? 'no';
  return {
    plane: null,
    answer: worst,
    blocks: 1,
    why: answers.flatMap(({ why }) => why).slice(0, MOST_STRINGS),
    share: null,
  };
}

const WORST_FIRST = ['no', 'unknown', 'conditional', 'implied', 'exact'] as const;

interface ActionAnswer {
  readonly answer: (typeof WORST_FIRST)[number];
  readonly why: readonly DecidingBlock[];
}

function actionAnswer(role: DirectoryRoleDefinition, action: string, knowledge: RoleKnowledge): ActionAnswer {
  const { answer, by, onlyIf } = decideInDirectory(role, action, directoryRoleById(knowledge));
  const own = new Set(role.permissions.flatMap(({ actions }) => actions.map(comparable)));
  const deciding = [
    ...by.map((string) => ({ string, condition: null })),
    ...onlyIf.map((one) => ({ string: one.action, condition: one.condition })),
  ];
  const why = deciding.map(({ string, condition }) => ({
    block: 0,
    matchedBy: [string],
    isInherited: !own.has(comparable(string)),
    subtractedBy: [],
    condition: condition === null ? null : { text: condition, operations: [], roles: [], rolesTotal: 0 },
  }));
  return { answer: answer === 'no' && onlyIf.length > 0 ? 'conditional' : answer, why };
}
