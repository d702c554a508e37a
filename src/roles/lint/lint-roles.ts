import type { RoleDefinition } from '../../domain/role-definition.ts';
import { type RoleFileReading, type RoleInFile, type Spot, spotOf } from '../role-file/role-file.ts';
import { whyNot } from '../role-file/write-role-file.ts';
import {
  count,
  LINT_RULES,
  type LintFinding,
  type LintKnowledge,
  type LintOptions,
  plain,
  type Remark,
} from './finding.ts';
import { createKnownNames, type KnownNames, type Suggester } from './known-names.ts';
import { lintBlocks } from './lint-blocks.ts';
import { lintDirectory } from './lint-directory.ts';
import { lintName } from './lint-name.ts';
import { lintScopes } from './lint-scopes.ts';
import { lintStrings } from './lint-strings.ts';

/** What a role's strings mean together takes time that grows with their square. Built-in roles have 269 at most. */
const MOST_STRINGS = 5_000;

export interface LintedFile {
  /** As it is told. */
  readonly file: string;
  readonly reading: RoleFileReading;
}

/** Judges the role definitions of files by every rule, in the order of files and lines. */
export function lintRoleFiles(
  files: readonly LintedFile[],
  knowledge: LintKnowledge,
  options: LintOptions,
): readonly LintFinding[] {
  const names = createKnownNames(knowledge);
  const taken = new TakenNames(knowledge.roles);
  return files.flatMap(({ file, reading }) => {
    const near = names.suggester();
    const ofFile = reading.problems.map((problem): LintFinding => inFile(file, null, problem));
    const ofRoles = reading.roles.flatMap((role) => {
      const { name } = role.definition;
      const remarks = [
        ...taken.check(role.definition, file),
        ...judge(role.definition, { names, near, isDirectoryComplete: knowledge.isDirectoryComplete, options }),
      ];
      return [
        ...role.problems.map((problem) => inFile(file, name, problem)),
        ...remarks.map((remark) => place(file, role, remark)),
      ];
    });
    return [...ofFile, ...ofRoles].toSorted(byPlace);
  });
}

interface Circumstances {
  readonly names: KnownNames;
  readonly near: Suggester;
  readonly isDirectoryComplete: boolean;
  readonly options: LintOptions;
}

function judge(role: RoleDefinition, { names, near, isDirectoryComplete, options }: Circumstances): readonly Remark[] {
  const strings = countStrings(role);
  const own = [...lintName(role, options), ...lintTarget(role, options)];
  if (strings > MOST_STRINGS) {
    const text = `the role lists ${count(strings, 'string')}; ${count(MOST_STRINGS, 'string')} are the most that are looked at`;
    return [...own, { rule: 'too-many-strings', part: 'permissions', text }];
  }
  return role.kind === 'directory'
    ? [...own, ...lintDirectory(role, names, { near, isComplete: isDirectoryComplete })]
    : [...own, ...lintScopes(role), ...lintStrings(role, names, near), ...lintBlocks(role, names)];
}

function countStrings(role: RoleDefinition): number {
  const lengths =
    role.kind === 'directory'
      ? role.permissions.map(({ actions }) => actions.length)
      : role.permissions.map(
          ({ actions, notActions, dataActions, notDataActions }) =>
            actions.length + notActions.length + dataActions.length + notDataActions.length,
        );
  return lengths.reduce((sum, length) => sum + length, 0);
}

function lintTarget(role: RoleDefinition, { target }: LintOptions): readonly Remark[] {
  const reason = target === null ? null : whyNot(role, target);
  return reason === null ? [] : [{ rule: 'multi-block-flat', part: 'permissions', text: reason }];
}

/** Names and ids of the tenant and of the files before. A role under its own id is no other one. */
class TakenNames {
  readonly #byName = new Map<string, { readonly id: string | null; readonly where: string }>();
  readonly #inFiles = new Map<string, string>();

  constructor(roles: readonly RoleDefinition[]) {
    for (const role of roles) {
      const where = role.isCustom ? 'a custom role of the tenant' : 'a built-in role';
      this.#byName.set(keyOf(role), { id: role.id, where });
    }
  }

  check(role: RoleDefinition, file: string): readonly Remark[] {
    const remarks: Remark[] = [];
    const other = this.#byName.get(keyOf(role));
    if (role.name.trim() !== '' && other !== undefined && (role.id === null || other.id !== role.id)) {
      remarks.push({ rule: 'name-taken', part: 'name', text: `${other.where} has this name already` });
    }
    const twin = role.id === null ? undefined : this.#inFiles.get(`${role.kind} ${role.id}`);
    if (twin !== undefined) {
      remarks.push({ rule: 'name-taken', part: 'id', text: `a role in ${twin} has this id already` });
    }
    this.#byName.set(keyOf(role), { id: role.id, where: `a role in ${file}` });
    if (role.id !== null) {
      this.#inFiles.set(`${role.kind} ${role.id}`, twin ?? file);
    }
    return remarks;
  }
}

function keyOf({ kind, name }: RoleDefinition): string {
  return `${kind} ${plain(name)}`;
}

function place(file: string, role: RoleInFile, { rule, text, part, level }: Remark): LintFinding {
  const spot = spotOf(role, part);
  return { file, role: role.definition.name, rule, level: level ?? LINT_RULES[rule].level, text, spot };
}

function inFile(
  file: string,
  role: string | null,
  { rule, text, spot }: { readonly rule: LintFinding['rule']; readonly text: string; readonly spot: Spot | null },
): LintFinding {
  return { file, role, rule, level: LINT_RULES[rule].level, text, spot };
}

function byPlace(one: LintFinding, other: LintFinding): number {
  const line = (one.spot?.line ?? 0) - (other.spot?.line ?? 0);
  return line === 0 ? (one.spot?.column ?? 0) - (other.spot?.column ?? 0) : line;
}
