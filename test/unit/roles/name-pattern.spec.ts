import assert from 'node:assert/strict';
import { readNamePattern } from '../../../src/roles/name-pattern.ts';

function matches(text: string, name: string): boolean {
  const reading = readNamePattern(text);
  assert.ok(reading.isValid, reading.isValid ? '' : reading.problem);
  return reading.pattern.matches(name);
}

function problemOf(text: string): string {
  const reading = readNamePattern(text);
  return reading.isValid ? assert.fail('it was taken') : reading.problem;
}

describe('readNamePattern', () => {
  it('matches whole names only', () => {
    assert.equal(matches('Contoso-[A-Z][A-Za-z-]+', 'Contoso-Reader'), true);
    assert.equal(matches('Contoso-[A-Z][A-Za-z-]+', 'My Contoso-Reader'), false);
    assert.equal(matches('Contoso|Fabrikam', 'Contoso Reader'), false);
  });

  for (const text of ['(a+)+', '(a|a)*', '(a|aa)+', '(.*a){20}', 'a*a*a*a*a*a*a*a*']) {
    it(`takes no time for a pattern that would hold up others, ${text}`, () => {
      // An engine that tries all ways would not come back.
      assert.equal(matches(text, `${'a'.repeat(511)}!`), false);
    });
  }

  it('refuses what is no pattern and says why', () => {
    assert.match(problemOf('Contoso-('), /^the pattern cannot be used: .*missing closing \)/);
    assert.match(problemOf('(?=a)b'), /^the pattern cannot be used: .*unsupported/);
    assert.match(problemOf('(a)\\1'), /^the pattern cannot be used: /);
    assert.match(problemOf('((a{1000}){1000}){1000}'), /^the pattern cannot be used: .*repeat/);
    assert.equal(problemOf(''), 'the pattern is empty');
    assert.equal(problemOf('a'.repeat(501)), 'the pattern has more than 500 characters');
  });
});
