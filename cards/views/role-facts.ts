import { WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type {
  ConditionFacts,
  DefinitionFacts,
  OperationCounts,
  OwnFacts,
  PlaceFacts,
  PowerfulOperation,
  RiskClass,
} from '../../src/domain/role-notice.ts';
import { nameText, plainText } from '../plain-text.ts';
import { namesWords } from '../words.ts';
import { powerfulWords } from './operation-words.ts';
import type { LineWords } from './sections.ts';

/** What a role reaches at most, in words and in the color of a warning. */
export const RISKS: Readonly<Record<RiskClass, { readonly text: string; readonly color: string }>> = {
  'changes-access': { text: 'Can change who has access, or get at what others may do.', color: 'Attention' },
  'reaches-data': { text: 'Reaches data or secrets, or runs code of its own.', color: 'Attention' },
  changes: { text: 'Changes things, but not who has access.', color: 'Default' },
  reads: { text: 'Only reads.', color: 'Good' },
};

/** "Azure role, built-in". */
export function kindWords({ kind, isCustom }: Pick<DefinitionFacts, 'kind' | 'isCustom'>): string {
  return `${kind === 'azure' ? 'Azure role' : 'Microsoft Entra role'}, ${isCustom ? 'custom' : 'built-in'}`;
}

const numbers = new Intl.NumberFormat('en');

/** "18,402 operations", "1 permission". */
export function countOf(count: number, thing: string): string {
  return `${numbers.format(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** "392 operations, 120 of which change something". */
export function changesWords(count: number, changes: number, thing: string): string {
  const all = countOf(count, thing);
  if (changes === 0) {
    return count === 1 ? `${all}, which only reads` : `${all}, which only read`;
  }
  if (changes === count) {
    return count === 1 ? `${all}, which changes something` : `${all}, all of which change something`;
  }
  return `${all}, ${numbers.format(changes)} of which ${changes === 1 ? 'changes' : 'change'} something`;
}

/** The same where many lines say it: "392 operations, 120 changes". */
export function shortCount(count: number, changes: number, thing: string): string {
  return `${countOf(count, thing)}, ${changes === 0 ? 'only reads' : countOf(changes, 'change')}`;
}

/** On resources and on data, apart. Entra has one of them only. */
export function countLines(kind: DefinitionFacts['kind'], counts: OperationCounts): { control: string; data: string } {
  if (kind === 'directory') {
    return { control: `${changesWords(counts.control, counts.controlChanges, 'permission')}.`, data: '' };
  }
  const { control, controlChanges, data, dataChanges } = counts;
  return {
    control: `On resources: ${control === 0 ? 'nothing' : changesWords(control, controlChanges, 'operation')}.`,
    data: `On the data in them: ${data === 0 ? 'nothing' : changesWords(data, dataChanges, 'operation')}.`,
  };
}

/** Where a role can be assigned: "everywhere", "resource group rg-payments and 3 others". */
export function assignableWords(scopes: readonly string[], total: number): string {
  return namesWords(scopes.map(pathWords), 5, total - scopes.length);
}

const GROUPS = '/providers/microsoft.management/managementgroups/';

/** A scope's path in words: "resource group rg-payments". */
export function pathWords(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  if (parts.length === 0) {
    return 'everywhere';
  }
  if (path.toLowerCase().startsWith(GROUPS)) {
    return `management group ${last}`;
  }
  if (parts.length === 2) {
    return `subscription ${last}`;
  }
  return parts.length === 4 ? `resource group ${last}` : last;
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
): { readonly lines: readonly LineWords[]; readonly total: number } {
  const groups = Map.groupBy(
    operations,
    ({ operation, isConditional }) => `${powerfulWords(operation, kind)}${isConditional ? ', under a condition' : ''}`,
  );
  const lines = [...groups].map(([reason, same]) => ({
    text: `${lead}${reason} — `,
    code: nameText(same[0]?.operation ?? null),
    note: same.length === 1 ? '' : ` and ${same.length - 1} more like it`,
  }));
  return { lines, total: lines.length + total - operations.length };
}

/** A condition: which operations it binds, which roles it names, and the text that Azure decides by. */
export function conditionLine({ text, operations, roles, rolesTotal }: ConditionFacts) {
  const about = operations.length === 0 ? 'Everything beside it' : namesWords(operations, 3);
  const named = roles.length === 0 ? '' : ` It names ${namesWords(roles, 5, rolesTotal - roles.length)}.`;
  const verb = operations.length > 1 ? 'hold' : 'holds';
  return {
    text: `${about} ${verb} only where this is met:`,
    code: ` ${plainText(text, CONDITION_LENGTH)}`,
    note: named,
  };
}

/** Whether the role counts at the place that was asked about. */
export function placeWords({ scopeName, reach }: PlaceFacts, kind: DefinitionFacts['kind']): string {
  const place = nameText(scopeName);
  switch (reach) {
    case 'covered':
      return `It can be assigned so that it counts on ${place}.`;
    case 'below':
      return `It can be assigned below ${place} only: not for all of it.`;
    case 'outside':
      return `It cannot be assigned on ${place}: its assignable scopes do not hold that.`;
    case 'unknown':
      return kind === 'azure'
        ? `Whether it can be assigned on ${place} is not known: the management groups could not be read.`
        : `Whether Microsoft Entra lets it be assigned on ${place} is not known to me.`;
  }
}

/** What the asker has of it. */
export function ownWords({ state, scopeNames, through }: OwnFacts, { isLive }: { readonly isLive: boolean }): string {
  const isWhole = scopeNames.length === 1 && scopeNames[0] === WHOLE_TENANT;
  const place = scopeNames.length === 0 || isWhole ? '' : ` on ${namesWords(scopeNames, 4)}`;
  const way = through === null ? '' : `, through ${nameText(through)}`;
  switch (state) {
    case 'active':
      return isLive ? `You have it now${place}.` : `You had it${place}.`;
    case 'eligible':
      return isLive ? `You may activate it${place}${way}.` : `You could activate it${place}${way}.`;
    case 'eligible-elsewhere':
      return isLive ? `You may activate it, but only${place}${way}.` : `You could activate it, but only${place}${way}.`;
    case 'none':
      return isLive ? 'You are not eligible for it.' : 'You were not eligible for it.';
    case 'unknown':
      return 'Whether you may activate it could not be read.';
  }
}
