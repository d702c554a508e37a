import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RoleCandidate } from '../../../src/language/match.ts';
import { searchRoles } from '../../../src/language/search.ts';

const CANDIDATES: readonly RoleCandidate[] = [
  ['r1', 'Contoso-App-Assignment-Operator', 'Whole tenant'],
  ['r2', 'Cloud App Security Administrator', 'Whole tenant'],
  ['r3', 'Security Reader', 'Whole tenant'],
  ['r4', 'Security', 'rg-web'],
  ['r5', 'Helpdesk Administrator', 'Branch Madrid'],
  ['r6', 'Helpdesk Administrator', 'Branch Lisbon'],
  ['r7', 'Virtual Machine Operator (Contractors)', 'rg-payments'],
  ['r8', 'Administrador de Configuración', 'León'],
  ['r9', 'C++ [ops] (a+)+$', 'rg-web'],
  ['r10', 'İstanbul Reader', 'rg-web'],
].map(([id = '', name = '', scopeName = '']) => ({ id, name, scopeName, scopeId: '/' }));

const found = (words: string): string =>
  searchRoles(words, CANDIDATES)
    .map(({ id }) => id)
    .join(' ');

const CASES: readonly (readonly [words: string, ids: string])[] = [
  ['security', 'r4 r3 r2'],
  ['SECUR', 'r3 r4 r2'],
  ['secur read', 'r3'],
  ['read secur', 'r3'],
  ['assign oper', 'r1'],
  ['contoso app', 'r1'],
  ['helpdesk', 'r5 r6'],
  ['helpdesk lisbon', 'r6'],
  ['madrid', 'r5'],
  ['contractors', 'r7'],
  ['chine', 'r7'],
  ['configuracion', 'r8'],
  ['CONFIGURACIÓN', 'r8'],
  ['leon', 'r8'],
  ['istanbul', 'r10'],
  ['  secur\u0000\u200b read  ', 'r3'],
  ['(a+)+$', 'r9'],
  ['[ops]', 'r9'],
  ['.*', ''],
  ['^', ''],
  ['global reader', ''],
  ['\ud800', ''],
];

describe('searchRoles', () => {
  for (const [words, ids] of CASES) {
    it(`finds ${ids || 'nothing'} for ${JSON.stringify(words)}`, () => {
      assert.equal(found(words), ids);
    });
  }

  it('finds all in their order where nothing was typed', () => {
    for (const words of ['', '   ', '\n\t', '---', '\u200b']) {
      assert.deepEqual(searchRoles(words, CANDIDATES), CANDIDATES, JSON.stringify(words));
    }
  });

  it('reads the beginning of what is endless, and gives candidates only, each once', () => {
    assert.equal(found(`security${' '.repeat(10_000)}reader`), 'r4 r3 r2');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (words) => {
        const results = searchRoles(words, CANDIDATES);
        return new Set(results).size === results.length && results.every((one) => CANDIDATES.includes(one));
      }),
      { numRuns: 50 },
    );
  });
});
