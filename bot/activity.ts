import { z } from 'zod';

import type { Mention } from '../src/language/flatten.ts';

/** One line of text of sane length. */
const word = z.string().max(2_000);
const optionalWord = word.nullish();

const account = z.object({ id: word.min(1), name: optionalWord, aadObjectId: optionalWord });

const entity = z.looseObject({
  type: optionalWord,
  text: optionalWord,
  locale: optionalWord,
  timezone: optionalWord,
  mentioned: z.object({ id: optionalWord, name: optionalWord }).nullish(),
});

/** Only whether the bot is among them matters: a list that cannot be read is none. */
const members = z
  .array(z.object({ id: optionalWord }))
  .max(1_000)
  .nullish()
  .catch(null);

/** What the bot reads of an activity (teams-platform §4.6, appendix A). Everything else is dropped here. */
const activitySchema = z.object({
  type: word.min(1),
  id: word.min(1),
  name: optionalWord,
  action: optionalWord,
  channelId: word.min(1),
  serviceUrl: word.min(1),
  from: account,
  recipient: z.object({ id: optionalWord }).nullish(),
  conversation: z.object({ id: word.min(1), conversationType: optionalWord, tenantId: optionalWord }),
  channelData: z
    .object({
      tenant: z.object({ id: optionalWord }).nullish(),
      team: z.object({ id: optionalWord, name: optionalWord }).nullish(),
      channel: z.object({ id: optionalWord, name: optionalWord, type: optionalWord }).nullish(),
      eventType: optionalWord,
    })
    .nullish(),
  membersAdded: members,
  membersRemoved: members,
  text: z.string().nullish(),
  textFormat: optionalWord,
  locale: optionalWord,
  localTimezone: optionalWord,
  entities: z.array(entity).max(500).nullish(),
  value: z.unknown().optional(),
  replyToId: optionalWord,
});

export type Activity = z.output<typeof activitySchema>;

/** An activity, or the first member that keeps it from being one; never its content. */
export type ReadActivity =
  | { readonly ok: true; readonly activity: Activity }
  | { readonly ok: false; readonly member: string };

/** Reads a request body before anything else looks at it. */
export function readActivity(body: unknown): ReadActivity {
  const parsed = activitySchema.safeParse(body);
  if (parsed.success) {
    return { ok: true, activity: parsed.data };
  }
  const member = parsed.error.issues[0]?.path.join('.') ?? '';
  return { ok: false, member: member === '' ? 'body' : member };
}

/** What the client says about its user's language and time zone; null when it says nothing that can be used. */
export function regionOf(activity: Activity): { readonly locale: string | null; readonly timeZone: string | null } {
  const client = activity.entities?.find((candidate) => candidate.type === 'clientInfo');
  return {
    locale: [activity.locale, client?.locale].find(isLocale) ?? null,
    timeZone: [client?.timezone, activity.localTimezone].find(isTimeZone) ?? null,
  };
}

/** Whom a text mentions, as the language wants to know it: mentions of the bot are not part of a sentence. */
export function mentionsOf({ entities, recipient }: Activity): readonly Mention[] {
  return (entities ?? []).flatMap(({ type, text, mentioned }) => {
    const isMention = type === 'mention' && !!text;
    return isMention
      ? [{ text, name: mentioned?.name ?? '', isBot: !!mentioned?.id && mentioned.id === recipient?.id }]
      : [];
  });
}

/** Says whether a text is a BCP 47 tag; a client need not tell one. */
export function isLocale(text: string | null | undefined): text is string {
  if (!text) {
    return false;
  }
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(text: string | null | undefined): text is string {
  if (!text) {
    return false;
  }
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}
