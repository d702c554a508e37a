import assert from 'node:assert/strict';
import type { RoleDefinition } from '../../../../src/domain/role-definition.ts';
import {
  LINT_RULES,
  type LintFinding,
  type LintKnowledge,
  type LintOptions,
  type LintRuleId,
} from '../../../../src/roles/lint/finding.ts';
import { lintRoleFiles } from '../../../../src/roles/lint/lint-roles.ts';
import { aDirectoryRole, anAzureRole } from '../role-file/role-fixture.ts';
import { CASES } from './lint-cases.ts';
import { BASIC, flat, graph, KNOWN, read } from './lint-fixture.ts';

const PLAIN: LintOptions = { namePattern: null, target: null };

function lint(content: unknown, options: Partial<LintOptions> = {}, known: Partial<LintKnowledge> = {}) {
  const file = { file: 'role.json', reading: read(content) };
  return lintRoleFiles([file], { ...KNOWN, ...known }, { ...PLAIN, ...options });
}

/** `level path: text` of what one rule finds. */
function told(rule: LintRuleId, findings: readonly LintFinding[]): readonly string[] {
  return findings
    .filter((finding) => finding.rule === rule)
    .map(({ level, spot, text }) => `${level} ${spot?.path ?? '-'}: ${text}`);
}

describe('lintRoleFiles', () => {
  for (const rule of Object.keys(LINT_RULES) as LintRuleId[]) {
    const { bad, says, good, options } = CASES[rule];
    it(`objects by ${rule}, and not to what is like it and fine`, () => {
      assert.deepEqual(told(rule, lint(bad, options)), says);
      assert.deepEqual(told(rule, lint(good, options)), []);
      assert.ok(says.length > 0);
    });
  }

  it('says nothing of a role that is as it should be', () => {
    assert.deepEqual(lint(flat()), []);
    assert.deepEqual(lint(graph(BASIC)), []);
  });

  it('says where: file, role, line, column and way', () => {
    assert.deepEqual(lint(flat({ AssignableScopes: ['/'] })), [
      {
        file: 'role.json',
        role: 'Starter',
        rule: 'scope-root',
        level: 'error',
        text: 'a custom role cannot be assigned at the root, /',
        spot: { line: 7, column: 3, path: '$.AssignableScopes[0]' },
      },
    ]);
  });

  it('judges no operation by a list that nobody could read', () => {
    const unread = { operations: [], directoryActions: [] };
    assert.deepEqual(lint(flat({ Actions: ['Contoso.Nothing/like/read'] }), {}, unread), []);
    assert.deepEqual(lint(graph('microsoft.directory/no/such/read'), {}, unread), []);
  });

  it('only warns by a list that comes from the documentation', () => {
    const findings = lint(graph('microsoft.directory/no/such/read'), {}, { isDirectoryComplete: false });
    assert.deepEqual(told('entra-not-custom', findings), [
      'warning $.rolePermissions[0].allowedResourceActions[0]: “microsoft.directory/no/such/read” is none of the permissions that the documentation names for custom roles',
    ]);
  });

  it('takes permissions of Entra in a role of Azure for what they are', () => {
    assert.deepEqual(told('entra-namespace', lint(flat({ Actions: [BASIC] }))), [
      `error $.Actions[0]: “${BASIC}” is a permission of Entra: it needs a role of Entra, in a file of its own`,
    ]);
  });

  it('names a role of Entra that changes access', () => {
    assert.deepEqual(told('escalation', lint(graph('microsoft.directory/applications/owners/update'))).length, 1);
  });

  it('does not take the same role in the tenant for another one', () => {
    const tenant: readonly RoleDefinition[] = [anAzureRole(), aDirectoryRole()];
    const own = flat({ Name: anAzureRole().name, Id: anAzureRole().id });
    assert.deepEqual(told('name-taken', lint(own, {}, { roles: tenant })), []);
    assert.deepEqual(told('name-taken', lint(flat({ Name: anAzureRole().name }), {}, { roles: tenant })), [
      'error $.Name: a custom role of the tenant has this name already',
    ]);
    // Entra and Azure each have names of their own.
    assert.deepEqual(told('name-taken', lint(flat({ Name: aDirectoryRole().name }), {}, { roles: tenant })), []);
  });

  it('finds the same name and id in another file', () => {
    const files = ['a.json', 'b.json'].map((file) => ({ file, reading: read(flat({ Id: anAzureRole().id })) }));
    assert.deepEqual(
      lintRoleFiles(files, KNOWN, PLAIN).map(({ file, text }) => [file, text]),
      [['b.json', 'a role in a.json has this id already']],
    );
  });

  it('judges thousands of strange strings beside each other', function () {
    // Walking through each pair would take minutes.
    this.timeout(60_000);
    const odd = Array.from({ length: 2_500 }, (_, index) => `Microsoft.Compute/x${index}*/read`);
    const findings = lint(flat({ Actions: odd, NotActions: odd.map((string) => `${string}s`) }));
    assert.equal(told('dead-not', findings).length, 2_500);
  });
});
