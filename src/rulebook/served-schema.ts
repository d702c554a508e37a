import { z } from 'zod';
import { isGuid } from '../domain/ids.ts';
import { OFF_UNTIL_NAMED } from '../domain/served.ts';
import { contentOf, once, textOf } from './list-shapes.ts';
import { azureRoleName, entraRole, group, LONGEST_TEXT, name, scopePath } from './role-shapes.ts';
import { person } from './value-shapes.ts';

/** What begins as an object id does and is none: a name is not meant, and nothing would ever match it. */
const LIKE_AN_ID = /^[0-9a-f]{8}-[0-9a-f-]*$/i;

/** A name or an id. */
const named = (what: string) =>
  name
    .refine((text) => !LIKE_AN_ID.test(text) || isGuid(text), 'looks like an object id, and is not a whole one')
    .describe(what);

const azureRole = z
  .strictObject({
    azureRole: azureRoleName,
    on: scopePath.optional().describe('Path of a scope, and what lies below it. Left out, it means everywhere.'),
  })
  .describe('An Azure role.');

const role = z
  .union(
    [
      entraRole.extend({ entraRole: named('Display name or id of a Microsoft Entra role, built in or custom.') }),
      group.extend({ group: named('Display name or id of a group that PIM governs.') }),
      azureRole.extend({ azureRole: named('Name or id of an Azure role, built in or custom.') }),
    ],
    'must have “entraRole”, “group” or “azureRole”, and beside it “on” for a role, or “as” for a group',
  )
  .describe('A role.');

const scope = z
  .union([scopePath, name.regex(/^[^/]/)], 'must be a path of Azure or Entra, or the name of an administrative unit')
  .describe('Path of a scope; or the name of an administrative unit, or “Whole tenant”, for Entra roles.');

const somebody = z
  .union(
    [person, z.strictObject({ group: named('Display name or object id of a group: everybody in it.') })],
    'must be a sign-in name such as patti@contoso.com, an object id, or “group” with a name or id',
  )
  .describe('A person, or everybody in a group.');

const TWICE = { at: [], message: 'is there twice' };

const evenThese = z
  .string()
  .trim()
  .transform((text, context) => {
    const words = text.toLowerCase();
    const found = OFF_UNTIL_NAMED.find((one) => one.id === words || one.name.toLowerCase() === words);
    if (found === undefined) {
      const names = OFF_UNTIL_NAMED.map((one) => `“${one.name}”`).join(' or ');
      context.addIssue({
        code: 'custom',
        message: `must be ${names}, or the id of one: all others are on by themselves`,
      });
      return z.NEVER;
    }
    return found.id;
  });

/** Which roles, scopes and people the bot acts for. */
export const served = z
  .strictObject({
    roles: z
      .strictObject({
        allow: once(z.array(role), contentOf, TWICE)
          .optional()
          .describe('Only these. Left out, every role; an empty list is none.'),
        deny: once(z.array(role), contentOf, TWICE).default([]).describe('Not these, whatever else is said.'),
        named: once(z.array(evenThese), textOf, TWICE)
          .default([])
          .describe(
            'Which of Global Administrator and Privileged Role Administrator are served: they are off otherwise.',
          ),
      })
      .prefault({}),
    scopes: z
      .strictObject({
        allow: once(z.array(scope), textOf, TWICE)
          .optional()
          .describe('Only roles at these, and below them. Left out, everywhere; an empty list is nowhere.'),
        deny: once(z.array(scope), textOf, TWICE)
          .default([])
          .describe('Not at these, below them, or above them, since that reaches them.'),
      })
      .prefault({}),
    people: z
      .strictObject({
        allow: once(z.array(somebody), contentOf, TWICE)
          .optional()
          .describe('Only these people. Left out, everybody; an empty list is nobody.'),
        deny: once(z.array(somebody), contentOf, TWICE).default([]).describe('Not these, whatever else is said.'),
      })
      .prefault({}),
    pilotGroup: named('Display name or object id of a group: only its members are served.').optional(),
    contact: z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(LONGEST_TEXT)
      .optional()
      .describe('Whom to ask: shown to people who are not served.'),
  })
  .prefault({})
  .describe('Which roles, scopes and people the bot acts for; to all others it shows, and points to the portal.');

export type ServedContent = z.output<typeof served>;
