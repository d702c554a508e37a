import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createOnCall } from '../../../src/adapters/on-call/on-call.ts';
import type { OnCallPeople } from '../../../src/domain/on-call.ts';
import { AccessError } from '../../../src/errors.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import { aSeededTenant, type SeededTenant } from '../../support/fakes/seeded-tenant.ts';
import { rulesWith } from './benches.ts';

type Said = Readonly<Record<string, unknown>>;

describe('a rota file as on-call source', () => {
  let folder = '';
  let seeded: SeededTenant;
  let clock: FakeClock;
  let said: Said[] = [];
  let onCall: ReturnType<typeof createOnCall>;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-rota-'));
    clock = createFakeClock('2026-11-23T07:59:59Z');
    seeded = aSeededTenant(clock);
    said = [];
    const note = (event: string, fields: Said = {}): void => void said.push({ event, ...fields });
    onCall = createOnCall({
      rules: rulesWith({ name: 'Leads', kind: 'rota', file: 'leads.yaml' }),
      reader: seeded.tenant.reader,
      clock,
      log: { error: note, warn: note },
      folder,
      settleMs: 1,
    });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (text: string): void => writeFileSync(path.join(folder, 'leads.yaml'), text);
  const weekly = (...people: readonly string[]): string =>
    `version: 1
timeZone: Europe/Madrid
rotations:
  - name: primary
    starts: 2026-01-05T09:00
    every: 1 week
    people: [${people.join(', ')}]
`;
  const ids = async (): Promise<readonly string[]> => (await onCall.read('Leads')).people.map(({ id }) => id);
  async function problems(): Promise<string> {
    const answer: OnCallPeople | unknown = await onCall.read('Leads').catch((thrown: unknown) => thrown);
    assert.ok(answer instanceof AccessError, 'it answered');
    assert.equal(answer.code, 'oncall.unavailable');
    const [line] = said.splice(0);
    assert.equal(line?.event, 'oncall.unreadable');
    assert.deepEqual([line?.source, line?.kind], ['Leads', 'rota']);
    return String(line?.problems);
  }

  it('hands over at its time, and says until when', async () => {
    write(weekly(seeded.idOf('oncall2'), seeded.idOf('oncall')));
    const last = await onCall.read('Leads');
    assert.deepEqual(
      last.people.map(({ name }) => name),
      ['Lynne Robbins'],
    );
    assert.equal(last.until?.toString(), '2026-11-23T08:00:00Z');
    clock.set('2026-11-23T08:00:00Z');
    const next = await onCall.read('Leads');
    assert.deepEqual(
      next.people.map(({ name }) => name),
      ['Isaiah Langer'],
    );
    assert.equal(next.until?.toString(), '2026-11-30T08:00:00Z');
  });

  it('lists everybody of all shifts and exceptions, each once, whoever is on call now', async () => {
    write(`${weekly(seeded.idOf('oncall2'), seeded.idOf('oncall'))}exceptions:
  - { rotation: primary, from: 2026-12-24T09:00, to: 2026-12-25T09:00, person: ${seeded.idOf('admin')} }
  - { rotation: primary, from: 2026-12-26T09:00, to: 2026-12-27T09:00, person: ${seeded.idOf('oncall')} }
  - { rotation: primary, from: 2026-12-28T09:00, to: 2026-12-29T09:00, nobody: true }
`);
    assert.deepEqual(
      (await onCall.listEverybody('Leads')).map(({ name }) => name),
      ['Isaiah Langer', 'Lynne Robbins', 'Patti Fernandez'],
    );
  });

  it('leaves out people whom the tenant does not have, and logs them', async () => {
    write(weekly('nobody@contoso.example'));
    assert.deepEqual(await ids(), []);
    assert.deepEqual(said, [{ event: 'oncall.person_left_out', source: 'Leads', person: 'nobody@contoso.example' }]);
  });

  it('counts a person once whom two rotations name in two ways', async () => {
    const lynne = await seeded.tenant.reader.findPerson(seeded.idOf('oncall'));
    const second = `  - { name: second, starts: 2026-01-05T09:00, every: 1 day, people: [${lynne?.userPrincipalName}] }\n`;
    write(`${weekly(seeded.idOf('oncall'))}${second}`);
    assert.deepEqual(await ids(), [seeded.idOf('oncall')]);
  });

  it('puts nobody on call while the file is wrong, with all problems in the log, and goes on when it is right', async () => {
    write(weekly(seeded.idOf('oncall')));
    assert.deepEqual(await ids(), [seeded.idOf('oncall')]);
    write(`${weekly(seeded.idOf('oncall'))}nonsense: true\nmore: 1\n`);
    const told = await problems();
    assert.match(told, /line 8: nonsense: there is no such key\n {2}line 9: more: there is no such key$/);
    assert.equal(await problems(), told);
    write(weekly(seeded.idOf('oncall2')));
    assert.deepEqual(await ids(), [seeded.idOf('oncall2')]);
  });

  it('puts nobody on call while the file is away or no file', async () => {
    assert.match(await problems(), /leads\.yaml cannot be read \(ENOENT\)\.$/);
    write(weekly(seeded.idOf('oncall')));
    assert.deepEqual(await ids(), [seeded.idOf('oncall')]);
    rmSync(path.join(folder, 'leads.yaml'));
    assert.match(await problems(), /leads\.yaml cannot be read \(ENOENT\)\.$/);
  });

  it('believes no file that is half written, although half of it is valid', async () => {
    const whole = `${weekly(seeded.idOf('oncall'))}exceptions:
  - { rotation: primary, from: 2026-11-01T09:00, to: 2026-12-01T09:00, nobody: true }
`;
    write(weekly(seeded.idOf('oncall')));
    const reading = ids();
    write(whole);
    assert.deepEqual(await reading, []);
  });

  it('believes no file that never comes to rest', async () => {
    const growing = setInterval(() => write(`${weekly(seeded.idOf('oncall'))}# ${Math.random()}\n`), 1);
    write(weekly(seeded.idOf('oncall')));
    const slow = createOnCall({
      rules: rulesWith({ name: 'Leads', kind: 'rota', file: path.join(folder, 'leads.yaml') }),
      reader: seeded.tenant.reader,
      clock,
      log: { error: () => {}, warn: () => {} },
      folder: '/nowhere',
      settleMs: 20,
    });
    try {
      await assert.rejects(slow.read('Leads'), {
        code: 'oncall.unavailable',
        retryable: true,
        message: /is being written/,
      });
    } finally {
      clearInterval(growing);
    }
    assert.equal((await slow.read('Leads')).people.length, 1);
  });

  it('fails when its people cannot be looked up', async () => {
    write(weekly(seeded.idOf('oncall')));
    seeded.tenant.readerFailure = new AccessError('graph.throttled', 'patience', { retryable: true });
    assert.equal(await problems(), 'patience');
  });
});
