import { readFileSync } from 'node:fs';
import type { SettingDifference } from '../../src/domain/role-settings.ts';
import { AccessError } from '../../src/errors.ts';
import {
  compareDocuments,
  parseSettingsDocument,
  printSettingsDocument,
  type SettingsDocument,
} from '../../src/roles/settings-document.ts';
import { UsageError } from '../command.ts';
import type { Tenant } from './tenant.ts';

/** What drifted between a document and the tenant. */
export interface Drift {
  readonly file: string;
  readonly role: string;
  readonly scope: string;
  /** `document` is what the file says, `tenant` what is held. */
  readonly differences: readonly {
    readonly path: string;
    readonly label: string;
    readonly document: string;
    readonly tenant: string;
  }[];
  /** Ids of rules that are not among the seventeen we know, and so are not compared. */
  readonly unknownRules: readonly string[];
}

/** Compares one file with the tenant. @throws {UsageError} when the file cannot be read or is no document */
export async function diffFile(tenant: Tenant, file: string): Promise<Drift> {
  const document = readFile(file);
  const { settings, unknownRules } = await tenant.readSettings(document.role);
  const differences = compareDocuments(document, { role: document.role, settings });
  const { roleName, scope } = document.role;
  return { file, role: roleName, scope: scope.name, differences: differences.map(inFile), unknownRules };
}

function inFile({ path, label, before, after }: SettingDifference): Drift['differences'][number] {
  return { path, label, document: before, tenant: after };
}

function readFile(file: string): SettingsDocument {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  try {
    return parseSettingsDocument(text);
  } catch (error) {
    if (error instanceof AccessError && error.code === 'settings.invalid') {
      const lines = (error.facts.reason ?? error.message).split('\n').map((line) => `${file}: ${line}`);
      throw new UsageError(lines.join('\n'));
    }
    throw error;
  }
}

/** The settings of the one role that is meant, as a document. @throws {UsageError} when none or several fit */
export async function showSettings(tenant: Tenant, words: string, scope: string | null): Promise<string> {
  const { roles, unread } = await tenant.findRoles(words, scope);
  const [role, other] = roles;
  if (role === undefined) {
    const where = scope === null ? '' : ` on ${scope}`;
    throw new UsageError([`no role is called “${words}”${where}`, ...unread].join('\n'));
  }
  if (other !== undefined) {
    const lines = roles.map(({ roleName, scope: at }) => `  settings show "${roleName}" --on "${at.name}"  (${at.id})`);
    throw new UsageError([`several roles are called “${words}”; say which:`, ...lines].join('\n'));
  }
  const { settings } = await tenant.readSettings(role);
  return printSettingsDocument({ role, settings });
}
