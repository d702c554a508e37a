import data from './permissions.json' with { type: 'json' };

/** The four identities of the product. The reader is a managed identity, the others are app registrations. */
export type IdentityName = 'connector' | 'self-service' | 'admin' | 'reader';

/** What the permissions of a row are: of Graph for an app or for a person, of Azure for a person, or a role there. */
export type PermissionKind = 'application' | 'delegated' | 'azure' | 'azure-role';

/** The three surfaces of PIM, each of which may be left out. */
export const SURFACES = ['entra', 'groups', 'azure'] as const;
export type Surface = (typeof SURFACES)[number];

export interface PermissionRow {
  /** Says what the row and those behind it are about, where that needs saying. */
  readonly label?: string;
  readonly kind: PermissionKind;
  readonly permissions: readonly string[];
  readonly reason: string;
  /** For this surface alone, where the names of the permissions do not say so. */
  readonly surface?: Surface;
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

/** Names of one kind that an identity is to hold for these surfaces, each once, in order. */
export function permissionsOf(
  identity: IdentityName,
  kind: PermissionKind,
  surfaces: readonly Surface[] = SURFACES,
): readonly string[] {
  const names = rowsOf(identity)
    .filter((row) => row.kind === kind)
    .flatMap((row) =>
      row.permissions.filter((permission) => {
        const surface = surfaceOf(row, permission);
        return surface === null || surfaces.includes(surface);
      }),
    );
  return [...new Set(names)].toSorted();
}

/** What a permission is for; null for what every surface needs. Graph says it in the last part of most names. */
function surfaceOf({ kind, surface }: PermissionRow, permission: string): Surface | null {
  if (surface !== undefined) {
    return surface;
  }
  if (kind === 'azure' || kind === 'azure-role') {
    return 'azure';
  }
  if (permission.endsWith('.AzureADGroup')) {
    return 'groups';
  }
  return permission.endsWith('.Directory') ? 'entra' : null;
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
