import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { canonicalSettings } from '../../../src/domain/settings-canonical.ts';
import { diffSettings } from '../../../src/domain/settings-differences.ts';
import {
  contractors,
  createSettingsBench,
  operator,
  type SettingsBench,
  tier0,
  userAdministrator,
} from './settings-bench.ts';

const surfaces: readonly (readonly [string, RoleAtScope])[] = [
  ['a directory role', operator],
  ['a PIM group', tier0],
  ['an Azure role', contractors],
];

describe('settings of roles', () => {
  let bench: SettingsBench;
  beforeEach(async () => {
    bench = await createSettingsBench();
  });
  afterEach(() => bench.close());

  it('are those of the tenant for a directory role', async () => {
    const held = await bench.read(userAdministrator);
    const { activation, activeAssignment } = held.settings;
    assert.deepEqual(activation, {
      maximumDuration: 'PT2H',
      requires: ['Justification', 'MultiFactorAuthentication', 'Ticketing'],
      authenticationContext: null,
      approval: {
        isRequired: true,
        isJustificationRequired: true,
        approvers: [{ kind: 'person', id: bench.id('admin'), name: 'Patti Fernandez' }],
      },
    });
    assert.deepEqual(activeAssignment, {
      isPermanentAllowed: true,
      maximumDuration: 'P180D',
      requires: ['Justification'],
    });
    assert.equal(held.settings.notifications.length, 9);
    assert.equal(held.lastModified, null);
    assert.deepEqual(held.unknownRules, []);
  });

  it('are those of the tenant for a group', async () => {
    const { activation, eligibleAssignment } = (await bench.read(tier0)).settings;
    assert.equal(activation.authenticationContext, 'c1');
    assert.deepEqual(activation.approval.approvers, [
      { kind: 'group', id: '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2', name: 'sg-oncall-leads' },
    ]);
    assert.deepEqual(eligibleAssignment, { isPermanentAllowed: false, maximumDuration: 'P365D', requires: [] });
  });

  it('are those of the scope for an Azure role, whatever prefix its id has', async () => {
    const bare = { ...contractors, roleDefinitionId: contractors.roleDefinitionId.slice(-36) as never };
    for (const role of [contractors, bare]) {
      const { activation } = (await bench.read(role)).settings;
      assert.equal(activation.maximumDuration, 'PT4H');
      assert.deepEqual(activation.approval.approvers, [
        { kind: 'person', id: bench.id('approver'), name: 'Megan Bowen' },
      ]);
    }
  });

  for (const [title, role] of surfaces) {
    describe(`of ${title}`, () => {
      const to = (from: RoleSettings): RoleSettings =>
        canonicalSettings({
          ...from,
          activation: {
            maximumDuration: 'PT90M',
            requires: ['Ticketing', 'Justification'],
            authenticationContext: null,
            approval: {
              isRequired: true,
              isJustificationRequired: false,
              approvers: [
                ...from.activation.approval.approvers,
                { kind: 'person', id: bench.id('approver2'), name: 'Adele Vance' },
                { kind: 'group', id: '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1', name: 'sg-app-approvers' },
              ],
            },
          },
          eligibleAssignment: { ...from.eligibleAssignment, maximumDuration: 'P90D' },
          activeAssignment: {
            isPermanentAllowed: !from.activeAssignment.isPermanentAllowed,
            maximumDuration: 'P30D',
            requires: ['Justification', 'MultiFactorAuthentication'],
          },
          notifications: from.notifications.map((one) => ({
            ...one,
            level: 'Critical',
            isDefaultRecipientsEnabled: false,
            recipients: ['soc@contoso.com'],
          })),
        });

      it('are written rule by rule and held afterwards, under the name of the writer', async () => {
        const { settings: from } = await bench.read(role);
        const wanted = to(from);
        await bench.write(role, { from, to: wanted });
        const held = await bench.read(role);
        assert.deepEqual(diffSettings(held.settings, wanted), []);
        assert.deepEqual(held.lastModified, { at: '2026-11-23T08:00:00Z', byName: 'Patti Fernandez' });
      });

      it('are not written when the tenant no longer holds what they are made from', async () => {
        const { settings: from } = await bench.read(role);
        const other = { ...from, eligibleAssignment: { ...from.eligibleAssignment, maximumDuration: 'P15D' } };
        await bench.write(role, { from, to: other });
        const before = bench.writes().length;
        await assert.rejects(bench.write(role, { from, to: to(from) }), { code: 'settings.changed_meanwhile' });
        assert.equal(bench.writes().length, before);
        assert.deepEqual((await bench.read(role)).settings, other);
      });

      it('say Microsoft’s code when they are refused, and stay', async () => {
        const { settings: from } = await bench.read(role);
        const wrong = { ...from, activation: { ...from.activation, maximumDuration: 'PT25H' } };
        const reason = role.surface === 'azure' ? 'InvalidPolicy' : 'BadRequest';
        await assert.rejects(bench.write(role, { from, to: wrong }), (error: { code: string; facts: object }) => {
          assert.equal(error.code, 'settings.refused');
          assert.equal((error.facts as Record<string, string>).reason, reason);
          return true;
        });
        assert.deepEqual((await bench.read(role)).settings, from);
      });

      it('are in doubt when the answer to the write is lost', async () => {
        const { settings: from } = await bench.read(role);
        const short = { ...from, activation: { ...from.activation, maximumDuration: 'PT30M' } };
        await bench.fault({ name: 'ambiguous', match: 'PATCH', close: true, times: 1 });
        await assert.rejects(bench.write(role, { from, to: short }), { code: 'activation.in_doubt' });
        assert.equal(bench.writes().length, 1);
        assert.deepEqual((await bench.read(role)).settings, short);
      });

      it('are neither read nor written by somebody who is only eligible', async () => {
        const { settings: from } = await bench.read(role);
        await assert.rejects(bench.read(role, 'engineer'), { code: 'graph.forbidden' });
        await assert.rejects(bench.write(role, { from, to: to(from) }, 'engineer'), { code: 'graph.forbidden' });
        assert.deepEqual(bench.writes(), []);
      });

      it('send nothing when nothing differs', async () => {
        const { settings: from } = await bench.read(role);
        await bench.write(role, { from, to: from });
        assert.deepEqual(bench.writes(), []);
      });
    });
  }

  it('tell how many rules were taken before one was refused', async () => {
    const { settings: from } = await bench.read(operator);
    const to: RoleSettings = {
      ...from,
      activation: { ...from.activation, requires: ['Ticketing'], maximumDuration: 'PT25H' },
    };
    await assert.rejects(bench.write(operator, { from, to }), {
      code: 'settings.refused',
      facts: { status: '400', code: 'BadRequest', reason: 'BadRequest', written: '1' },
    });
    assert.deepEqual(bench.writes(), ['Enablement_EndUser_Assignment', 'Expiration_EndUser_Assignment']);
  });

  it('turn off MFA before the context goes on', async () => {
    const { settings: from } = await bench.read(userAdministrator);
    const activation = { ...from.activation, requires: ['Justification' as const], authenticationContext: 'c1' };
    await bench.write(userAdministrator, { from, to: { ...from, activation } });
    assert.deepEqual(bench.writes(), ['Enablement_EndUser_Assignment', 'AuthenticationContext_EndUser_Assignment']);
  });

  it('are not there while a new group has none', async () => {
    await bench.fault({ name: 'group-policies-late' });
    await assert.rejects(bench.read(tier0), { code: 'graph.not_found', retryable: true });
  });

  it('are not there for a role nobody knows', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000' as typeof operator.roleDefinitionId;
    await assert.rejects(bench.read({ ...operator, roleDefinitionId: unknown }), { code: 'graph.not_found' });
  });

  it('name the rule that is not understood', async () => {
    await bench.fault({
      name: 'error',
      match: 'roleManagementPolicyAssignments',
      status: 200,
      body: JSON.stringify({ value: [{ policy: { id: 'p', rules: [{ id: 'Expiration_EndUser_Assignment' }] } }] }),
    });
    await assert.rejects(bench.read(operator), {
      code: 'graph.unexpected_answer',
      facts: { rule: 'Expiration_EndUser_Assignment' },
    });
  });
});
