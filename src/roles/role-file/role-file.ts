import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { Place } from './json-source.ts';

/**
 * The shapes in which role definitions come (rbac.md §5): what Azure PowerShell writes and `az role definition create` takes, what
 * `az role definition list` prints, what Azure Resource Manager speaks, and Graph's `unifiedRoleDefinition`.
 */
export const ROLE_FILE_SHAPES = ['powershell', 'cli', 'rest', 'graph'] as const;

export type RoleFileShape = (typeof ROLE_FILE_SHAPES)[number];

export const SHAPE_WORDS: Readonly<Record<RoleFileShape, string>> = {
  powershell: 'the PowerShell shape (lists at the top; also what Azure CLI takes)',
  cli: 'the shape that Azure CLI prints (roleName and permissions)',
  rest: 'the REST shape (properties)',
  graph: 'the Graph shape (rolePermissions)',
};

/** A place in a file, with the way there from its top: `$.properties.permissions[0].actions[3]`. */
export interface Spot extends Place {
  readonly path: string;
}

export type ReadingRule = 'unreadable' | 'file-size' | 'encoding' | 'json' | 'nesting' | 'duplicate-key' | 'shape';

/** Something wrong with how a file is written. What its roles allow is judged by linting. */
export interface RoleFileProblem {
  readonly rule: ReadingRule;
  readonly text: string;
  readonly spot: Spot | null;
  /** It was understood all the same, though another tool may not. */
  readonly isUnderstood: boolean;
}

export interface RoleInFile {
  readonly definition: RoleDefinition;
  readonly shape: RoleFileShape;
  /** Where parts of the definition stand, by their way in the model: `name`, `assignableScopes.2`, `permissions.0.actions.3`. */
  readonly spots: ReadonlyMap<string, Spot>;
  readonly problems: readonly RoleFileProblem[];
}

export interface RoleFileReading {
  readonly roles: readonly RoleInFile[];
  /** Of the file as a whole; those of one role are with the role. */
  readonly problems: readonly RoleFileProblem[];
}

/** Where a part of a definition stands; where it is missing, the nearest part around it. Null when the role is from no file. */
export function spotOf({ spots }: Pick<RoleInFile, 'spots'>, part: string): Spot | null {
  for (let way = part; way !== ''; way = way.slice(0, Math.max(0, way.lastIndexOf('.')))) {
    const spot = spots.get(way);
    if (spot !== undefined) {
      return spot;
    }
  }
  return spots.get('') ?? null;
}

/**
 * Everything that keeps a file from being taken at its word: a key that nobody knows may be a misspelled `NotActions`, and a role
 * without it would allow more than its writer meant.
 */
export function obstacles({ roles, problems }: RoleFileReading): readonly RoleFileProblem[] {
  return [...problems, ...roles.flatMap((role) => role.problems)].filter(({ isUnderstood }) => !isUnderstood);
}
