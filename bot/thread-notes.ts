import type { ThreadNoteNotice } from '../src/domain/channel-notice.ts';
import type { ConversationRecord, PersonRecord } from '../src/ports/store.ts';
import type { Activity } from './activity.ts';
import { installOnce } from './invitations.ts';
import type { TurnServices } from './turn-services.ts';

const AGAIN_AFTER = Temporal.Duration.from({ minutes: 10 });
const MOST = 10_000;

/** Says in a channel or group chat that the answer is elsewhere: once per person and conversation in ten minutes. */
export interface ThreadNotes {
  leave(activity: Activity, conversation: ConversationRecord, person: PersonRecord): void;
}

export function createThreadNotes({ background, clock, delivery, store, installer }: ThreadServices): ThreadNotes {
  const leftAt = new Map<string, Temporal.Instant>();

  const isTooSoon = (key: string, now: Temporal.Instant): boolean => {
    const before = leftAt.get(key);
    return before !== undefined && Temporal.Instant.compare(before.add(AGAIN_AFTER), now) > 0;
  };
  const note = (key: string, now: Temporal.Instant): void => {
    leftAt.delete(key);
    leftAt.set(key, now);
    const [oldest] = leftAt.keys();
    if (leftAt.size > MOST && oldest !== undefined) {
      leftAt.delete(oldest);
    }
  };

  /** What somebody took away themselves is not given back by a word in a channel; who never had it gets it, where that is set up. */
  const whereAnswered = async (person: PersonRecord): Promise<ThreadNoteNotice['says']> => {
    const chat = await store.now.conversations.findPersonal(person.id);
    if (chat !== null) {
      return chat.deadReason === null ? 'answered-elsewhere' : 'no-chat';
    }
    const attempt = await installOnce({ installer, store, clock }, person.id);
    const isThere = attempt?.outcome === 'installed' || attempt?.outcome === 'already';
    return isThere && attempt.isNew ? 'chat-added' : 'no-chat';
  };

  return {
    leave(activity, conversation, person) {
      const key = `${person.id}/${conversation.id}`;
      const now = clock.now();
      if (conversation.kind === 'personal' || isTooSoon(key, now)) {
        return;
      }
      note(key, now);
      background.run(async () => {
        const says = await whereAnswered(person);
        // Bots cannot write there, which is no trouble to tell an operator of (teams-platform §4.5).
        if ((await store.now.channels.find(conversation.id))?.type === 'private') {
          return;
        }
        const note = await store.now.cards.post({
          story: `thread:${conversation.id}/${activity.id}`,
          recipient: conversation.id,
          notice: {
            card: 'thread-note',
            says,
            threadId: activity.conversation.id,
            locale: person.locale,
          },
          delivery: 'now',
        });
        await delivery.deliver([note]);
      });
    },
  };
}

type ThreadServices = Pick<TurnServices, 'background' | 'clock' | 'delivery' | 'store' | 'installer'>;
