import { isIP } from 'node:net';

import type { Clock } from '../../src/ports/clock.ts';
import { TokenBuckets } from '../token-buckets.ts';

/** Nobody signs in more often; one page is two or three requests. */
const PER_MINUTE = 60;

/** Addresses that a proxy of our own can have: loopback, link-local, and those of private networks. */
const OF_A_PROXY =
  /^(?:127\.|10\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/i;

/** Lets each network address have so many requests a minute. */
export interface AddressLimit {
  mayPass(address: string): boolean;
}

export function createAddressLimit(clock: Clock): AddressLimit {
  const buckets = new TokenBuckets(clock, PER_MINUTE);
  return { mayPass: (address) => buckets.take(address) === null };
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
