import { isLoopback } from './setting-kinds.ts';

/** Where Teams sends proactive messages from when the bot never heard of anybody (teams-platform §1.13). */
const PUBLIC_HOST = 'smba.trafficmanager.net';

/** Which connector addresses the bot talks to. */
export interface ServiceUrls {
  /** Exact host and port, TLS everywhere but on this machine: a token goes along with every request. */
  isAllowed(serviceUrl: string): boolean;
  /** For people who never wrote to the bot. */
  readonly fallback: string;
}

/** Makes the allow-list from host names, each with its port where that is not the scheme's own. */
export function createServiceUrls(hosts: readonly string[]): ServiceUrls {
  const allowed = new Set(hosts);
  const [first = PUBLIC_HOST] = hosts;
  const scheme = isLoopback(first.replace(/:\d+$/, '')) ? 'http' : 'https';
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
    fallback: first === PUBLIC_HOST ? `https://${first}/teams/` : `${scheme}://${first}/`,
  };
}
