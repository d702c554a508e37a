import assert from 'node:assert/strict';
import { approverKey } from '../../../src/domain/settings-canonical.ts';
import { checkSettings, type SettingsCheck } from '../../../src/domain/settings-checks.ts';
import { ADELE, APPROVERS, aRoleSettings, type Changes, MEGAN } from './settings-fixture.ts';

const ENGINEER = '44444444-4444-4444-8444-444444444444';
const PROPOSER = '55555555-5555-4555-8555-555555555555';

function check(after: Changes, known: Partial<SettingsCheck> = {}, before: Changes = {}) {
  const verdict = checkSettings({
    before: aRoleSettings(before),
    after: aRoleSettings(after),
    contextBacking: null,
    peopleBehind: new Map(),
    eligibleIds: [ENGINEER],
    defaultApprovers: null,
    proposerId: PROPOSER,
    ...known,
  });
  const kinds = (problems: typeof verdict.refusals) => problems.map(({ code, facts }) => `${code} ${facts.kind}`);
  return { refusals: kinds(verdict.refusals), warnings: kinds(verdict.warnings) };
}

const behind = (...people: readonly (readonly [Parameters<typeof approverKey>[0], readonly string[]])[]) =>
  new Map(people.map(([approver, ids]) => [approverKey(approver), ids]));

const fine = { refusals: [], warnings: [] };

describe('checkSettings', () => {
  describe('refuses what Microsoft would', () => {
    const out = 'settings.invalid maximum-out-of-bounds';
    const grid: readonly (readonly [string, Changes, readonly string[]])[] = [
      ['29 minutes', { activation: { maximumDuration: 'PT29M' } }, [out]],
      ['half an hour', { activation: { maximumDuration: 'PT30M' } }, []],
      ['a day', { activation: { maximumDuration: 'PT24H' } }, []],
      ['a day and a minute', { activation: { maximumDuration: 'PT24H1M' } }, [out]],
      ['no duration', { activation: { maximumDuration: 'long' } }, [out]],
      ['context c0', { activation: { authenticationContext: 'c0' } }, ['settings.invalid context-unknown']],
      ['context c100', { activation: { authenticationContext: 'c100' } }, ['settings.invalid context-unknown']],
      [
        'MFA and a context',
        { activation: { authenticationContext: 'c1', requires: ['MultiFactorAuthentication'] } },
        ['settings.invalid mfa-and-context'],
      ],
      [
        'an approver without an id',
        { activation: { approval: { approvers: [{ ...MEGAN, id: 'megan' }] } } },
        ['settings.invalid approver-no-id'],
      ],
      [
        'assignments that expire at once',
        { eligibleAssignment: { isPermanentAllowed: false, maximumDuration: 'PT0S', requires: [] } },
        [out],
      ],
      [
        'assignments of eleven years',
        { activeAssignment: { isPermanentAllowed: false, maximumDuration: 'P4015D', requires: [] } },
        [out],
      ],
      [
        'a ticket on assignment',
        { activeAssignment: { isPermanentAllowed: true, maximumDuration: 'P180D', requires: ['Ticketing'] } },
        ['settings.invalid ticket-on-assignment'],
      ],
      [
        'a recipient that is no address',
        {
          notifications: aRoleSettings()
            .notifications.map((one) => ({ ...one, recipients: ['everybody'] }))
            .slice(0, 1),
        },
        ['settings.invalid recipient-no-address'],
      ],
    ];
    for (const [title, after, expected] of grid) {
      it(`${expected.length === 0 ? 'but not ' : ''}${title}`, () => {
        assert.deepEqual(check(after, { contextBacking: 'targeted' }).refusals, expected);
      });
    }

    it('but not what the tenant holds already, while something else changes', () => {
      const short = { maximumDuration: 'PT5M' };
      assert.deepEqual(check({ activation: { ...short, requires: [] } }, {}, { activation: short }).refusals, []);
    });

    it('with the path and a sentence for people', () => {
      const [refusal] = checkSettings({
        before: aRoleSettings(),
        after: aRoleSettings({ activation: { maximumDuration: 'PT25H' } }),
        contextBacking: null,
        peopleBehind: new Map(),
        eligibleIds: null,
        defaultApprovers: null,
        proposerId: PROPOSER,
      }).refusals;
      assert.deepEqual(refusal, {
        code: 'settings.invalid',
        facts: {
          kind: 'maximum-out-of-bounds',
          path: 'activation.maximumDuration',
          reason: 'The activation maximum must be between 30 minutes and 24 hours.',
        },
      });
    });
  });

  describe('keeps somebody able to get in', () => {
    const approvedBy = (...approvers: readonly (typeof MEGAN)[]): Changes => ({
      activation: { approval: { isRequired: true, approvers } },
    });
    const locks = (kind: string) => ({ refusals: [`settings.locks_out ${kind}`], warnings: [] });
    const warns = (kind: string) => ({ refusals: [], warnings: [`settings.locks_out ${kind}`] });

    it('refuses approval by nobody where there are no default approvers', () => {
      assert.deepEqual(check(approvedBy()), locks('no-approver'));
    });

    it('warns about approval by nobody where PIM has default approvers', () => {
      const known = { defaultApprovers: 'Privileged Role Administrators' };
      assert.deepEqual(check(approvedBy(), known), warns('default-approvers'));
    });

    it('takes approval by two people', () => {
      const known = { peopleBehind: behind([MEGAN, [MEGAN.id]], [ADELE, [ADELE.id]]) };
      assert.deepEqual(check(approvedBy(MEGAN, ADELE), known), fine);
    });

    it('refuses a group that is known to be empty', () => {
      assert.deepEqual(
        check(approvedBy(APPROVERS), { peopleBehind: behind([APPROVERS, []]) }),
        locks('approvers-are-nobody'),
      );
    });

    it('does not take a group that nobody can see for an empty one', () => {
      assert.deepEqual(check(approvedBy(APPROVERS)), fine);
    });

    it('warns about an empty group beside two people', () => {
      const known = { peopleBehind: behind([APPROVERS, []], [MEGAN, [MEGAN.id]], [ADELE, [ADELE.id]]) };
      assert.deepEqual(check(approvedBy(APPROVERS, MEGAN, ADELE), known), warns('approver-is-nobody'));
    });

    it('refuses the only eligible person as the only approver', () => {
      const known = { peopleBehind: behind([MEGAN, [MEGAN.id]]), eligibleIds: [MEGAN.id.toUpperCase()] };
      assert.deepEqual(check(approvedBy(MEGAN), known), locks('only-approver-is-requester'));
    });

    it('warns when the only approver is one of several who may ask', () => {
      const known = { peopleBehind: behind([MEGAN, [MEGAN.id]]), eligibleIds: [MEGAN.id, ENGINEER] };
      assert.deepEqual(check(approvedBy(MEGAN), known), warns('approver-cannot-activate'));
    });

    it('refuses the proposer as the only approver when it is unknown who may ask', () => {
      const known = { peopleBehind: behind([MEGAN, [MEGAN.id]]), eligibleIds: null, proposerId: MEGAN.id };
      assert.deepEqual(check(approvedBy(MEGAN), known), locks('proposer-is-only-approver'));
    });

    it('takes the proposer as the only approver of other people', () => {
      const known = { peopleBehind: behind([MEGAN, [MEGAN.id]]), proposerId: MEGAN.id };
      assert.deepEqual(check(approvedBy(MEGAN), known), fine);
    });

    it('only warns about a lock that is there already', () => {
      const before = approvedBy(MEGAN);
      const known = { peopleBehind: behind([MEGAN, [MEGAN.id]]), eligibleIds: [MEGAN.id] };
      const after = { activation: { ...before.activation, maximumDuration: 'PT4H' } };
      assert.deepEqual(check(after, known, before), warns('only-approver-is-requester'));
    });

    it('does not look at approvers while approval is off', () => {
      assert.deepEqual(check({ activation: { approval: { isRequired: false, approvers: [] } } }), fine);
    });
  });

  describe('warns about what gets weaker', () => {
    const mfa: Changes = { activation: { requires: ['MultiFactorAuthentication'] } };
    const context: Changes = { activation: { requires: [], authenticationContext: 'c1' } };
    const nothing: Changes = { activation: { requires: [] } };

    it('says that MFA is turned off', () => {
      assert.deepEqual(check(nothing, {}, mfa).warnings, ['settings.invalid mfa-turned-off']);
    });

    it('says nothing when a context takes the place of MFA', () => {
      assert.deepEqual(check(context, { contextBacking: 'targeted' }, mfa).warnings, []);
    });

    it('says that the context is turned off', () => {
      assert.deepEqual(check(nothing, {}, context).warnings, ['settings.invalid context-turned-off']);
    });

    it('says that approval is turned off', () => {
      const approved: Changes = { activation: { approval: { isRequired: true, approvers: [MEGAN] } } };
      assert.deepEqual(check({}, {}, approved).warnings, ['settings.invalid approval-turned-off']);
    });

    it('says that the role can be given for good', () => {
      const bounded = { isPermanentAllowed: false, maximumDuration: 'P180D', requires: [] };
      const before = { activeAssignment: bounded };
      const after = { activeAssignment: { ...bounded, isPermanentAllowed: true } };
      assert.deepEqual(check(after, {}, before).warnings, ['settings.invalid permanent-active-allowed']);
    });

    it('says that a context without a policy behind it is weaker than it looks', () => {
      const known = { contextBacking: 'not-targeted' } as const;
      assert.deepEqual(check(context, known).warnings, ['settings.invalid context-not-targeted']);
    });

    it('says that a context could not be checked', () => {
      const known = { contextBacking: 'unchecked' } as const;
      assert.deepEqual(check(context, known).warnings, ['settings.invalid context-unchecked']);
    });
  });
});
