import { isIP } from 'node:net';

import type { Clock } from '../../src/ports/clock.ts';
import { TokenBuckets } from '../token-buckets.ts';

/** Nobody signs in more often; one page is two or three requests. */
const PER_MINUTE = 60;

/** Of one link, from wherever: scanners and previews look a few times, and its person once or twice. */
const PER_MINUTE_OF_SIGN_IN = 20;

/** Forms that are on their way at the same time. Ours arrives with its headers. */
const FORMS_OF_ADDRESS = 8;
const FORMS = 256;
const FORM_WITHIN_MS = 3_000;

/** Addresses that a proxy of our own can have: loopback, link-local, and those of private networks. */
const OF_A_PROXY =
  /^(?:127\.|10\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/i;

/** What is kept of requests before anything is looked up for them; all of it is in memory, and bounded. */
export interface PageLimits {
  /** Whether this network address may ask once more now. */
  mayPass(address: string): boolean;
  /** Whether one link, or what a browser comes back from a sign-in with, may be used once more, whoever asks. */
  mayUse(link: string): boolean;
  /** Lets one more form of this address arrive. */
  openForm(address: string): OpenForm;
  /** How long a form may take to arrive; milliseconds. */
  readonly formWithinMs: number;
}

/** A form on its way, to be closed when it has arrived or was given up; or why it is not waited for. */
export type OpenForm =
  | { readonly kind: 'open'; readonly close: () => void }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'busy' };

export function createPageLimits(clock: Clock): PageLimits {
  const addresses = new TokenBuckets(clock, PER_MINUTE);
  const signIns = new TokenBuckets(clock, PER_MINUTE_OF_SIGN_IN);
  return {
    mayPass: (address) => addresses.take(address) === null,
    mayUse: (signIn) => signIns.take(signIn) === null,
    openForm: createFormCount(),
    formWithinMs: FORM_WITHIN_MS,
  };
}

function createFormCount(): PageLimits['openForm'] {
  const open = new Map<string, number>();
  let all = 0;
  const change = (address: string, by: 1 | -1): void => {
    const count = (open.get(address) ?? 0) + by;
    all += by;
    if (count === 0) {
      open.delete(address);
    } else {
      open.set(address, count);
    }
  };
  return (address) => {
    if ((open.get(address) ?? 0) >= FORMS_OF_ADDRESS) {
      return { kind: 'too-many' };
    }
    if (all >= FORMS) {
      return { kind: 'busy' };
    }
    change(address, 1);
    return { kind: 'open', close: () => change(address, -1) };
  };
}

/**
 * Says who is counted: whoever connected or, where that can only be a proxy before the bot, the last address that a proxy
 * added. Earlier ones are the sender's own words. An IPv6 network of one customer counts as one.
 */
export function addressOf(remote: string, forwardedFor: string | undefined): string {
  const peer = remote.replace(/^::ffff:/i, '');
  const last = OF_A_PROXY.test(peer) ? (forwardedFor?.split(',').at(-1)?.trim() ?? '') : '';
  // Some proxies add the port.
  const bare = last.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const address = isIP(bare) === 0 ? peer : bare;
  return isIP(address) === 6 ? networkOf(address) : address;
}

/** The first 64 bits. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%', 1).join('').split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
