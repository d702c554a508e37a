import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { PlainWords } from '../../roles/plain-words/understand.ts';
import { buildRoleIndex, type RoleIndex } from '../../roles/role-index.ts';
import type { Task } from '../../roles/tasks/task.ts';

/** Both take some tenths of a second to make, so that they are made when they are first asked for. */
interface Derived {
  index?: RoleIndex;
  words?: { readonly tasks: readonly Task[]; readonly plain: PlainWords };
}

// The catalogue keeps lists that did not change as the same objects: what is derived of them goes when they go.
const ofRoles = new WeakMap<RoleKnowledge['roles'], { readonly version: number; readonly derived: Derived }>();

/** The index of what is known of roles now. */
export function roleIndexOf(knowledge: RoleKnowledge): RoleIndex {
  const derived = derivedOf(knowledge);
  derived.index ??= buildRoleIndex(knowledge);
  return derived.index;
}

/** What plain words can mean in this tenant. */
export function plainWordsOf(knowledge: RoleKnowledge, tasks: readonly Task[]): PlainWords {
  const { operations, directoryActions } = knowledge;
  const derived = derivedOf(knowledge);
  if (derived.words?.tasks !== tasks) {
    derived.words = { tasks, plain: new PlainWords({ operations, directoryActions, tasks }) };
  }
  return derived.words.plain;
}

function derivedOf({ roles, version }: RoleKnowledge): Derived {
  const known = ofRoles.get(roles);
  if (known?.version === version) {
    return known.derived;
  }
  const derived: Derived = {};
  ofRoles.set(roles, { version, derived });
  return derived;
}
