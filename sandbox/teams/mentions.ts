import type { ContentProblem } from './content.ts';
import type { Person } from './people.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

/** Object ids of everybody whom a message mentions, in its text or in its card. */
function mentionedIds(activity: Json): string[] {
  const cards = asRecords(activity.attachments).map(({ content }) => asRecord(asRecord(content)?.msteams));
  const entities = [activity, ...cards].flatMap((holder) => asRecords(holder?.entities));
  return entities
    .filter(({ type }) => type === 'mention')
    .map(({ mentioned }) => asText(asRecord(mentioned)?.id) ?? '');
}

/**
 * Why a message is refused for whom it mentions: people of the conversation only, by `29:` id, object id or sign-in name. What
 * Teams does with others is not written anywhere, so this is the stricter way.
 */
export function mentionProblem(activity: Json, members: readonly Person[]): ContentProblem | null {
  const known = members.flatMap(({ id, teamsId, user }) => [id, teamsId, user.userPrincipalName.toLowerCase()]);
  const strangers = mentionedIds(activity).filter((id) => !known.includes(id) && !known.includes(id.toLowerCase()));
  return strangers.length === 0
    ? null
    : { status: 400, code: 'BadArgument', message: 'The mentioned user is not a member of the conversation.' };
}
