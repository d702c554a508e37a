import type { Clock } from '../src/ports/clock.ts';
import type { Pace, PacedCall } from '../src/ports/pace.ts';
import { type Connector, type Place, withoutThread } from './connector.ts';
import type { ConnectorResult } from './connector-results.ts';

/** So many of the last calls, each to another place, have to be throttled before the whole bot is taken to be. */
const LAST_CALLS = 10;
const MOST_THROTTLED = 5;

/** What Teams is taken to mean when it throttles without saying for how long. */
const UNNAMED_PAUSE_MS = 1_000;

/**
 * Asks leave for each call before it is made, and keeps the silence that Teams asks for: in the one conversation, and when
 * most calls to different conversations are throttled, everywhere.
 */
export function createPacedConnector({
  connector,
  pace,
  clock,
}: {
  readonly connector: Connector;
  readonly pace: Pace;
  readonly clock: Clock;
}): Connector {
  let lastCalls: readonly { readonly place: string; readonly isThrottled: boolean }[] = [];

  const isBotThrottled = (call: PacedCall, isThrottled: boolean): boolean => {
    lastCalls = [...lastCalls, { place: call.place, isThrottled }].slice(-LAST_CALLS);
    const places = new Set(lastCalls.filter((last) => last.isThrottled).map(({ place }) => place));
    return isThrottled && places.size >= MOST_THROTTLED;
  };
  const paced = async <T>(call: PacedCall, make: () => Promise<ConnectorResult<T>>): Promise<ConnectorResult<T>> => {
    const until = await pace.take(call);
    if (until !== null) {
      return { kind: 'early', until };
    }
    const result = await make();
    const isEverywhere = isBotThrottled(call, result.kind === 'throttled');
    if (result.kind === 'throttled') {
      const silence = clock.now().add({ milliseconds: result.retryAfterMs ?? UNNAMED_PAUSE_MS });
      await pace.pause(isEverywhere ? null : call, silence);
    }
    return result;
  };
  // A thread counts for its channel.
  const inPlace = ({ conversationId }: Place): PacedCall => ({ kind: 'send', place: withoutThread(conversationId) });
  return {
    createConversation: (serviceUrl, memberId) =>
      paced({ kind: 'create', place: memberId }, () => connector.createConversation(serviceUrl, memberId)),
    send: (place, activity) => paced(inPlace(place), () => connector.send(place, activity)),
    update: (place, activityId, activity) => paced(inPlace(place), () => connector.update(place, activityId, activity)),
    delete: (place, activityId) => paced(inPlace(place), () => connector.delete(place, activityId)),
    // Counted apart by Teams, twice as many a second: whoever asks keeps to a few at a time.
    findMember: (place, person) => connector.findMember(place, person),
  };
}
