import assert from 'node:assert/strict';
import type { Rulebook } from '../../../../src/domain/rulebook.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { TenantRequest } from '../../../../src/ports/role-management.ts';
import { readTenantLog, reconcile } from '../../../../src/use-cases/reconcile/read-feed.ts';
import { aGuid } from '../../../support/fakes/builders.ts';
import { READING_AGAINST_RUNNING } from '../../../support/rulebooks.ts';
import { type AlarmBench, anAlarmBench, SECURITY } from './alarm-bench.ts';

describe('duties that come together behind the bot’s back', () => {
  let bench: AlarmBench;

  async function begins(changes: Partial<Rulebook> = {}): Promise<void> {
    const current = () => ({
      ...READING_AGAINST_RUNNING,
      alarms: { channel: SECURITY, people: [bench.seeded.idOf('oncall')] },
      ...changes,
    });
    bench = await anAlarmBench(null, { current });
    await readTenantLog(bench.services, 'a part');
  }
  beforeEach(() => begins());

  /** Activates in the portal; the log tells of it five minutes later. */
  async function activatesElsewhere(roleName: string, isTold = true): Promise<TenantRequest> {
    const actor = { principalId: bench.seeded.idOf('engineer') };
    if (isTold) {
      bench.clock.advance('PT1M');
    }
    for (const surface of ['directory', 'azure'] as const) {
      const part = bench.seeded.tenant.part(surface);
      const role = (await part.listEligible(actor)).find((one) => one.roleName === roleName);
      if (role !== undefined) {
        const request = await part.activate(actor, {
          role,
          startsAt: null,
          duration: Temporal.Duration.from('PT1H'),
          justification: 'in the portal',
          ticket: null,
          marker: aGuid(),
        });
        if (isTold) {
          bench.feed.tell({ kind: 'active', ...request, requestId: request.id });
          bench.clock.advance('PT5M');
          await reconcile(bench.services);
        }
        return request;
      }
    }
    throw new Error(`nobody may activate ${roleName}`);
  }

  const alarms = async () =>
    (await bench.services.store.now.cards.findInStory(await storyOf(), 'alarm')).map(({ recipient, notice }) => ({
      recipient,
      notice,
    }));
  async function storyOf(): Promise<string> {
    return (await bench.facts('alarm.raised'))[0]?.story ?? '';
  }

  it('raise one alarm, in the channel and to the people of the rulebook, that says what and why', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await activatesElsewhere('Virtual Machine Operator');
    const notice = {
      card: 'alarm',
      kind: 'duties',
      personName: 'Alex Wilber',
      role: { roleName: 'Virtual Machine Operator', scopeName: 'rg-payments' },
      activeAt: '2026-11-23T09:01:00Z',
      beside: { roleName: 'Security Reader', scopeName: 'Whole tenant' },
      ruleName: 'Reading against running',
      ruleReason: 'Who watches must not act.',
      raisedAt: '2026-11-23T09:06:00Z',
      mentions: [{ id: '29:oncall', name: 'Lynne Robbins' }],
    };
    const found = await alarms();
    assert.deepEqual(
      found.map(({ recipient }) => recipient).toSorted(),
      [SECURITY, bench.seeded.idOf('oncall')].toSorted(),
    );
    assert.deepEqual(
      found.map((card) => card.notice),
      [notice, notice],
    );
  });

  it('are on the record, and nothing is taken away', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await activatesElsewhere('Virtual Machine Operator');
    const { rows } = await bench.database.pool.query(
      `select facts from pimlico.audit_trail where event = 'duties.broken'`,
    );
    assert.deepEqual(
      rows.map(({ facts }) => facts),
      [
        {
          rule: 'Reading against running',
          person: bench.seeded.idOf('engineer'),
          role: 'Virtual Machine Operator',
          roleScope: 'rg-payments',
          roleSurface: 'azure',
          beside: 'Security Reader',
          besideScope: 'Whole tenant',
          besideSurface: 'directory',
        },
      ],
    );
    const id = bench.seeded.idOf('engineer');
    const { reader } = bench.services;
    const both = [...(await reader.listActive(id, 'directory')), ...(await reader.listActive(id, 'azure'))];
    assert.equal(both.length, 2);
  });

  it('are seen although both were activated elsewhere, which only the tenant knows', async () => {
    await activatesElsewhere('Security Reader', false);
    await activatesElsewhere('Virtual Machine Operator');
    assert.equal((await alarms()).length, 2);
  });

  it('are seen when the later one was given back before the log told of it', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    bench.clock.advance('PT1M');
    const request = await activatesElsewhere('Virtual Machine Operator', false);
    bench.feed.tell({ kind: 'active', ...request, requestId: request.id });
    bench.feed.tell({ kind: 'ended', ...request, requestId: request.id });
    bench.clock.advance('PT5M');
    await reconcile(bench.services);
    assert.equal((await alarms()).length, 2);
  });

  for (const minutesBetween of [0, 1]) {
    it(`raise one alarm although the log tells of both at once, ${minutesBetween} minutes apart`, async () => {
      for (const name of ['Virtual Machine Operator', 'Security Reader']) {
        const request = await activatesElsewhere(name, false);
        bench.feed.tell({ kind: 'active', ...request, requestId: request.id });
        bench.clock.advance(Temporal.Duration.from({ minutes: minutesBetween }));
      }
      bench.clock.advance('PT5M');
      await reconcile(bench.services);
      assert.equal((await bench.facts('duties.broken')).length, 1);
    });
  }

  it('raise their alarm once, however often the log is read', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    const request = await activatesElsewhere('Virtual Machine Operator');
    bench.feed.tell({ kind: 'active', ...request, requestId: request.id });
    await reconcile(bench.services);
    assert.deepEqual([(await bench.facts('duties.broken')).length, (await alarms()).length], [1, 2]);
  });

  it('raise another alarm when it happens again', async () => {
    await bench.says('engineer', 'activate Security Reader for 8h because x');
    await activatesElsewhere('Virtual Machine Operator');
    await bench.passes('PT2H');
    bench.signIns.signIn(bench.seeded.idOf('engineer'));
    await activatesElsewhere('Virtual Machine Operator');
    assert.equal((await bench.facts('duties.broken')).length, 2);
  });

  it('are no alarm where the roles are of one side, or no rule is about them', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await activatesElsewhere('Global Reader');
    await begins({ separationOfDuties: [] });
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await activatesElsewhere('Virtual Machine Operator');
    assert.deepEqual(await bench.facts('alarm.raised'), []);
  });

  it('are seen by what roles allow, and where nobody can read that', async () => {
    const sides = [
      {
        name: 'reading',
        duties: [{ surface: 'directory', role: null, operation: 'a.b/c/read', scope: null } as const],
      },
      { name: 'running', duties: [{ surface: 'azure', role: null, operation: 'A.B/c/action', scope: null } as const] },
    ];
    const separationOfDuties = [{ name: 'Reading against running', reason: 'Who watches must not act.', sides }];
    const allows = async (surface: 'directory' | 'azure', roleName: string, actions: readonly string[] | null) => {
      const actor = { principalId: bench.seeded.idOf('engineer') };
      const roles = await bench.seeded.tenant.part(surface).listEligible(actor);
      const role = roles.find((one) => one.roleName === roleName);
      assert.ok(role);
      if (actions === null) {
        bench.seeded.tenant.hideRoleActions(role);
      } else {
        bench.seeded.tenant.setRoleActions(role, actions);
      }
    };
    const tally: number[] = [];
    for (const actions of [['A.B/*'], ['A.B/d/*'], null]) {
      await begins({ separationOfDuties });
      await allows('directory', 'Security Reader', ['a.b/c/read']);
      await allows('azure', 'Virtual Machine Operator', actions);
      await activatesElsewhere('Security Reader');
      await activatesElsewhere('Virtual Machine Operator');
      tally.push((await bench.facts('alarm.raised')).length);
    }
    assert.deepEqual(tally, [1, 0, 1]);
  });

  it('are no alarm after the other was given back here, although lists still show it', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await bench.passes('PT10M');
    const shown = await bench.services.reader.listActive(bench.seeded.idOf('engineer'), 'directory');
    await bench.says('engineer', 'deactivate Security Reader');
    Object.assign(bench.services.reader, { listActive: async () => shown });
    await activatesElsewhere('Virtual Machine Operator');
    assert.deepEqual(await bench.facts('alarm.raised'), []);
  });

  it('are seen when the earlier one was given back before the log told of the later', async () => {
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await bench.passes('PT10M');
    const request = await activatesElsewhere('Virtual Machine Operator', false);
    bench.feed.tell({ kind: 'active', ...request, requestId: request.id });
    bench.clock.advance('PT2M');
    await bench.says('engineer', 'deactivate Security Reader');
    bench.clock.advance('PT3M');
    await reconcile(bench.services);
    assert.equal((await alarms()).length, 2);
  });

  it('are on the record and an error in the log where the rulebook names nobody', async () => {
    await begins({ alarms: null });
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    await activatesElsewhere('Virtual Machine Operator');
    assert.deepEqual(
      [(await bench.facts('duties.broken')).length, bench.lines.includes('error alarm.nobody_to_tell')],
      [1, true],
    );
  });

  it('are looked for again when the tenant could not be asked, and not where it will not answer', async () => {
    const failing = (code: 'graph.unavailable' | 'graph.forbidden', retryable: boolean) => {
      const listActive = () => Promise.reject(new AccessError(code, 'no', { retryable }));
      Object.assign(bench.services.reader, { listActive });
    };
    const { listActive: working } = bench.services.reader;
    await bench.says('engineer', 'activate Security Reader for 1h because x');
    failing('graph.unavailable', true);
    await activatesElsewhere('Virtual Machine Operator');
    assert.deepEqual([await bench.facts('alarm.raised'), bench.lines.includes('warn feed.row_postponed')], [[], true]);
    Object.assign(bench.services.reader, { listActive: working });
    await reconcile(bench.services);
    assert.equal((await alarms()).length, 2);
    await begins();
    await activatesElsewhere('Security Reader', false);
    failing('graph.forbidden', false);
    await activatesElsewhere('Virtual Machine Operator');
    assert.deepEqual([await bench.facts('alarm.raised'), bench.lines.includes('error duties.unread')], [[], true]);
    assert.equal(bench.lines.includes('warn feed.row_postponed'), false);
  });
});
