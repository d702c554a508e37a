import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

const signAsync = promisify(sign);

export interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
}

function aKey(kid: string): Key {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } };
}

/** The channel's published keys: one as it should be, the others without Teams' endorsement, and what an attacker has. */
export interface Keys {
  readonly channel: Key;
  readonly unendorsed: readonly Key[];
  /** Published nowhere: an attacker's own, and Entra's. */
  readonly stranger: Key;
  readonly entra: Key;
}

/** Publishes the channel's keys as the Bot Framework does. The SDK caches by address, so each file has its own. */
export async function publishKeys() {
  const keys: Keys = {
    channel: aKey('channel'),
    unendorsed: ['no-list', 'empty-list', 'other-channels', 'look-alikes'].map(aKey),
    stranger: aKey('stranger'),
    entra: aKey('entra'),
  };
  const endorsements = [undefined, [], ['webchat', 'emulator', 'directline'], ['MSTeams', 'msteams ', 'msteamsx', '']];
  let base = '';
  const server = createServer((req, res) => {
    const published = [
      { ...keys.channel.jwk, endorsements: ['msteams'] },
      ...keys.unendorsed.map((key, index) => ({ ...key.jwk, endorsements: endorsements[index] })),
    ];
    const body = req.url === '/openid' ? { issuer: 'x', jwks_uri: `${base}/keys` } : { keys: published };
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { keys, metadataUrl: `${base}/openid`, close };
}

export type Claims = Readonly<Record<string, unknown>>;

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that `key` signs with RS256, and says so; `header` overrides what it says. */
export async function signedBy(key: Key, claims: unknown, header: Claims = {}): Promise<string> {
  const input = `${encode({ typ: 'JWT', alg: 'RS256', kid: key.kid, ...header })}.${encode(claims)}`;
  return `${input}.${(await signAsync('sha256', Buffer.from(input), key.privateKey)).toString('base64url')}`;
}

/** A token whose "signature" is an HMAC with something public. */
export function keyedWith(secret: string | Buffer, header: Claims, claims: Claims): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const hash = `sha${String(header.alg).slice(2)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
}

export const unixNow = (): number => Math.floor(Temporal.Now.instant().epochMilliseconds / 1000);
