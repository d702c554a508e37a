import { comparable } from '../../domain/operation-pattern.ts';
import type { AzureOperation, DirectoryAction, Plane, RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { looksLikeOperation } from '../../roles/plain-words/find-operation.ts';
import type { Meaning } from '../../roles/plain-words/understand.ts';
import type { Task } from '../../roles/tasks/task.ts';
import { findKnownOperation, serviceOfUnlisted } from './known-operation.ts';
import { plainWordsOf } from './role-knowledge.ts';

/** What was asked about, once it is known which operation that is. */
export type ReadOperation =
  | {
      readonly kind: 'azure';
      readonly name: string;
      /** A name may be in both. */
      readonly planes: readonly Plane[];
      readonly says: string;
      readonly isListed: boolean;
    }
  /** `actions`: all that a task needs; of one action, itself. */
  | {
      readonly kind: 'directory';
      readonly name: string;
      readonly actions: readonly string[];
      readonly says: string;
      readonly isListed: boolean;
    }
  | { readonly kind: 'pattern'; readonly name: string; readonly operations: readonly AzureOperation[] };

export type OperationReading =
  | { readonly kind: 'read'; readonly operation: ReadOperation; readonly others: readonly string[] }
  | { readonly kind: 'unknown'; readonly nearest: readonly string[] };

export interface SpokenOperation {
  readonly asked: string;
  /** Of the two kinds of operations, words mean rather those that the role is about. */
  readonly role: RoleDefinition;
  /** Of the place that was named, where that says one. */
  readonly resourceType: string | null;
}

/** Reads an operation as it was asked about: its name, a pattern of names, or what shall be done in plain words. */
export function readOperation(
  spoken: SpokenOperation,
  knowledge: RoleKnowledge,
  tasks: readonly Task[],
): OperationReading {
  return looksLikeOperation(spoken.asked) ? readName(spoken.asked, knowledge) : readWords(spoken, knowledge, tasks);
}

/** Words that name one thing, such as `vm-pay-01`: it may be the place that is meant. */
export function thingsNamed(asked: string, knowledge: RoleKnowledge, tasks: readonly Task[]): readonly string[] {
  return looksLikeOperation(asked) ? [] : plainWordsOf(knowledge, tasks).understand(asked).names;
}

/**
 * A name that no list has is unknown, with the nearest ones that there are; unless the list could not be read: then it is taken
 * as it is, and said to be unchecked.
 */
function readName(asked: string, knowledge: RoleKnowledge): OperationReading {
  const found = findKnownOperation(asked, knowledge);
  switch (found.kind) {
    case 'azure':
      return read(azureOperation(found.operations));
    case 'directory':
      return read(directoryOperation(found.action));
    case 'pattern':
      return found.operations.length === 0
        ? { kind: 'unknown', nearest: [] }
        : read({ kind: 'pattern', name: asked.trim(), operations: found.operations });
    case 'unknown':
      return unlisted(asked.trim(), knowledge) ?? found;
  }
}

function unlisted(name: string, knowledge: RoleKnowledge): OperationReading | null {
  switch (serviceOfUnlisted(name, knowledge)) {
    case 'directory':
      return read({ kind: 'directory', name, actions: [name], says: '', isListed: false });
    case 'azure':
      return read({ kind: 'azure', name, planes: ['control'], says: '', isListed: false });
    case null:
      return null;
  }
}

function readWords(
  { asked, role, resourceType }: SpokenOperation,
  knowledge: RoleKnowledge,
  tasks: readonly Task[],
): OperationReading {
  const { meanings, nearest } = plainWordsOf(knowledge, tasks).understand(asked, resourceType);
  const isOwnKind = ({ kind }: Meaning): boolean => (kind === 'operation') === (role.kind === 'azure');
  const sorted = [...meanings.filter(isOwnKind), ...meanings.filter((one) => !isOwnKind(one))];
  const usable = sorted.filter((one) => one.kind !== 'task' || one.task.actions.length > 0);
  const [meant, ...others] = usable;
  if (meant === undefined) {
    return { kind: 'unknown', nearest: [...new Set(nearest.map(nameOf))] };
  }
  const further = others.filter((one) => isOwnKind(one) === isOwnKind(meant)).map(nameOf);
  const name = nameOf(meant);
  return {
    kind: 'read',
    operation: operationOf(meant, knowledge),
    others: [...new Set(further)].filter((other) => other !== name).slice(0, MOST_OTHERS),
  };
}

const MOST_OTHERS = 4;

function operationOf(meant: Meaning, { operations }: RoleKnowledge): ReadOperation {
  switch (meant.kind) {
    case 'operation':
      return azureOperation(operations.filter(({ name }) => comparable(name) === comparable(meant.operation.name)));
    case 'directory-action':
      return directoryOperation(meant.action);
    case 'task': {
      const { task, actions } = meant.task;
      const [only, second] = actions;
      const name = only !== undefined && second === undefined ? only : task;
      return { kind: 'directory', name, actions, says: name === task ? actions.join(', ') : task, isListed: true };
    }
  }
}

function nameOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'operation':
      return meaning.operation.name;
    case 'directory-action':
      return meaning.action.name;
    case 'task':
      return meaning.task.task;
  }
}

/** The operations of one name. */
function azureOperation(same: readonly AzureOperation[]): ReadOperation {
  return {
    kind: 'azure',
    name: same[0]?.name ?? '',
    planes: same.map(({ plane }) => plane),
    says: same.find(({ displayName }) => displayName !== '')?.displayName ?? '',
    isListed: true,
  };
}

function directoryOperation({ name, description }: DirectoryAction): ReadOperation {
  return { kind: 'directory', name, actions: [name], says: description, isListed: true };
}

function read(operation: ReadOperation): OperationReading {
  return { kind: 'read', operation, others: [] };
}
