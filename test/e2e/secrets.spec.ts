import assert from 'node:assert/strict';

import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Secret, WrittenBody } from '../../sandbox/platform/evidence.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { findLeaks, type Held, type Needle, PLACES, type Place } from '../support/leak-search.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { dumpDatabase, spyOnRows } from '../support/row-spy.ts';

const ASKS = 'match="POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests"';

/** Where what may stand. What is not named may stand nowhere. */
const ALLOWED: Readonly<Record<string, readonly Place[]>> = {
  // A card proves with it that it was offered; it acts for its one person only.
  'nonce of a card': ['cards', 'database'],
  // The link itself; only its person can sign in with it.
  'id of a sign-in link': ['cards', 'database'],
};

/** What is looked for, and so must have been there. Teams' assertion comes back as what on-behalf-of is asked with. */
const KINDS: readonly string[] = [
  'access-token',
  'channel-token',
  'client-secret',
  'code',
  'code-verifier',
  'cookie of a sign-in',
  'id of a sign-in link',
  'id-token',
  'nonce',
  'nonce of a card',
  'password of the database',
  'refresh-token',
  'secret of an app',
  'sso-token',
  'state',
];

/** Everything that touches a token, once or more. */
const RUN: readonly string[] = [
  // First sign-ins: consent on the page, by the button, silently, in a channel, and with one that fails first.
  '@consent contractor no',
  'contractor: my roles',
  '@stepup contractor ok',
  '@consent approver2 no',
  'approver2: my roles',
  'approver2: [Sign in]',
  '@consent approver2 yes',
  'approver2: [Sign in]',
  'engineer@general: activate "Security Reader" for 1h because audit',
  // An approval.
  'engineer: activate Contoso-App-Assignment-Operator for 2h because INC-42 broken sign-in',
  '@forge contractor [Approve] of approver',
  'approver: [Approve] justification="looks right"',
  // An authentication context: cancelled, somebody else, twice, late.
  'oncall: activate "Privileged Role Administrator" for 30m because drill',
  '@stepup oncall fail',
  'oncall: [New link]',
  '@stepup oncall ok as=engineer',
  'oncall: [New link]',
  '@forge engineer [Sign in] of oncall',
  'oncall: [New link]',
  '@stepup oncall ok',
  '@stepup oncall again',
  // The MFA rule, believed and not.
  'engineer: activate User Administrator for 1h ticket INC0012345 because onboarding is stuck',
  '@stepup engineer ok',
  'engineer: cancel',
  '@fault mfa-rule-stubborn person=engineer',
  'engineer: activate User Administrator for 1h ticket INC0012345 because onboarding is stuck',
  '@stepup engineer ok',
  '@fault mfa-rule-stubborn off',
  // Signing out, oneself and as an administrator, without and with the role.
  'engineer: sign out',
  'engineer: my roles',
  'engineer: sign out Diego Siciliani',
  '@stepup engineer ok',
  'admin: sign out Diego Siciliani',
  '@stepup admin ok',
  // Challenges in their other forms.
  `@fault insufficient-claims person=oncall ${ASKS}`,
  'oncall: activate "Global Reader" for 30m because challenged',
  '@stepup oncall ok',
  '@fault insufficient-claims off',
  '@fault wrapped-errors',
  'admin: activate "Privileged Role Administrator" for 10m because wrapped',
  '@stepup admin ok',
  '@fault wrapped-errors off',
  // Failures of Microsoft's.
  '@fault error service=graph status=503 code=ServiceUnavailable message="Bearer <TOKEN> is out of service"',
  'oncall: my roles',
  'contractor: my roles',
  '@fault error off',
  '@fault error service=login match="POST" status=500 body="oops <TOKEN>" times=3',
  'oncall2: my roles',
  '@fault error off',
  'admin: sign out Alex Wilber',
  '@fault error service=login match="POST" status=502 body="oops <TOKEN>"',
  '@stepup admin ok',
  '@fault error off',
  'admin: sign out Alex Wilber',
  '@fault error service=login match="discovery/v2.0/keys" status=503',
  '@stepup admin ok',
  '@fault error off',
  '@fault device-blocked person=oncall2 code=53000',
  'oncall2: active',
  '@fault device-blocked off',
  // A death in the middle of it, and what is due later.
  'oncall2: activate "Global Reader" for 30m because not eligible',
  'engineer: activate "Global Reader" for 30m because a crash',
  '@restart',
  '@clock +46m',
  'engineer: deactivate everything',
  '@clock +1h',
];

/** Of what people see, what tells of a failure. */
const isError = ({ card, event }: Sighting): boolean => card === 'error' || event === 'toast';
const isErrorLine = (line: string): boolean => /"level":"(?:warn|error)"|"error":|Error\b/.test(line);

describe('secrets', () => {
  let database: FreshDatabase;
  let stage: Stage;
  let held: readonly Held[];
  let needles: readonly Needle[];
  const lines: string[] = [];
  const sightings: Sighting[] = [];

  const needle = (kind: string, value: string): Needle => ({ kind, value, allowed: ALLOWED[kind] ?? [] });

  /** Begins a sign-in by hand: what is in the cookie and on the way to Entra is nowhere else to be seen. */
  async function beginByHand(): Promise<readonly Needle[]> {
    const { url } = await stage.control.send('POST', '/teams/sign-in-page', { person: 'oncall', stop: 'start' });
    const link = new URL(String(url)).searchParams.get('s') ?? '';
    const answer = await fetch(`${stage.botUrl}/auth/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ s: link }),
    });
    const page = (await answer.text()).replaceAll('&amp;', '&');
    assert.equal(answer.status, 200, page);
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]?.split('=')[1] ?? '';
    const query = new URL(/content="0;url=([^"]+)"/.exec(page)?.[1] ?? '').searchParams;
    const state = query.get('state') ?? '';
    // Nobody with this cookie ever comes back; what comes back without it is refused, and so is what was changed.
    for (const [method, wrong] of [
      ['GET', `code=${'c'.repeat(40)}&state=${state}`],
      ['GET', `code=${'c'.repeat(40)}&state=${state.slice(0, -1)}`],
      ['POST', `code=${'c'.repeat(40)}&state=${state}`],
      ['GET', `error=access_denied&state=${state}&state=${state}`],
    ] as const) {
      const refused = await fetch(`${stage.botUrl}/auth/callback?${wrong}`, { method });
      assert.ok(refused.status >= 400, `${method} ${refused.status}`);
    }
    return [
      needle('cookie of a sign-in', cookie),
      needle('state', state),
      needle('nonce', query.get('nonce') ?? ''),
      needle('code', 'c'.repeat(40)),
    ];
  }

  async function collectNeedles(): Promise<readonly Needle[]> {
    const evidence = (await stage.control.send('GET', '/evidence')) as unknown as { secrets: readonly Secret[] };
    const { rows: cards } = await database.pool.query<{ nonce: string }>('select nonce from pimlico.cards');
    const { rows: links } = await database.pool.query<{ id: string }>('select id from pimlico.page_sign_ins');
    return [
      ...evidence.secrets.map(({ kind, value }) => needle(kind, value)),
      ...Object.values(stage.sandbox.apps).map(({ secret }) => needle('secret of an app', secret)),
      needle('password of the database', decodeURIComponent(new URL(database.url).password)),
      ...cards.map(({ nonce }) => needle('nonce of a card', nonce)),
      ...links.map(({ id }) => needle('id of a sign-in link', id)),
    ];
  }

  async function collectHeld(): Promise<readonly Held[]> {
    const { bodies } = (await stage.control.send('GET', '/evidence')) as unknown as {
      bodies: readonly WrittenBody[];
    };
    const logs = lines.map((text, index) => ({ where: `line ${index + 1} ${text.slice(0, 120)}`, text }));
    const seen = sightings.map((sighting) => ({
      where: `seen ${sighting.seq} ${sighting.card ?? sighting.event}`,
      text: JSON.stringify(sighting),
      isError: isError(sighting),
    }));
    return [
      ...logs.map((line) => ({ place: 'logs' as const, ...line })),
      ...logs.filter(({ text }) => isErrorLine(text)).map((line) => ({ place: 'errors' as const, ...line })),
      // A card of an error holds a nonce of its own for its buttons; its text does not.
      ...seen.filter((sighting) => sighting.isError).map((sighting) => ({ place: 'errors' as const, ...sighting })),
      ...seen.map((sighting) => ({ place: 'cards' as const, ...sighting })),
      ...bodies.map(({ to, about, text }) => ({ place: 'cards' as const, where: `${to} ${about}`, text })),
      ...(await dumpDatabase(database.pool)),
    ];
  }

  before(async function () {
    this.timeout(90_000);
    database = await freshDatabase();
    await spyOnRows(database.pool);
    stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: { PIMLICO_LOG_LEVEL: 'debug' },
      prepare: async (control) => void (await control.send('PUT', '/evidence', { on: true })),
      onBotLine: (line) => lines.push(line),
      onBoot: () => undefined,
    });
    const player = new Player(stage, (sighting) => sightings.push(sighting));
    const play = async (source: string): Promise<void> => {
      const { token } = source.includes('<TOKEN>')
        ? await stage.control.send('POST', '/tokens', { person: 'engineer', resource: 'graph' })
        : { token: '' };
      const line = source.replaceAll('<TOKEN>', String(token));
      await player.playLine({ number: 1, source: line, step: readStep(line) });
    };
    for (const source of RUN) await play(source);
    await play('oncall: activate "Privileged Role Administrator" for 45m because by hand');
    const byHand = await beginByHand();
    await play('@clock +10m');
    await stage.killBot();
    needles = [...(await collectNeedles()), ...byHand];
    held = await collectHeld();
  });
  after(async () => {
    await stage.close();
    await database.drop();
  });

  it('are all there to be looked for, and so is everything they could be in', () => {
    const kinds = new Set(needles.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), KINDS);
    const count = (place: Place): number => held.filter((piece) => piece.place === place).length;
    for (const [place, least] of [
      ['logs', 20],
      ['errors', 10],
      ['cards', 80],
      ['database', 300],
    ] as const) {
      assert.ok(count(place) >= least, `${place}: only ${count(place)}`);
    }
    const tables = new Set(held.filter(({ place }) => place === 'database').map(({ where }) => where));
    for (const table of ['audit', 'cards', 'inbox', 'outbox', 'page_sign_ins', 'people', 'sign_ins', 'timers']) {
      assert.ok(tables.has(`pimlico.${table}`), `nothing was ever in ${table}`);
    }
    assert.ok(tables.has('graphile_worker._private_jobs'));
  });

  it('are in no log, no error, no card and no row', () => {
    assert.deepEqual(findLeaks(held, needles), []);
  });

  it('would be found: one of each kind, planted in each place, is', async () => {
    const kinds = [...new Map(needles.map((one) => [one.kind, one])).values()];
    await database.pool.query('create schema scratch; create table scratch.planted (text text not null)');
    for (const { kind, value, allowed } of kinds) {
      for (const planted of [value, encodeURIComponent(value), Buffer.from(`x=${value}`).toString('base64')]) {
        await database.pool.query('truncate scratch.planted');
        await database.pool.query('insert into scratch.planted values ($1)', [`before ${planted} after`]);
        const rows = (await dumpDatabase(database.pool)).filter(({ where }) => where === 'scratch.planted');
        const lost = PLACES.map((place) => ({ place, where: 'scratch', text: `{"msg":"before ${planted} after"}` }));
        const found = findLeaks([...lost, ...rows], kinds).filter((finding) => finding.kind === kind);
        const wanted = PLACES.filter((place) => !allowed.includes(place));
        const twice = allowed.includes('database') ? [] : [{ place: 'database', where: 'scratch.planted', kind }];
        assert.deepEqual(found, [...wanted.map((place) => ({ place, where: 'scratch', kind })), ...twice]);
      }
    }
    const token = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"a":123456}').toString('base64url')}.`;
    const anybodys = findLeaks([{ place: 'logs', where: 'scratch', text: `said ${token}` }], []);
    assert.deepEqual(anybodys, [{ place: 'logs', where: 'scratch', kind: 'anything like a JWT' }]);
  });
});
