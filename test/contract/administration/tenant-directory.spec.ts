import assert from 'node:assert/strict';
import type { HistoryEntry } from '../../../src/domain/administration.ts';
import type { Actor } from '../../../src/ports/role-management.ts';
import type { AdministrationBench } from './administration-bench.ts';
import { anOrder, createAdministrationBench, rejects } from './administration-bench.ts';

const LONG_AGO = Temporal.Instant.from('2026-01-01T00:00:00Z');

const lineOf = ({ at, what, roleName, scopeName, byName, justification }: HistoryEntry): string =>
  `${at.toString().slice(11, 16)} ${what}: ${roleName} @ ${scopeName} by ${byName} because ${justification}`;

describe('TenantDirectory over Graph', () => {
  let bench: AdministrationBench;

  beforeEach(async () => {
    bench = await createAdministrationBench();
  });
  afterEach(async () => {
    await bench.close();
  });

  async function control(method: string, path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${bench.sandbox.urls.control}${path}`, { method, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
  }

  describe('findPrincipals', () => {
    const find = async (words: string, actor: Actor = bench.as('admin')) => {
      const found = await bench.directory.findPrincipals(actor, words);
      return found.map(({ kind, name }) => `${name} (${kind})`);
    };

    it('finds a person by name, sign-in name, mail and object id', async () => {
      const { id, userPrincipalName } = bench.principal('newcomer');
      for (const words of ['Joni Sherman', userPrincipalName ?? '', userPrincipalName?.toUpperCase() ?? '', id]) {
        assert.deepEqual(await bench.directory.findPrincipals(bench.as('admin'), ` ${words} `), [
          bench.principal('newcomer'),
        ]);
      }
    });

    it('finds a group by name and object id', async () => {
      for (const words of ['sg-oncall-leads', 'SG-ONCALL-LEADS', '2A91B3C4-0002-4D5E-8F60-A1B2C3D4E5F2']) {
        assert.deepEqual(await bench.directory.findPrincipals(bench.as('admin'), words), [
          {
            id: '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2',
            name: 'sg-oncall-leads',
            kind: 'group',
            userPrincipalName: null,
          },
        ]);
      }
    });

    it('gives everybody of a name, a group too', async () => {
      const { groups, users } = bench.sandbox.world.tenant;
      const twin = '18f7dce9-80a2-41d3-94e7-08c9daebfc99';
      const joni = users.get(bench.principal('newcomer').id);
      assert.ok(joni);
      users.set(twin, { ...joni, id: twin, userPrincipalName: 'joni2@contoso.onmicrosoft.com', mail: 'joni2@c.com' });
      const id = '2a91b3c4-00dd-4d5e-8f60-a1b2c3d4e5dd';
      groups.set(id, { id, displayName: 'Joni Sherman', isAssignableToRole: false, memberIds: [], ownerIds: [] });
      assert.deepEqual(await find('Joni Sherman'), [
        'Joni Sherman (user)',
        'Joni Sherman (user)',
        'Joni Sherman (group)',
      ]);
    });

    it('finds nobody for words that only resemble a name, or are a trick', async () => {
      for (const words of ['Joni', 'Joni Shermann', '', "x' or displayName ne 'x", `${LONG_AGO}`]) {
        assert.deepEqual(await find(words), []);
      }
      assert.deepEqual(await find('18f7dce9-80a2-41d3-94e7-000000000000'), []);
    });

    it('finds nobody rather than half, for whoever may not see people', async () => {
      const self = bench.as('engineer', 'selfService');
      await rejects(bench.directory.findPrincipals(self, 'Joni Sherman'), 'graph.forbidden');
      await rejects(bench.directory.findPrincipals(self, bench.principal('newcomer').id), 'graph.forbidden');
    });
  });

  describe('listHistory', () => {
    const history = async (about: string, changes: { since?: Temporal.Instant; limit?: number } = {}) => {
      const options = { about: bench.principal(about).id, since: LONG_AGO, limit: 50, ...changes };
      return await bench.directory.listHistory(bench.as('admin'), options);
    };
    const portal = (person: string, action: string, role: string) =>
      control('POST', '/pim/act', { person, action, role, justification: `${person} did` });

    it('tells what happened on every surface, newest first', async () => {
      await portal('engineer', 'activate', 'Security Reader');
      await bench.pass({ minutes: 10 });
      await portal('engineer', 'activate', 'sg-payments-oncall');
      await bench.pass({ minutes: 10 });
      await portal('engineer', 'deactivate', 'Security Reader');
      await bench.pass({ minutes: 10 });
      await portal('engineer', 'activate', 'Virtual Machine Operator');
      await bench.pass({ minutes: 10 });
      assert.deepEqual((await history('engineer')).map(lineOf), [
        '08:30 active: Virtual Machine Operator @ rg-payments by Alex Wilber because engineer did',
        '08:30 asked to activate: Virtual Machine Operator @ rg-payments by Alex Wilber because engineer did',
        '08:20 deactivated: Security Reader @ Whole tenant by Alex Wilber because engineer did',
        '08:10 active: sg-payments-oncall @ Group membership by Alex Wilber because engineer did',
        '08:10 asked to activate: sg-payments-oncall @ Group membership by Alex Wilber because engineer did',
        '08:00 active: Security Reader @ Whole tenant by Alex Wilber because engineer did',
        '08:00 asked to activate: Security Reader @ Whole tenant by Alex Wilber because engineer did',
      ]);
    });

    it('tells who approved, and what an administrator did', async () => {
      await portal('engineer', 'activate', 'Contoso-App-Assignment-Operator');
      await bench.pass({ minutes: 10 });
      await portal('approver', 'approve', 'Contoso-App-Assignment-Operator');
      await bench.pass({ minutes: 10 });
      const roles = bench.administration('directory');
      const [role] = await roles.findRoles(bench.as('admin'), 'Helpdesk Administrator', null);
      assert.ok(role);
      await roles.change(bench.as('admin'), anOrder(role, bench.principal('engineer')));
      await bench.pass({ minutes: 10 });
      const told = (await history('engineer')).map(({ byName, what }) => `${what} by ${byName}`);
      assert.deepEqual(told, [
        'made eligible by Patti Fernandez',
        'active by Alex Wilber',
        'approved by Megan Bowen',
        'sent to the approvers by Alex Wilber',
        'asked to activate by Alex Wilber',
      ]);
      assert.deepEqual(
        (await history('approver')).map(({ what }) => what),
        ['approved'],
      );
    });

    it('tells what an end by time has nobody behind it', async () => {
      await portal('engineer', 'activate', 'Security Reader');
      await bench.pass({ hours: 9 });
      const [last] = await history('engineer');
      assert.deepEqual([last?.what, last?.byName, last?.source], ['ended', null, 'tenant']);
    });

    it('keeps to the limit over several pages, and to the time', async () => {
      for (let count = 0; count < 4; count += 1) {
        await portal('engineer', 'activate', 'Security Reader');
        await bench.pass({ minutes: 10 });
        await portal('engineer', 'deactivate', 'Security Reader');
        await bench.pass({ minutes: 10 });
      }
      bench.sandbox.world.settings.pageSize = 3;
      const cycle = ['deactivated', 'active', 'asked to activate'];
      assert.deepEqual(
        (await history('engineer', { limit: 8 })).map(({ what }) => what),
        [...cycle, ...cycle, 'deactivated', 'active'],
      );
      const since = Temporal.Instant.from('2026-11-23T09:00:00Z');
      assert.deepEqual(
        (await history('engineer', { since, limit: 3 })).map(({ what }) => what),
        cycle,
      );
    });

    it('asks for no more than Entra keeps', async () => {
      await bench.pass({ hours: 24 * 40 });
      assert.deepEqual(await history('engineer'), []);
    });

    it('tells nothing about what is no person, and nothing to whoever may not read the log', async () => {
      const options = { about: "x' or true", since: LONG_AGO, limit: 5 };
      assert.deepEqual(await bench.directory.listHistory(bench.as('admin'), options), []);
      const about = bench.principal('newcomer').id;
      const newcomer = bench.as('newcomer', 'selfService');
      await rejects(bench.directory.listHistory(newcomer, { ...options, about }), 'graph.forbidden');
    });
  });

  describe('readContextBacking', () => {
    const backing = (context: string, actor: Actor = bench.as('admin')) =>
      bench.directory.readContextBacking(actor, context);

    it('says whether a policy that is on targets the context', async () => {
      assert.equal(await backing('c1'), 'targeted');
      assert.equal(await backing('c2'), 'not-targeted');
    });

    it('does not count policies that are off or only report', async () => {
      await control('PUT', '/graph/conditional-access', [
        { displayName: 'off', state: 'disabled', contexts: ['c1'] },
        { displayName: 'report', state: 'enabledForReportingButNotEnforced', contexts: ['c1'] },
        { displayName: 'other', state: 'enabled', contexts: ['c2'] },
      ]);
      assert.equal(await backing('c1'), 'not-targeted');
      assert.equal(await backing('c2'), 'targeted');
    });

    it('says nothing where the actor may not look, and fails when the answer is not understood', async () => {
      assert.equal(await backing('c1', bench.as('newcomer')), 'unchecked');
      assert.equal(await backing('c1', bench.as('admin', 'selfService')), 'unchecked');
      bench.sandbox.faults.add({ name: 'empty', match: 'conditionalAccess', times: 1 });
      await rejects(backing('c1'), 'graph.unexpected_answer');
    });
  });
});
