import assert from 'node:assert/strict';
import { LINT_RULES, type LintFinding } from '../../../../src/roles/lint/finding.ts';
import { toSarif } from '../../../../src/roles/lint/sarif.ts';

function aFinding(given: Partial<LintFinding> = {}): LintFinding {
  return {
    file: './roles/a b#1.json',
    role: 'Starter',
    rule: 'scope-root',
    level: 'error',
    text: 'a custom role cannot be assigned at the root, /',
    spot: { line: 7, column: 3, path: '$.AssignableScopes[0]' },
    ...given,
  };
}

function runOf(findings: readonly LintFinding[], notes: readonly string[] = []) {
  const log = JSON.parse(JSON.stringify(toSarif({ findings, notes })));
  assert.equal(log.version, '2.1.0');
  assert.match(
    log.$schema,
    /^https:\/\/docs\.oasis-open\.org\/sarif\/sarif\/v2\.1\.0\/.*\/sarif-schema-2\.1\.0\.json$/,
  );
  assert.equal(log.runs.length, 1);
  return log.runs[0];
}

describe('toSarif', () => {
  it('names the tool and every rule once, with its level', () => {
    const { driver } = runOf([]).tool;
    assert.equal(driver.name, 'pimlico-roles-lint');
    assert.deepEqual(
      driver.rules.map(({ id }: { id: string }) => id),
      Object.keys(LINT_RULES),
    );
    for (const rule of driver.rules) {
      assert.ok(['error', 'warning', 'note'].includes(rule.defaultConfiguration.level));
      assert.ok(rule.shortDescription.text.endsWith('.') && rule.help.text.startsWith('Basis: '));
    }
  });

  it('says of each result the rule, the level, the sentence and the place', () => {
    const { results, columnKind, tool } = runOf([aFinding()]);
    assert.equal(columnKind, 'utf16CodeUnits');
    assert.equal(tool.driver.rules[results[0].ruleIndex].id, 'scope-root');
    const { ruleIndex, ...result } = results[0];
    assert.ok(ruleIndex > 0);
    assert.deepEqual(result, {
      ruleId: 'scope-root',
      level: 'error',
      message: { text: 'Starter: a custom role cannot be assigned at the root, /.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'roles/a%20b%231.json' },
            region: { startLine: 7, startColumn: 3 },
          },
          logicalLocations: [{ fullyQualifiedName: '$.AssignableScopes[0]', kind: 'element' }],
        },
      ],
    });
  });

  it('takes the levels of findings, and the file alone where there is no line', () => {
    const { results } = runOf([
      aFinding({ level: 'info' }),
      aFinding({ level: 'warning', role: null, spot: null, file: '/tmp/x.json', rule: 'file-size', text: 'too large' }),
    ]);
    assert.deepEqual(
      results.map(({ level }: { level: string }) => level),
      ['note', 'warning'],
    );
    assert.deepEqual(results[1].locations, [{ physicalLocation: { artifactLocation: { uri: 'file:///tmp/x.json' } } }]);
    assert.equal(results[1].message.text, 'Too large.');
  });

  it('says what could not be judged', () => {
    assert.deepEqual(runOf([], ['operations were not looked up']).invocations, [
      {
        executionSuccessful: true,
        toolConfigurationNotifications: [{ level: 'note', message: { text: 'Operations were not looked up.' } }],
      },
    ]);
  });
});
