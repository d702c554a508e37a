import type { AzureOperation, DirectoryAction } from '../../domain/role-definition.ts';
import type { Entry } from './word-index.ts';
import { splitName, stemsOf, verbOf } from './words.ts';

const CRUD = new Set(['read', 'write', 'delete']);
const INNER_VERBS = new Set(['pull', 'push', 'query', 'sign', 'quarantine']);
/** Property sets that say nothing about what is meant. */
const PLAIN_SETS = new Set(['standard', 'basic', 'allProperties', 'allEntities']);

/**
 * How names are written in words. Providers write some of theirs in small letters (`networksecuritygroups`): these are split as
 * others have split them.
 */
export class NameSplitter {
  readonly #spelt = new Map<string, readonly string[]>();

  constructor(names: readonly string[]) {
    for (const part of new Set(names.flatMap((name) => name.split('/')))) {
      const words = splitName(part);
      const known = this.#spelt.get(part.toLowerCase());
      if (known === undefined || known.length < words.length) {
        this.#spelt.set(part.toLowerCase(), words);
      }
    }
  }

  split(part: string): readonly string[] {
    return this.#spelt.get(part.toLowerCase()) ?? splitName(part);
  }
}

export function operationEntry(operation: AzureOperation, splitter: NameSplitter): Entry<AzureOperation> {
  const [provider = '', ...parts] = operation.name.split('/');
  const last = parts.at(-1)?.toLowerCase() ?? '';
  const isAction = last === 'action';
  const below = isAction ? parts.slice(0, -2) : CRUD.has(last) ? parts.slice(0, -1) : parts;
  const acts = isAction
    ? verbsOf(splitter.split(parts.at(-2) ?? ''))
    : { verbs: CRUD.has(last) ? [last] : [], rest: [] };
  // `registries/pull/read`, `workspaces/query/read`: the last part says what is done, not to what.
  const inner = INNER_VERBS.has(below.at(-1) ?? '') ? verbOf(below.at(-1) ?? '') : undefined;
  const isInner = inner !== undefined && below.length > 1;
  const typeParts = isInner ? below.slice(0, -1) : below;
  return {
    value: operation,
    verbs: isInner ? [...acts.verbs, inner] : acts.verbs,
    own: [...new Set([...splitter.split(typeParts.at(-1) ?? ''), ...acts.rest])],
    above: [...new Set(typeParts.slice(0, -1).flatMap((part) => splitter.split(part)))],
    service: splitter.split(provider.slice(provider.indexOf('.') + 1)),
    around: stemsOf(`${operation.displayName} ${operation.description}`),
    type: [provider, ...typeParts].join('/').toLowerCase(),
    text: null,
  };
}

/** `forceReboot` restarts. */
const BEFORE_VERB = new Set(['force', 'perform', 'initiate', 'begin', 'trigger']);

/** `getSecret` reads a secret, `powerOff` stops; words that are no verb stay what it is about. */
function verbsOf(words: readonly string[]): { readonly verbs: readonly string[]; readonly rest: readonly string[] } {
  const from = BEFORE_VERB.has(words[0] ?? '') && words.length > 1 ? 1 : 0;
  const [first = '', second = ''] = words.slice(from);
  if (first === 'power' && (second === 'off' || second === 'on')) {
    return { verbs: [`power ${second}`], rest: words.slice(from + 2) };
  }
  const joined = verbOf(first + second);
  if (joined !== undefined && second !== '') {
    return { verbs: [joined], rest: words.slice(from + 2) };
  }
  const verb = verbOf(first);
  return verb === undefined ? { verbs: [first], rest: words } : { verbs: [verb], rest: words.slice(from + 1) };
}

export function directoryEntry(action: DirectoryAction): Entry<DirectoryAction> {
  const [namespace = '', ...parts] = action.name.split('/');
  const last = parts.at(-1) ?? '';
  const { verbs, rest } =
    last === 'allTasks'
      ? { verbs: ['create', 'read', 'update', 'delete', 'manage'], rest: [] }
      : verbsOf(splitName(last));
  const about = parts
    .slice(0, -1)
    .filter((part) => !PLAIN_SETS.has(part))
    .flatMap(splitName);
  return {
    value: action,
    verbs,
    own: [...new Set([...about, ...rest])],
    above: [],
    service: splitName(namespace.replace(/^microsoft\./i, '')),
    around: stemsOf(action.description),
    type: null,
    text: null,
  };
}
