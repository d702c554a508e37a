import type { RunningSandbox } from '../../../sandbox/start.ts';
import { type Claims, signedBy, unixNow } from './forge.ts';
import { badToken, CHANNEL_ISSUER, goodBody, goodClaims, type Kind, type World } from './world.ts';

/** Tokens of Entra: real ones of the sandbox's own tenant, and all that the SDK's emulator path would take. */
export const ENTRA_KINDS: readonly Kind[] = [
  badToken('emulator path, v1: appid is the bot', 500, (world) =>
    entraSigned(world, { ver: '1.0', appid: world.botAppId, aud: world.botAppId, iss: issuerV1(world) }),
  ),
  badToken('emulator path, v2: azp is the bot', 500, (world) =>
    entraSigned(world, { ver: '2.0', azp: world.botAppId, aud: world.botAppId, iss: issuerV2(world) }),
  ),
  badToken('emulator path, id token', 200, (world) =>
    entraSigned(world, {
      ver: '2.0',
      aud: world.botAppId,
      iss: issuerV2(world),
      nonce: 'n',
      preferred_username: 'a@b',
    }),
  ),
  badToken('skill path', 400, (world) => {
    const { random, botAppId } = world;
    const app = random.pick([random.guid(), botAppId, 'AnonymousSkill', CHANNEL_ISSUER]);
    const named = random.pick([
      { ver: '1.0', appid: app },
      { ver: '2.0', azp: app },
      { appid: app, azp: app },
    ]);
    return entraSigned(world, { ...named, aud: botAppId, iss: issuerV1(world) });
  }),
  badToken('government and other clouds', 300, (world) => {
    const { random, botAppId } = world;
    const iss = random.pick([
      'https://api.botframework.us',
      `https://login.microsoftonline.us/${random.guid()}/v2.0`,
      'https://sts.windows.net/cab8a31a-1906-4287-a0d8-4eef66b95f6e/',
      'https://login.microsoftonline.us/cab8a31a-1906-4287-a0d8-4eef66b95f6e/v2.0',
      'https://login.partner.microsoftonline.cn/a55a4d5b-9241-49b1-b4ff-befa8db00269/v2.0',
    ]);
    return entraSigned(world, { ...random.pick([{ appid: botAppId }, { azp: botAppId }]), aud: botAppId, iss });
  }),
  {
    // Even under the channel's own key and claims, what names a tenant or an app is not the channel's.
    name: 'claims of Entra in a token of the channel',
    count: 500,
    make: async (world) => {
      const { random, botAppId, tenantId } = world;
      const tid = random.pick([tenantId, random.guid(), '', 'common', null, `${random.guid()}/`]);
      const app = random.pick([botAppId, random.guid(), 'AnonymousSkill', '']);
      const extra = random.pick([
        { tid },
        { appid: app },
        { azp: app },
        { tid, appid: app, ver: '1.0' },
        { tid, azp: app, ver: '2.0' },
        { appid: app, ver: '' },
      ]);
      const token = await signedBy(world.keys.channel, { ...goodClaims(world), ...extra });
      return { authorization: `Bearer ${token}`, body: goodBody(world) };
    },
  },
  badToken('real tokens of the sandbox', 500, async (world) => await realToken(world)),
];

/** Signed by Entra's key or, so that nothing but the claims can be what is refused, by the channel's. */
function entraSigned(world: World, claims: Claims): Promise<string> {
  const { random, keys, tenantId, personId, connectorUrl } = world;
  const now = unixNow();
  const subject = random.pick([{ oid: personId, sub: random.word(43), scp: 'access_as_user' }, { roles: [] }, {}]);
  const tid = random.pick([tenantId, random.guid(), undefined]);
  const common = { tid, nbf: now - 60, iat: now - 60, exp: now + 3000 };
  const service = random.below(2) === 0 ? { serviceurl: connectorUrl } : {};
  const kid = random.pick(['channel', 'entra', undefined]);
  const key = random.pick([keys.channel, keys.entra]);
  return signedBy(key, { ...common, ...subject, ...service, ...claims }, kid === undefined ? {} : { kid });
}

const issuerV1 = ({ random, tenantId }: World): string =>
  random.pick([
    `https://sts.windows.net/${random.pick([tenantId, random.guid()])}/`,
    'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
    'https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/',
  ]);

const issuerV2 = ({ random, tenantId, sandbox }: World): string =>
  random.pick([
    `https://login.microsoftonline.com/${random.pick([tenantId, random.guid()])}/v2.0`,
    'https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0',
    `${sandbox.urls.login}/${tenantId}/v2.0`,
  ]);

const made = new WeakMap<RunningSandbox, Promise<readonly string[]>>();

/** What somebody of the tenant could really get hold of. */
async function realToken({ sandbox, random }: World): Promise<string> {
  const tokens = made.get(sandbox) ?? realTokens(sandbox);
  made.set(sandbox, tokens);
  return random.pick(await tokens);
}

async function realTokens({ issuer, apps, people }: RunningSandbox): Promise<readonly string[]> {
  const ids = Object.values(people).map(({ id }) => id);
  const graph = 'https://graph.microsoft.com';
  const own = apps.selfService.clientId;
  const ofPeople = ids.flatMap((personId) => [
    issuer.ssoToken(personId),
    issuer.idToken({ clientId: apps.connector.clientId, personId }),
    issuer.idToken({ clientId: own, personId, nonce: 'n' }),
    issuer.accessToken({ app: apps.selfService, audience: graph, personId, amr: ['pwd'] }),
    issuer.accessToken({ app: apps.selfService, audience: 'https://management.azure.com', personId }),
    issuer.accessToken({ app: apps.admin, audience: graph, personId, amr: ['pwd', 'mfa'], acrs: ['c1'] }),
  ]);
  const ofApps = [
    issuer.accessToken({ app: apps.connector, audience: CHANNEL_ISSUER }),
    issuer.accessToken({ app: apps.connector, audience: graph }),
    issuer.accessToken({ app: apps.reader, audience: graph }),
    // The channel's own, of another cloud: the right claims under a key that this bot does not ask for.
    issuer.channelToken('https://smba.trafficmanager.net/amer/'),
  ];
  return await Promise.all([...ofPeople, ...ofApps]);
}
