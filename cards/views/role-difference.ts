import { z } from 'zod';
import type {
  NameList,
  OperationsBeside,
  RoleDrift,
  RoleFinding,
  RoleRights,
} from '../../src/domain/role-files-notice.ts';
import { type Listener, type MessageKey, say } from '../messages.ts';
import { nameText, plainText, wordsText } from '../plain-text.ts';
import { sentences } from './list.ts';
import { countOf } from './role-facts.ts';

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
export function placeOf({ kind, file }: Pick<RoleDrift, 'kind' | 'file'>, reader: Listener): string {
  const named = { kind: say(reader, `role-files.kinds.${kind}`), file: nameText(file) };
  return say(reader, file === null ? 'role-files.no-file' : 'role-files.file', named);
}

/** Who reads, and how much of it. */
export interface Telling extends Fullness {
  readonly reader: Listener;
}

/** What differs between the file and the tenant, gains first. `isNew`: there is nothing to compare with. */
export function differenceLines(drift: RoleDrift, isNew: boolean, telling: Telling): readonly RoleLine[] {
  const { nameInTenant, isEnabledByFile } = drift;
  const { reader } = telling;
  const says = (isSo: boolean, key: MessageKey): readonly RoleLine[] => (isSo ? [plain(say(reader, key))] : []);
  return [
    ...gainLines(drift.gains, isNew, telling),
    ...patternLines(drift.patterns, isNew, telling),
    ...lossLines(drift.losses, telling),
    ...scopeLines(drift, isNew, telling),
    ...(nameInTenant === null
      ? []
      : [plain(say(reader, 'role-files.difference.renamed', { name: nameText(nameInTenant) }))]),
    ...(drift.isConditionOther ? [alert(say(reader, 'role-files.difference.condition'))] : []),
    ...says(isEnabledByFile === true, 'role-files.difference.enabled'),
    ...says(isEnabledByFile === false, 'role-files.difference.disabled'),
    ...says(drift.isDescriptionOther, 'role-files.difference.description'),
    ...says(drift.isSpeltOtherwise, 'role-files.difference.spelling'),
  ];
}

function gainLines(gains: OperationsBeside, isNew: boolean, telling: Telling): readonly RoleLine[] {
  if (gains.total === 0) {
    return [];
  }
  const { reader } = telling;
  const isEscalating = gains.escalating.length > 0;
  const text = say(reader, `role-files.difference.${isNew ? 'allows' : 'gains'}${isEscalating ? 'Escalating' : ''}`, {
    count: countOf(gains.total, 'operation', reader),
    escalating: gains.escalating.length,
    list: operationList(gains, telling),
  });
  return [{ text, isAlert: isEscalating || !isNew }];
}

/** What comes later is in no list of gains. */
function patternLines({ total, names }: NameList, isNew: boolean, telling: Telling): readonly RoleLine[] {
  const { reader, operations } = telling;
  const list = shortList(names, { total, most: operations, longest: OPERATION_LENGTH, reader });
  return total === 0 ? [] : [{ text: say(reader, 'role-files.difference.patterns', { list }), isAlert: !isNew }];
}

function lossLines(losses: OperationsBeside, telling: Telling): readonly RoleLine[] {
  const { reader } = telling;
  const facts = { count: countOf(losses.total, 'operation', reader), list: operationList(losses, telling) };
  return losses.total === 0 ? [] : [plain(say(reader, 'role-files.difference.losses', facts))];
}

function operationList({ total, escalating, others }: OperationsBeside, { operations, reader }: Telling): string {
  return shortList([...escalating, ...others], { total, most: operations, longest: OPERATION_LENGTH, reader });
}

function scopeLines(drift: RoleDrift, isNew: boolean, { scopes, reader }: Telling): readonly RoleLine[] {
  const { scopesAdded, scopesRemoved } = drift;
  const list = ({ total, names }: NameList) => shortList(names, { total, most: scopes, longest: SCOPE_LENGTH, reader });
  const added = isNew ? 'role-files.difference.scopes' : 'role-files.difference.scopesAdded';
  return [
    ...(scopesAdded.total === 0 ? [] : [{ text: say(reader, added, { list: list(scopesAdded) }), isAlert: !isNew }]),
    ...(scopesRemoved.total === 0
      ? []
      : [plain(say(reader, 'role-files.difference.scopesRemoved', { list: list(scopesRemoved) }))]),
  ];
}

interface Shortening {
  readonly total: number;
  readonly most: number;
  readonly longest: number;
  readonly reader: Listener;
}

/** "a, b and 12 more" */
function shortList(all: readonly string[], { total, most, longest, reader }: Shortening): string {
  const shown = all.slice(0, most).map((one) => plainText(one, longest));
  const count = total - shown.length;
  const list = shown.join(', ');
  return count > 0 ? say(reader, 'role-files.more', { list, count }) : list;
}

/** What linting found; what keeps a role from being written is an alert. */
export function findingLines(
  { findings, findingsTotal }: Pick<RoleDrift, 'findings' | 'findingsTotal'>,
  { findings: most, reader }: Telling,
): readonly RoleLine[] {
  const shown = findings.slice(0, most).map((finding) => ({
    text: findingWords(finding, reader),
    isAlert: finding.level === 'error',
  }));
  const count = findingsTotal - shown.length;
  return count > 0 ? [...shown, plain(say(reader, 'role-files.more-findings', { count }))] : shown;
}

export function findingWords({ level, rule, text, where }: RoleFinding, reader: Listener): string {
  return say(reader, where === '' ? 'role-files.finding' : 'role-files.finding-at', {
    level: say(reader, `role-files.levels.${level}`),
    rule: nameText(rule),
    text: plainText(text, FINDING_LENGTH),
    where: wordsText(where),
  });
}

export function holderLines(
  { holders, state }: Pick<RoleDrift, 'holders' | 'state'>,
  reader: Listener,
): readonly RoleLine[] {
  if (holders === null || holders.eligible + holders.active === 0) {
    return [];
  }
  const { eligible, active } = holders;
  const key = state === 'different' ? 'role-files.holders.changing' : 'role-files.holders.same';
  return [plain(say(reader, key, { eligible, active }))];
}

/** Who may create, change, delete and see such a role. */
export function whoMayLines({ kind }: Pick<RoleDrift, 'kind'>, reader: Listener): readonly RoleLine[] {
  return [plain(say(reader, `role-files.whoMay.${kind}`))];
}

/** What it takes to change the role, and what of that the asker has. */
export function rightLines(
  { kind, rights }: Pick<RoleDrift, 'kind' | 'rights'>,
  telling: Telling,
): readonly RoleLine[] {
  if (rights === null) {
    return [];
  }
  const { reader } = telling;
  const text = [
    say(reader, `role-files.rights.${kind}`, { needs: nameText(rights.needs) }),
    heldWords(kind, rights, telling),
    rights.unknown === 0 ? '' : say(reader, 'role-files.rights.unknown', { count: rights.unknown }),
  ];
  return [{ text: sentences(text), isAlert: rights.missing.length > 0 }];
}

function heldWords(kind: RoleDrift['kind'], { held, missing }: RoleRights, { scopes, reader }: Telling): string {
  const list = (all: readonly string[]) =>
    shortList(all, { total: all.length, most: scopes, longest: SCOPE_LENGTH, reader });
  if (missing.length === 0) {
    return held.length === 0 ? '' : say(reader, 'role-files.rights.heldAll');
  }
  if (held.length === 0) {
    return say(reader, kind === 'azure' ? 'role-files.rights.heldNone' : 'role-files.rights.heldNoneDirectory');
  }
  return say(reader, 'role-files.rights.heldSome', { held: list(held), missing: list(missing) });
}

export function plain(text: string): RoleLine {
  return { text: plainText(text, LINE_LENGTH), isAlert: false };
}

function alert(text: string): RoleLine {
  return { text, isAlert: true };
}
