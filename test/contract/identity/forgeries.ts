import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

/** One kind of bad token: how to make the n-th of it, and what of ours must refuse it. */
export interface Kind {
  readonly name: string;
  readonly count: number;
  /** What a refusal of this kind may say. Any other reason means that the test made something else than it says. */
  readonly layer: RegExp;
  readonly make: (n: number, random: Random) => string;
}

/** A seeded source of numbers below `limit`, so that a failing run can be repeated. */
export type Random = (limit: number) => number;

export interface Keys {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The right key and one that the tenant does not publish. */
export function makeKeys(kid: string): Keys {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

export function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Signs as Entra does, with whatever header a test wants. */
export function signRsa({ privateKey, kid }: Keys, claims: Claims, header: Claims = {}): string {
  const input = `${encode({ typ: 'JWT', alg: 'RS256', kid, ...header })}.${encode(claims)}`;
  return `${input}.${createSign('sha256').update(input).sign(privateKey, 'base64url')}`;
}

/** A token whose signature is of a secret instead of a key. */
export function signHmac(secret: string | Buffer, claims: Claims, header: Claims): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const hash = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }[String(header.alg)] ?? 'sha256';
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
}

/** The published key in every form that a careless verifier might take for a shared secret. */
export function publicSecrets({ publicKey }: Keys): readonly (string | Buffer)[] {
  const jwk = publicKey.export({ format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const modulus = String(jwk.n);
  return [
    pem,
    pem.trim(),
    pem.replaceAll('\n', ''),
    pem.replaceAll('\n', '\r\n'),
    pkcs1,
    publicKey.export({ type: 'spki', format: 'der' }),
    publicKey.export({ type: 'pkcs1', format: 'der' }),
    JSON.stringify(jwk),
    JSON.stringify({ keys: [jwk] }),
    modulus,
    Buffer.from(modulus, 'base64url'),
    '',
  ];
}

/** A GUID that is not one of the tenant's. */
export function guid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random(16).toString(16)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** Text of any characters, up to `longest` of them. */
export function noise(random: Random, longest: number): string {
  const letters =
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}":,\u0000\u202e\u00e9\ud83d\ude00';
  const all = [...letters];
  return Array.from({ length: 1 + random(longest) }, () => all[random(all.length)]).join('');
}
