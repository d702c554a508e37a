import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const ROLE = 'Contoso-App-Configuration-Administrator';
const ASK = `engineer: activate ${ROLE} for 1h because INC-7 rotate a secret`;
const APPROVE = 'approver: [Approve] justification="fine"';

/** What belongs into a log and never before a person's eyes. */
const INTERNAL = /Error:|node_modules|\bat \S+ \(|eyJ|<html|\[object |\bundefined\b|\bNaN\b|stack|ECONN/;

const FEW: ReadonlySet<string> = new Set(['403', '404', '503', 'nothing']);

interface TenantState {
  readonly requests: readonly { readonly kind: string; readonly action: string; readonly status: string }[];
}

describe('hostile input', () => {
  let database: FreshDatabase;
  let stage: Stage;
  let player: Player;
  let seen: Sighting[] = [];

  async function open(): Promise<void> {
    database = await freshDatabase();
    stage = await Stage.open({ now: '2026-11-23T09:00:00Z', databaseUrl: database.url, onBoot: () => undefined });
    player = new Player(stage, (sighting) => seen.push(sighting));
    await play('engineer: hi', 'approver: hi');
  }
  async function close(): Promise<void> {
    await stage.close();
    await database.drop();
  }

  before(async function () {
    this.timeout(60_000);
    await open();
  });
  after(() => close());
  afterEach(async function () {
    this.timeout(60_000);
    if (this.currentTest?.state === 'failed') {
      // What is stuck must not make the next one fail.
      await close();
      await open();
      return;
    }
    await stage.control.send('DELETE', '/faults');
    // What was left open is over by then, and nothing is cached any more.
    await play('@clock +25h');
  });

  async function play(...lines: readonly string[]): Promise<readonly Sighting[]> {
    seen = [];
    for (const source of lines) {
      await player.playLine({ number: 1, source, step: readStep(source) });
    }
    const leaks = seen.filter(({ text }) => INTERNAL.test(text)).map(({ text }) => text);
    assert.deepEqual(leaks, []);
    return seen;
  }

  async function requests(): Promise<readonly string[]> {
    const state = (await stage.control.send('GET', '/pim/state')) as unknown as TenantState;
    return state.requests
      .filter(({ kind }) => kind === 'assignment')
      .map(({ action, status }) => `${action} ${status}`);
  }

  const cards = (person: string, all: readonly Sighting[]) =>
    all.filter(({ to, event }) => to === person && event === 'send').map(({ card }) => card);
  const newest = (person: string, all: readonly Sighting[]) =>
    all.findLast(({ to, event }) => to === person && event === 'send');

  describe('over HTTP', () => {
    const say = { text: `activate ${ROLE} for 1h because raw` };
    const rows: readonly (readonly [string, object, number])[] = [
      ['a person without an object id', { from: { aadObjectId: null } }, 403],
      ['another tenant', { conversation: { tenantId: '11111111-1111-4111-8111-111111111111' } }, 403],
      ['another channel', { channelId: 'webchat' }, 403],
      ['another service URL', { serviceUrl: 'https://evil.example/' }, 401],
      ['another bot', { recipient: { id: '28:11111111-1111-4111-8111-111111111111' } }, 403],
      ['no conversation', { conversation: null }, 400],
      ['a text that is none', { text: { a: 1 } }, 400],
    ];
    for (const [what, changes, status] of rows) {
      it(`refuses ${what} with ${status}, and does nothing`, async () => {
        const { length } = await requests();
        const answer = await stage.control.send('POST', '/teams/activity', {
          person: 'engineer',
          activity: { ...say, ...changes },
        });
        assert.equal(answer.status, status);
        assert.doesNotMatch(JSON.stringify(answer.body ?? ''), INTERNAL);
        assert.deepEqual(cards('engineer', await play('@clock +1s')), []);
        assert.equal((await requests()).length, length);
      });
    }

    it('refuses tokens that are forged, for somebody else, or none', async () => {
      const { token } = await stage.control.send('POST', '/tokens', {
        resource: 'bot',
        serviceUrl: stage.sandbox.connector,
      });
      const { token: person } = await stage.control.send('POST', '/tokens', {
        resource: 'self-service',
        person: 'engineer',
      });
      const [head = '', body = '', signature = ''] = String(token).split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
      const longer = Buffer.from(JSON.stringify({ ...claims, exp: 4_000_000_000 })).toString('base64url');
      const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
      for (const forged of [
        `${head}.${longer}.${signature}`,
        `${head}.${body}.${[...signature].reverse().join('')}`,
        `${none}.${body}.`,
        String(person),
        'x',
        '',
      ]) {
        const answer = await stage.control.send('POST', '/teams/activity', {
          person: 'engineer',
          activity: say,
          authorization: forged === '' ? '' : `Bearer ${forged}`,
        });
        assert.equal(answer.status, 401, forged.slice(0, 40));
      }
      assert.deepEqual(cards('engineer', await play('@clock +1s')), []);
    });

    it('refuses compressed, oversized, and unreadable bodies', async () => {
      const { token } = await stage.control.send('POST', '/tokens', {
        resource: 'bot',
        serviceUrl: stage.sandbox.connector,
      });
      const post = async (body: string | Uint8Array<ArrayBuffer>, headers = {}) => {
        const answer = await fetch(`${stage.botUrl}/api/messages`, {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        });
        return [answer.status, await answer.text()] as const;
      };
      const results = [
        await post(new Uint8Array(gzipSync('{}')), { 'content-encoding': 'gzip' }),
        await post(JSON.stringify({ text: 'x'.repeat(300_000) })),
        await post('{"type":'),
        await post('null'),
        await post('[]'),
        await post('{}', { 'content-type': 'text/plain' }),
      ];
      assert.deepEqual(
        results.map(([status]) => status),
        [415, 413, 400, 400, 400, 415],
      );
      for (const [, text] of results) {
        assert.doesNotMatch(text, INTERNAL);
      }
    });
  });

  describe('in words', () => {
    for (const length of [5_000, 20_000, 25_000]) {
      it(`says that ${length} characters are too many`, async () => {
        const answer = await play(`engineer: activate ${ROLE} for 1h because ${'x'.repeat(length)}`);
        const card = newest('engineer', answer);
        assert.equal(card?.title, 'That is too long for me to read');
        assert.doesNotMatch(card?.text ?? '', /xxx/);
      });
    }

    it('shows marks, templates and links in a justification as they were typed', async () => {
      const typed =
        '<b>x</b> **y** \u0024{requestId} {{DATE(1)}} [z](http://evil.example) \u202Etxet <at>bot</at> @{1}';
      const answer = await play(`engineer: activate ${ROLE} for 1h because ${typed}`);
      for (const person of ['engineer', 'approver', 'approver2']) {
        const text = newest(person, answer)?.text ?? '';
        for (const part of [
          '<b>x</b>',
          '**y**',
          '\u0024{requestId}',
          '{{DATE(1)}}',
          '[z](http://evil.example)',
          '@{1}',
        ]) {
          assert.ok(text.includes(part), `${person} does not see ${part} in ${text}`);
        }
        assert.ok(!text.includes('\u202E') || /[\u202C\u2069]/.test(text), `${person}: the mark stays open`);
      }
      const decided = await play('approver: [Deny] justification="<i>no</i> **never** \u0024{x}"');
      assert.match(newest('engineer', decided)?.text ?? '', /<i>no<\/i> \*\*never\*\* \$\{x\}/);
    });
  });

  describe('in presses', () => {
    const press = async (person: string, action: unknown) =>
      await stage.control.send('POST', '/teams/activity', {
        person,
        activity: { type: 'invoke', name: 'adaptiveCard/action', text: null, value: { action, trigger: 'manual' } },
      });

    for (const [what, action] of [
      ['nothing', null],
      ['a verb that is none', { type: 'Action.Execute', verb: 'drop', data: {} }],
      ['no data', { type: 'Action.Execute', verb: 'approve' }],
      ['data that are a list', { type: 'Action.Execute', verb: 'approve', data: [1] }],
      [
        'a story that is none',
        { type: 'Action.Execute', verb: 'approve', data: { s: '../x', c: 'y', v: 1, n: '12345678' } },
      ],
      [
        'a huge story',
        { type: 'Action.Execute', verb: 'approve', data: { s: 'x'.repeat(40_000), c: 'y', v: 1, n: '12345678' } },
      ],
      [
        '__proto__',
        JSON.parse(
          '{"type":"Action.Execute","verb":"cancel","data":{"__proto__":{"s":1},"s":"x","c":"y","v":1e99,"n":"00000000"}}',
        ),
      ],
    ] as const) {
      it(`answers a press with ${what} without doing anything`, async () => {
        await play(ASK);
        const { status, body } = await press('approver', action);
        assert.ok(status === 200 || status === 400, String(status));
        assert.doesNotMatch(JSON.stringify(body ?? ''), INTERNAL);
        await play('@clock +1s');
        assert.equal((await requests()).at(-1), 'selfActivate PendingApproval');
      });
    }

    it('lets nobody use the button of another, and nobody use one twice', async () => {
      await play(ASK);
      for (const stranger of ['contractor', 'engineer', 'oncall']) {
        assert.equal(newest(stranger, await play(`@forge ${stranger} [Approve] of approver`))?.card, 'error', stranger);
        assert.equal((await requests()).at(-1), 'selfActivate PendingApproval');
      }
      // Another approver is shown their own card instead.
      const other = await play('@forge approver2 [Approve] of approver');
      assert.deepEqual(
        other.map(({ to, event, card }) => [to, event, card]),
        [['approver2', 'reply', 'approval-request']],
      );
      assert.equal((await requests()).at(-1), 'selfActivate PendingApproval');
      const decided = await play(APPROVE);
      assert.deepEqual(cards('engineer', decided), ['activation-active']);
      for (const late of ['@forge approver [Approve] of approver', '@forge approver [Send] of approver']) {
        const again = await play(late);
        assert.deepEqual(cards('engineer', again), [], late);
        assert.deepEqual(cards('approver', again), [], late);
      }
      assert.equal((await requests()).at(-1), 'selfActivate Provisioned');
    });
  });

  describe('from Graph', () => {
    const kinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      '401': { name: 'error', status: 401, code: 'InvalidAuthenticationToken' },
      '403': { name: 'error', status: 403, code: 'Authorization_RequestDenied' },
      '404': { name: 'error', status: 404, code: 'Request_ResourceNotFound' },
      '429 for 30 seconds': { name: 'throttle', after: 0, retryAfter: 30 },
      '503': { name: 'error', status: 503 },
      'a page with 200': {
        name: 'error',
        status: 200,
        body: '<html>Error: at x (node_modules/y)</html>',
        contentType: 'text/html',
      },
      'a page with 502': { name: 'error', status: 502, body: '<html>Error: eyJ</html>', contentType: 'text/html' },
      nothing: { name: 'empty' },
      'a closed connection': { name: 'drop' },
      'an answer that is lost': { name: 'ambiguous', close: true },
    };
    // Reads that go through the same code as another one here need fewer kinds.
    const kindsFor = (what: string) =>
      Object.entries(kinds).filter(([kind]) => !(what === 'approvers' || what === 'the approval') || FEW.has(kind));
    const asking = {
      eligibility: 'roleEligibilityScheduleInstances',
      'role settings': 'roleManagementPolicyAssignments',
      approvers: 'transitiveMembers',
      'the request': 'POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests',
    };
    for (const [what, match] of Object.entries(asking)) {
      for (const [kind, fault] of kindsFor(what)) {
        it(`asks once although ${what} is answered with ${kind}`, async function () {
          this.timeout(60_000);
          const { length } = await requests();
          await stage.control.send('POST', '/faults', { ...fault, service: 'graph', match });
          const first = await play(ASK);
          const told = newest('engineer', first)?.card;
          const made = (await requests()).slice(length);
          assert.ok(told === 'error' || told === 'activation-pending', `told ${told}`);
          assert.equal(told === 'activation-pending', made.length === 1, `told ${told}, the tenant holds ${made}`);
          await stage.control.send('DELETE', '/faults');
          if (told === 'error') {
            assert.equal(newest('engineer', await play('@clock +1m', ASK))?.card, 'activation-pending');
          }
          assert.deepEqual((await requests()).slice(length), ['selfActivate PendingApproval']);
        });
      }
    }

    const deciding = {
      'what is held': "filterByCurrentUser(on='approver')",
      'the approval': 'GET /beta/roleManagement/directory/roleAssignmentApprovals',
      'the decision': 'PATCH /beta/roleManagement/directory/roleAssignmentApprovals',
      'the look after it': 'roleAssignmentScheduleInstances?$filter',
    };
    for (const [what, match] of Object.entries(deciding)) {
      for (const [kind, fault] of kindsFor(what)) {
        it(`tells the truth about a decision although ${what} is answered with ${kind}`, async function () {
          this.timeout(60_000);
          await play(ASK);
          // The look is repeated for hours: a fault that stays would keep the step from coming to rest.
          const times = what === 'the look after it' ? { times: 2 } : {};
          await stage.control.send('POST', '/faults', { ...fault, ...times, service: 'graph', match });
          const first = await play(APPROVE);
          await stage.control.send('DELETE', '/faults');
          const all = [...first, ...(await play('@clock +2m'))];
          const isDecided = (await requests()).at(-1) === 'selfActivate Provisioned';
          const saysDecided = all.some(({ to, card }) => to === 'approver' && card === 'approval-decided');
          assert.equal(saysDecided, isDecided, `approvers are told ${saysDecided}, the tenant says ${isDecided}`);
          if (!isDecided) {
            assert.equal(newest('approver', all)?.card, 'error');
            all.push(...(await play(APPROVE)));
          }
          assert.deepEqual(cards('engineer', all), ['activation-active']);
          assert.equal((await requests()).at(-1), 'selfActivate Provisioned');
        });
      }
    }
  });
});
