import type { ConversationId } from '../../src/domain/ids.ts';
import type { Command } from '../../src/language/command.ts';
import { showApprovalsChannel } from '../../src/use-cases/channel/approvals-channel.ts';
import { chooseApprovalsChannel } from '../../src/use-cases/channel/choose-approvals-channel.ts';
import { dropApprovalsChannel } from '../../src/use-cases/channel/drop-approvals-channel.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';

interface Said extends Pick<Command, 'action'> {
  /** The conversation in which it was said. */
  readonly where: ConversationId;
}

/** Carries out what is said about the approvals channel. */
export function dispatchChannel(services: Services, asker: Asker, { action, where }: Said): Promise<Posted> {
  switch (action) {
    case 'here':
      return chooseApprovalsChannel(services, asker, where);
    case 'off':
      return dropApprovalsChannel(services, asker);
    default:
      return showApprovalsChannel(services, asker);
  }
}
