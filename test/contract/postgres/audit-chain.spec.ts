import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runAudit } from '../../../cli/audit/run.ts';
import { AnchorFile, readAnchors } from '../../../src/adapters/audit/anchor-file.ts';
import { type ChainHead, linkAudit, startAuditLinker } from '../../../src/adapters/postgres/audit-linker.ts';
import { erasePerson, verifyAudit } from '../../../src/adapters/postgres/audit-verify.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture, id } from './fixture.ts';

describe('the chain of the audit trail', () => {
  let on: Fixture;
  let folder = '';
  beforeEach(async () => {
    on = await aFixture();
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-audit-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await on.drop();
  });

  const happened = (actorId = ENGINEER, facts: Readonly<Record<string, string>> = { justification: 'INC-42' }) =>
    ({ event: 'activation.intended', at: on.clock.now(), actorId, requestId: id('7F3K'), facts }) as const;
  async function record(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await on.record(happened(ENGINEER, { justification: `INC-${index}`, role: 'r' }));
    }
  }
  async function head(): Promise<ChainHead> {
    const linked = await linkAudit(on.pool);
    assert.ok(linked?.head != null);
    return linked.head;
  }
  /** As somebody does who owns the database. */
  async function tamper(statement: string): Promise<void> {
    await on.pool.query(`begin; set local session_replication_role = replica; ${statement}; commit`);
  }
  const anchorAt = (known: ChainHead) => ({ ...known, at: Temporal.Instant.from('2026-11-23T08:00:00Z') });
  const brokenBy = async (anchors: Parameters<typeof verifyAudit>[1] = []) =>
    (await verifyAudit(on.pool, anchors)).broken;

  it('takes in what was committed, in order, and shows what it has not yet', async () => {
    await record(3);
    const before = await verifyAudit(on.pool, []);
    assert.deepEqual([before.linked, before.unlinked, before.broken], [0, 3, null]);
    assert.equal((await head()).place, 3);
    const after = await verifyAudit(on.pool, []);
    assert.deepEqual([after.linked, after.unlinked, after.broken, after.oldestUnlinkedAt], [3, 0, null, null]);
  });

  it('takes in a record that was committed later than ones after it, and holds up nobody who writes', async () => {
    const late = await on.pool.connect();
    await late.query('begin');
    await late.query(`insert into pimlico.audit (event, at, facts) values ('late', now(), '{}')`);
    await record(2);
    assert.equal((await head()).place, 2);
    await late.query('commit');
    late.release();
    assert.equal((await head()).place, 3);
    assert.equal(await brokenBy(), null);
  });

  it('is linked by one process at a time', async () => {
    await record(40);
    const rounds = await Promise.all([linkAudit(on.pool), linkAudit(on.pool), linkAudit(on.pool)]);
    assert.ok(rounds.some((round) => round !== null));
    await head();
    assert.equal(await brokenBy(), null);
  });

  it('takes in what there was before it', async () => {
    await record(2);
    await on.pool.query('delete from pimlico.audit_unlinked');
    assert.equal((await head()).place, 2);
    assert.equal(await brokenBy(), null);
  });

  it('holds over more than a batch, and over every odd text', async () => {
    await on.pool.query(`
      insert into pimlico.audit (event, at, request_id, facts)
      select 'many', '2026-11-23 08:00:00.123456+00', null, jsonb_build_object('b', n, 'a', e'"\\\\\\u202e€\\n', 'ü', null)
      from generate_series(1, 1200) n`);
    while (!((await linkAudit(on.pool))?.isAll ?? false)) {
      // Some hundreds at a time.
    }
    assert.deepEqual(await verifyAudit(on.pool, []).then(({ linked, broken }) => [linked, broken]), [1_200, null]);
  });

  const TAMPERINGS: readonly (readonly [what: string, statement: string, says: RegExp])[] = [
    [
      'a changed event',
      `update pimlico.audit set event = 'approval.decided' where position = 2`,
      /^Record 2 \(link 2\) is not what was recorded/,
    ],
    [
      'one changed byte of a fact',
      `update pimlico.audit set facts = '{"role":"s"}' where position = 2`,
      /^Record 2 \(link 2\) is not what/,
    ],
    [
      'a moved instant',
      `update pimlico.audit set at = at + interval '1 microsecond' where position = 2`,
      /^Record 2 \(link 2\) is not/,
    ],
    [
      'another request',
      `update pimlico.audit set request_id = 'XXXX' where position = 2`,
      /^Record 2 \(link 2\) is not/,
    ],
    [
      'an actor who was not there',
      `update pimlico.audit set actor_id = 'x' where position = 2`,
      /^Record 2 \(link 2\) is not/,
    ],
    ['other sealed fields', `update pimlico.audit set sealed = '{}' where position = 2`, /^Record 2 \(link 2\) is not/],
    [
      'other words of a person',
      `update pimlico.audit_personal set value = 'x' where position = 2 and field = 'justification'`,
      /^Record 2 \(link 2\): “justification” is not what was recorded/,
    ],
    [
      'words that nobody said',
      `insert into pimlico.audit_personal values (2, 'ticket', 's', 'v')`,
      /^Record 2 \(link 2\): “ticket” is not/,
    ],
    ['a record that is gone', 'delete from pimlico.audit where position = 2', /^Record 2 \(link 2\) is gone/],
    ['a link that is gone', 'delete from pimlico.audit_links where place = 2', /^Link 2 is missing: the next one is 3/],
    [
      'two records in each other’s place',
      'update pimlico.audit_links set position = -position where place in (2, 3); update pimlico.audit_links set position = position + 5 where position < 0',
      /^Record 3 \(link 2\) is not/,
    ],
    [
      'a record with a link before the first',
      `insert into pimlico.audit (event, at, facts) values ('x', now(), '{}'); alter table pimlico.audit_links drop constraint audit_links_place_check; insert into pimlico.audit_links values (0, 5, 'x', now())`,
      /^Record 5 is in no chain and waits for none/,
    ],
    [
      'a record beside the chain',
      `insert into pimlico.audit (event, at, facts) values ('x', now(), '{}')`,
      /^Record 5 is in no chain and waits for none/,
    ],
  ];
  for (const [what, statement, says] of TAMPERINGS) {
    it(`shows ${what}, and names the first record that is wrong`, async () => {
      await record(4);
      await head();
      await tamper(statement);
      const broken = await brokenBy();
      assert.match(broken ?? 'nothing', says);
    });
  }

  it('shows a record that went before it was linked', async () => {
    await record(2);
    await tamper('delete from pimlico.audit where position = 2');
    assert.match((await brokenBy()) ?? '', /^1 records are gone that were in no chain yet/);
  });

  it('shows by its anchors alone that it was cut off, or made anew from a changed record on', async () => {
    await record(4);
    const known = anchorAt(await head());
    await tamper('delete from pimlico.audit_links where place > 2; delete from pimlico.audit where position > 2');
    assert.equal(await brokenBy(), null);
    assert.match(
      (await brokenBy([known])) ?? '',
      /^The chain ends at link 2, and the anchor of 2026-11-23T08:00:00Z knows link 4/,
    );
    await record(2);
    await head();
    assert.equal(await brokenBy(), null);
    assert.match((await brokenBy([known])) ?? '', /^Record \d+ \(link 4\): the chain was made anew\. The anchor of/);
  });

  it('forgets what tells of a person and what they wrote, and still holds', async () => {
    await on.record(happened(ENGINEER));
    await on.record(happened(APPROVER, { justification: 'theirs', principal: ENGINEER }));
    await head();
    assert.equal(await erasePerson(on.pool, ENGINEER), 3);
    const { rows } = await on.pool.query('select actor_id, facts from pimlico.audit_trail order by position');
    assert.deepEqual(rows, [
      { actor_id: null, facts: {} },
      { actor_id: APPROVER, facts: { justification: 'theirs' } },
    ]);
    const everything = await on.pool.query(
      `select a::text as one from pimlico.audit a union all select p::text from pimlico.audit_personal p`,
    );
    assert.ok(!JSON.stringify(everything.rows).includes(ENGINEER));
    const { broken, erased } = await verifyAudit(on.pool, []);
    assert.deepEqual([broken, erased], [null, 3]);
  });

  it('is only ever added to', async () => {
    await record(1);
    await head();
    for (const attempt of [
      `update pimlico.audit_links set hash = 'x'`,
      'delete from pimlico.audit_links',
      'truncate pimlico.audit_links',
      `update pimlico.audit_personal set value = 'x'`,
      'truncate pimlico.audit_personal',
    ]) {
      await assert.rejects(on.pool.query(attempt), /only ever added to/, attempt);
    }
  });

  it('is linked in the background, and its head is written to a file outside', async () => {
    const file = path.join(folder, 'deep', 'anchors.ndjson');
    const anchors = new AnchorFile({ file, log: silentLog, everyMs: 0 });
    await anchors.open();
    const told = Promise.withResolvers<void>();
    const onHead = async (known: ChainHead): Promise<void> => {
      await anchors.take(known);
      if (known.place === 3) {
        told.resolve();
      }
    };
    const linker = startAuditLinker({ pool: on.pool, log: silentLog, onHead, everyMs: 1 });
    await record(3);
    await told.promise;
    await linker.stop();
    const written = await readAnchors(file);
    assert.equal(written.at(-1)?.place, 3);
    assert.equal(new Set(written.map(({ place }) => place)).size, written.length);
    const verdict = await verifyAudit(on.pool, written);
    assert.deepEqual([verdict.broken, verdict.anchoredPlace], [null, 3]);
  });

  it('says when a head was heard of, not when it was written, and goes on after a line that was cut off', async () => {
    const file = path.join(folder, 'anchors.ndjson');
    const hash = 'b'.repeat(64);
    const first = new AnchorFile({ file, log: silentLog });
    await first.take({ place: 1, hash });
    await first.take({ place: 2, hash });
    const heard = Temporal.Now.instant();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.write();
    const [, second] = await readAnchors(file);
    assert.ok(second !== undefined && Temporal.Instant.compare(second.at, heard) <= 0);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"place":3,"ha`);
    const again = new AnchorFile({ file, log: silentLog });
    await again.open();
    await again.take({ place: 3, hash });
    assert.deepEqual(
      (await readAnchors(file)).map(({ place }) => place),
      [1, 2, 3],
    );
  });

  it('does not write a head twice, nor before it is time, and says when the chain is shorter than it was', async () => {
    const file = path.join(folder, 'anchors.ndjson');
    const said: string[] = [];
    const log = { ...silentLog, error: (event: string) => void said.push(event) };
    const hash = 'a'.repeat(64);
    const first = new AnchorFile({ file, log });
    await first.open();
    await first.take({ place: 5, hash });
    await first.take({ place: 6, hash });
    await first.write();
    await first.write();
    assert.deepEqual(
      (await readAnchors(file)).map(({ place }) => place),
      [5, 6],
    );
    const again = new AnchorFile({ file, log });
    await again.open();
    await again.take({ place: 4, hash });
    assert.deepEqual(said, ['audit.behind_anchor']);
    assert.equal((await readAnchors(file)).length, 2);
    for (const text of ['nonsense\n', 'nonsense']) {
      writeFileSync(file, text);
      await assert.rejects(new AnchorFile({ file, log }).open());
      assert.equal(readFileSync(file, 'utf8'), text);
    }
  });

  describe('from the command line', () => {
    const audit = (...args: readonly string[]): Promise<Ran> =>
      runCommand(runAudit, args, { PIMLICO_DATABASE_URL: on.url });

    it('is intact, up to where it is anchored', async () => {
      await record(3);
      const known = await head();
      await record(1);
      const file = path.join(folder, 'anchors.ndjson');
      writeFileSync(file, `${JSON.stringify({ ...known, at: '2026-11-23T08:00:00Z' })}\n`);
      const { code, out } = await audit('verify', '--anchors', file);
      assert.equal(code, 0);
      assert.match(out, /^Intact: 3 records\. 1 more wait to be linked, the oldest of 2026-11-23/);
      assert.match(out, /Anchored up to link 3\. Not provable since 2026-11-23T08:00:00Z/);
      assert.match((await audit('verify')).out, /No anchor was given: whoever can change the whole database/);
    });

    it('names the record that is wrong and exits with 1', async () => {
      await record(3);
      await head();
      await tamper(`update pimlico.audit set facts = '{}' where position = 3`);
      const { code, out } = await audit('verify', '--json');
      assert.equal(code, 1);
      assert.match(JSON.parse(out).broken, /^Record 3 \(link 3\)/);
      assert.match((await audit('verify')).out, /^Broken: Record 3 .*\nUp to there 2 records are intact\./);
    });

    it('erases a person when that is confirmed', async () => {
      await record(1);
      assert.equal((await audit('erase', ENGINEER)).code, 2);
      const { code, out } = await audit('erase', ENGINEER, '--yes');
      assert.deepEqual([code, out], [0, '2 fields were erased.\n']);
    });

    it('refuses what it does not understand', async () => {
      const file = path.join(folder, 'nothing.ndjson');
      for (const args of [
        [],
        ['burn'],
        ['verify', 'x'],
        ['erase'],
        ['erase', 'Alex', '--yes'],
        ['verify', '--anchors', file],
        ['verify', '--fast'],
      ]) {
        assert.equal((await audit(...args)).code, 2, args.join(' '));
      }
      assert.equal((await audit('--help')).code, 0);
      writeFileSync(file, 'no anchor\n');
      assert.match((await audit('verify', '--anchors', file)).err, /is no file of anchors/);
      assert.equal(readFileSync(file, 'utf8'), 'no anchor\n');
    });
  });
});
