import { badBody, goodBody, goodToken, type Kind, type World } from './world.ts';

const OF_A_PERSON = ['message', 'invoke'] as const;

/** Good tokens over bodies that must not be believed. */
export const BODY_KINDS: readonly Kind[] = [
  badBody('service URL: not the one of the token', 500, (world) => {
    const other = world.random.pick([world.attackerUrl, `${world.connectorUrl}x`, 'https://smba.trafficmanager.net/']);
    const isBodyOther = world.random.below(2) === 0;
    return {
      body: { ...goodBody(world), ...(isBodyOther && { serviceUrl: other }) },
      claims: isBodyOther ? {} : { serviceurl: other },
    };
  }),
  badBody('service URL: none in the body', 300, (world) => {
    const { random, attackerUrl } = world;
    const { serviceUrl: _, ...rest } = goodBody(world);
    const value = random.pick([undefined, null, '', 0, false, [], {}, [attackerUrl], { href: attackerUrl }]);
    const elsewhere = random.pick(['serviceurl', 'ServiceUrl', 'service_url', 'serviceUrl ', '__proto__', 'callerId']);
    return { body: { ...rest, serviceUrl: value, [elsewhere]: attackerUrl } };
  }),
  badBody('service URL: of the attacker, with a token for it', 900, (world) => {
    const serviceUrl = hostileUrl(world);
    return { body: { ...goodBody(world), serviceUrl }, claims: { serviceurl: serviceUrl } };
  }),
  badBody('channel', 600, (world) => ({ body: { ...goodBody(world), channelId: oddChannel(world) } })),
  badBody('tenant', 500, (world) => ({ body: { ...goodBody(world), ...oddTenant(world) } })),
  badBody('recipient', 300, (world) => {
    const { random, botAppId } = world;
    const ids = [
      random.guid(),
      `28:${random.guid()}`,
      botAppId,
      `29:${botAppId}`,
      `28:${botAppId} `,
      `x28:${botAppId}`,
    ];
    const id = random.pick([...ids, '', null, undefined, 28, [`28:${botAppId}`]]);
    const recipient = random.pick([{ id }, null, undefined, {}, { name: 'Pimlico' }, `28:${botAppId}`]);
    return { body: { ...goodBody(world), recipient } };
  }),
  badBody('sender', 500, (world) => {
    const { random, personId } = world;
    const odd = [undefined, null, '', 'engineer', personId.slice(1), `${personId}0`, `{${personId}}`, ` ${personId}`];
    const aadObjectId = random.pick([...odd, [personId], 1, {}, personId.replaceAll('-', ''), `${personId}\n`]);
    const from = random.pick([{ id: '29:1', aadObjectId }, { aadObjectId: personId }, { id: '' }, null, personId, []]);
    return { body: { ...goodBody(world, random.pick(OF_A_PERSON)), from } };
  }),
  badBody('shape', 300, (world) => ({ body: oddShape(world) })),
  badBody('duplicate keys', 250, (world) => ({ body: doubled(world) })),
  badBody('prototype pollution', 250, (world) => ({ body: polluted(world) })),
  badBody('deep nesting', 60, (world) => {
    const { random } = world;
    const depth = 1_000 + random.below(30_000);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"from":', '}]'],
    ] as const);
    const nest = open.repeat(depth) + (open.startsWith('[') ? '' : '1') + close.repeat(depth);
    const deep = open === '[{"from":' ? `${open.repeat(depth)}1${close.repeat(depth)}` : nest;
    const field = random.pick(['from', 'conversation', 'recipient', 'serviceUrl', 'channelId', 'id']);
    const body = JSON.stringify({ ...goodBody(world), [field]: '@' }).replace('"@"', () => deep);
    return { body: random.below(3) === 0 ? deep : body };
  }),
  badBody('invalid UTF-8 and other encodings', 250, (world) => ({ body: badBytes(world) })),
  {
    name: 'content type and encoding',
    count: 300,
    make: async (world) => {
      const { random } = world;
      const type = random.pick([
        'text/plain',
        'text/html',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        '',
      ]);
      const odd = random.pick([type, 'application/jsonp', 'application/json, text/plain', 'text/json', '*/*', 'json']);
      const encoding = random.pick(['gzip', 'deflate', 'br', 'zstd', 'identity', 'gzip, gzip', 'compress', 'x']);
      const headers = random.pick([{ 'content-type': odd }, { 'content-encoding': encoding }]);
      return { authorization: `Bearer ${await goodToken(world)}`, headers, body: goodBody(world) };
    },
  },
  {
    name: 'oversized',
    count: 60,
    make: async (world) => {
      const text = 'x'.repeat(262_144 + world.random.below(20_000));
      return { authorization: `Bearer ${await goodToken(world)}`, body: { ...goodBody(world), text } };
    },
  },
];

/** Addresses that a careless check takes for the allowed one. */
function hostileUrl({ random, connectorUrl, attackerUrl }: World): string {
  const good = new URL(connectorUrl);
  const bad = new URL(attackerUrl);
  return random.pick([
    attackerUrl,
    `${attackerUrl}/${random.word(5)}`,
    `${attackerUrl}/?${good.host}`,
    `${attackerUrl}/#${good.host}`,
    `${attackerUrl}/${good.host}/`,
    `http://${good.host}@${bad.host}/`,
    `http://${good.host}:x@${bad.host}/`,
    `http://${good.host}\\@${bad.host}/`,
    `http://${good.host}%00.${bad.host}/`,
    `http:\\\\${bad.host}\\`,
    `http://localhost:${bad.port}/`,
    `http://[::1]:${bad.port}/`,
    `http://127.1:${bad.port}/`,
    `http://2130706433:${bad.port}/`,
    `http://${good.hostname}.evil.example:${good.port}/`,
    `http://${good.hostname}:${bad.port}`,
    `https://${bad.host}/`,
    `//${bad.host}/`,
    bad.host,
    `ftp://${good.host}/`,
    `${connectorUrl}?to=${bad.host}`,
    `${connectorUrl}#${bad.host}`,
    `http:\\\\${good.host}\\`,
    ` ${connectorUrl}`,
    `file:///${good.host}`,
    'javascript:alert(1)',
    `data:text/plain,${good.host}`,
    `http://${good.host}\t@${bad.host}/`,
    `https://${random.word(6)}.trafficmanager.net/`,
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba.trafficmanager.net:8443/',
  ]);
}

function oddChannel({ random }: World): unknown {
  return random.pick([
    'emulator',
    'webchat',
    'directline',
    'directlinespeech',
    'skype',
    'email',
    'agents',
    'AseChannel',
    'MSTeams',
    'Msteams',
    'MSTEAMS',
    ' msteams',
    'msteams ',
    'msteams\n',
    'msteams\u0000',
    'msteams\u200b',
    '\u200emsteams',
    'm\u0455teams',
    'mstea\u043cs',
    'ｍｓｔｅａｍｓ',
    'msteam\u017f',
    'msteams;webchat',
    '',
    null,
    undefined,
    ['msteams'],
    { id: 'msteams' },
    true,
    random.word(7),
  ]);
}

function oddTenant({ random, tenantId }: World): Record<string, unknown> {
  const other = random.pick([random.guid(), ` ${tenantId}`, `${tenantId}\u200b`, tenantId.slice(1), `{${tenantId}}`]);
  const none = random.pick([null, undefined, '']);
  const at = (id: unknown) => ({ conversationType: 'personal', id: 'a:1', tenantId: id });
  return random.pick([
    { conversation: at(other) },
    { channelData: { tenant: { id: other } } },
    { conversation: at(other), channelData: { tenant: { id: other } } },
    { conversation: at(none), channelData: { tenant: { id: none } } },
    { conversation: at(none), channelData: random.pick([null, undefined, {}, { tenant: null }, { tenant: {} }]) },
    { conversation: at([tenantId]) },
    { channelData: { tenant: { id: { a: tenantId } } } },
    { channelData: { tenant: tenantId } },
    { channelData: tenantId },
  ]);
}

function oddShape(world: World): unknown {
  const { random } = world;
  const body = goodBody(world);
  const name = random.pick(['type', 'id', 'conversation', 'from', 'channelId', 'entities', 'text', 'channelData']);
  const long = 'x'.repeat(2_001);
  return random.pick([
    [body],
    { activity: body },
    JSON.stringify(JSON.stringify(body)),
    'null',
    '1',
    'true',
    '""',
    '{}',
    '[]',
    '',
    '{',
    JSON.stringify(body).slice(0, -1 - random.below(100)),
    `${JSON.stringify(body)}${JSON.stringify(body)}`,
    `)]}',\n${JSON.stringify(body)}`,
    JSON.stringify(body).replaceAll('"', "'"),
    { ...body, [name]: random.pick([1, true, [1], [[body]]]) },
    { ...body, [random.pick(['type', 'id', 'channelId', 'serviceUrl', 'locale'])]: long },
    { ...body, entities: Array.from({ length: 501 }, () => ({})) },
  ]);
}

/** The last of two counts, for us and for the SDK: it is the bad one. */
function doubled(world: World): string {
  const { random, attackerUrl } = world;
  const [name, bad] = random.pick([
    ['channelId', 'webchat'],
    ['channelId', 'AseChannel'],
    ['serviceUrl', attackerUrl],
    ['channelData', { tenant: { id: random.guid() } }],
    ['conversation', { id: 'a:1', tenantId: random.guid() }],
    ['recipient', { id: `28:${random.guid()}` }],
    ['from', { id: '29:1', aadObjectId: '' }],
    ['type', ''],
  ] as const);
  const spelt = random.pick([name, name.replace(/^./, (first) => `\\u00${first.charCodeAt(0).toString(16)}`)]);
  const text = JSON.stringify(goodBody(world, random.pick(OF_A_PERSON)));
  return `${text.slice(0, -1)},"${spelt}":${JSON.stringify(bad)}}`;
}

/** What is missing is only there for somebody who looks along the prototype. */
function polluted(world: World): string {
  const { random } = world;
  const body = goodBody(world, random.pick(OF_A_PERSON));
  const name = random.pick(['channelId', 'serviceUrl', 'recipient', 'from', 'conversation', 'type', 'id']);
  const { [name]: taken, ...rest } = body;
  const text = JSON.stringify(rest).slice(1);
  const hidden = JSON.stringify({ [name]: taken, polluted: true });
  return random.pick([
    `{"__proto__":${hidden},${text}`,
    `{"constructor":{"prototype":${hidden}},${text}`,
    `{"__proto__":{"__proto__":${hidden}},${text}`,
    `{"prototype":${hidden},${text}`,
    `{"\\u005f_proto__":${hidden},${text}`,
    `{"__proto__.${name}":${JSON.stringify(taken)},${text}`,
    `{"__proto__":${JSON.stringify(body)}}`,
    `[{"__proto__":${JSON.stringify(body)}}]`,
  ]);
}

/** Bytes that are not the text they seem to be, where they would matter. */
function badBytes(world: World): Buffer {
  const { random, tenantId } = world;
  const body = goodBody(world, random.pick(OF_A_PERSON));
  const text = JSON.stringify(body);
  const broken = random.pick(['ff', 'c0a2', 'c328', 'e28028', 'f0288c28', 'eda080', '80', 'fe']);
  const within = (part: string, at: number): Buffer => {
    const start = Buffer.from(text).indexOf(part) + at;
    const bytes = Buffer.from(text);
    return Buffer.concat([bytes.subarray(0, start), Buffer.from(broken, 'hex'), bytes.subarray(start)]);
  };
  return random.pick([
    within(tenantId, 1 + random.below(30)),
    within('msteams', 1 + random.below(6)),
    within('"recipient"', 0),
    within('28:', 1 + random.below(20)),
    within('"from"', 2),
    Buffer.concat([Buffer.from(broken, 'hex'), Buffer.from(text)]),
    Buffer.from(text, 'utf16le'),
    Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(text, 'utf16le')]),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(text.replaceAll('"', '+ACI-')),
    Buffer.from(Buffer.from(text).map((byte) => byte ^ 0x80)),
  ]);
}
