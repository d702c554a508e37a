import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Player } from '../../../cli/conversation/play.ts';
import { readScript } from '../../../cli/conversation/script.ts';
import { botEnvironment } from '../../../cli/stage/bot-environment.ts';
import { Stage } from '../../../cli/stage/stage.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

/** Every way to sign in, to be refused, and to fail. */
const STORY = `
engineer: activate Contoso-App-Assignment-Operator for 2h because INC-42 broken sign-in
approver: [Approve] justification="looks right"
@consent contractor no
contractor: my roles
@stepup contractor ok
oncall: activate "Privileged Role Administrator" for 30m because drill
@stepup oncall ok
@stepup oncall again
admin: activate "Privileged Role Administrator" for 30m because drill
@stepup admin fail
admin: [New link]
@stepup admin ok as=engineer
admin: sign out Diego Siciliani
@stepup admin ok
engineer: sign out Diego Siciliani
@stepup engineer ok
@fault error service=graph status=500
approver2: my roles
@fault error off
@restart
oncall: active
@clock +10m
engineer: [Deactivate]
engineer: sign out
`;

interface Secret {
  readonly kind: string;
  readonly secret: string;
}

type Places = Readonly<Record<'logs' | 'errors' | 'cards' | 'pages' | 'database', string>>;

/** Tokens are looked for whole and by their signed part; whatever else looks like one is found as well. */
function leaks(places: Places, secrets: readonly Secret[]): readonly string[] {
  return Object.entries(places).flatMap(([place, text]) => {
    const known = secrets.flatMap(({ kind, secret }) => {
      const parts = secret.split('.').filter((part) => part.length >= 16);
      return [secret, ...(parts.length > 1 ? parts.slice(1) : [])].some((part) => text.includes(part)) ? [kind] : [];
    });
    const unknown = /\beyJ[\w-]{10,}\.[\w-]{10,}/.test(text) ? ['something like a token'] : [];
    return [...new Set([...known, ...unknown])].map((kind) => `${kind} in ${place}`);
  });
}

/** All rows of all tables, those of the jobs too. */
async function dump({ pool }: FreshDatabase): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('pimlico', 'graphile_worker') order by 1`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    texts.push(`-- ${name}`, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

describe('a full run of the bot', () => {
  let folder: string;
  let places: Places;
  let secrets: readonly Secret[];

  before(async function () {
    this.timeout(120_000);
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-witness-'));
    const [logs, secretsFile] = [path.join(folder, 'logs'), path.join(folder, 'secrets')];
    const database = await freshDatabase();
    const witness = path.join(import.meta.dirname, 'paper-witness.ts');
    const stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: {
        NODE_OPTIONS: `--import=${witness}`,
        PIMLICO_LOG_LEVEL: 'debug',
        WITNESS_LOGS: logs,
        WITNESS_SECRETS: secretsFile,
      },
      onBoot: () => undefined,
    });
    try {
      const seen: string[] = [];
      const pages: string[] = [];
      const player = new Player(
        stage,
        (sighting) => void seen.push(JSON.stringify(sighting)),
        (_person, page) => void pages.push(`${page.title}\n${page.text}`),
      );
      await player.play(readScript(STORY.trim()));
      const errors = await provoke(stage.botUrl);
      places = {
        logs: readFileSync(logs, 'utf8'),
        errors,
        cards: seen.join('\n'),
        pages: pages.join('\n'),
        database: await dump(database),
      };
      const configured = Object.entries(botEnvironment(stage.sandbox, database.url)).flatMap(([name, value]) =>
        name.endsWith('_SECRET') && value !== undefined ? [{ kind: 'app secret', secret: value }] : [],
      );
      const lines = readFileSync(secretsFile, 'utf8').trim().split('\n');
      secrets = [...configured, ...lines.map((line) => JSON.parse(line) as Secret)];
    } finally {
      await stage.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    }
  });

  it('passes every kind of secret through the bot, and fills the places that are searched', () => {
    const kinds = new Map<string, Set<string>>();
    for (const { kind, secret } of secrets) {
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(secret));
    }
    assert.deepEqual([...kinds.keys()].sort(), [
      'app secret',
      'channel token',
      'code',
      'outgoing token',
      'state',
      'verifier',
    ]);
    assert.equal(kinds.get('app secret')?.size, 4);
    assert.ok((kinds.get('code')?.size ?? 0) >= 4);
    assert.ok((kinds.get('outgoing token')?.size ?? 0) >= 6);
    assert.match(places.logs, /"event":"ready"/);
    assert.match(places.logs, /"event":"sign-in-page\.refused"/);
    assert.match(places.cards, /"card":"step-up"/);
    assert.match(places.cards, /"card":"error"/);
    assert.match(places.pages, /Signed in/);
    assert.match(places.database, /step_up\.done/);
    assert.match(places.errors, /Unauthorized/);
  });

  it('leaves none of its secrets, tokens or codes in logs, cards or the database', () => {
    assert.deepEqual(leaks(places, secrets), []);
  });

  it('would be caught with one of them, in each place', () => {
    for (const { kind, secret } of secrets) {
      for (const place of ['logs', 'errors', 'cards', 'pages', 'database'] as const) {
        const planted = { ...places, [place]: `${places[place]} ${secret}` };
        assert.ok(leaks(planted, secrets).includes(`${kind} in ${place}`));
      }
    }
  });
});

/** What the bot says to requests that are refused or make no sense. */
async function provoke(url: string): Promise<string> {
  const state = 'A'.repeat(43);
  const code = 'code-that-nobody-gave';
  const send = (token: string, body: string) =>
    fetch(`${url}/api/messages`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
  const answers = [
    send('token-that-nobody-signed', '{}'),
    send(`eyJ${'h'.repeat(20)}.eyJ${'p'.repeat(60)}.${'s'.repeat(60)}`, '{'),
    fetch(`${url}/api/messages`, { method: 'POST', body: '{}' }),
    fetch(`${url}/auth/callback?state=${state}&code=${code}`),
    fetch(`${url}/auth/callback?state=${state}&error=server_error`),
    fetch(`${url}/auth/callback?state=${state}&state=${state}&code=${code}`, {
      headers: { cookie: `pimlico-x=${state}` },
    }),
    fetch(`${url}/auth/sign-in?s=${'0'.repeat(32)}`),
    fetch(`${url}/readyz`),
  ];
  return (await Promise.all(answers.map(async (answer) => await (await answer).text()))).join('\n');
}
