import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type Claims, encode, type Key, keyedWith, signedBy, unixNow } from './forge.ts';
import { badToken, CHANNEL_ISSUER, goodBody, goodClaims, goodToken, type Kind, type World } from './world.ts';

/** Tokens that could be the channel's and are not, or not any more. */
export const TOKEN_KINDS: readonly Kind[] = [
  {
    name: 'no or odd Authorization',
    count: 600,
    make: async (world) => {
      const { random } = world;
      const token = await goodToken(world);
      const authorization = random.pick([
        undefined,
        '',
        'Bearer',
        'Bearer ',
        `bearer ${token}`,
        `BEARER ${token}`,
        `Bearer  ${token}`,
        `Bearer\t${token}`,
        `Bearer "${token}"`,
        `Bearer ${token} ${token}`,
        `Bearer ${token}, Bearer ${token}`,
        `Bearer ${token},`,
        `Bearer: ${token}`,
        `${random.pick(['Basic', 'Negotiate', 'Digest', 'PoP', 'DPoP', 'MSAuth1.0'])} ${token}`,
        token,
        `Bearer ${random.word(random.below(200) + 1)}`,
        `Bearer ${random.word(20)}.${random.word(60)}.${random.word(342)}`,
        `Bearer ${'.'.repeat(random.below(9))}`,
        `Bearer null`,
        `Bearer undefined`,
        `Bearer [object Object]`,
      ]);
      return { authorization, body: goodBody(world) };
    },
  },
  badToken('good token, altered', 800, async (world) => altered(await goodToken(world), await goodToken(world), world)),
  badToken('expired', 400, (world) => goodToken(world, { exp: unixNow() - 310 - world.random.below(10 ** 8) })),
  badToken('not yet valid', 400, (world) => goodToken(world, { nbf: unixNow() + 310 + world.random.below(10 ** 8) })),
  badToken('without an end, or with an odd one', 300, (world) =>
    goodToken(world, { exp: world.random.pick([undefined, null, '9999999999', true, [], {}, -1, 0, 1, [9e9]]) }),
  ),
  badToken('wrong audience', 600, (world) => goodToken(world, { aud: oddAudience(world) })),
  badToken('wrong issuer', 600, (world) => goodToken(world, { iss: oddIssuer(world) })),
  badToken('missing claims', 300, (world) => {
    const kept = Object.entries(goodClaims(world)).filter(([name]) => name !== 'nbf');
    const lost = world.random.below(kept.length);
    const fewer = kept.filter((_, index) => index !== lost && (index > lost || world.random.below(2) === 0));
    return signedBy(world.keys.channel, Object.fromEntries(fewer));
  }),
  badToken('empty or odd serviceurl claim', 200, (world) =>
    goodToken(world, { serviceurl: world.random.pick([undefined, null, '', 0, false, [], {}, [world.connectorUrl]]) }),
  ),
  badToken('payload that is no object', 100, (world) =>
    signedBy(world.keys.channel, world.random.pick([null, 1, 'x', [], [goodClaims(world)], true])),
  ),
  badToken('alg none', 400, (world) => {
    const alg = world.random.pick(['none', 'None', 'NONE', 'nOnE', 'none ', '', null, undefined, 0]);
    const input = `${encode({ typ: 'JWT', alg, kid: 'channel' })}.${encode(goodClaims(world))}`;
    return `${input}.${world.random.pick(['', 'AA', world.random.word(342), encode('none')])}`;
  }),
  badToken('HMAC keyed with the public key', 700, (world) => {
    const alg = world.random.pick(['HS256', 'HS384', 'HS512']);
    const header = { typ: 'JWT', alg, kid: 'channel' };
    return keyedWith(world.random.pick(publicForms(world.keys.channel)), header, goodClaims(world));
  }),
  badToken('signature of another algorithm', 200, otherAlgorithm),
  badToken('unknown key id', 400, (world) => {
    const kid = world.random.pick([undefined, null, '', 1, [], {}, ['channel'], '../channel', 'channel ', 'CHANNEL']);
    const own = world.random.below(2) === 0 ? world.random.word(27) : kid;
    return signedBy(world.keys.channel, goodClaims(world), { kid: own });
  }),
  badToken('key brought along', 300, (world) => {
    const { keys, random, attackerUrl } = world;
    const { jwk } = keys.stranger;
    const url = `${attackerUrl}/keys`;
    const brought = random.pick([
      { jwk },
      { jku: url },
      { x5u: url },
      { x5c: ['AA'] },
      { jku: url, jwk },
      { x5t: 'a' },
    ]);
    return signedBy(keys.stranger, goodClaims(world), { ...brought, kid: random.pick(['channel', 'stranger', url]) });
  }),
  badToken('key of somebody else under the same id', 400, (world) =>
    signedBy(world.random.pick([world.keys.stranger, world.keys.entra]), goodClaims(world), { kid: 'channel' }),
  ),
  badToken('key that does not endorse Teams', 400, (world) =>
    signedBy(world.random.pick(world.keys.unendorsed), goodClaims(world)),
  ),
];

/** Changes what is signed, or puts together what does not belong together. */
function altered(token: string, other: string, { random, connectorUrl, attackerUrl }: World): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims;
  const changed = encode({ ...claims, serviceurl: attackerUrl, jti: random.word(8) });
  const spot = random.below(payload.length);
  const otherLetter = payload[spot] === 'Q' ? 'R' : 'Q';
  return random.pick([
    `${header}.${changed}.${signature}`,
    `${header}.${payload.slice(0, spot)}${otherLetter}${payload.slice(spot + 1)}.${signature}`,
    `${header}.${encode({ ...claims, serviceurl: connectorUrl, exp: Number(claims.exp) + 1 })}.${signature}`,
    `${encode({ alg: 'RS512', kid: 'channel' })}.${payload}.${signature}`,
    `${header}.${payload}.${signature.slice(0, random.below(300))}`,
    `${header}.${payload}.${random.word(3)}${signature}`,
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `.${payload}.${signature}`,
    `${payload}.${header}.${signature}`,
    `${header}.${payload}.${signature}.${signature}`,
    `${header}..${signature}`,
    `${header}.${payload}.${encode(other)}`,
  ]);
}

function oddAudience({ random, botAppId, sandbox, tenantId }: World): unknown {
  return random.pick([
    random.guid(),
    undefined,
    null,
    '',
    [botAppId],
    [random.guid(), botAppId],
    [],
    { id: botAppId },
    true,
    botAppId.toUpperCase().replace(/^\d/, 'A'),
    ` ${botAppId}`,
    `${botAppId} `,
    `${botAppId},${random.guid()}`,
    `api://${botAppId}`,
    `api://botid-${botAppId}`,
    `28:${botAppId}`,
    botAppId.slice(0, -1),
    CHANNEL_ISSUER,
    'https://api.botframework.us',
    sandbox.apps.selfService.clientId,
    tenantId,
    '*',
  ]);
}

function oddIssuer({ random, tenantId }: World): unknown {
  const tenant = random.pick([
    tenantId,
    random.guid(),
    'common',
    'organizations',
    'd6d49420-f39b-4df7-a1dc-d59a935871db',
  ]);
  return random.pick([
    undefined,
    null,
    '',
    'https://api.botframework.us',
    'https://api.botframework.azure.cn',
    'https://api.botframework.com/',
    'http://api.botframework.com',
    'https://API.botframework.com',
    'https://api.botframework.com.evil.example',
    ' https://api.botframework.com',
    [CHANNEL_ISSUER],
    [CHANNEL_ISSUER, 'https://evil.example'],
    { toString: CHANNEL_ISSUER },
    `https://sts.windows.net/${tenant}/`,
    `https://login.microsoftonline.com/${tenant}/v2.0`,
    `https://login.microsoftonline.us/${tenant}/v2.0`,
    `https://login.partner.microsoftonline.cn/${tenant}/v2.0`,
    `https://${random.word(9)}.example`,
  ]);
}

/** Everything that a careless verifier might take for the shared secret. */
function publicForms({ publicKey, jwk }: Key): readonly (string | Buffer)[] {
  const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }) as string;
  const modulus = Buffer.from(String(jwk.n), 'base64url');
  return [
    spki,
    spki.trimEnd(),
    spki.replaceAll('\n', '\r\n'),
    pkcs1,
    pkcs1.trimEnd(),
    publicKey.export({ type: 'spki', format: 'der' }) as Buffer,
    publicKey.export({ type: 'pkcs1', format: 'der' }) as Buffer,
    JSON.stringify(jwk),
    String(jwk.n),
    modulus,
    modulus.toString('base64'),
    modulus.toString('hex'),
    createHash('sha256').update(spki).digest(),
    '',
    'channel',
  ];
}

const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const edwards = generateKeyPairSync('ed25519').privateKey;

function otherAlgorithm(world: World): string {
  const { privateKey } = world.keys.channel;
  const alg = world.random.pick(['PS256', 'ES256', 'EdDSA', 'RS1', 'rs256', 'RS256 ', 'RSA-SHA256']);
  const header = encode({ typ: 'JWT', alg, kid: 'channel' });
  const input = Buffer.from(`${header}.${encode(goodClaims(world))}`);
  const made =
    alg === 'PS256'
      ? sign('sha256', input, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
      : alg === 'ES256'
        ? sign('sha256', input, { key: elliptic, dsaEncoding: 'ieee-p1363' })
        : alg === 'EdDSA'
          ? sign(null, input, edwards)
          : sign(alg === 'RS1' ? 'sha1' : 'sha256', input, privateKey);
  return `${input.toString()}.${made.toString('base64url')}`;
}
