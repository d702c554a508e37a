import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import { REQUIREMENTS, type RoleSettings } from '../../../src/domain/role-settings.ts';
import { canonicalSettings, NOTIFICATION_RULES } from '../../../src/domain/settings-canonical.ts';
import { AccessError } from '../../../src/errors.ts';
import {
  compareDocuments,
  parseSettingsDocument,
  printSettingsDocument,
  type SettingsDocument,
} from '../../../src/roles/settings-document.ts';
import { APPROVERS, aRoleSettings, MEGAN } from '../domain/settings-fixture.ts';

const role: RoleAtScope = {
  surface: 'directory',
  roleDefinitionId: roleDefinitionId('fe930be7-5e62-47db-91af-98c3a49a38b1'),
  roleName: 'User Administrator',
  scope: { id: '/', name: 'Whole tenant' },
};
const settings = aRoleSettings({
  activation: {
    maximumDuration: 'PT2H',
    requires: ['Justification', 'Ticketing'],
    authenticationContext: 'c1',
    approval: { isRequired: true, approvers: [MEGAN, APPROVERS] },
  },
});
const text = printSettingsDocument({ role, settings });

function reasonOf(broken: string): string {
  try {
    parseSettingsDocument(broken);
  } catch (error) {
    assert.ok(error instanceof AccessError);
    assert.equal(error.code, 'settings.invalid');
    return error.facts.reason ?? '';
  }
  return assert.fail('it was taken');
}

describe('printSettingsDocument', () => {
  it('writes the role, then the settings, in a fixed order', () => {
    assert.deepEqual(text.split('\n').slice(0, 36), [
      'version: 1',
      'surface: Microsoft Entra roles',
      'role: User Administrator',
      'roleDefinition: fe930be7-5e62-47db-91af-98c3a49a38b1',
      'scope: Whole tenant',
      'scopeId: /',
      'activation:',
      '  maximumDuration: PT2H',
      '  requireJustification: true',
      '  requireMultiFactorAuthentication: false',
      '  requireTicket: true',
      '  authenticationContext: c1',
      '  approval:',
      '    required: true',
      '    requireApproverJustification: true',
      '    approvers:',
      '      - group: 33333333-3333-4333-8333-333333333333',
      '        name: sg-app-approvers',
      '      - person: 11111111-1111-4111-8111-111111111111',
      '        name: Megan Bowen',
      'eligibleAssignment:',
      '  allowPermanent: true',
      '  maximumDuration: P365D',
      '  requireJustification: false',
      '  requireMultiFactorAuthentication: false',
      '  requireTicket: false',
      'activeAssignment:',
      '  allowPermanent: true',
      '  maximumDuration: P180D',
      '  requireJustification: true',
      '  requireMultiFactorAuthentication: false',
      '  requireTicket: false',
      'notifications:',
      '  - rule: Notification_Admin_Admin_Eligibility',
      '    level: All',
      '    defaultRecipients: true',
    ]);
  });

  it('writes equal settings as equal texts', () => {
    const other = { ...settings, notifications: [...settings.notifications].reverse() };
    assert.equal(printSettingsDocument({ role, settings: other }), text);
  });

  it('refuses what is deeper or holds more than any document, and counts what it does not name', () => {
    for (const broken of ['['.repeat(50_000), '{a: '.repeat(20_000), '- '.repeat(40_000)]) {
      assert.match(reasonOf(broken), /^line 1: /);
    }
    const keys = Array.from({ length: 9_000 }, (_, index) => `k${index}: 1`).join('\n');
    assert.match(reasonOf(keys), /\nand 8990 more$/);
  });
});

describe('parseSettingsDocument', () => {
  it('reads what was written', () => {
    assert.deepEqual(parseSettingsDocument(text), { role, settings: canonicalSettings(settings) });
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    [
      'a key nobody knows, with its line',
      text.replace('  requireTicket: true\n', '  requireTicket: true\n  requireCoffee: true\n'),
      'line 12: activation.requireCoffee: there is no such key',
    ],
    [
      'a key that is missing, at the part it is missing from',
      text.replace('  maximumDuration: PT2H\n', ''),
      'line 7: activation.maximumDuration: Invalid input: expected string, received undefined',
    ],
    [
      'a duration that is none',
      text.replace('PT2H', '2 hours'),
      'line 8: activation.maximumDuration: must be an ISO 8601 duration without months and years, such as PT8H',
    ],
    [
      'an approver that is neither person nor group',
      text.replace('- group: 3', '- team: 3'),
      'line 17: activation.approval.approvers.0: must have “person” or “group” (a GUID) and “name”',
    ],
    [
      'a word where yes or no is wanted',
      text.replace('requireTicket: true', 'requireTicket: "true"'),
      'line 11: activation.requireTicket: Invalid input: expected boolean, received string',
    ],
    ['a key that is there twice', text.replace('scopeId: /', 'scope: /'), 'line 6: Map keys must be unique'],
    ['another version', text.replace('version: 1', 'version: 2'), 'line 1: version: Invalid input: expected 1'],
    [
      'another part of PIM',
      text.replace('Microsoft Entra roles', 'Somewhere'),
      'line 2: surface: Invalid option: expected one of "Microsoft Entra roles"|"PIM for Groups"|"Azure resources"',
    ],
    ['nothing at all', '', 'document: Invalid input: expected object, received null'],
    ['an alias', `a: &x 1\nb: *x\n${text}`, 'anchors and aliases are not allowed'],
    ['a tag nobody knows', text.replace('PT2H', '!secret PT2H'), 'line 8: Unresolved tag: !secret'],
    ['a document without an end', `${text}\n# ${'x'.repeat(100_000)}`, 'the document is too long'],
  ];
  for (const [title, broken, reason] of wrong) {
    it(`refuses ${title}`, () => {
      assert.equal(reasonOf(broken), reason);
    });
  }

  it('says everything that is wrong at once', () => {
    const lines = reasonOf(text.replace('PT2H', 'x').replace('P365D', 'y').replace('level: All', 'level: Some'));
    assert.equal(lines.split('\n').length, 3);
  });

  it('refuses a notification rule that is missing', () => {
    const short = text.slice(0, text.lastIndexOf('  - rule:'));
    assert.equal(reasonOf(short), 'line 33: notifications: must name each of the 9 notification rules');
  });

  it('gives back every document that is printed', () => {
    fc.assert(
      fc.property(anyDocument(), (document) => {
        const printed = printSettingsDocument(document);
        const parsed = parseSettingsDocument(printed);
        assert.deepEqual(parsed, { role: document.role, settings: canonicalSettings(document.settings) });
        assert.equal(printSettingsDocument(parsed), printed);
        assert.deepEqual(compareDocuments(document, parsed), []);
      }),
    );
  });
});

describe('compareDocuments', () => {
  it('lists what differs by path', () => {
    const other = parseSettingsDocument(text.replace('PT2H', 'PT1H'));
    const paths = compareDocuments(parseSettingsDocument(text), other).map(({ path, before, after }) => [
      path,
      before,
      after,
    ]);
    assert.deepEqual(paths, [['activation.maximumDuration', 'PT2H', 'PT1H']]);
  });

  it('refuses two roles', () => {
    const other = { settings, role: { ...role, scope: { id: '/administrativeUnits/1', name: 'Branch Madrid' } } };
    assert.throws(() => compareDocuments({ role, settings }, other), { code: 'settings.invalid' });
  });
});

function anyDocument(): fc.Arbitrary<SettingsDocument> {
  const name = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
  const id = fc.uuid();
  const requires = fc.subarray([...REQUIREMENTS]);
  const assignment = plain({
    isPermanentAllowed: fc.boolean(),
    maximumDuration: fc.integer({ min: 0, max: 100_000 }).map((minutes) => `PT${minutes}M`),
    requires,
  });
  const approver = plain({ kind: fc.constantFrom('person' as const, 'group' as const), id, name });
  const anySettings: fc.Arbitrary<RoleSettings> = plain({
    activation: plain({
      maximumDuration: fc.integer({ min: 1, max: 1440 }).map((minutes) => `PT${minutes}M`),
      requires,
      authenticationContext: fc.option(fc.integer({ min: 1, max: 99 }).map((number) => `c${number}`)),
      approval: plain({
        isRequired: fc.boolean(),
        isJustificationRequired: fc.boolean(),
        approvers: fc.array(approver, { maxLength: 5 }),
      }),
    }),
    eligibleAssignment: assignment,
    activeAssignment: assignment,
    notifications: fc.tuple(
      ...NOTIFICATION_RULES.map((rule) =>
        plain({
          rule: fc.constant(rule),
          level: fc.constantFrom('All' as const, 'Critical' as const, 'None' as const),
          isDefaultRecipientsEnabled: fc.boolean(),
          recipients: fc.array(fc.emailAddress(), { maxLength: 3 }),
        }),
      ),
    ),
  });
  const anyRole = plain({
    surface: fc.constantFrom('directory' as const, 'group' as const, 'azure' as const),
    roleDefinitionId: name.map(roleDefinitionId),
    roleName: name,
    scope: plain({ id: name, name }),
  });
  return plain({ role: anyRole, settings: anySettings });
}

/** Objects as programs make them: fast-check's own may have no prototype, which is not equal. */
function plain<T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}
