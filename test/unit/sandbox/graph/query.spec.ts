import assert from 'node:assert/strict';

import { currentUserOption } from '../../../../sandbox/graph/current-user.ts';
import { readQuery } from '../../../../sandbox/graph/query.ts';
import { skipToken } from '../../../../sandbox/platform/skip-token.ts';

const read = (query: string) => readQuery(new URLSearchParams(query), ['$filter', '$select', '$expand', '$top']);

describe('readQuery', () => {
  it('reads nested expansions', () => {
    assert.deepEqual(
      read('$expand=policy($expand=rules,effectiveRules;$select=id),principal($select=id,mail)').expand,
      [
        {
          name: 'policy',
          select: ['id'],
          expand: [
            { name: 'rules', select: null, expand: [] },
            { name: 'effectiveRules', select: null, expand: [] },
          ],
        },
        { name: 'principal', select: ['id', 'mail'], expand: [] },
      ],
    );
  });

  it('names the option it does not have', () => {
    assert.throws(() => read('$search=x'), { status: 501, message: /\$search/ });
    assert.throws(() => read('$orderby=id'), { status: 501, message: /\$orderby/ });
    assert.throws(() => read('filter=x'), { status: 501, message: /filter/ });
    assert.throws(() => read('$expand=roleDefinition($filter=x)'), {
      status: 501,
      message: /\$filter within \$expand/,
    });
  });

  it('takes its own skip token and no other', () => {
    assert.equal(read(`$skiptoken=${skipToken(40)}`).offset, 40);
    assert.throws(() => read('$skiptoken=abc'), { status: 400 });
  });

  it('takes a whole $top from 1 to 999', () => {
    assert.equal(read('$top=999').top, 999);
    for (const top of ['0', '1000', '-1', 'x', '1.5']) {
      assert.throws(() => read(`$top=${top}`), { status: 400 });
    }
  });
});

describe('currentUserOption', () => {
  for (const segment of [
    "filterByCurrentUser(on='approver')",
    "filterByCurrentUser(on%3D'approver')",
    'filterByCurrentUser%28on%3D%27approver%27%29',
  ]) {
    it(`reads ${segment}`, () => {
      assert.equal(currentUserOption(segment), 'approver');
    });
  }

  it('sees an id as no function', () => {
    assert.equal(currentUserOption('a1e0c5d2-1f3b-4a6c-8d70-91b2c3d4e501'), null);
    assert.equal(currentUserOption('filterByCurrentUser'), null);
  });
});
