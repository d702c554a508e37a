import type { ConversationRecord, PersonRecord } from '../src/ports/store.ts';
import type { Activity } from './activity.ts';
import type { TurnServices } from './turn-services.ts';

const AGAIN_AFTER = Temporal.Duration.from({ minutes: 10 });
const MOST = 10_000;

/** Says in a channel or group chat that the answer is elsewhere: once per person and conversation in ten minutes. */
export interface ThreadNotes {
  leave(activity: Activity, conversation: ConversationRecord, person: PersonRecord): void;
}

export function createThreadNotes({ background, clock, delivery, store }: ThreadServices): ThreadNotes {
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

  return {
    leave(activity, conversation, person) {
      const key = `${person.id}/${conversation.id}`;
      const now = clock.now();
      if (conversation.kind === 'personal' || isTooSoon(key, now)) {
        return;
      }
      note(key, now);
      background.run(async () => {
        const chat = await store.now.conversations.findPersonal(person.id);
        const isReachable = chat !== null && chat.deadReason === null;
        const note = await store.now.cards.post({
          story: `thread:${conversation.id}/${activity.id}`,
          recipient: conversation.id,
          notice: {
            card: 'thread-note',
            says: isReachable ? 'answered-elsewhere' : 'no-chat',
            threadId: activity.conversation.id,
          },
          delivery: 'now',
        });
        await delivery.deliver([note]);
      });
    },
  };
}

type ThreadServices = Pick<TurnServices, 'background' | 'clock' | 'delivery' | 'store'>;
