import type { NamedString } from '../../src/domain/role-notice.ts';
import { nameText } from '../plain-text.ts';
import powerful from './powerful-words.json' with { type: 'json' };

const TASKS: Readonly<Record<string, string>> = {
  read: 'read',
  write: 'create and change',
  delete: 'delete',
  action: 'every action on',
};
const EVERYTHING = 'everything';

/**
 * Says a string of an Azure definition in words: "everything in Microsoft.Compute", "read virtual machines". Empty for one that
 * has no such form; then the string speaks for itself.
 */
export function azureWords(pattern: string): string {
  const parts = pattern.trim().split('/');
  const last = parts.at(-1) ?? '';
  const [provider = '', ...rest] = parts;
  const isOdd = parts.some((part) => part === '' || (part.includes('*') && part !== '*'));
  if (isOdd || parts.filter((part) => part === '*').length > 1) {
    return '';
  }
  if (last === '*') {
    const things = rest.slice(0, -1);
    return provider === '*'
      ? EVERYTHING
      : things.length === 0
        ? inProvider(EVERYTHING, provider)
        : allOf(things, provider);
  }
  const task = TASKS[last.toLowerCase()];
  if (task === undefined) {
    return '';
  }
  if (provider === '*') {
    return rest.length === 1 ? `${task} ${EVERYTHING}` : '';
  }
  const things = rest.slice(0, -1).filter((part) => part !== '*');
  if (things.length === 0) {
    return inProvider(`${task} ${EVERYTHING}`, provider);
  }
  if (last.toLowerCase() === 'action' && rest.at(-2) !== '*') {
    const [verb = ''] = things.slice(-1);
    const on = things.slice(0, -1);
    return on.length === 0 ? inProvider(plain(verb), provider) : inProvider(`${plain(verb)} on ${path(on)}`, provider);
  }
  return inProvider(`${task} ${path(things)}`, provider);
}

function allOf(things: readonly string[], provider: string): string {
  return inProvider(`everything on ${path(things)}`, provider);
}

function inProvider(words: string, provider: string): string {
  return nameText(`${words} in ${provider}`);
}

/** "virtual machines, extensions": what is inside what. */
function path(things: readonly string[]): string {
  return things.map(plain).join(', ');
}

/** "virtualMachines" as people say it: "virtual machines". Short words in capitals, such as "SQL", stay. */
function plain(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

const DIRECTORY_TASKS: Readonly<Record<string, string>> = {
  alltasks: 'create, read, change and delete',
  read: 'read',
  limitedread: 'read a little of',
  update: 'change',
  create: 'create',
  createasowner: 'create, as owner,',
  delete: 'delete',
  restore: 'restore',
  enable: 'enable',
  disable: 'disable',
  manage: 'manage',
};
const WHOLE_SETS = new Set(['standard', 'basic', 'allproperties']);

/** Says a permission of the directory in words: "change password of users". Empty where the words are not known. */
export function directoryWords(action: string): string {
  const [, entity = '', ...rest] = action.trim().split('/');
  const task = DIRECTORY_TASKS[(rest.at(-1) ?? '').toLowerCase()];
  if (task === undefined || entity === '') {
    return '';
  }
  const sets = rest.slice(0, -1);
  const thing = entity.toLowerCase() === 'allentities' ? EVERYTHING : plain(entity).replaceAll('.', ', ');
  const named = sets.filter((set) => !WHOLE_SETS.has(set.toLowerCase())).map(plain);
  return nameText(named.length === 0 ? `${task} ${thing}` : `${task} ${named.join(', ')} of ${thing}`);
}

/** What Microsoft calls an operation; where it has no name, or nothing but itself for one, the string in words. */
export function operationWords({ operation, says }: NamedString, kind: 'azure' | 'directory'): string {
  if (says !== '' && !operation.toLowerCase().endsWith(says.toLowerCase())) {
    return nameText(says);
  }
  return kind === 'azure' ? azureWords(operation) : directoryWords(operation);
}

const AZURE_REASONS: ReadonlyMap<string, string> = lowered(powerful.azure);
const DIRECTORY_REASONS: ReadonlyMap<string, string> = lowered(powerful.directory);

/** Says why an operation reaches further than its name: by name on Azure, by what it is about in the directory. */
export function powerfulWords(operation: string, kind: 'azure' | 'directory'): string {
  const name = operation.trim().toLowerCase();
  if (kind === 'azure') {
    return AZURE_REASONS.get(name) ?? powerful.azureSecrets;
  }
  const [space = '', entity = ''] = name.split('/');
  const whole = `${space}/${entity}`;
  const parent = `${space}/${entity.split('.')[0]}`;
  return (
    DIRECTORY_REASONS.get(name) ?? DIRECTORY_REASONS.get(whole) ?? DIRECTORY_REASONS.get(parent) ?? powerful.otherwise
  );
}

function lowered(words: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(words).map(([name, text]) => [name.toLowerCase(), text]));
}
