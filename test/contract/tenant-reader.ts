import assert from 'node:assert/strict';
import type { HeldRole, Principal } from '../../src/domain/administration.ts';
import { groupRole, type RoleAtScope, type Surface } from '../../src/domain/assignment.ts';
import type { PrincipalId } from '../../src/domain/ids.ts';
import { principalId, roleDefinitionId } from '../../src/domain/ids.ts';
import type { ApproverReference, RolePolicy } from '../../src/domain/policy.ts';
import type { TenantRequest } from '../../src/ports/role-management.ts';
import type { TenantReader } from '../../src/ports/tenant-reader.ts';
import { CASTS } from './casts.ts';
import { type Handle, MARKER, OTHER_MARKER, type Part, type RoleManagementBench } from './role-management-bench.ts';

const APPROVERS = { kind: 'group', id: '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1', name: 'sg-app-approvers' } as const;
const NOBODY = principalId('0f0f0f0f-0000-4000-8000-00000000f00d');

/** What a reader of one surface is to find in the seeded tenant. */
export interface ReaderCast {
  readonly surface: Surface;
  readonly settings: readonly ExpectedSettings[];
  /** What one role allows, sorted; null where roles have no definitions. */
  readonly actions: { readonly part: Part; readonly allowed: readonly string[] } | null;
  /** What membership of groups gives on this surface, such as `active Contributor @ rg-payments`. */
  readonly held: readonly { readonly groupId: string; readonly gives: readonly string[] }[];
  /** Who may activate a role, sorted, as `user NAME` or `group NAME`. */
  readonly eligible: readonly ExpectedEligible[];
}

export interface ExpectedEligible {
  readonly part: Part;
  /** Another scope than that of the part, made from its id. */
  readonly at?: (scopeId: string) => string;
  readonly who: readonly string[];
}

export interface ExpectedSettings {
  readonly part: Part;
  readonly maximumDuration: string;
  /** Of `justification`, `ticket`, `mfa`, `approval` and contexts such as `c1`, in this order. */
  readonly takes: readonly string[];
  /** `person HANDLE` or `group ID`. */
  readonly approvers: readonly string[];
}

/**
 * What every reader of one surface promises beside `findActive`, which the RoleManagement contract shows. A bench may also read
 * other surfaces: only this one's answers count.
 */
export function describeSurfaceReaderContract(
  name: string,
  cast: ReaderCast,
  create: () => Promise<RoleManagementBench>,
): void {
  describe(name, () => {
    let bench: RoleManagementBench;

    beforeEach(async () => {
      bench = await create();
    });

    afterEach(async () => {
      await bench.close();
    });

    async function eligible({ holder, roleName, scopeName }: Part): Promise<RoleAtScope> {
      const rows = await bench.roles.listEligible({ principalId: bench.idOf(holder) });
      const row = rows.find((one) => one.roleName === roleName && one.scope.name === scopeName);
      assert.ok(row, `${holder} is eligible for ${roleName} on ${scopeName}`);
      return row;
    }

    const [any] = cast.settings;
    assert.ok(any, 'a cast names some settings');

    for (const { approvers, maximumDuration, part, takes } of cast.settings) {
      it(`reads what ${part.roleName} on ${part.scopeName} takes`, async () => {
        const policy = await bench.reader.readPolicy(await eligible(part));
        assert.equal(policy.maximumDuration.toString(), maximumDuration);
        assert.deepEqual(takesOf(policy), takes);
        assert.deepEqual(
          policy.approvers.map(({ kind, id }) => `${kind} ${id}`),
          approvers.map((one) => one.replace(/^person (.+)$/, (_, who) => `person ${bench.idOf(who as Handle)}`)),
        );
      });
    }

    it('knows no settings of an unknown role, nor of one that is kept elsewhere', async () => {
      const role = await eligible(any.part);
      const unknown = { ...role, roleDefinitionId: roleDefinitionId(NOBODY) };
      await assert.rejects(bench.reader.readPolicy(unknown), { code: 'graph.not_found' });
      await assert.rejects(bench.reader.readPolicy({ ...unknown, surface: 'group' }), { code: 'graph.not_found' });
    });

    const { actions } = cast;
    if (actions === null) {
      it('knows of no role what it allows', async () => {
        const role = await eligible(any.part);
        await assert.rejects(bench.reader.readRoleActions(role), { code: 'graph.not_found' });
      });
    } else {
      it('reads what a role allows', async () => {
        const role = await eligible(actions.part);
        assert.deepEqual([...(await bench.reader.readRoleActions(role))].sort(), actions.allowed);
      });

      it('does not know what an unknown role allows, nor one that is kept elsewhere', async () => {
        const role = await eligible(actions.part);
        const unknown = { ...role, roleDefinitionId: roleDefinitionId(NOBODY) };
        await assert.rejects(bench.reader.readRoleActions(unknown), { code: 'graph.not_found' });
        await assert.rejects(bench.reader.readRoleActions({ ...role, surface: 'group' }), { code: 'graph.not_found' });
      });
    }

    it('shows nothing active for somebody who activated nothing', async () => {
      const role = await eligible(any.part);
      assert.equal(await bench.reader.findActive(bench.idOf(any.part.holder), role), null);
      assert.equal(await bench.reader.findActive(NOBODY, role), null);
    });

    const { approved, plain } = CASTS[cast.surface];

    it('lists what a person has active, and nothing of anybody else', async () => {
      const holder = bench.idOf(plain.holder);
      const activated = async (id: PrincipalId) => {
        const rows = await bench.reader.listActive(id, cast.surface);
        return rows.filter(({ assignmentType }) => assignmentType === 'activated').map(lineOfRole);
      };
      assert.deepEqual(await activated(holder), []);
      await asks(plain);
      await bench.advance({ minutes: 1 });
      assert.deepEqual(await activated(holder), [`${plain.roleName} @ ${plain.scopeName}`]);
      assert.deepEqual(await activated(NOBODY), []);
      await bench.advance({ hours: 2 });
      assert.deepEqual(await activated(holder), []);
    });

    const asks = async (part: Part): Promise<TenantRequest> =>
      bench.roles.activate(
        { principalId: bench.idOf(part.holder) },
        {
          role: await eligible(part),
          startsAt: null,
          duration: Temporal.Duration.from('PT1H'),
          justification: 'to be found',
          ticket: part.ticket ?? null,
          marker: MARKER,
        },
      );

    if (cast.surface === 'directory') {
      it('may not see requests, which no right to read opens', async () => {
        const { id, role } = await asks(plain);
        const found = bench.reader.findRequest(bench.idOf(plain.holder), role, { id });
        await assert.rejects(found, { code: 'graph.forbidden' });
      });
    } else {
      it('finds a request by its marker and by its id, and what became of it', async () => {
        const { id, role } = await asks(approved);
        const holder = bench.idOf(approved.holder);
        for (const key of [{ marker: MARKER }, { id }]) {
          const found = await bench.reader.findRequest(holder, role, key);
          assert.equal(found?.id, id);
          assert.equal(found?.state, 'awaiting-approval');
          assert.equal(found?.duration?.toString(), 'PT1H');
        }
        await bench.roles.cancel({ principalId: holder }, { id, role });
        assert.equal((await bench.reader.findRequest(holder, role, { id }))?.state, 'canceled');
      });

      it('finds no request of another person, of another role, or that was never made', async () => {
        const { id, role } = await asks(plain);
        const holder = bench.idOf(plain.holder);
        assert.equal(await bench.reader.findRequest(NOBODY, role, { id }), null);
        assert.equal(await bench.reader.findRequest(holder, role, { marker: OTHER_MARKER }), null);
        const other = await eligible(approved);
        assert.equal(await bench.reader.findRequest(holder, other, { id }), null);
      });
    }

    for (const { part, at, who } of cast.eligible) {
      it(`lists who may activate ${part.roleName} on ${at?.(part.scopeName) ?? part.scopeName}`, async () => {
        const role = await eligible(part);
        const id = at?.(role.scope.id) ?? role.scope.id;
        const asked = { ...role, scope: { id, name: id } };
        assert.deepEqual((await bench.reader.listEligible(asked)).map(principalLine).sort(), who);
      });
    }

    it('lists nobody whose eligible assignment is over, and nobody for an unknown role', async () => {
      const role = await eligible(any.part);
      const namesOf = async () => (await bench.reader.listEligible(role)).map(({ name: who }) => who);
      const before = await namesOf();
      const endsAt = bench.now().add({ hours: 1 });
      await bench.assign({ to: 'newcomer', kind: 'eligible', role, endsAt });
      await bench.advance(bench.roles.capabilities.listLag);
      assert.deepEqual(await namesOf(), [...before, 'Joni Sherman']);
      await bench.advance({ hours: 1 });
      assert.deepEqual(await namesOf(), before);
      const other = { ...role, roleDefinitionId: roleDefinitionId(NOBODY) };
      const listed = bench.reader.listEligible(cast.surface === 'group' ? { ...role, surface: 'azure' } : other);
      assert.deepEqual(await listed.catch(({ code }) => (code === 'graph.not_found' ? [] : code)), []);
    });

    for (const { groupId, gives } of cast.held.filter((one) => one.gives.some((line) => line.startsWith('eligible')))) {
      it(`lists the group that may activate what it is said to give: ${gives.join()}`, async () => {
        const [role] = await heldBy(bench, groupId);
        assert.ok(role);
        const groups = (await bench.reader.listEligible(role)).filter(({ kind }) => kind === 'group');
        assert.deepEqual(
          groups.map(({ id }) => id),
          [groupId],
        );
      });
    }

    for (const { gives, groupId } of cast.held) {
      it(`reads that a group gives ${gives.join(', ') || 'nothing'}`, async () => {
        const rows = await heldBy(bench, groupId);
        assert.deepEqual(rows.filter(({ surface }) => surface === cast.surface).map(lineOf), gives);
      });
    }
  });
}

async function heldBy({ reader }: RoleManagementBench, groupId: string): Promise<readonly HeldRole[]> {
  const held = await reader.listHeldByGroup(groupId);
  return 'roles' in held ? held.roles : held;
}

/** What the people part of a TenantReader needs of its tenant. */
export interface PeopleBench {
  readonly reader: TenantReader;
  idOf(handle: Handle): PrincipalId;
  /** Disables the account of a person. */
  disable(handle: Handle): Promise<void>;
  /** Makes a person a guest from another organization. */
  invite(handle: Handle): Promise<void>;
  /** Nobody without a right of its own is shown the members of a group. */
  hideMembers(group: string): Promise<void>;
  close(): Promise<void>;
}

/** What every TenantReader promises about people. */
export function describePeopleContract(name: string, create: () => Promise<PeopleBench>): void {
  describe(name, () => {
    let bench: PeopleBench;

    beforeEach(async () => {
      bench = await create();
    });

    afterEach(async () => {
      await bench.close();
    });

    it('expands a group of approvers into people', async () => {
      const people = await bench.reader.expandApprovers([APPROVERS]);
      assert.deepEqual(people.map(({ name: who }) => who).sort(), ['Adele Vance', 'Megan Bowen']);
    });

    it('names each approver once, and leaves out who is not there', async () => {
      const admin = bench.idOf('admin');
      const approvers: readonly ApproverReference[] = [
        { kind: 'person', id: admin, name: 'Patti' },
        { kind: 'person', id: admin, name: 'Patti' },
        { kind: 'person', id: NOBODY, name: 'Nobody' },
      ];
      const people = await bench.reader.expandApprovers(approvers);
      assert.deepEqual(
        people.map(({ id, name: who }) => ({ id, who })),
        [{ id: admin, who: 'Patti Fernandez' }],
      );
    });

    it('tells guests and disabled accounts among approvers', async () => {
      await bench.invite('approver');
      await bench.disable('approver2');
      const people = await bench.reader.expandApprovers([APPROVERS]);
      assert.deepEqual(people.map(({ name: who, isGuest, isEnabled }) => [who, isGuest, isEnabled]).sort(), [
        ['Adele Vance', false, false],
        ['Megan Bowen', true, true],
      ]);
    });

    it('finds nobody in an empty group, and does not take a group that hides its members for one', async () => {
      const empty = { kind: 'group', id: '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3', name: 'sg-payments-oncall' } as const;
      assert.deepEqual(await bench.reader.expandApprovers([empty]), []);
      await bench.hideMembers('sg-app-approvers');
      await assert.rejects(bench.reader.expandApprovers([APPROVERS]), { code: 'graph.forbidden' });
    });

    it('does not take a group that is not there for an empty one', async () => {
      const gone = { kind: 'group', id: NOBODY, name: 'gone' } as const;
      await assert.rejects(bench.reader.expandApprovers([gone]), { code: 'graph.not_found' });
    });

    it('finds a person, or null', async () => {
      const person = await bench.reader.findPerson(bench.idOf('engineer'));
      assert.equal(person?.name, 'Alex Wilber');
      assert.equal(await bench.reader.findPerson(NOBODY), null);
    });

    it('finds a person by their sign-in name, in any case, and nobody by words that are none', async () => {
      const known = await bench.reader.findPerson(bench.idOf('engineer').toUpperCase());
      assert.deepEqual(await bench.reader.findPerson(` ${known?.userPrincipalName.toUpperCase()} `), known);
      assert.equal(known?.id, bench.idOf('engineer'));
      for (const words of ['nobody@contoso.onmicrosoft.com', 'Alex Wilber', '../groups/g@h', '']) {
        assert.equal(await bench.reader.findPerson(words), null, words);
      }
    });

    it('finds nobody behind an account that is disabled, and leaves it out of groups, at once', async () => {
      const id = bench.idOf('approver');
      assert.equal((await bench.reader.findPerson(id))?.id, id);
      assert.equal((await bench.reader.listMembers('sg-app-approvers')).length, 2);
      await bench.disable('approver');
      assert.equal(await bench.reader.findPerson(id), null);
      assert.deepEqual(
        (await bench.reader.listMembers('sg-app-approvers')).map(({ name: who }) => who),
        ['Adele Vance'],
      );
    });

    it('lists the people who may activate a role', async () => {
      const payments = { id: '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4', name: 'sg-breakglass-payments' };
      const people = await bench.reader.listEligiblePeople(groupRole(payments, 'member'));
      assert.deepEqual(people.map(({ name: who }) => who).sort(), ['Isaiah Langer', 'Lynne Robbins']);
      assert.deepEqual(await bench.reader.listEligiblePeople(groupRole(payments, 'owner')), []);
    });

    it('lists the members of a group by its id or its name, in any case', async () => {
      for (const group of ['2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1', 'sg-app-approvers', ' SG-App-Approvers ']) {
        const people = await bench.reader.listMembers(group);
        assert.deepEqual(people.map(({ name: who }) => who).sort(), ['Adele Vance', 'Megan Bowen'], group);
      }
    });

    it('does not take a group that is not there for one without members', async () => {
      for (const group of [NOBODY, 'sg-nowhere', 'sg app approvers', '']) {
        await assert.rejects(bench.reader.listMembers(group), { code: 'graph.not_found' }, group);
      }
    });
  });
}

function takesOf(policy: RolePolicy): readonly string[] {
  return [
    ...(policy.isJustificationRequired ? ['justification'] : []),
    ...(policy.isTicketRequired ? ['ticket'] : []),
    ...(policy.isMfaRequired ? ['mfa'] : []),
    ...(policy.isApprovalRequired ? ['approval'] : []),
    ...(policy.authenticationContext === null ? [] : [policy.authenticationContext]),
  ];
}

function principalLine({ kind, name }: Principal): string {
  return `${kind} ${name}`;
}

function lineOfRole({ roleName, scope }: RoleAtScope): string {
  return `${roleName} @ ${scope.name}`;
}

function lineOf({ gives, roleName, scope }: HeldRole): string {
  return `${gives} ${roleName} @ ${scope.name}`;
}
