import { CLOUDS } from './clouds.ts';
import { isLoopback } from './setting-kinds.ts';

/** Hosts at which proactive messages have a path of their own (teams-platform §1.13; `TeamsServiceEndpoints` of Microsoft's SDK). */
const PROACTIVE_PATH = /^smba\./;

/** Which connector addresses the bot talks to. */
export interface ServiceUrls {
  /** Exact host and port, TLS everywhere but on this machine: a token goes along with every request. */
  isAllowed(serviceUrl: string): boolean;
  /** For people who never wrote to the bot. */
  readonly fallback: string;
  /** An address at each of the other hosts. */
  others(serviceUrl: string): readonly string[];
}

/** Makes the allow-list from host names, each with its port where that is not the scheme's own. */
export function createServiceUrls(hosts: readonly string[]): ServiceUrls {
  const allowed = new Set(hosts);
  const [first = CLOUDS.public.serviceHosts[0]] = hosts;
  return {
    isAllowed(serviceUrl) {
      const url = URL.canParse(serviceUrl) ? new URL(serviceUrl) : null;
      if (url === null || url.username !== '' || url.password !== '') {
        return false;
      }
      // A path is put behind it: that must stay a path.
      if (/[?#\\\s]/.test(serviceUrl)) {
        return false;
      }
      const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
      return isSafe && allowed.has(url.host);
    },
    fallback: addressOf(first),
    others(serviceUrl) {
      const { host } = new URL(serviceUrl);
      return hosts.filter((one) => one !== host).map(addressOf);
    },
  };
}

function addressOf(host: string): string {
  const scheme = isLoopback(host.replace(/:\d+$/, '')) ? 'http' : 'https';
  return `${scheme}://${host}/${PROACTIVE_PATH.test(host) ? 'teams/' : ''}`;
}
