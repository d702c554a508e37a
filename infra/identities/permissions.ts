import data from './permissions.json' with { type: 'json' };

/** The four identities of the product. The reader is a managed identity, the others are app registrations. */
export type IdentityName = 'connector' | 'self-service' | 'admin' | 'reader';

/** What the permissions of a row are: of Graph for an app or for a person, of Azure for a person, or a role there. */
export type PermissionKind = 'application' | 'delegated' | 'azure' | 'azure-role';

export interface PermissionRow {
  /** Says what the row and those behind it are about, where that needs saying. */
  readonly label?: string;
  readonly kind: PermissionKind;
  readonly permissions: readonly string[];
  readonly reason: string;
  /** Something works without it, and says what it misses. */
  readonly isOptional?: boolean;
  /** Not used by the code yet, and so not asked for. */
  readonly isLater?: boolean;
}

export interface IdentityPermissions {
  readonly identity: IdentityName;
  readonly title: string;
  readonly rows: readonly PermissionRow[];
}

/** What each identity is to hold, and why: the script, the README and the consent that it prints go by this and nothing else. */
export const PERMISSIONS = data as readonly IdentityPermissions[];

/** The rows of one identity that are asked for now. */
export function rowsOf(identity: IdentityName): readonly PermissionRow[] {
  return PERMISSIONS.filter((one) => one.identity === identity).flatMap(({ rows }) =>
    rows.filter((row) => !row.isLater),
  );
}

/** Names of one kind that an identity is to hold, each once, in order. */
export function permissionsOf(identity: IdentityName, kind: PermissionKind): readonly string[] {
  const rows = rowsOf(identity).filter((row) => row.kind === kind);
  return [...new Set(rows.flatMap(({ permissions }) => permissions))].toSorted();
}

/** Which of them a surface or a comfort goes without, rather than the bot. */
export function isOptional(identity: IdentityName, permission: string): boolean {
  return rowsOf(identity).some((row) => row.isOptional === true && row.permissions.includes(permission));
}

/** Prints the table of the README. */
export function permissionsTable(): string {
  const rows = PERMISSIONS.flatMap(({ title, rows: own }) =>
    own.map((row, index) => {
      const name = [...(index === 0 ? [title] : []), ...(row.label === undefined ? [] : [`— ${row.label}`])].join(' ');
      const where = row.kind === 'azure' ? ' of Azure Resource Manager' : '';
      const more = `${row.isOptional ? ', optional' : ''}${row.isLater ? ', *later*' : ''}`;
      const names = row.permissions.map((permission) => `\`${permission}\``).join(', ');
      return `| ${name} | ${names}${where}${more} | ${row.reason} |`;
    }),
  );
  return ['| identity | permission | reason |', '| --- | --- | --- |', ...rows].join('\n').replaceAll('|  |', '| |');
}
