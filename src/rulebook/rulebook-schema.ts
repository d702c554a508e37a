import { z } from 'zod';
import { isManagementGroup } from '../domain/separation-of-duties.ts';
import type { UnservedWhy } from '../domain/served.ts';
import { alarmRoute, emergencyAccounts, onCallSources, packs } from './break-glass-schema.ts';
import { nameOf } from './list-shapes.ts';
import { azureRoleName, entraRole, group, LONGEST_TEXT, name, scopePath, toNamedRole } from './role-shapes.ts';
import { judgeNamed, toServed } from './served-content.ts';
import { served } from './served-schema.ts';

const azureRole = z
  .strictObject({
    azureRole: azureRoleName,
    on: scopePath
      .optional()
      .describe('Path of a scope; roles above and below it count too. Left out, it means everywhere.'),
  })
  .describe('An Azure role.');
const azureScope = z
  .strictObject({ azureScope: scopePath.describe('Path of a scope; roles above and below it count too.') })
  .describe('Every Azure role at a scope.');

const entraOperation = z
  .strictObject({
    entraOperation: z
      .string()
      .regex(/^[\w.]+(\/[\w.]+)+$/, 'must be one action of a directory role, such as microsoft.directory/users/create')
      .max(LONGEST_TEXT)
      .describe('Every Microsoft Entra role whose definition lists this action, or one that takes it in.'),
    on: entraRole.shape.on,
  })
  .describe('Every Microsoft Entra role that allows an operation.');
const azureOperation = z
  .strictObject({
    azureOperation: z
      .string()
      .regex(
        /^[\w.*-]+(\/[\w.*-]+)+$/,
        'must be an operation of Azure, such as Microsoft.Compute/virtualMachines/write',
      )
      .max(LONGEST_TEXT)
      .describe(
        'Every Azure role whose actions take this operation in; `*` stands for anything. What notActions subtract counts.',
      ),
    on: azureRole.shape.on,
  })
  .describe('Every Azure role that allows an operation.');

const duty = z.union(
  [entraRole, group, azureRole, azureScope, entraOperation, azureOperation],
  'must have “entraRole”, “group”, “azureRole”, “azureScope”, “entraOperation” or “azureOperation”, and beside it “on” for a role or an operation, or “as” for a group',
);

type AzureDuty = Extract<
  z.output<typeof duty>,
  { azureRole: string } | { azureScope: string } | { azureOperation: string }
>;

function isOfAzure(item: z.output<typeof duty>): item is AzureDuty {
  return 'azureRole' in item || 'azureScope' in item || 'azureOperation' in item;
}

const side = z.strictObject({
  name: name.describe('What these roles are for, such as “configuration”.'),
  roles: z.array(duty).min(1, 'must name a role'),
});

const dutyRule = z
  .strictObject({
    name: name.describe('Shown to whoever is refused.'),
    reason: z.string().trim().min(1, 'must say why').max(LONGEST_TEXT).describe('Shown to whoever is refused.'),
    sides: z
      .array(side)
      .min(2, 'must have two sides or more')
      .describe('A person may hold roles of one side at a time.'),
  })
  .superRefine(({ sides }, context) => {
    const names = new Set<string>();
    const roles = new Map<string, string>();
    for (const [index, one] of sides.entries()) {
      if (names.has(one.name.toLowerCase())) {
        context.addIssue({ code: 'custom', path: ['sides', index, 'name'], message: 'names a side twice' });
      }
      names.add(one.name.toLowerCase());
      for (const [place, item] of one.roles.entries()) {
        const key = JSON.stringify(item).toLowerCase();
        const other = roles.get(key);
        if (other !== undefined) {
          const message =
            other === one.name ? 'is there twice' : `is on the side “${other}” already: nobody could hold it`;
          context.addIssue({ code: 'custom', path: ['sides', index, 'roles', place], message });
        }
        roles.set(key, one.name);
        const isWide = isOfAzure(item) && isManagementGroup('azureScope' in item ? item.azureScope : (item.on ?? ''));
        const isBeside = sides.some((each) => each !== one && each.roles.some(isOfAzure));
        if (isWide && isBeside) {
          const message =
            'names a management group, which may hold whatever the other sides name of Azure: name the subscriptions';
          context.addIssue({ code: 'custom', path: ['sides', index, 'roles', place], message });
        }
      }
    }
  });

/** The form of a rulebook; whether what it names exists is asked of the tenant. */
export const rulebookSchema = z
  .strictObject({
    version: z.literal(1, 'must be 1: no other form is known').describe('Form of this document.'),
    separationOfDuties: z
      .array(dutyRule)
      .default([])
      .describe('Roles that one person must not hold at the same time, on any of the three surfaces.'),
    onCall: onCallSources,
    breakGlass: packs,
    alarms: alarmRoute.optional().describe('Who is told of what no pack speaks of, such as a used emergency account.'),
    emergencyAccounts,
    served,
  })
  .superRefine(({ separationOfDuties }, context) => {
    const names = new Set<string>();
    for (const [index, rule] of separationOfDuties.entries()) {
      if (names.has(rule.name.toLowerCase())) {
        context.addIssue({
          code: 'custom',
          path: ['separationOfDuties', index, 'name'],
          message: 'names a rule twice',
        });
      }
      names.add(rule.name.toLowerCase());
    }
  })
  .superRefine(
    (content, context) => {
      for (const [index, source] of unknownSources(content)) {
        const message = `is no name under onCall: nobody could pull this pack (“${source}”)`;
        context.addIssue({ code: 'custom', path: ['breakGlass', index, 'pulledBy'], message });
      }
    },
    { when: () => true },
  )
  .superRefine((content, context) => {
    const inForce = toServed(content.served);
    for (const [index, { activates }] of content.breakGlass.entries()) {
      for (const [place, one] of activates.entries()) {
        const why = judgeNamed(inForce, toNamedRole(one));
        if (why !== null) {
          const path = ['breakGlass', index, 'activates', place];
          context.addIssue({ code: 'custom', path, message: UNSERVED_WORDS[why] });
        }
      }
    }
  })
  .describe('The rulebook of Pimlico: what an organisation has decided beyond what PIM can be told.');

const UNSERVED_WORDS: Readonly<Record<UnservedWhy, string>> = {
  off: 'is off until it is listed under served.roles.named: nobody could pull this pack',
  role: 'is a role that is not served (served.roles): nobody could pull this pack',
  scope: 'is at a scope that is not served (served.scopes): nobody could pull this pack',
};

const anyPack = z.looseObject({ pulledBy: z.string() });

/** Looked up in what may be wrong elsewhere, so that all problems are told at once. */
function unknownSources(content: unknown): readonly (readonly [index: number, source: string])[] {
  const { onCall, breakGlass } = z
    .looseObject({ onCall: z.array(z.unknown()).catch([]), breakGlass: z.array(z.unknown()).catch([]) })
    .catch({ onCall: [], breakGlass: [] })
    .parse(content);
  const known = new Set(onCall.map(nameOf));
  return breakGlass.flatMap((one, index) => {
    const read = anyPack.safeParse(one);
    const source = read.success ? read.data.pulledBy.trim() : '';
    return source === '' || known.has(source.toLowerCase()) ? [] : [[index, source] as const];
  });
}

export type RulebookContent = z.output<typeof rulebookSchema>;
export type DutyContent = z.output<typeof duty>;
