import type { Log } from '../src/ports/log.ts';
import type { Connector, Place } from './connector.ts';
import type { ConnectorResult } from './connector-results.ts';
import type { ServiceUrls } from './service-urls.ts';

/**
 * Asks the other hosts on the allow-list where Teams says that the bot talks to the wrong one (`InvalidBotApiHost`: a tenant of
 * another cloud). The one that answers is used from then on, in place of the wrong one. No other host is ever asked.
 */
export function createHostFinder(connector: Connector, serviceUrls: ServiceUrls, log: Pick<Log, 'warn'>): Connector {
  const right = new Map<string, string>();

  const ask = async <T>(
    serviceUrl: string,
    make: (serviceUrl: string) => Promise<ConnectorResult<T>>,
  ): Promise<ConnectorResult<T>> => {
    const known = right.get(serviceUrl) ?? serviceUrl;
    const result = await make(known);
    if (result.kind !== 'bot-refused' || !result.isWrongHost) {
      return result;
    }
    for (const other of serviceUrls.others(known)) {
      const answer = await make(other);
      if (answer.kind !== 'bot-refused' || !answer.isWrongHost) {
        right.set(serviceUrl, other);
        log.warn('connector.host_changed', { from: serviceUrl, to: other });
        return answer;
      }
    }
    return result;
  };
  const at = ({ conversationId }: Place, serviceUrl: string): Place => ({ conversationId, serviceUrl });
  return {
    createConversation: (serviceUrl, memberId) => ask(serviceUrl, (url) => connector.createConversation(url, memberId)),
    send: (place, activity) => ask(place.serviceUrl, (url) => connector.send(at(place, url), activity)),
    update: (place, activityId, activity) =>
      ask(place.serviceUrl, (url) => connector.update(at(place, url), activityId, activity)),
    findMember: (place, person) => ask(place.serviceUrl, (url) => connector.findMember(at(place, url), person)),
    delete: (place, activityId) => ask(place.serviceUrl, (url) => connector.delete(at(place, url), activityId)),
  };
}
