import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real definitions and expected answers, which lie beside the project and are no part of it. */
const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export const DATA_FOLDER = `${SHARED}data`;

/** Whether they are there. Where not, tests that need them are skipped and say so. */
export const isSharedThere = existsSync(`${DATA_FOLDER}/azure-builtin-roles.json`);

/** The title of a suite that needs them. */
export function withShared(title: string): string {
  return isSharedThere ? title : `${title} (skipped: ../shared is not there)`;
}

export function readShared(path: string): unknown {
  return JSON.parse(readFileSync(`${SHARED}${path}`, 'utf8'));
}
