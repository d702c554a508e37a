import { z } from 'zod';
import type {
  NameList,
  OperationsBeside,
  RoleDrift,
  RoleFinding,
  RoleRights,
} from '../../src/domain/role-files-notice.ts';
import { nameText, plainText, wordsText } from '../plain-text.ts';
import words from './role-files-words.json' with { type: 'json' };

/** One line under a role; what somebody has to look at twice is an alert. */
export const roleLine = z.strictObject({ id: z.string(), text: z.string(), isAlert: z.boolean() });
export type RoleLine = Omit<z.infer<typeof roleLine>, 'id'>;

export const roleBlock = z.strictObject({
  id: z.string(),
  name: z.string(),
  place: z.string(),
  lines: z.array(roleLine),
});
export type RoleBlock = z.infer<typeof roleBlock>;

// What the templates add around the words of one role and of one line, in bytes of JSON.
export const BLOCK_FRAME = 620;
const LINE_FRAME = 150;

const LINE_LENGTH = 900;
const OPERATION_LENGTH = 160;
const SCOPE_LENGTH = 220;
const FINDING_LENGTH = 400;

/** How many names of a list a line tells. */
export interface Fullness {
  readonly operations: number;
  readonly scopes: number;
  readonly findings: number;
}
export const BRIEF: Fullness = { operations: 4, scopes: 3, findings: 3 };
export const FULL: Fullness = { operations: 30, scopes: 15, findings: 12 };

/** One role with its lines, each under an id of its own. */
export function blockOf(index: number, { name, place }: { name: string; place: string }, lines: readonly RoleLine[]) {
  const id = `role-${index + 1}`;
  const numbered = lines.map((line, at) => ({ id: `${id}-line-${at + 1}`, ...line }));
  return { id, name, place, lines: numbered };
}

/** How much room a block takes besides its words. */
export function frameOfBlock({ lines }: RoleBlock): number {
  return BLOCK_FRAME + lines.length * LINE_FRAME;
}

/** " · Azure · vm-operator.json" */
export function placeOf({ kind, file }: Pick<RoleDrift, 'kind' | 'file'>): string {
  return ` · ${words.kinds[kind]}${file === null ? '' : ` · ${nameText(file)}`}`;
}

/** What differs between the file and the tenant, gains first. `isNew`: there is nothing to compare with. */
export function differenceLines(drift: RoleDrift, isNew: boolean, fullness: Fullness): readonly RoleLine[] {
  const { difference } = words;
  const says = (isSo: boolean, text: string): readonly RoleLine[] => (isSo ? [plain(text)] : []);
  const { nameInTenant, isEnabledByFile } = drift;
  return [
    ...gainLines(drift.gains, isNew, fullness),
    ...patternLines(drift.patterns, isNew, fullness),
    ...lossLines(drift.losses, fullness),
    ...scopeLines(drift, isNew, fullness),
    ...says(nameInTenant !== null, fill(difference.renamed, { name: nameText(nameInTenant) })),
    ...(drift.isConditionOther ? [alert(difference.condition)] : []),
    ...(isEnabledByFile === null ? [] : [plain(isEnabledByFile ? difference.enabled : difference.disabled)]),
    ...says(drift.isDescriptionOther, difference.description),
    ...says(drift.isSpeltOtherwise, difference.spelling),
  ];
}

function gainLines(gains: OperationsBeside, isNew: boolean, fullness: Fullness): readonly RoleLine[] {
  if (gains.total === 0) {
    return [];
  }
  const { difference } = words;
  const isEscalating = gains.escalating.length > 0;
  const [simple, escalating] = isNew
    ? [difference.allows, difference.allowsEscalating]
    : [difference.gains, difference.gainsEscalating];
  const text = fill(isEscalating ? escalating : simple, {
    count: operationsWords(gains.total),
    escalating: String(gains.escalating.length),
    list: operationList(gains, fullness),
  });
  return [{ text, isAlert: isEscalating || !isNew }];
}

/** What comes later is in no list of gains. */
function patternLines({ total, names }: NameList, isNew: boolean, { operations }: Fullness): readonly RoleLine[] {
  const list = shortList(names, { total, most: operations, longest: OPERATION_LENGTH });
  return total === 0 ? [] : [{ text: fill(words.difference.patterns, { list }), isAlert: !isNew }];
}

function lossLines(losses: OperationsBeside, fullness: Fullness): readonly RoleLine[] {
  const facts = { count: operationsWords(losses.total), list: operationList(losses, fullness) };
  return losses.total === 0 ? [] : [plain(fill(words.difference.losses, facts))];
}

function operationsWords(count: number): string {
  return count === 1 ? '1 operation' : `${count} operations`;
}

function operationList({ total, escalating, others }: OperationsBeside, { operations }: Fullness): string {
  return shortList([...escalating, ...others], { total, most: operations, longest: OPERATION_LENGTH });
}

function scopeLines(drift: RoleDrift, isNew: boolean, { scopes }: Fullness): readonly RoleLine[] {
  const { scopesAdded, scopesRemoved } = drift;
  const list = ({ total, names }: NameList) => shortList(names, { total, most: scopes, longest: SCOPE_LENGTH });
  const added = isNew ? words.difference.scopes : words.difference.scopesAdded;
  return [
    ...(scopesAdded.total === 0 ? [] : [{ text: fill(added, { list: list(scopesAdded) }), isAlert: !isNew }]),
    ...(scopesRemoved.total === 0 ? [] : [plain(fill(words.difference.scopesRemoved, { list: list(scopesRemoved) }))]),
  ];
}

interface Shortening {
  readonly total: number;
  readonly most: number;
  readonly longest: number;
}

/** "a, b and 12 more" */
function shortList(all: readonly string[], { total, most, longest }: Shortening): string {
  const shown = all.slice(0, most).map((one) => plainText(one, longest));
  const left = total - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** What linting found; what keeps a role from being written is an alert. */
export function findingLines(
  { findings, findingsTotal }: Pick<RoleDrift, 'findings' | 'findingsTotal'>,
  { findings: most }: Fullness,
): readonly RoleLine[] {
  const shown = findings.slice(0, most).map((finding) => ({
    text: findingWords(finding),
    isAlert: finding.level === 'error',
  }));
  const left = findingsTotal - shown.length;
  return left > 0 ? [...shown, plain(`… and ${left} more findings.`)] : shown;
}

export function findingWords({ level, rule, text, where }: RoleFinding): string {
  const place = where === '' ? '' : ` (${wordsText(where)})`;
  return `${words.levels[level]}, ${nameText(rule)}: ${plainText(text, FINDING_LENGTH)}${place}`;
}

export function holderLines({ holders, state }: Pick<RoleDrift, 'holders' | 'state'>): readonly RoleLine[] {
  if (holders === null || holders.eligible + holders.active === 0) {
    return [];
  }
  const facts = { eligible: String(holders.eligible), active: String(holders.active) };
  return [plain(fill(state === 'different' ? words.holders.changing : words.holders.same, facts))];
}

/** Who may create, change, delete and see such a role. */
export function whoMayLines({ kind }: Pick<RoleDrift, 'kind'>): readonly RoleLine[] {
  return [plain(words.whoMay[kind])];
}

/** What it takes to change the role, and what of that the asker has. */
export function rightLines(
  { kind, rights }: Pick<RoleDrift, 'kind' | 'rights'>,
  fullness: Fullness,
): readonly RoleLine[] {
  if (rights === null) {
    return [];
  }
  const needs = fill(words.rights[kind], { needs: nameText(rights.needs) });
  const unknown = rights.unknown === 0 ? '' : ` ${fill(words.rights.unknown, { count: String(rights.unknown) })}`;
  return [
    { text: `${needs} ${heldWords(kind, rights, fullness)}${unknown}`.trim(), isAlert: rights.missing.length > 0 },
  ];
}

function heldWords(kind: RoleDrift['kind'], { held, missing }: RoleRights, { scopes }: Fullness): string {
  const list = (all: readonly string[]) => shortList(all, { total: all.length, most: scopes, longest: SCOPE_LENGTH });
  if (missing.length === 0) {
    return held.length === 0 ? '' : words.rights.heldAll;
  }
  if (held.length === 0) {
    return kind === 'azure' ? words.rights.heldNone : words.rights.heldNoneDirectory;
  }
  return fill(words.rights.heldSome, { held: list(held), missing: list(missing) });
}

export function plain(text: string): RoleLine {
  return { text: plainText(text, LINE_LENGTH), isAlert: false };
}

function alert(text: string): RoleLine {
  return { text, isAlert: true };
}

export function fill(text: string, facts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
}
