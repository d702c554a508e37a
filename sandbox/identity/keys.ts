import { createHash, generateKeyPair, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);
const signAsync = promisify(sign);

export type Claims = Readonly<Record<string, unknown>>;

/** One RSA key with the id under which it is published. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half as a key set holds it. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

let channelKey: Promise<SigningKey> | null = null;
let entraKey: Promise<SigningKey> | null = null;

/**
 * The keys of Entra and of the Bot Framework's channel, one of each for all sandboxes of a process: making them takes longer
 * than everything else of a start.
 */
export async function openKeys(): Promise<{ readonly entraKey: SigningKey; readonly channelKey: SigningKey }> {
  entraKey ??= createSigningKey();
  channelKey ??= createSigningKey(['msteams']);
  return { entraKey: await entraKey, channelKey: await channelKey };
}

/** Makes an RSA key; the channel's key also names the channels it endorses, which the Bot Framework SDK insists on. */
export async function createSigningKey(endorsements?: readonly string[]): Promise<SigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const exported = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(exported.n)).digest('base64url').slice(0, 27);
  const jwk = { ...exported, kid, x5t: kid, use: 'sig', alg: 'RS256', ...(endorsements && { endorsements }) };
  return { kid, privateKey, publicKey, jwk };
}

/** Signs claims as a JWT (RS256). */
export async function signJwt(key: SigningKey, claims: Claims): Promise<string> {
  const header = { typ: 'JWT', alg: 'RS256', kid: key.kid, x5t: key.kid };
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = await signAsync('sha256', Buffer.from(input), key.privateKey);
  return `${input}.${signature.toString('base64url')}`;
}

/** The claims of a JWT that this key signed with RS256, or null. */
export function readJwt(key: SigningKey, token: string): Claims | null {
  const [header, payload, signature, ...others] = token.split('.');
  if (!header || !payload || !signature || others.length > 0) return null;
  const { alg, kid } = decodeJwtPart(header) ?? {};
  if (alg !== 'RS256' || kid !== key.kid) return null;
  const input = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', input, key.publicKey, Buffer.from(signature, 'base64url'))) return null;
  return decodeJwtPart(payload);
}

/** A part of a JWT as an object, unverified; null when it is none. */
export function decodeJwtPart(part: string): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
