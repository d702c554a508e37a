import assert from 'node:assert/strict';
import fc from 'fast-check';
import { typoDistance } from '../../../src/domain/distance.ts';
import { matchRoles, type RoleCandidate, type RoleMatch } from '../../../src/language/match.ts';

const PRODUCTION = '/subscriptions/1111';
const CANDIDATES: readonly RoleCandidate[] = [
  ['r1', 'Contoso-App-Assignment-Operator', 'Directory', '/'],
  ['r2', 'Contoso-App-Configuration-Administrator', 'Directory', '/'],
  ['r3', 'Security Reader', 'Directory', '/'],
  ['r4', 'Global Reader', 'Directory', '/'],
  ['r5', 'Helpdesk Administrator', 'Branch Madrid', '/administrativeUnits/a'],
  ['r5', 'Helpdesk Administrator', 'Branch Lisbon', '/administrativeUnits/b'],
  ['r6', 'Contributor', 'rg-web', `${PRODUCTION}/resourceGroups/rg-web`],
  ['r6', 'Contributor', 'rg-payments', `${PRODUCTION}/resourceGroups/rg-payments`],
  ['r6', 'Contributor', 'rg-web', '/subscriptions/2222/resourceGroups/rg-web'],
  ['r7', 'Virtual Machine Operator', 'rg-payments', `${PRODUCTION}/resourceGroups/rg-payments`],
  ['r8', 'Virtual Machine Operator (Contractors)', 'rg-payments', `${PRODUCTION}/resourceGroups/rg-payments`],
  ['g1', 'sg-breakglass-tier0', 'sg-breakglass-tier0', 'g1'],
  ['g2', 'sg-breakglass-tier1', 'sg-breakglass-tier1', 'g2'],
].map(([id = '', name = '', scopeName = '', scopeId = '']) => ({ id, name, scopeName, scopeId }));

function say(result: RoleMatch): string {
  const name = (candidate: RoleCandidate) => `${candidate.name}@${candidate.scopeName}`;
  if (result.kind === 'one') return `one ${name(result.match)}`;
  return `${result.kind} ${(result.kind === 'several' ? result.matches : result.nearest).map(name).join(', ')}`;
}

const CASES: readonly (readonly [words: string, scope: string | null, expected: string])[] = [
  ['Security Reader', null, 'one Security Reader@Directory'],
  ['SECURITY READER', null, 'one Security Reader@Directory'],
  ['security-reader', null, 'one Security Reader@Directory'],
  ['the Security Reader role', null, 'one Security Reader@Directory'],
  ['contoso app assignment operator', null, 'one Contoso-App-Assignment-Operator@Directory'],
  ['Contoso-App-Asignment-Operator', null, 'one Contoso-App-Assignment-Operator@Directory'],
  ['Secruity Reader', null, 'one Security Reader@Directory'],
  ['Virtual Machine Operator', 'rg-payments', 'one Virtual Machine Operator@rg-payments'],
  ['virtual machine operater', null, 'one Virtual Machine Operator@rg-payments'],
  ['virtual machine operator contractors', null, 'one Virtual Machine Operator (Contractors)@rg-payments'],
  ['Contributor', 'RG-Payments', 'one Contributor@rg-payments'],
  ['Contributer', 'rg payments', 'one Contributor@rg-payments'],
  ['Contributor', `${PRODUCTION}/ResourceGroups/RG-WEB/`, 'one Contributor@rg-web'],
  ['Contributor', 'rg-web', 'several Contributor@rg-web, Contributor@rg-web'],
  ['Contributor', null, 'several Contributor@rg-web, Contributor@rg-payments, Contributor@rg-web'],
  [
    'Helpdesk Administrator',
    null,
    'several Helpdesk Administrator@Branch Madrid, Helpdesk Administrator@Branch Lisbon',
  ],
  ['helpdesk administrator', 'branch lisbon', 'one Helpdesk Administrator@Branch Lisbon'],
  ['assignment operator', null, 'several Contoso-App-Assignment-Operator@Directory'],
  ['helpdesk admin', 'Branch Madrid', 'several Helpdesk Administrator@Branch Madrid'],
  ['', null, 'none '],
];

describe('matchRoles', () => {
  for (const [words, scope, expected] of CASES) {
    it(`takes "${words}" on ${scope ?? 'any scope'} for ${expected}`, () => {
      assert.equal(say(matchRoles(words, CANDIDATES, scope)), expected);
    });
  }

  it('never takes one number for another', () => {
    const result = matchRoles('sg-breakglass-tier2', CANDIDATES, null);
    assert.equal(result.kind, 'none');
    assert.match(say(result), /^none sg-breakglass-tier0@sg-breakglass-tier0, sg-breakglass-tier1/);
  });

  it('asks when a typo is near two names', () => {
    const near = [
      { id: 'a', name: 'Payments Reader', scopeName: 's', scopeId: '/s' },
      { id: 'b', name: 'Payment Readers', scopeName: 's', scopeId: '/s' },
    ];
    assert.equal(matchRoles('Paymens Reader', near, null).kind, 'several');
    assert.equal(say(matchRoles('Payments Reader', near, null)), 'one Payments Reader@s');
  });

  it('prefers the name as typed to one that differs in case only', () => {
    const twins = [
      { id: 'a', name: 'reader', scopeName: 's', scopeId: '/s' },
      { id: 'b', name: 'Reader', scopeName: 's', scopeId: '/s' },
    ];
    assert.equal(say(matchRoles('Reader', twins, null)), 'one Reader@s');
    assert.equal(matchRoles('READER', twins, null).kind, 'several');
  });

  it('offers the role elsewhere when the scope is unknown', () => {
    const result = matchRoles('Contributor', CANDIDATES, 'rg-nowhere');
    assert.equal(result.kind, 'none');
    assert.ok(result.kind === 'none' && result.nearest.length === 3 && result.nearest[0]?.name === 'Contributor');
  });

  it('reads a scope inside another', () => {
    const named = CANDIDATES.map((candidate) => ({
      ...candidate,
      scopeName: candidate.scopeId.startsWith(PRODUCTION)
        ? `${candidate.scopeName} (Contoso Production)`
        : candidate.scopeName,
    }));
    assert.equal(
      say(matchRoles('Contributor', named, 'rg-payments in Contoso Production')),
      'one Contributor@rg-payments (Contoso Production)',
    );
  });

  it('counts a candidate that comes twice once', () => {
    const doubled = [...CANDIDATES, ...CANDIDATES];
    assert.equal(say(matchRoles('Security Reader', doubled, null)), 'one Security Reader@Directory');
  });

  it('never throws and never takes a role from another scope', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const result = matchRoles(words, CANDIDATES, 'Branch Madrid');
        return result.kind !== 'one' || result.match.scopeName === 'Branch Madrid';
      }),
    );
  });
});

describe('typoDistance', () => {
  it('counts swapped neighbours as one typo', () => {
    assert.equal(typoDistance('reader', 'raeder', 3), 1);
    assert.equal(typoDistance('reader', 'leaders', 3), 2);
    assert.equal(typoDistance('reader', 'readers', 3), 1);
  });

  it('gives up beyond the limit', () => {
    assert.equal(typoDistance('reader', 'contributor', 2), 3);
    assert.equal(typoDistance('abcdef', 'ghijkl', 2), 3);
  });
});
