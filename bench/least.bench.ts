import { readDataFolder } from '../cli/roles/data-folder.ts';
import type { AzureOperation, AzureRoleDefinition, RoleDefinition } from '../src/domain/role-definition.ts';
import { type EligibleRole, rankEligible, type WantedAccess } from '../src/roles/rank.ts';
import { buildRoleIndex, type IndexedKnowledge } from '../src/roles/role-index.ts';
import { atMost, type Bench, beside, median, percentile } from './figure.ts';

/** What DESIGN §11 allows. */
const [MOST_MS, MOST_BUILD_MS] = [5, 1_000];

const FULL = { custom: 5_000, questions: 4_000, builds: 3, scanned: 12 } as const;
const QUICK = { custom: 50, questions: 50, builds: 1, scanned: 2 } as const;

/** How many roles the asker is eligible for. */
const OWN = 60;
/** Questions that make the code warm and are not counted. */
const WARM_UP = 300;

const SUBSCRIPTION = '/subscriptions/11111111-1111-1111-1111-111111111111';
const SCOPES = [
  SUBSCRIPTION,
  `${SUBSCRIPTION}/resourceGroups/rg`,
  '/providers/Microsoft.Management/managementGroups/corp',
];
const MACHINE = `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1`;
const HIERARCHY = {
  parentOfGroup: new Map([['corp', null]]),
  groupOfSubscription: new Map([['11111111-1111-1111-1111-111111111111', 'corp']]),
};

/**
 * "Which role lets me", from the operation to the ranked list, over the built-in roles and 5,000 custom ones; beside it the same roles
 * looked through with regular expressions, as tools do that have no index.
 */
const leastBench: Bench = async ({ isQuick, dataDir }, print) => {
  if (dataDir === null) {
    process.stderr.write('least: say --data DIR, a folder with role definitions; without it nothing is measured.\n');
    print({ bench: 'least', value: null, unit: 'ms', against: null, ratio: null, pass: null });
    return;
  }
  const { custom, questions, builds, scanned } = isQuick ? QUICK : FULL;
  const data = readDataFolder(dataDir);
  const draw = drawing(7);
  const roles: readonly RoleDefinition[] = [...data.roles, ...customRoles(custom, data.operations, draw)];
  const knowledge: IndexedKnowledge = { ...data, roles };

  const built: number[] = [];
  for (let count = 0; count < builds; count += 1) {
    built.push(timed(() => buildRoleIndex(knowledge)));
  }
  print(atMost(1, { bench: 'least.index', unit: 'ms', value: median(built), against: MOST_BUILD_MS }));

  const index = buildRoleIndex(knowledge);
  const own = eligibleRoles(roles, draw);
  const asked = Array.from({ length: questions + WARM_UP }, () => question(knowledge, draw));
  const times = asked
    .map((wanted) => timed(() => rankEligible(own, wanted, { index, hierarchy: HIERARCHY })))
    .slice(WARM_UP);
  print(atMost(1, { bench: 'least.p99', unit: 'ms', value: percentile(times, 0.99), against: MOST_MS }));
  print(beside('least.median', median(times), 'ms'));

  const azure = roles.filter((role): role is AzureRoleDefinition => role.kind === 'azure');
  const scans = asked.slice(0, scanned).map((wanted) => timed(() => scan(azure, wanted)));
  print(beside('least.scan', median(scans), 'ms'));
};

export default leastBench;

function timed(run: () => unknown): number {
  const from = performance.now();
  run();
  return performance.now() - from;
}

type Draw = (below: number) => number;

/** Numbers that look random and are the same in every run (mulberry32). */
function drawing(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function one<Item>(items: readonly Item[], draw: Draw): Item {
  return items[draw(items.length)] as Item;
}

/** Roles as teams write them: some operations of a few providers, some of everything of a type, something taken away. */
function customRoles(count: number, operations: readonly AzureOperation[], draw: Draw): readonly AzureRoleDefinition[] {
  const control = operations.filter(({ plane }) => plane === 'control').map(({ name }) => name);
  const data = operations.filter(({ plane }) => plane === 'data').map(({ name }) => name);
  return Array.from({ length: count }, (_, at) => {
    const actions = Array.from({ length: 3 + draw(22) }, () => string(one(control, draw), draw));
    const isWide = draw(20) === 0;
    return {
      kind: 'azure',
      id: `00000000-0000-0000-0000-${String(at).padStart(12, '0')}`,
      name: `Custom ${at}`,
      description: '',
      isCustom: true,
      assignableScopes: [SUBSCRIPTION],
      permissions: [
        {
          actions: isWide ? [...actions, '*/read'] : actions,
          notActions: draw(4) === 0 ? [string(one(control, draw), draw)] : [],
          dataActions: draw(10) === 0 ? [string(one(data, draw), draw)] : [],
          notDataActions: [],
          condition: null,
          conditionVersion: null,
        },
      ],
    };
  });
}

/** An operation as it is, everything of its type, or what ends alike. */
function string(name: string, draw: Draw): string {
  const parts = name.split('/');
  const [provider] = parts;
  const ways = [name, name, name, `${parts.slice(0, 2).join('/')}/*`, `${provider}/*/${parts.at(-1)}`];
  return one(ways, draw);
}

function eligibleRoles(roles: readonly RoleDefinition[], draw: Draw): readonly EligibleRole[] {
  return Array.from({ length: OWN }, (_, at) => {
    const { kind, id } = one(roles, draw);
    const scopeId = kind === 'azure' ? one(SCOPES, draw) : '/';
    const maximumDuration = Temporal.Duration.from({ hours: 1 + draw(8) });
    return { key: `${at}`, surface: kind, roleDefinitionId: id ?? '', scopeId, maximumDuration };
  });
}

/** Mostly one operation, also such as nearly every role has; every tenth a pattern, every tenth a permission of Entra. */
function question({ operations, directoryActions }: IndexedKnowledge, draw: Draw): WantedAccess {
  const way = draw(10);
  if (way === 0) {
    return { kind: 'directory', action: one(directoryActions, draw).name, scopeId: '/' };
  }
  const { name, plane } = one(operations, draw);
  const operation = way === 1 ? `${name.split('/').slice(0, 2).join('/')}/*` : name;
  return { kind: 'azure', operation, plane, scopeId: MACHINE };
}

/** How it is done without an index: every string of every role becomes a regular expression. */
function scan(roles: readonly AzureRoleDefinition[], wanted: WantedAccess): readonly string[] {
  if (wanted.kind !== 'azure') {
    return [];
  }
  const fits = (strings: readonly string[]): boolean =>
    strings.some((written) =>
      new RegExp(`^${written.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(
        wanted.operation,
      ),
    );
  return roles
    .filter(({ permissions }) =>
      permissions.some(({ actions, notActions, dataActions, notDataActions }) =>
        wanted.plane === 'control' ? fits(actions) && !fits(notActions) : fits(dataActions) && !fits(notDataActions),
      ),
    )
    .map(({ name }) => name);
}
