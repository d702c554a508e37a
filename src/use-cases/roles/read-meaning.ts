import type { Plane } from '../../domain/role-definition.ts';
import type { MeaningFacts } from '../../domain/which-role-notice.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { looksLikeOperation } from '../../roles/plain-words/find-operation.ts';
import type { Meaning } from '../../roles/plain-words/understand.ts';
import type { Task } from '../../roles/tasks/task.ts';
import { findKnownOperation, serviceOfUnlisted } from './known-operation.ts';
import { plainWordsOf } from './role-knowledge.ts';

/** What roles are asked about. */
export type Wanted =
  | { readonly kind: 'operation'; readonly name: string; readonly plane: Plane; readonly says: string }
  | { readonly kind: 'pattern'; readonly name: string; readonly plane: Plane }
  | { readonly kind: 'directory-action'; readonly name: string; readonly says: string }
  | { readonly kind: 'task'; readonly task: Task };

export interface ReadMeaning {
  /** All that fit about equally well: one is an answer, several are a question. */
  readonly fitting: readonly Wanted[];
  readonly others: readonly Wanted[];
  /** False where the tenant's list could not be read, so that nobody knows whether it exists. */
  readonly isListed: boolean;
}

export interface Said {
  readonly asked: string;
  /** Of the place, where that says one. */
  readonly resourceType: string | null;
  readonly tasks: readonly Task[];
}

/** Reads what somebody wants to do: the name of an operation, a pattern of names, or words. */
export function readMeaning(said: Said, knowledge: RoleKnowledge): ReadMeaning {
  return looksLikeOperation(said.asked) ? readName(said.asked.trim(), knowledge) : readWords(said, knowledge);
}

function readWords({ asked, resourceType, tasks }: Said, knowledge: RoleKnowledge): ReadMeaning {
  const { meanings, nearest } = plainWordsOf(knowledge, tasks).understand(asked, resourceType);
  return { fitting: meanings.map(wantedOf), others: nearest.map(wantedOf), isListed: true };
}

function wantedOf(meaning: Meaning): Wanted {
  switch (meaning.kind) {
    case 'operation': {
      const { name, plane, displayName } = meaning.operation;
      return { kind: 'operation', name, plane, says: displayName };
    }
    case 'directory-action':
      return { kind: 'directory-action', name: meaning.action.name, says: meaning.action.description };
    case 'task':
      return meaning;
  }
}

function readName(asked: string, knowledge: RoleKnowledge): ReadMeaning {
  const found = findKnownOperation(asked, knowledge);
  switch (found.kind) {
    case 'azure':
      return listed(
        found.operations.map(({ name, plane, displayName }) => ({ kind: 'operation', name, plane, says: displayName })),
      );
    case 'directory':
      return listed([{ kind: 'directory-action', name: found.action.name, says: found.action.description }]);
    case 'pattern':
      return listed(
        [...new Set(found.operations.map(({ plane }) => plane))].map((plane) => ({
          kind: 'pattern',
          name: asked,
          plane,
        })),
      );
    case 'unknown': {
      const unlisted = asUnlisted(asked, knowledge);
      const others = found.nearest.flatMap((name) => readName(name, knowledge).fitting);
      return unlisted === null
        ? { fitting: [], others, isListed: true }
        : { fitting: [unlisted], others: [], isListed: false };
    }
  }
}

function listed(fitting: readonly Wanted[]): ReadMeaning {
  return { fitting, others: [], isListed: true };
}

/** Without a list to look it up in, a name is taken as it is written. */
function asUnlisted(name: string, knowledge: RoleKnowledge): Wanted | null {
  switch (serviceOfUnlisted(name, knowledge)) {
    case 'directory':
      return { kind: 'directory-action', name, says: '' };
    case 'azure':
      return { kind: 'operation', name, plane: 'control', says: '' };
    case null:
      return null;
  }
}

const DIVIDER = ':';

/** Names a meaning on a button, so that {@link findWanted} finds it again. */
export function keyOfWanted(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'operation':
    case 'pattern':
      return [wanted.kind, wanted.plane, wanted.name].join(DIVIDER);
    case 'directory-action':
      return [wanted.kind, wanted.name].join(DIVIDER);
    case 'task':
      return [wanted.kind, wanted.task.area, wanted.task.task].join(DIVIDER);
  }
}

/** What the button meant; undefined when it is not among what can be meant any more. */
export function findWanted(key: string, tasks: readonly Task[], knowledge: RoleKnowledge): Wanted | undefined {
  if (key.startsWith(`task${DIVIDER}`)) {
    return tasks.map((task): Wanted => ({ kind: 'task', task })).find((wanted) => keyOfWanted(wanted) === key);
  }
  const name = key.slice(key.lastIndexOf(DIVIDER) + 1);
  return readName(name, knowledge).fitting.find((wanted) => keyOfWanted(wanted) === key);
}

export function meaningFacts(wanted: Wanted): MeaningFacts {
  const key = keyOfWanted(wanted);
  switch (wanted.kind) {
    case 'operation':
      return {
        kind: 'operation',
        key,
        name: wanted.name,
        says: wanted.says,
        isData: wanted.plane === 'data',
        roles: [],
      };
    case 'pattern':
      return { kind: 'pattern', key, name: wanted.name, says: '', isData: wanted.plane === 'data', roles: [] };
    case 'directory-action':
      return { kind: 'directory-action', key, name: wanted.name, says: wanted.says, isData: false, roles: [] };
    case 'task': {
      const roles = wanted.task.roles.map(({ name }) => name);
      return { kind: 'task', key, name: wanted.task.task, says: wanted.task.area, isData: false, roles };
    }
  }
}
