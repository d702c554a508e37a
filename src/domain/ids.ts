declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Object id of a person in our tenant, lower-case GUID. */
export type PrincipalId = Branded<'PrincipalId'>;
/** Role definition: a GUID on Graph, a full resource id on ARM. */
export type RoleDefinitionId = Branded<'RoleDefinitionId'>;
/** Our own id of one ask: a short code in capitals that people can type, such as `7F3K`. */
export type RequestId = Branded<'RequestId'>;
/** Microsoft's id of the request we made. */
export type ScheduleRequestId = Branded<'ScheduleRequestId'>;
/** One use of a break-glass pack. */
export type PullId = Branded<'PullId'>;
/** One card we sent or will send. */
export type CardId = Branded<'CardId'>;
/** A conversation as Teams names it. */
export type ConversationId = Branded<'ConversationId'>;

/** Who a message is for: a person, in their own chat with the bot, or all who read a conversation. */
export type RecipientId = PrincipalId | ConversationId;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Says whether a text is a GUID, in any case. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** Says whether a message is for a person: their ids are GUIDs, and those of conversations are not. */
export function isPerson(recipient: RecipientId): recipient is PrincipalId {
  return isGuid(recipient);
}

export const principalId = (text: string): PrincipalId => text.toLowerCase() as PrincipalId;
export const roleDefinitionId = (text: string): RoleDefinitionId => text as RoleDefinitionId;
export const scheduleRequestId = (text: string): ScheduleRequestId => text as ScheduleRequestId;
export const pullId = (text: string): PullId => text as PullId;
export const cardId = (text: string): CardId => text as CardId;
export const conversationId = (text: string): ConversationId => text as ConversationId;

/** Reads a request id as people type it: any case, with or without `#`. */
export function requestId(text: string): RequestId {
  return text.trim().replace(/^#/, '').toUpperCase() as RequestId;
}
