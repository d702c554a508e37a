import { z } from 'zod';
import { isGuid } from '../domain/ids.ts';
import { minutesOf, readTypedDuration } from '../domain/settings-duration.ts';
import { azureRoleName, entraRole, group, LONGEST_TEXT, name, scopePath } from './role-shapes.ts';

const SHORTEST_WINDOW_MINUTES = 5;
const LONGEST_WINDOW_MINUTES = 24 * 60;
const LONGEST_PACK_NAME = 40;

/** Words that mean something else where a pack is named. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(
  (
    'all any at because breakglass by cancel confirm drill end every everything for from help in it justification last list ' +
    'my none now of off on pack packs reason review standdown starting stop that the ticket till to tomorrow until with'
  ).split(' '),
);

/** What the language takes for the number of an incident. */
const LOOKS_LIKE_TICKET = /^(?:INC|CHG|REQ|RITM|TASK|PRB)-?\d+$/i;

/** A channel of Teams; group chats end otherwise. */
const CHANNEL = /^19:[\w-]+@thread\.(?:tacv2|skype)$/;
const CHANNEL_LINK = /^https:\/\/[^/]+\/l\/channel\/([^/?#]+)/i;

/** A list in which nothing may be there twice. `keyOf` gets what may be wrong elsewhere. */
function once<T>(items: z.ZodArray<z.ZodType<T>>, keyOf: (item: unknown) => string | null, told: Told) {
  return items.superRefine(
    (given, context) => {
      const seen = new Set<string>();
      for (const [index, item] of (Array.isArray(given) ? given : []).entries()) {
        const key = keyOf(item);
        if (key !== null && seen.has(key)) {
          context.addIssue({ code: 'custom', path: [index, ...told.at], message: told.message });
        }
        seen.add(key ?? '');
      }
    },
    { when: () => true },
  );
}

interface Told {
  /** Where in the item. */
  readonly at: readonly string[];
  readonly message: string;
}

/** A name as it is compared, in what may be wrong elsewhere; null where there is none. */
export const nameOf = (item: unknown): string | null => {
  const read = z.looseObject({ name: z.string() }).safeParse(item);
  return read.success ? read.data.name.trim().toLowerCase() : null;
};
const textOf = (item: unknown): string | null => (typeof item === 'string' ? item.trim().toLowerCase() : null);
const contentOf = (item: unknown): string | null => JSON.stringify(item)?.toLowerCase() ?? null;

const person = z
  .string()
  .trim()
  .max(LONGEST_TEXT)
  .refine(
    (text) => isGuid(text) || /^[^\s@]+@[^\s@]+$/.test(text),
    'must be a sign-in name such as patti@contoso.com, or an object id',
  );

const people = (description: string) =>
  once(z.array(person), textOf, { at: [], message: 'is there twice' })
    .default([])
    .describe(`${description} Sign-in names or object ids; an empty list is nobody.`);

const channel = z
  .string()
  .trim()
  .max(2_000)
  .transform((text, context) => {
    const id = channelIn(text);
    if (id === null) {
      const message = 'must be a channel’s id (19:…@thread.tacv2), or the link that Teams’ “Get link to channel” gives';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return id;
  })
  .describe('The channel’s id (19:…@thread.tacv2), or the whole link that Teams’ “Get link to channel” gives.');

function channelIn(text: string): string | null {
  const [, linked] = CHANNEL_LINK.exec(text) ?? [];
  try {
    const id = linked === undefined ? text : decodeURIComponent(linked);
    return CHANNEL.test(id) ? id : null;
  } catch {
    return null;
  }
}

/** Who is told of an alarm. */
export const alarmRoute = z.strictObject({
  channel,
  people: people('Who is told in their own chat, too.'),
});

/** The tenant's own accounts for when nothing else works. */
export const emergencyAccounts = people('The tenant’s emergency access accounts: whoever uses one raises an alarm.');

const rotaFile = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(LONGEST_TEXT)
  .refine(
    (text) => /^[^\\:\0]+$/.test(text) && text.split('/').every((part) => !['', '.', '..'].includes(part)),
    'must be a path below the rulebook’s own folder, with “/” and without “..”',
  );

const onCallSource = z
  .union(
    [
      z.strictObject({
        name: name.describe('What packs call it by.'),
        entraGroup: name.describe('Display name or object id of the group whose members are on call.'),
      }),
      z.strictObject({
        name: name.describe('What packs call it by.'),
        rota: rotaFile.describe('File with shifts, below the folder of the rulebook.'),
      }),
    ],
    'must have “name”, and “entraGroup” or “rota”',
  )
  .describe('Where it is found who is on call.');

export const onCallSources = once(z.array(onCallSource), nameOf, { at: ['name'], message: 'names a source twice' })
  .default([])
  .describe('Where it is found who is on call. Whoever is not found is not on call.');

const packName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/i, 'must be one word of letters, digits and dashes that begins with a letter')
  .max(LONGEST_PACK_NAME)
  .refine(
    (text) => !TAKEN_NAMES.has(text.toLowerCase()) && !LOOKS_LIKE_TICKET.test(text),
    'is a word that means something else in a command',
  );

const packRole = z
  .union(
    [
      entraRole,
      group,
      z
        .strictObject({
          azureRole: azureRoleName,
          on: scopePath.describe('Path of the scope at which it is activated.'),
        })
        .describe('An Azure role at one scope.'),
    ],
    'must have “entraRole”, “group”, or “azureRole” with “on”; beside an Entra role “on”, beside a group “as”',
  )
  .describe('A role that is activated.');

const window = z
  .string()
  .trim()
  .max(40)
  .transform((text, context) => {
    const read = readTypedDuration(text, 'hours');
    const minutes = read === null ? null : minutesOf(read);
    if (read === null || minutes === null || hasSeconds(text)) {
      context.addIssue({ code: 'custom', message: 'must be a time in hours and minutes, such as 30m, 1h30m or PT1H' });
      return z.NEVER;
    }
    if (minutes < SHORTEST_WINDOW_MINUTES || minutes > LONGEST_WINDOW_MINUTES) {
      context.addIssue({ code: 'custom', message: 'must be from 5 minutes to 24 hours' });
      return z.NEVER;
    }
    return read;
  })
  .describe('The longest that it is pulled for: 30m, 1h, 1h30m or PT1H; from 5 minutes to 24 hours.');

/** What would be cut off without a word. */
function hasSeconds(text: string): boolean {
  return /^p.*\ds$/i.test(text);
}

const severity = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,19}$/i, 'must be one word of letters and digits, such as SEV1')
  .refine((text) => !LOOKS_LIKE_TICKET.test(text), 'would be taken for the number of an incident');

const needs = z
  .strictObject({
    incident: z.boolean().default(true).describe('Whether the number of an incident must be given.'),
    severity: once(z.array(severity), textOf, { at: [], message: 'is there twice' })
      .default([])
      .describe('Words of which one must be given, such as SEV1; an empty list asks for none.'),
  })
  .prefault({})
  .describe('What must be said beside the reason.');

const pack = z
  .strictObject({
    name: packName.describe('The exact word that people type, in any case.'),
    purpose: z
      .string()
      .trim()
      .min(1, 'must say what it is for')
      .max(LONGEST_TEXT)
      .describe('What it is for, in a line.'),
    activates: once(z.array(packRole).min(1, 'must name a role'), contentOf, {
      at: [],
      message: 'is there twice',
    }).describe('What is activated, all at once.'),
    pulledBy: name.describe('Name of the on-call source whose people may pull it.'),
    window,
    secondPerson: z
      .boolean()
      .default(false)
      .describe(
        'Whether a second on-call lead must confirm. That is PIM’s own approval, and its settings must say so.',
      ),
    alarm: alarmRoute.describe('Who is told of every pull, before access is given.'),
    owner: person.describe('Who reviews each use: a sign-in name or an object id.'),
    needs,
  })
  .describe('A break-glass pack.');

/** What on-call leads may pull in an emergency. */
export const packs = once(z.array(pack), nameOf, { at: ['name'], message: 'names a pack twice' })
  .default([])
  .describe('What on-call leads may pull in an emergency.');

export type PackContent = z.output<typeof pack>;
export type PackRoleContent = z.output<typeof packRole>;
export type OnCallSourceContent = z.output<typeof onCallSource>;
export type AlarmRouteContent = z.output<typeof alarmRoute>;
