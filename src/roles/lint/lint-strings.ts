import type { AzureRoleDefinition, PermissionBlock, Plane } from '../../domain/role-definition.ts';
import { plain, type Remark } from './finding.ts';
import { type KnownNames, providerOf, type Suggester } from './known-names.ts';

/** The four lists of a block, with their plane and whether they grant or take away. */
export const BLOCK_LISTS = [
  { key: 'actions', name: 'Actions', plane: 'control', isGranting: true },
  { key: 'notActions', name: 'NotActions', plane: 'control', isGranting: false },
  { key: 'dataActions', name: 'DataActions', plane: 'data', isGranting: true },
  { key: 'notDataActions', name: 'NotDataActions', plane: 'data', isGranting: false },
] as const satisfies readonly BlockList[];

export type BlockListKey = Exclude<keyof PermissionBlock, 'condition' | 'conditionVersion'>;

interface BlockList {
  readonly key: BlockListKey;
  readonly name: string;
  readonly plane: Plane;
  readonly isGranting: boolean;
}

const OTHER_PLANE: Readonly<Record<Plane, Plane>> = { control: 'data', data: 'control' };
const PLANE_WORDS: Readonly<Record<Plane, string>> = { control: 'an operation on resources', data: 'a data operation' };

/** What is wrong with the strings of a role of Azure, each looked at alone (rbac.md §1, §2). */
export function lintStrings(role: AzureRoleDefinition, names: KnownNames, near: Suggester): readonly Remark[] {
  return role.permissions.flatMap((block, index) =>
    BLOCK_LISTS.flatMap((list) =>
      block[list.key].flatMap((string, at): readonly Remark[] => {
        const part = `permissions.${index}.${list.key}.${at}`;
        return [
          ...lintWriting(string, part),
          ...lintWildcard(string.trim(), list, part, role.isCustom),
          ...lintExistence({ written: string.trim(), plane: list.plane, part }, names, near),
        ];
      }),
    ),
  );
}

/** Blanks and slashes: of no use, and nobody says what Azure makes of them. */
export function lintWriting(string: string, part: string): readonly Remark[] {
  const remarks: Remark[] = [];
  const trimmed = string.trim();
  if (trimmed === '') {
    return [{ rule: 'blank', part, text: 'the string is empty' }];
  }
  if (/\s/.test(string)) {
    const where = string === trimmed ? 'inside' : 'at its ends';
    remarks.push({ rule: 'blank', part, text: `${quote(string)} has blanks ${where}` });
  }
  if (trimmed.startsWith('/') || trimmed.endsWith('/')) {
    remarks.push({ rule: 'slash-end', part, text: `${quote(string)} begins or ends with a slash` });
  }
  if (trimmed.includes('//')) {
    remarks.push({ rule: 'double-slash', part, text: `${quote(string)} has two slashes in a row` });
  }
  return remarks;
}

/** A string as it is told: what is very long is cut. */
export function quote(text: string): string {
  return `“${text.length > 200 ? `${text.slice(0, 200)}…` : text}”`;
}

function lintWildcard(string: string, list: BlockList, part: string, isCustom: boolean): readonly Remark[] {
  if (!string.includes('*')) {
    return [];
  }
  if (string.indexOf('*') !== string.lastIndexOf('*')) {
    return [{ rule: 'multi-wildcard', part, text: `${quote(string)} has more than one *: Azure takes one` }];
  }
  const isPartial = string.split('/').some((segment) => segment.includes('*') && segment !== '*');
  const text = `${quote(string)}: nobody says what * means as a part of a word`;
  const partial: readonly Remark[] = isPartial ? [{ rule: 'partial-segment', part, text }] : [];
  return [...partial, ...(isCustom && list.isGranting ? lintBroad(string, part) : [])];
}

function lintBroad(string: string, part: string): readonly Remark[] {
  const [first, second, ...rest] = string.split('/');
  const isOneWordOfAll = first === '*' && rest.length === 0 && second?.toLowerCase() !== 'read';
  const isAllOfProvider = second === '*' && rest.length === 0;
  if (!isOneWordOfAll && !isAllOfProvider) {
    return [];
  }
  const what = isAllOfProvider && first !== '*' ? `everything of ${first}` : 'every provider';
  return [
    { rule: 'broad', part, text: `${quote(string)} is ${what}, also what Azure adds later: list what is needed` },
  ];
}

interface Asked {
  readonly written: string;
  readonly plane: Plane;
  readonly part: string;
}

function lintExistence({ written, plane, part }: Asked, names: KnownNames, near: Suggester): readonly Remark[] {
  const string = plain(written);
  if (isOfEntra(string, names)) {
    const text = `${quote(written)} is a permission of Entra: it needs a role of Entra, in a file of its own`;
    return [{ rule: 'entra-namespace', part, text }];
  }
  if (!names.hasOperations || string === '' || hasSeveralWildcards(string)) {
    return [];
  }
  const planes = names.planesOf(string);
  if (planes.has(plane)) {
    return [];
  }
  if (planes.size > 0) {
    return [wrongPlane({ written, plane, part })];
  }
  const provider = providerOf(string);
  if (string.includes('*')) {
    const text = `${quote(written)} fits no operation there is`;
    return [{ rule: 'unknown-op', level: 'warning', part, text }];
  }
  if (!names.hasProvider(provider)) {
    const text = `there is no provider ${quote(providerOf(written))}${meant(near.provider(provider))}`;
    return [{ rule: 'unknown-provider', part, text }];
  }
  const text = `there is no operation ${quote(written)}${meant(near.operation(string))}`;
  return [{ rule: 'unknown-op', part, text }];
}

function wrongPlane({ written, plane, part }: Asked): Remark {
  const other = OTHER_PLANE[plane];
  const list = other === 'data' ? 'DataActions' : 'Actions';
  const text = `${quote(written)} is ${PLANE_WORDS[other]} only: it belongs among ${list}`;
  return { rule: 'wrong-plane', part, text };
}

function isOfEntra(string: string, names: KnownNames): boolean {
  const isListed = names.isDirectoryAction(string) && names.planesOf(string).size === 0;
  return string.startsWith('microsoft.directory/') || isListed;
}

function hasSeveralWildcards(string: string): boolean {
  return string.indexOf('*') !== string.lastIndexOf('*');
}

export function meant(name: string | null): string {
  return name === null ? '' : `; did you mean “${name}”?`;
}
