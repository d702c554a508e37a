import { typoDistance } from '../../domain/distance.ts';
import { operationPattern } from '../../domain/operation-pattern.ts';
import type { Plane } from '../../domain/role-definition.ts';
import table from '../access-changing.json' with { type: 'json' };
import type { LintKnowledge } from './finding.ts';

/** To find the nearest of thousands of names takes a while: it is done for so many. */
const MOST_SUGGESTIONS = 20;
const MOST_TYPOS = 6;

const HANDING_OUT_KEYS = table.azureSecrets.map((name) => operationPattern(name));

/** What is known of names, to be asked many times. */
export interface KnownNames {
  readonly hasOperations: boolean;
  readonly hasDirectoryActions: boolean;
  hasProvider(provider: string): boolean;
  /** The planes in which an operation exists; of a pattern, those in which any fits. */
  planesOf(string: string): ReadonlySet<Plane>;
  /** Whether an operation hands out a key or a secret: with it the data is reached past every role. */
  isHandingOutKeys(operation: string): boolean;
  /** All that do, in small letters. */
  readonly handingOutKeys: readonly string[];
  isDirectoryAction(action: string): boolean;
  isPrivileged(action: string): boolean;
  /** Made anew for each file, so that each has its suggestions. */
  suggester(): Suggester;
}

/** Names as they are written in the list, or null when nothing is near. */
export interface Suggester {
  provider(wrong: string): string | null;
  operation(wrong: string): string | null;
  directoryAction(wrong: string): string | null;
}

interface Provider {
  readonly written: string;
  /** In small letters, with how it is written and where it exists. */
  readonly operations: Map<string, { readonly written: string; readonly planes: Set<Plane> }>;
}

export function createKnownNames(knowledge: LintKnowledge): KnownNames {
  const providers = groupByProvider(knowledge);
  const actions = new Map(knowledge.directoryActions.map(({ name }) => [name.toLowerCase(), name]));
  const privileged = new Set(knowledge.privilegedActions.map((name) => name.toLowerCase()));
  const known = new Map<string, ReadonlySet<Plane>>();
  let keys: readonly string[] | null = null;

  /** The providers whose operations a pattern can fit: few, when it names the beginning of one. */
  function candidates(pattern: string): readonly Provider[] {
    const provider = providerOf(pattern);
    if (!provider.includes('*')) {
      const found = providers.get(provider);
      return found === undefined ? [] : [found];
    }
    const head = provider.slice(0, provider.indexOf('*'));
    return [...providers].filter(([name]) => name.startsWith(head)).map(([, found]) => found);
  }

  /** The planes of operations that a pattern fits. */
  function planesOfPattern(pattern: string): ReadonlySet<Plane> {
    const planes = new Set<Plane>();
    const { fits } = operationPattern(pattern);
    for (const { operations } of candidates(pattern)) {
      for (const [name, found] of operations) {
        if (planes.size < 2 && fits(name)) {
          for (const plane of found.planes) {
            planes.add(plane);
          }
        }
      }
    }
    return planes;
  }

  return {
    hasOperations: providers.size > 0,
    hasDirectoryActions: actions.size > 0,
    hasProvider: (provider) => providers.has(provider),
    planesOf(string) {
      if (!string.includes('*')) {
        return providers.get(providerOf(string))?.operations.get(string)?.planes ?? new Set();
      }
      const planes = known.get(string) ?? planesOfPattern(string);
      known.set(string, planes);
      return planes;
    },
    isHandingOutKeys: (operation) => HANDING_OUT_KEYS.some(({ fits }) => fits(operation)),
    get handingOutKeys() {
      keys ??= [...providers.values()].flatMap(({ operations }) =>
        [...operations]
          .filter(([name, { planes }]) => planes.has('control') && this.isHandingOutKeys(name))
          .map(([name]) => name),
      );
      return keys;
    },
    isDirectoryAction: (action) => actions.has(action),
    isPrivileged: (action) => privileged.has(action),
    suggester() {
      let left = MOST_SUGGESTIONS;
      const among = (wrong: string, names: Iterable<readonly [string, string]>): string | null =>
        left-- > 0 ? nearest(wrong, names) : null;
      const written = (provider: Provider | undefined): readonly (readonly [string, string])[] =>
        [...(provider?.operations ?? [])].map(([name, found]) => [name, found.written]);
      return {
        provider: (wrong) =>
          among(
            wrong,
            [...providers].map(([name, found]) => [name, found.written]),
          ),
        operation: (wrong) => among(wrong, written(providers.get(providerOf(wrong)))),
        directoryAction: (wrong) => among(wrong, actions),
      };
    },
  };
}

/** What stands before the first slash. */
export function providerOf(string: string): string {
  return string.split('/', 1)[0] ?? '';
}

function groupByProvider({ operations }: LintKnowledge): ReadonlyMap<string, Provider> {
  const providers = new Map<string, Provider>();
  for (const { name, plane } of operations) {
    const lowered = name.trim().toLowerCase();
    const key = providerOf(lowered);
    const provider = providers.get(key) ?? { written: providerOf(name.trim()), operations: new Map() };
    providers.set(key, provider);
    const found = provider.operations.get(lowered) ?? { written: name.trim(), planes: new Set<Plane>() };
    provider.operations.set(lowered, found);
    found.planes.add(plane);
  }
  return providers;
}

/** Of several that are equally near, the first of the alphabet. */
function nearest(wrong: string, names: Iterable<readonly [string, string]>): string | null {
  let limit = Math.min(MOST_TYPOS, Math.max(2, Math.floor(wrong.length / 6)));
  let best: string | null = null;
  for (const [name, written] of names) {
    const distance = typoDistance(wrong, name, limit);
    if (distance < limit || (distance === limit && (best === null || written < best))) {
      best = written;
      limit = distance;
    }
  }
  return best;
}
