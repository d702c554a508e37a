import { existsSync, readFileSync } from 'node:fs';
import type { AzureOperation, DirectoryAction, Plane } from '../../../../src/domain/role-definition.ts';

const FOLDER = new URL('../../../../../shared/data/', import.meta.url);

/** Whether the real lists are here; says so when they are not. */
export function hasSharedData(): boolean {
  const isHere = existsSync(FOLDER);
  if (!isHere) {
    console.log('      shared/data is not here: skipped');
  }
  return isHere;
}

export function sharedText(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

export function sharedOperations(): readonly AzureOperation[] {
  const { operations } = JSON.parse(sharedText('azure-operations.json')) as {
    operations: { name: string; plane: Plane | 'both' }[];
  };
  return operations.flatMap(({ name, plane }) =>
    (plane === 'both' ? (['control', 'data'] as const) : [plane]).map((one) => ({
      name,
      plane: one,
      displayName: '',
      description: '',
    })),
  );
}

interface SharedRole {
  readonly templateId: string;
  readonly displayName: string;
  readonly allowedResourceActions: readonly string[];
}

export function sharedDirectoryRoles(): readonly SharedRole[] {
  return (JSON.parse(sharedText('entra-builtin-roles.json')) as { roles: SharedRole[] }).roles;
}

export function sharedDirectoryActions(): readonly DirectoryAction[] {
  const names = new Set(sharedDirectoryRoles().flatMap((role) => role.allowedResourceActions));
  return [...names].map((name) => ({ name, description: '' }));
}
