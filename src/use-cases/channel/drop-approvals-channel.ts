import { demandAppRole } from '../demand-app-role.ts';
import { answer } from '../error-card.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { channelNotice } from './approvals-channel.ts';

/**
 * Shows requests to each approver alone again, for administrators of the bot. What stands in the channel already goes on there
 * until it is decided.
 *
 * @throws {AccessError} identity.admin_sign_in_required, identity.admin_required
 */
export async function dropApprovalsChannel(services: Services, asker: Asker): Promise<Posted> {
  demandAppRole(asker, 'Pimlico.Admin');
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const channel = await stores.botSettings.find('approvals-channel');
    await stores.botSettings.remove('approvals-channel');
    if (channel !== null) {
      const facts = { channel: channel.conversationId };
      await stores.audit.approvalsChannelDropped({ at: services.clock.now(), actorId: asker.person.id, facts });
    }
    return [await stores.cards.post(answer(asker, await channelNotice(stores, 'off', channel)))];
  });
}
