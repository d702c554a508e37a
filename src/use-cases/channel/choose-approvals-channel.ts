import { whyUnfit } from '../../domain/channel.ts';
import type { ConversationId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import { demandAppRole } from '../demand-app-role.ts';
import { answer } from '../error-card.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { channelNotice } from './approvals-channel.ts';
import { listWaiting } from './follow-team.ts';

/**
 * Makes the channel in which it is said the approvals channel, for administrators of the bot: from then on every request that
 * waits for an approver is shown there as well. The channel is told, which also shows whether the bot may write there.
 *
 * @throws {AccessError} channel.not_a_channel, channel.private, channel.shared, channel.type_unknown,
 *   identity.admin_sign_in_required, identity.admin_required
 */
export async function chooseApprovalsChannel(
  services: Services,
  asker: Asker,
  conversationId: ConversationId,
): Promise<Posted> {
  const { store, clock } = services;
  const channel = await store.now.channels.find(conversationId);
  const unfit = whyUnfit(channel);
  // Before the sign-in: nobody signs in for what is refused all the same.
  if (channel === null || unfit !== null) {
    throw new AccessError(unfit ?? 'channel.not_a_channel', 'no place for approval requests');
  }
  demandAppRole(asker, 'Pimlico.Admin');
  const chosen = { conversationId, teamName: channel.teamName, channelName: channel.name };
  return await store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const at = clock.now();
    await stores.botSettings.save('approvals-channel', chosen, asker.person.id, at);
    for (const { id: subject } of await listWaiting(stores)) {
      await stores.timers.set({ kind: 'approval.show-in-channel', subject, dueAt: at });
    }
    await stores.audit.approvalsChannelChosen({ at, actorId: asker.person.id, facts: { channel: conversationId } });
    const notice = await channelNotice(stores, 'set', chosen);
    const own = await stores.cards.post(answer(asker, { ...notice, isUnreachable: false }));
    const announced = await stores.cards.post({
      story: asker.turnId,
      recipient: conversationId,
      notice: { ...notice, says: 'announced', byName: asker.person.name, isUnreachable: false },
      delivery: 'now',
    });
    return [own, announced];
  });
}
