import { z } from 'zod';
import { WHOLE_TENANT } from '../domain/assignment.ts';
import { SCOPE_PLACEHOLDER } from '../domain/runbook.ts';
import { contentOf, nameOf, once, textOf } from '../rulebook/list-shapes.ts';
import { LONGEST_TEXT, name, roleAtOneScope } from '../rulebook/role-shapes.ts';
import { person, timeSpan } from '../rulebook/value-shapes.ts';
import { azureOperation, azurePath, graphPath } from './probe-shapes.ts';

const LONGEST_NAME = 60;
const LONGEST_LINK = 1_000;
const MOST_WORDS = 20;
const MOST_STEPS = 30;
/** Each is a call to Microsoft, and its line on a card. */
const MOST_CHECKS = 12;

const slug = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must be small letters and digits with dashes between, such as restart-vm')
  .max(LONGEST_NAME);

const text = z.string().trim().min(1, 'must not be empty').max(LONGEST_TEXT);

const link = z
  .string()
  .max(LONGEST_LINK)
  .refine(isPlainHttps, 'must be an address that begins with https://, without a name or password in it');

function isPlainHttps(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'https:' && address.startsWith('https://') && url.username === '' && url.password === '';
}

const step = z
  .union(
    [
      text,
      z.strictObject({
        text: text.describe('What to do, in plain text.'),
        link: link.describe('Where it is done: an address that begins with https://.'),
      }),
    ],
    'must be a text, or “text” with a “link” that begins with https://',
  )
  .describe('One thing to do.');

const KINDS = ['azureResource', 'azureOperation', 'azureDataOperation', 'graph'] as const;

const check = z
  .strictObject({
    name: name.describe('What is looked at, in the words of whoever does the task, such as “Restart vm-pay-01”.'),
    azureResource: azurePath
      .optional()
      .describe('Path of a resource of Azure that is read; {scope} is the role’s scope.'),
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d(?:-preview)?$/, 'must be a version such as 2024-07-01')
      .optional()
      .describe('The api-version that azureResource is read with.'),
    azureOperation: azureOperation
      .optional()
      .describe(
        'An operation such as Microsoft.Compute/virtualMachines/restart/action. It is looked up, never carried out.',
      ),
    azureDataOperation: azureOperation.optional().describe('The same of the data plane.'),
    at: azurePath.optional().describe('Where the operation must be allowed; left out, at the role’s scope.'),
    graph: graphPath
      .optional()
      .describe('Path of Microsoft Graph that is read, without its version; {scope} is the group’s or unit’s id.'),
    expects: z.enum(['works', 'refused']).default('works').describe('What must come of it while the role is active.'),
  })
  .superRefine(
    (content, context) => {
      const given = KINDS.filter((kind) => content[kind] !== undefined);
      const wrong = (path: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (given.length !== 1) {
        const message = `must have one of “${KINDS.join('”, “')}”${given.length > 1 ? ', not several' : ''}`;
        wrong(given[1] ?? 'name', message);
      }
      const [kind] = given;
      if ((kind === 'azureResource') !== (content.apiVersion !== undefined)) {
        const message = kind === 'azureResource' ? 'needs “apiVersion” beside it' : 'belongs to “azureResource”';
        wrong(kind === 'azureResource' ? 'azureResource' : 'apiVersion', message);
      }
      const isOperation = kind === 'azureOperation' || kind === 'azureDataOperation';
      if (content.at !== undefined && !isOperation) {
        wrong('at', 'belongs to “azureOperation” or “azureDataOperation”');
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
  .describe('Something that is looked at by reading, with the person’s own rights.');

const runbook = z
  .strictObject({
    name: slug.describe('The word that people type: “runbook restart-vm”.'),
    title: text.describe('The task, such as “Restart a virtual machine of payments”.'),
    words: once(z.array(name).max(MOST_WORDS), textOf, { at: [], message: 'is there twice' })
      .default([])
      .describe('What people call it besides.'),
    role: roleAtOneScope.describe('The role that the task needs.'),
    duration: timeSpan.optional().describe('For how long it is usually needed: 30m, 1h, 1h30m or PT1H.'),
    steps: z
      .array(step)
      .min(1, 'must have a step')
      .max(MOST_STEPS)
      .describe('How it is done, one thing after the other.'),
    checks: once(z.array(check).max(MOST_CHECKS), contentOf, { at: [], message: 'is there twice' })
      .default([])
      .describe('How one sees that the role is usable. Read only.'),
    owner: person.optional().describe('Who keeps this runbook: a sign-in name or an object id.'),
  })
  .superRefine(
    (content, context) => {
      for (const { at, message } of misplacedScopes(content)) {
        context.addIssue({ code: 'custom', path: [...at], message });
      }
    },
    { when: () => true },
  )
  .describe('How one task is done, and with which role.');

interface Misplaced {
  readonly at: readonly PropertyKey[];
  readonly message: string;
}

const anyChecks = z.looseObject({ role: z.looseObject({}), checks: z.array(z.looseObject({})).catch([]) });

/** Looked for in what may be wrong elsewhere: a path of one service with the scope of another leads nowhere. */
function misplacedScopes(content: unknown): readonly Misplaced[] {
  const read = anyChecks.safeParse(content);
  if (!read.success) {
    return [];
  }
  const { role, checks } = read.data;
  const isAzure = 'azureRole' in role;
  const isWholeTenant =
    'entraRole' in role && (role.on === undefined || String(role.on).toLowerCase() === WHOLE_TENANT.toLowerCase());
  return checks.flatMap((one, index): readonly Misplaced[] => {
    const has = (key: string): boolean => typeof one[key] === 'string' && one[key].includes(SCOPE_PLACEHOLDER);
    const at = (key: string): readonly PropertyKey[] => ['checks', index, key];
    const operation = ['azureOperation', 'azureDataOperation'].find((key) => key in one);
    const azure = ['azureResource', 'at'].filter((key) => !isAzure && has(key));
    const isPlaceless = operation !== undefined && !('at' in one) && !isAzure;
    return [
      ...azure.map((key) => ({ at: at(key), message: '{scope} is not a scope of Azure here: write the whole path' })),
      ...(isPlaceless ? [{ at: at(operation), message: 'needs “at”, since the role is not one of Azure' }] : []),
      ...(has('graph') && (isAzure || isWholeTenant)
        ? [
            {
              at: at('graph'),
              message: '{scope} stands for nothing here: only a group or an administrative unit has an id',
            },
          ]
        : []),
    ];
  });
}

/** The form of the document with all runbooks; whether what it names exists is asked of the tenant. */
export const runbooksSchema = z
  .strictObject({
    version: z.literal(1, 'must be 1: no other form is known').describe('Form of this document.'),
    runbooks: once(z.array(runbook).max(1_000), nameOf, { at: ['name'], message: 'names a runbook twice' })
      .default([])
      .describe('How tasks are done, and with which role.'),
  })
  .superRefine(
    (content, context) => {
      for (const { at, message } of takenWords(content)) {
        context.addIssue({ code: 'custom', path: [...at], message });
      }
    },
    { when: () => true },
  )
  .describe('The runbooks of Pimlico: which task needs which role, how it is done, and how one sees that it works.');

const anyRunbooks = z
  .looseObject({
    runbooks: z
      .array(
        z
          .looseObject({ name: z.string().catch(''), words: z.array(z.string().catch('')).catch([]) })
          .catch({ name: '', words: [] }),
      )
      .catch([]),
  })
  .catch({ runbooks: [] });

/** Words of one runbook that name another: who says them would always be asked back. */
function takenWords(content: unknown): readonly Misplaced[] {
  const { runbooks } = anyRunbooks.parse(content);
  const taken = new Map<string, number>();
  for (const [index, { name: own }] of runbooks.entries()) {
    taken.set(own.trim().toLowerCase(), index);
  }
  const problems: Misplaced[] = [];
  for (const [index, { words }] of runbooks.entries()) {
    for (const [place, word] of words.entries()) {
      const key = word.trim().toLowerCase();
      const other = key === '' ? undefined : taken.get(key);
      if (other !== undefined && other !== index) {
        const message = `is what “${runbooks[other]?.name}” is called already`;
        problems.push({ at: ['runbooks', index, 'words', place], message });
      }
      taken.set(key, other ?? index);
    }
  }
  return problems;
}

export type RunbooksContent = z.output<typeof runbooksSchema>;
export type RunbookContent = RunbooksContent['runbooks'][number];
