import type { ConversationId, PrincipalId } from '../domain/ids.ts';

/** `29:…`; null for somebody who is not in the channel; `unknown` when Teams does not tell, or asks to wait. */
export type MemberFound = { readonly teamsUserId: string } | 'unknown' | null;

/** Who is in a channel, as Teams tells a bot of the team. */
export interface ChannelMembers {
  /** Finds one person there: one call of Teams' API. Never throws. */
  find(channel: ConversationId, person: PrincipalId): Promise<MemberFound>;
}
