import { z } from 'zod';
import { contentOf, nameOf, once, textOf } from './list-shapes.ts';
import { LONGEST_TEXT, name, roleAtOneScope } from './role-shapes.ts';
import { person, timeSpan } from './value-shapes.ts';

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
    activates: once(z.array(roleAtOneScope).min(1, 'must name a role'), contentOf, {
      at: [],
      message: 'is there twice',
    }).describe('What is activated, all at once.'),
    pulledBy: name.describe('Name of the on-call source whose people may pull it.'),
    window: timeSpan.describe('The longest that it is pulled for: 30m, 1h, 1h30m or PT1H; from 5 minutes to 24 hours.'),
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
export type OnCallSourceContent = z.output<typeof onCallSource>;
export type AlarmRouteContent = z.output<typeof alarmRoute>;
