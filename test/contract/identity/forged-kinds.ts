import type { Claims, Keys, Kind, Random } from './forgeries.ts';
import { encode, guid, noise, publicSecrets, signHmac, signRsa } from './forgeries.ts';

/** A good token of one sort, and what forging it needs. */
export interface Target {
  /** The claims of the good token, the same each time. */
  readonly claims: Claims;
  readonly good: string;
  readonly keys: Keys;
  /** A key pair that the tenant does not publish, under the kid of the one it does. */
  readonly stranger: Keys;
  /** Where the stranger publishes that key. */
  readonly strangerUrl: string;
  /** Now, in seconds, on our clock. */
  readonly now: number;
  /** Claims without which the token is nothing. */
  readonly required: readonly string[];
}

const DAY = 86_400;
/** Values of a kind that no claim of ours has. */
const ODD: readonly unknown[] = [null, 0, 1, -1, true, false, [], {}, '', ' ', ['x'], { x: 1 }, 1e308, '\u0000'];
const NOT_A_TOKEN =
  /ERR_(JWS_INVALID|JWT_INVALID|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY|JWS_SIGNATURE_VERIFICATION_FAILED)$/;
const BAD_SIGNATURE = /ERR_JWS_SIGNATURE_VERIFICATION_FAILED$/;

/** What can be wrong with any token about a person, whoever it is for. */
export function commonKinds(target: Target): readonly Kind[] {
  return [...timeKinds(target), ...claimKinds(target), ...signatureKinds(target), ...headerKinds(target)];
}

/** A kind whose tokens Entra itself could have signed: only the claims are wrong. */
export function signedKind(
  { claims, keys }: Target,
  name: string,
  { count, layer, change }: Pick<Kind, 'count' | 'layer'> & { readonly change: (n: number, random: Random) => Claims },
): Kind {
  return {
    name,
    count,
    layer,
    make: (n, random) => signRsa(keys, { ...claims, jti: guid(random), ...change(n, random) }),
  };
}

function timeKinds(target: Target): readonly Kind[] {
  const { now } = target;
  return [
    signedKind(target, 'expired', {
      count: 200,
      layer: /ERR_JWT_EXPIRED exp$/,
      change: (_n, random) => ({ exp: now - 300 - random(30 * DAY) }),
    }),
    signedKind(target, 'not yet valid', {
      count: 200,
      layer: /nbf$/,
      change: (_n, random) => ({ nbf: now + 301 + random(30 * DAY), exp: now + 60 * DAY }),
    }),
    signedKind(target, 'times of an odd kind', {
      count: 120,
      layer: /(exp|nbf|iat)$/,
      change: (n) => ({ [n % 2 === 0 ? 'exp' : 'nbf']: [`${now + 3600}`, null, true, [now], {}, 'x', ''][n % 7] }),
    }),
  ];
}

function claimKinds(target: Target): readonly Kind[] {
  const { claims, keys, required } = target;
  const issuer = String(claims.iss);
  const tenant = String(claims.tid);
  return [
    signedKind(target, 'wrong audience', {
      count: 200,
      layer: /aud$/,
      change: (n, random) => ({
        aud: [guid(random), `api://${String(claims.aud)}`, `${String(claims.aud)}x`, 'https://graph.microsoft.com'][
          n % 4
        ],
      }),
    }),
    signedKind(target, 'several audiences', {
      count: 100,
      layer: /several audiences$/,
      change: (n, random) => ({ aud: n % 2 === 0 ? [claims.aud, guid(random)] : [guid(random), claims.aud] }),
    }),
    signedKind(target, 'wrong tenant', {
      count: 200,
      layer: /tenant$/,
      change: (n, random) => ({ tid: [guid(random), `${tenant} `, tenant.slice(0, -1), 'common'][n % 4] }),
    }),
    signedKind(target, 'wrong issuer', {
      count: 200,
      layer: /iss$/,
      change: (n, random) => ({
        iss: [
          issuer.replace(tenant, guid(random)),
          `${issuer}/`,
          issuer.replace('/v2.0', ''),
          `https://sts.windows.net/${tenant}/`,
          issuer.replace('http', 'https'),
          `${issuer}.evil.example`,
          'https://api.botframework.com',
        ][n % 7],
      }),
    }),
    {
      name: 'missing claim',
      count: 150,
      layer: new RegExp(`(${required.join('|')}|tenant|object id|scope|authorised party|nonce|several audiences)$`),
      make: (n, random) => {
        const { [required[n % required.length] ?? '']: _gone, ...rest } = claims;
        return signRsa(keys, { ...rest, jti: guid(random) });
      },
    },
    signedKind(target, 'claim of an odd kind', {
      count: 300,
      layer: /(iss|aud|tid|oid|nbf|exp|end|tenant|object id|scope|authorised party|nonce|several audiences)$/,
      change: (n) => {
        const name = required[n % required.length] ?? '';
        const odd = ODD[Math.floor(n / required.length) % ODD.length];
        // Any number is a start, and most of them have passed.
        return { [name]: name === 'nbf' && typeof odd === 'number' ? String(odd) : odd };
      },
    }),
    signedKind(target, 'person that is no GUID', {
      count: 150,
      layer: /object id$/,
      change: (n, random) => ({
        oid: [`${String(claims.oid)} `, `{${String(claims.oid)}}`, noise(random, 40), String(claims.oid).slice(1)][
          n % 4
        ],
      }),
    }),
    signedKind(target, 'app-only', {
      count: 150,
      layer: /not of a person$/,
      change: (n, random) => ({ idtyp: 'app', oid: guid(random), ...(n % 2 === 0 && { roles: ['Pimlico.Admin'] }) }),
    }),
  ];
}

function signatureKinds({ claims, good, keys, stranger }: Target): readonly Kind[] {
  const [header = '', payload = '', signature = ''] = good.split('.');
  const secrets = publicSecrets(keys);
  const flip = (text: string, at: number) => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  return [
    {
      name: 'alg none',
      count: 500,
      layer: /ERR_(JOSE_ALG_NOT_ALLOWED|JWS_INVALID)$/,
      make: (n, random) => {
        const alg = ['none', 'None', 'NONE', 'nOnE', '', 'null'][n % 6];
        return `${encode({ alg, kid: keys.kid })}.${encode({ ...claims, jti: guid(random) })}.${n % 3 === 0 ? signature : ''}`;
      },
    },
    {
      name: 'HMAC with the public key',
      count: 1_000,
      layer: /ERR_JOSE_ALG_NOT_ALLOWED$/,
      make: (n, random) =>
        signHmac(
          secrets[n % secrets.length] ?? '',
          { ...claims, jti: guid(random) },
          {
            alg: ['HS256', 'HS384', 'HS512'][n % 3],
            typ: 'JWT',
            kid: keys.kid,
          },
        ),
    },
    {
      name: 'HMAC that says RS256',
      count: 400,
      layer: BAD_SIGNATURE,
      make: (n, random) =>
        signHmac(secrets[n % secrets.length] ?? '', { ...claims, jti: guid(random) }, { alg: 'RS256', kid: keys.kid }),
    },
    {
      name: 'unknown kid',
      count: 400,
      layer: /ERR_JWKS_NO_MATCHING_KEY$/,
      make: (n, random) => {
        const kid = [guid(random), `${keys.kid} `, `../${keys.kid}`, `${keys.kid}' or 1=1`, noise(random, 20)][n % 5];
        return `${encode({ alg: 'RS256', kid, jti: guid(random) })}.${payload}.${signature}`;
      },
    },
    {
      name: 'other key under the same kid',
      count: 200,
      layer: BAD_SIGNATURE,
      make: (_n, random) => signRsa(stranger, { ...claims, jti: guid(random) }),
    },
    {
      name: 'payload changed after signing',
      count: 600,
      layer: BAD_SIGNATURE,
      make: (_n, random) =>
        `${header}.${encode({ ...claims, oid: guid(random), roles: ['Pimlico.Admin'] })}.${signature}`,
    },
    {
      name: 'signature changed',
      count: 500,
      layer: BAD_SIGNATURE,
      // The last character holds bits that no byte has: changing only those changes nothing.
      make: (_n, random) => `${header}.${payload}.${flip(signature, random(signature.length - 1))}`,
    },
    {
      name: 'truncated',
      count: 500,
      layer: /ERR_(JWS_INVALID|JWT_INVALID|JWS_SIGNATURE_VERIFICATION_FAILED|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED)$/,
      make: (n) => good.slice(0, n + 1),
    },
    {
      name: 'parts swapped',
      count: 26,
      layer: NOT_A_TOKEN,
      make: (n) => {
        const parts = [header, payload, signature];
        const orders = ['021', '102', '120', '201', '210', '000', '001', '011', '0122', '01', '0', '', '012012'];
        return [...(orders[n % orders.length] ?? '')].map((at) => parts[Number(at)]).join(n % 26 < 13 ? '.' : '..');
      },
    },
  ];
}

function headerKinds({ claims, good, keys, stranger, strangerUrl }: Target): readonly Kind[] {
  const [, payload = '', signature = ''] = good.split('.');
  const jwk = { ...stranger.publicKey.export({ format: 'jwk' }), kid: keys.kid, alg: 'RS256', use: 'sig' };
  const tricks: readonly Claims[] = [
    { jwk },
    { jku: strangerUrl },
    { x5u: strangerUrl },
    { x5c: [stranger.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    { jwk, jku: strangerUrl, x5t: keys.kid },
  ];
  return [
    {
      name: 'own key in the header',
      count: 200,
      layer: BAD_SIGNATURE,
      make: (n, random) => signRsa(stranger, { ...claims, jti: guid(random) }, tricks[n % tricks.length]),
    },
    {
      name: 'crit and b64',
      count: 150,
      layer: /ERR_(JWS_INVALID|JWT_INVALID|JOSE_NOT_SUPPORTED)$/,
      make: (n, random) => {
        const crit: readonly Claims[] = [
          { crit: ['b64'], b64: false },
          { crit: ['exp'], exp: 1 },
          { crit: [] },
          { crit: 'b64', b64: false },
          { crit: ['nothing-we-know'], 'nothing-we-know': true },
          { crit: ['b64'] },
        ];
        return signRsa(keys, { ...claims, jti: guid(random) }, crit[n % crit.length]);
      },
    },
    {
      name: 'another algorithm',
      count: 300,
      layer: /ERR_(JOSE_ALG_NOT_ALLOWED|JWS_INVALID)$/,
      make: (n, random) => {
        const alg = ['RS384', 'RS512', 'PS256', 'ES256', 'EdDSA', 'RS1', 'rs256', 'RS256 ', 7, null, ['RS256']][n % 11];
        return `${encode({ alg, kid: keys.kid, jti: guid(random) })}.${payload}.${signature}`;
      },
    },
    { name: 'garbage', count: 1_000, layer: NOT_A_TOKEN, make: (_n, random) => noise(random, 400) },
    {
      name: 'garbage in three parts',
      count: 500,
      layer: NOT_A_TOKEN,
      make: (_n, random) => [0, 1, 2].map(() => Buffer.from(noise(random, 60)).toString('base64url')).join('.'),
    },
    {
      name: 'huge',
      count: 60,
      layer: /length$/,
      make: (n) =>
        n % 2 === 0
          ? `${good}${'A'.repeat(16_384 + n * 1_000)}`
          : signHmac('x', { ...claims, pad: 'x'.repeat(20_000) }, { alg: 'HS256' }),
    },
  ];
}
