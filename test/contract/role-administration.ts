import assert from 'node:assert/strict';
import type { AssignmentOrder, ListedAssignment, Principal } from '../../src/domain/administration.ts';
import type { RoleAtScope, Surface } from '../../src/domain/assignment.ts';
import { isSameRole } from '../../src/domain/assignment.ts';
import { type AccessError, asAccessError, type ErrorCode } from '../../src/errors.ts';
import type { RoleAdministration } from '../../src/ports/role-administration.ts';
import type { Actor } from '../../src/ports/role-management.ts';

/** One role of the seeded tenant. The newcomer holds nothing and may administer nothing. */
export interface AdministrationCast {
  readonly surface: Surface;
  /** Words that mean this one role. */
  readonly words: string;
  /** The same as nobody writes it: other case, blanks for dashes. */
  readonly sloppyWords: string;
  readonly scopeWords: string | null;
  readonly roleName: string;
  readonly scopeName: string;
  /** Names of those who are eligible for the role at its scope, sorted. */
  readonly holders: readonly string[];
  /** Another row at the role's scope, as {@link lineOf} writes it. */
  readonly other: string | null;
  readonly maximumDuration: string;
  /** Whether the seed's settings let an eligible assignment have no end. */
  readonly isPermanentAllowed: boolean;
}

/** The tenant of DESIGN §6 at 2026-11-23T08:00:00Z, with an administrator `admin` and everybody signed in. */
export interface AdministrationContractBench {
  administration(surface: Surface): RoleAdministration;
  as(handle: string): Actor;
  principal(handle: string): Principal;
  pass(duration: Temporal.DurationLike): Promise<void>;
  close(): Promise<void>;
}

const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

/** What every adapter of RoleAdministration promises, on any surface: the cast says what the tenant has there. */
export function describeRoleAdministrationContract(
  name: string,
  cast: AdministrationCast,
  create: () => Promise<AdministrationContractBench>,
): void {
  describe(name, () => {
    let bench: AdministrationContractBench;
    let roles: RoleAdministration;
    const admin = () => bench.as('admin');

    beforeEach(async () => {
      bench = await create();
      roles = bench.administration(cast.surface);
    });
    afterEach(async () => {
      await bench.close();
    });

    async function theRole(): Promise<RoleAtScope> {
      const [role, ...others] = await roles.findRoles(admin(), cast.words, cast.scopeWords);
      assert.ok(role, `there is no ${cast.words}`);
      assert.deepEqual(others, []);
      return role;
    }

    /** Ten days for the newcomer, unless the changes say otherwise. */
    async function order(changes: Partial<AssignmentOrder> = {}): Promise<AssignmentOrder> {
      return {
        action: 'assign',
        kind: 'eligible',
        role: await theRole(),
        principal: bench.principal('newcomer'),
        startsAt: null,
        endsAt: later(240),
        justification: 'INC-42',
        ticket: null,
        ...changes,
      };
    }

    const change = async (changes: Partial<AssignmentOrder> = {}) => await roles.change(admin(), await order(changes));

    async function listed(kind: ListedAssignment['kind']): Promise<ListedAssignment | undefined> {
      const rows = await roles.listAssignments(admin(), { role: await theRole() });
      return rows.find((row) => row.principal.id === bench.principal('newcomer').id && row.kind === kind);
    }

    const later = (hours: number) => START.add({ hours });

    it('finds a role by its name in any case and with any dashes', async () => {
      for (const words of [cast.words, cast.words.toUpperCase(), cast.sloppyWords]) {
        const found = await roles.findRoles(admin(), words, cast.scopeWords);
        assert.deepEqual(
          found.map((role) => [role.surface, role.roleName, role.scope.name]),
          [[cast.surface, cast.roleName, cast.scopeName]],
        );
      }
    });

    it('finds nothing for words that only resemble a name, nor at a scope that is not there', async () => {
      for (const words of [`${cast.words}x`, cast.words.slice(1), '', '*']) {
        assert.deepEqual(await roles.findRoles(admin(), words, cast.scopeWords), [], words);
      }
      for (const scope of ['no such place', '/no/such/place']) {
        assert.deepEqual(await roles.findRoles(admin(), cast.words, scope), []);
      }
    });

    it('lists everybody who is eligible for a role, by name', async () => {
      const rows = await roles.listAssignments(admin(), { role: await theRole() });
      const lines = rows.filter(({ kind }) => kind === 'eligible').map(lineOf);
      const where = `${cast.roleName} @ ${cast.scopeName}`;
      assert.deepEqual(
        lines.sort(),
        cast.holders.map((holder) => `eligible assigned direct: ${holder} (user), ${where}`),
      );
    });

    it('lists everything at a scope', async () => {
      const { scope } = await theRole();
      const lines = (await roles.listAssignments(admin(), { scopeId: scope.id })).map(lineOf);
      const [holder = ''] = cast.holders;
      const where = `${cast.roleName} @ ${cast.scopeName}`;
      assert.ok(lines.includes(`eligible assigned direct: ${holder} (user), ${where}`), lines.join('\n'));
      if (cast.other !== null) {
        assert.ok(lines.includes(cast.other), lines.join('\n'));
      }
    });

    it('makes somebody eligible until an end, once', async () => {
      const request = await change({ endsAt: later(48) });
      assert.equal(request.state, 'provisioned');
      assert.ok(isSameRole(request.role, await theRole()));
      assert.equal(request.principalId, bench.principal('newcomer').id);
      const row = await listed('eligible');
      assert.equal(String(row?.endsAt), '2026-11-25T08:00:00Z');
      assert.equal(row?.memberType, 'direct');
      assert.equal(row?.assignmentType, 'assigned');
      assert.equal(row?.principal.name, 'Joni Sherman');
      await refused(change(), 'assignment.exists');
    });

    it('gives somebody an active assignment that starts later', async () => {
      const request = await change({ kind: 'active', startsAt: later(1), endsAt: later(24) });
      assert.equal(request.state, 'scheduled');
      assert.equal(await listed('active'), undefined);
      await bench.pass({ hours: 1, minutes: 2 });
      const row = await listed('active');
      assert.equal(row?.assignmentType, 'assigned');
      assert.equal(String(row?.startsAt), '2026-11-23T09:00:00Z');
      assert.equal(String(row?.endsAt), '2026-11-24T08:00:00Z');
      await bench.pass({ hours: 23 });
      assert.equal(await listed('active'), undefined);
    });

    if (cast.isPermanentAllowed) {
      it('assigns without an end', async () => {
        await change({ endsAt: null });
        assert.equal((await listed('eligible'))?.endsAt, null);
      });
    } else {
      it('refuses an assignment without an end by the name of the rule', async () => {
        const error = await refused(change({ endsAt: null }), 'activation.refused_by_policy');
        assert.equal(error.facts.rules, 'ExpirationRule');
      });
    }

    it('refuses an active assignment without a justification by the name of the rule', async () => {
      const work = change({ kind: 'active', justification: '' });
      assert.equal((await refused(work, 'activation.refused_by_policy')).facts.rules, 'JustificationRule');
    });

    for (const action of ['update', 'extend'] as const) {
      it(`moves the end of an assignment: ${action}`, async () => {
        await change({ endsAt: later(24) });
        assert.equal((await change({ action, endsAt: later(72) })).state, 'provisioned');
        assert.equal(String((await listed('eligible'))?.endsAt), '2026-11-26T08:00:00Z');
      });
    }

    it('renews what has ended, and only that', async () => {
      await change({ endsAt: later(1) });
      await refused(change({ action: 'renew', endsAt: later(48) }), 'assignment.not_found');
      await bench.pass({ hours: 2 });
      assert.equal(await listed('eligible'), undefined);
      await change({ action: 'renew', endsAt: later(48) });
      assert.equal(String((await listed('eligible'))?.endsAt), '2026-11-25T08:00:00Z');
    });

    it('takes an eligible assignment away', async () => {
      await change();
      await bench.pass({ minutes: 6 });
      assert.equal((await change({ action: 'remove', endsAt: null })).state, 'revoked');
      assert.equal(await listed('eligible'), undefined);
      await refused(change({ action: 'remove', endsAt: null }), 'assignment.not_found');
    });

    it('does not take an active assignment away in its first five minutes', async () => {
      await change({ kind: 'active', endsAt: later(24) });
      await bench.pass({ minutes: 2 });
      await refused(change({ action: 'remove', kind: 'active' }), 'assignment.too_short');
      await bench.pass({ minutes: 4 });
      assert.equal((await change({ action: 'remove', kind: 'active' })).state, 'revoked');
      assert.equal(await listed('active'), undefined);
    });

    for (const action of ['update', 'extend', 'renew', 'remove'] as const) {
      it(`finds nothing to ${action} where nobody has it`, async () => {
        await refused(change({ action }), 'assignment.not_found');
      });
    }

    it('lets nobody without the right list or change', async () => {
      const given = await order();
      const newcomer = bench.as('newcomer');
      await refused(roles.listAssignments(newcomer, { role: given.role }), 'graph.forbidden');
      await refused(roles.change(newcomer, given), 'graph.forbidden');
      assert.equal(await listed('eligible'), undefined);
    });

    it('reads and writes the settings of a role, from what was read only', async () => {
      const role = await theRole();
      const { settings: from } = await roles.readSettings(admin(), role);
      assert.equal(from.activation.maximumDuration, cast.maximumDuration);
      const to = { ...from, activation: { ...from.activation, maximumDuration: 'PT1H' } };
      await roles.writeSettings(admin(), role, { from, to });
      assert.deepEqual((await roles.readSettings(admin(), role)).settings, to);
      await refused(roles.writeSettings(admin(), role, { from, to }), 'settings.changed_meanwhile');
    });

    it('knows no role that is kept elsewhere, and no place that is none of its own', async () => {
      const given = await order();
      const role: RoleAtScope = { ...given.role, surface: cast.surface === 'azure' ? 'group' : 'azure' };
      await refused(roles.listAssignments(admin(), { role }), 'graph.not_found');
      await refused(roles.change(admin(), { ...given, role }), 'graph.not_found');
      await refused(roles.readSettings(admin(), role), 'graph.not_found');
      await refused(roles.listAssignments(admin(), { scopeId: 'no such place' }), 'graph.not_found');
    });
  });
}

/** A row in one line: kind, type, way, principal, role, scope. */
function lineOf({ assignmentType, kind, memberType, principal, roleName, scope }: ListedAssignment): string {
  return `${kind} ${assignmentType} ${memberType}: ${principal.name} (${principal.kind}), ${roleName} @ ${scope.name}`;
}

async function refused(work: Promise<unknown>, code: ErrorCode): Promise<AccessError> {
  const thrown: unknown = await work.then(
    () => assert.fail(`nothing was refused; expected ${code}`),
    (reason: unknown) => reason,
  );
  const error = asAccessError(thrown);
  assert.equal(error.code, code, error.message);
  return error;
}
