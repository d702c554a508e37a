import type { NamedString } from '../../src/domain/role-notice.ts';
import { CATALOGUES, type Listener, type MessageKey, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';

const TASKS: ReadonlyMap<string, MessageKey> = new Map([
  ['read', 'operations.read'],
  ['write', 'operations.write'],
  ['delete', 'operations.delete'],
  ['action', 'operations.action'],
]);

/**
 * Says a string of an Azure definition in words: "everything in Microsoft.Compute", "read virtual machines". Empty for one that
 * has no such form; then the string speaks for itself.
 */
export function azureWords(pattern: string, reader: Listener): string {
  const parts = pattern.trim().split('/');
  const last = (parts.at(-1) ?? '').toLowerCase();
  const [provider = '', ...rest] = parts;
  const isOdd = parts.some((part) => part === '' || (part.includes('*') && part !== '*'));
  if (isOdd || parts.filter((part) => part === '*').length > 1) {
    return '';
  }
  const everything = say(reader, 'operations.everything');
  const inProvider = (words: string) => nameText(say(reader, 'operations.in', { words, provider }));
  if (last === '*') {
    const things = rest.slice(0, -1);
    const on = { things: path(things) };
    return provider === '*'
      ? everything
      : inProvider(things.length === 0 ? everything : say(reader, 'operations.everything-on', on));
  }
  const task = TASKS.get(last);
  if (task === undefined) {
    return '';
  }
  if (provider === '*') {
    return rest.length === 1 ? say(reader, task, { things: everything }) : '';
  }
  const things = rest.slice(0, -1).filter((part) => part !== '*');
  if (things.length === 0) {
    return inProvider(say(reader, task, { things: everything }));
  }
  if (last === 'action' && rest.at(-2) !== '*') {
    const verb = plain(things.at(-1) ?? '');
    const on = things.slice(0, -1);
    return inProvider(on.length === 0 ? verb : say(reader, 'operations.verb-on', { verb, things: path(on) }));
  }
  return inProvider(say(reader, task, { things: path(things) }));
}

/** "virtual machines, extensions": what is inside what. */
function path(things: readonly string[]): string {
  return things.map(plain).join(', ');
}

/** "virtualMachines" as people say it: "virtual machines". Short words in capitals, such as "SQL", stay. */
function plain(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

const DIRECTORY_TASKS = [
  ...(['alltasks', 'read', 'limitedread', 'update', 'create', 'createasowner', 'delete'] as const),
  ...(['restore', 'enable', 'disable', 'manage'] as const),
];
const WHOLE_SETS = new Set(['standard', 'basic', 'allproperties']);

/** Says a permission of the directory in words: "change password of users". Empty where the words are not known. */
export function directoryWords(action: string, reader: Listener): string {
  const [, entity = '', ...rest] = action.trim().split('/');
  const task = DIRECTORY_TASKS.find((known) => known === (rest.at(-1) ?? '').toLowerCase());
  if (task === undefined || entity === '') {
    return '';
  }
  const isAll = entity.toLowerCase() === 'allentities';
  const whole = isAll ? say(reader, 'operations.everything') : plain(entity).replaceAll('.', ', ');
  const parts = rest
    .slice(0, -1)
    .filter((set) => !WHOLE_SETS.has(set.toLowerCase()))
    .map(plain);
  const things =
    parts.length === 0 ? whole : say(reader, 'operations.parts-of', { parts: parts.join(', '), things: whole });
  return nameText(say(reader, `operations.directory.${task}`, { things }));
}

/** What Microsoft calls an operation; where it has no name, or nothing but itself for one, the string in words. */
export function operationWords(
  { operation, says }: NamedString,
  kind: 'azure' | 'directory',
  reader: Listener,
): string {
  if (says !== '' && !operation.toLowerCase().endsWith(says.toLowerCase())) {
    return nameText(says);
  }
  return kind === 'azure' ? azureWords(operation, reader) : directoryWords(operation, reader);
}

type Reason = Extract<keyof typeof CATALOGUES.en.powerful, string>;

/** Reasons by plane and name in small letters, such as `azure.microsoft.authorization/roleassignments/write`. */
const REASONS: ReadonlyMap<string, Reason> = new Map(
  (Object.keys(CATALOGUES.en.powerful) as Reason[]).map((name) => [name.toLowerCase(), name]),
);

/** Says why an operation reaches further than its name: by name on Azure, by what it is about in the directory. */
export function powerfulWords(operation: string, kind: 'azure' | 'directory', reader: Listener): string {
  const name = operation.trim().toLowerCase();
  if (kind === 'azure') {
    return say(reader, `powerful.${REASONS.get(`azure.${name}`) ?? 'azure-secrets'}`);
  }
  const [space = '', entity = ''] = name.split('/');
  const about = [name, `${space}/${entity}`, `${space}/${entity.split('.')[0]}`];
  const reason = about.map((one) => REASONS.get(`directory.${one}`)).find((found) => found !== undefined);
  return say(reader, `powerful.${reason ?? 'otherwise'}`);
}
