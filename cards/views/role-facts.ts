import { MANAGEMENT_GROUPS, WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type {
  ConditionFacts,
  DefinitionFacts,
  OperationCounts,
  OwnFacts,
  PlaceFacts,
  PowerfulOperation,
  RiskClass,
} from '../../src/domain/role-notice.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, plainText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { namesWords } from '../words.ts';
import { powerfulWords } from './operation-words.ts';
import type { LineWords } from './sections.ts';

/** The color of a warning for what a role reaches at most. */
export const RISK_COLORS: Readonly<Record<RiskClass, string>> = {
  'changes-access': 'Attention',
  'reaches-data': 'Attention',
  changes: 'Default',
  reads: 'Good',
};

/** What a role reaches at most: "Only reads." */
export function riskWords(risk: RiskClass, reader: Listener): string {
  return say(reader, `roles.risk.${risk}`);
}

/** "Azure role, built-in". */
export function kindWords({ kind, isCustom }: Pick<DefinitionFacts, 'kind' | 'isCustom'>, reader: Listener): string {
  return say(reader, `roles.kind.${kind}.${isCustom ? 'custom' : 'built-in'}`);
}

/** What the strings of a definition stand for: operations on Azure, permissions in the directory. */
export type Thing = 'operation' | 'permission';

export function thingOf(kind: DefinitionFacts['kind']): Thing {
  return kind === 'azure' ? 'operation' : 'permission';
}

/** "18,402 operations", "1 permission". */
export function countOf(count: number, thing: Thing | 'change', reader: Listener): string {
  return say(reader, `roles.count.${thing}`, { count });
}

/** How many there are, and how many of them change something. */
export interface Counted {
  readonly count: number;
  readonly changes: number;
}

/** "392 operations, 120 of which change something" */
export function changesWords({ count, changes }: Counted, thing: Thing, reader: Listener): string {
  const all = countOf(count, thing, reader);
  if (changes === 0) {
    return say(reader, 'roles.changes.none', { count, all });
  }
  return changes === count
    ? say(reader, 'roles.changes.all', { count, all })
    : say(reader, 'roles.changes.some', { changes, all });
}

/** The same where many lines say it: "392 operations, 120 changes". */
export function shortCount({ count, changes }: Counted, thing: Thing, reader: Listener): string {
  const all = countOf(count, thing, reader);
  return say(reader, changes === 0 ? 'roles.short.reads' : 'roles.short.changes', {
    all,
    changes: countOf(changes, 'change', reader),
  });
}

/** On resources and on data, apart. Entra has one of them only. */
export function countLines(
  kind: DefinitionFacts['kind'],
  counts: OperationCounts,
  reader: Listener,
): { control: string; data: string } {
  const { control, controlChanges, data, dataChanges } = counts;
  const counted = (count: number, changes: number): string =>
    count === 0 ? say(reader, 'roles.nothing') : changesWords({ count, changes }, thingOf(kind), reader);
  if (kind === 'directory') {
    const all = changesWords({ count: control, changes: controlChanges }, 'permission', reader);
    return { control: say(reader, 'roles.sentence', { words: all }), data: '' };
  }
  return {
    control: say(reader, 'roles.on-resources', { count: counted(control, controlChanges) }),
    data: say(reader, 'roles.on-data', { count: counted(data, dataChanges) }),
  };
}

/** Where a role can be assigned: "everywhere", "resource group rg-payments and 3 others". */
export function assignableWords(scopes: readonly string[], total: number, reader: Listener): string {
  const named = scopes.map((scope) => pathWords(scope, reader));
  return namesWords(named, reader, { most: 5, further: total - scopes.length });
}

/** A scope's path in words: "resource group rg-payments". */
export function pathWords(path: string, reader: Listener): string {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.at(-1) ?? '';
  if (parts.length === 0) {
    return say(reader, 'roles.place.everywhere');
  }
  if (path.toLowerCase().startsWith(MANAGEMENT_GROUPS)) {
    return say(reader, 'roles.place.management-group', { name });
  }
  if (parts.length === 2) {
    return say(reader, 'roles.place.subscription', { name });
  }
  return parts.length === 4 ? say(reader, 'roles.place.resource-group', { name }) : name;
}

const CONDITION_LENGTH = 400;

/**
 * What reaches further, by the reason: each with the first operation that it holds of. `total` counts those that are not at hand,
 * too.
 */
export function powerfulLines(
  operations: readonly PowerfulOperation[],
  {
    kind,
    total,
    lead = '',
  }: { readonly kind: DefinitionFacts['kind']; readonly total: number; readonly lead?: string },
  reader: Listener,
): { readonly lines: readonly LineWords[]; readonly total: number } {
  const groups = Map.groupBy(operations, ({ operation, isConditional }) => {
    const reason = powerfulWords(operation, kind, reader);
    return isConditional ? say(reader, 'roles.under-condition', { reason }) : reason;
  });
  const lines = [...groups].map(([reason, same]) => ({
    text: `${lead}${reason} — `,
    code: nameText(same[0]?.operation ?? null),
    note: moreLikeIt(same.length - 1, reader),
  }));
  return { lines, total: lines.length + total - operations.length };
}

/** " and 3 more like it"; nothing for none. */
export function moreLikeIt(count: number, reader: Listener): string {
  return count === 0 ? '' : say(reader, 'roles.more-like-it', { count });
}

/** A condition: which operations it binds, which roles it names, and the text that Azure decides by. */
export function conditionLine({ text, operations, roles, rolesTotal }: ConditionFacts, reader: Listener) {
  const further = rolesTotal - roles.length;
  return {
    text:
      operations.length === 0
        ? say(reader, 'roles.condition.rest')
        : say(reader, 'roles.condition.of', {
            operations: namesWords(operations, reader, { most: 3 }),
            count: operations.length,
          }),
    code: ` ${plainText(text, CONDITION_LENGTH)}`,
    note:
      roles.length === 0
        ? ''
        : say(reader, 'roles.condition.names', { roles: namesWords(roles, reader, { most: 5, further }) }),
  };
}

/** Whether the role counts at the place that was asked about. */
export function placeWords({ scopeName, reach }: PlaceFacts, kind: DefinitionFacts['kind'], reader: Listener): string {
  const place = scopeText(scopeName, reader);
  return reach === 'unknown'
    ? say(reader, `roles.assignable.unknown.${kind}`, { place })
    : say(reader, `roles.assignable.${reach}`, { place });
}

/** What the asker has of it. */
export function ownWords(
  { state, scopeNames, through }: OwnFacts,
  { isLive }: { readonly isLive: boolean },
  reader: Listener,
): string {
  if (state === 'unknown') {
    return say(reader, 'roles.own.unknown');
  }
  const isWhole = scopeNames.length === 1 && scopeNames[0] === WHOLE_TENANT;
  const on =
    scopeNames.length === 0 || isWhole
      ? ''
      : say(reader, 'roles.own.on', { places: namesWords(scopeNames, reader, { most: 4 }) });
  const way = through === null ? '' : say(reader, 'roles.own.through', { group: nameText(through) });
  return say(reader, `roles.own.${state}.${isLive ? 'now' : 'then'}`, { on, way });
}
