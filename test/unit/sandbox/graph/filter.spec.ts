import assert from 'node:assert/strict';

import { type Filterable, parseFilter } from '../../../../sandbox/graph/filter.ts';

const FILTERABLE: Filterable = {
  id: ['eq', 'ne'],
  status: ['eq', 'ne'],
  scope: ['eq', 'ne'],
  at: ['ge', 'le'],
  name: ['startswith'],
  'by/user/id': ['eq'],
  createdBy: ['eq'],
  targets: ['any'],
};
const ROW = {
  id: 'A1E0C5D2-1f3b-4a6c-8d70-91b2c3d4e501',
  status: 'PendingApproval',
  scope: null,
  at: '2026-11-23T08:00:00Z',
  name: "O'Neil and sons",
  by: { user: { id: 'x' } },
  createdBy: { user: { id: 'y' } },
  targets: [{ id: 't1' }, { id: 't2' }],
};

describe('parseFilter', () => {
  const matches: readonly [filter: string, expected: boolean][] = [
    ["status eq 'PendingApproval'", true],
    ["status eq 'pendingapproval'", false],
    ["status ne 'Provisioned'", true],
    ["id eq 'a1e0c5d2-1f3b-4a6c-8d70-91b2c3d4e501'", true],
    ['scope eq null', true],
    ['scope ne null', false],
    ["scope eq null and status eq 'Denied'", false],
    ["scope ne null or status eq 'PendingApproval'", true],
    ["status eq 'Denied' and scope eq null or status eq 'PendingApproval'", true],
    ["status eq 'Denied' and (scope eq null or status eq 'PendingApproval')", false],
    ["startswith(name,'O''Neil and')", true],
    ["startswith(name, 'sons')", false],
    ['at ge 2026-11-23T08:00:00Z and at le 2026-11-23T09:00:00+01:00', true],
    ['at ge 2026-11-23T08:00:01Z', false],
    ["by/user/id eq 'x'", true],
    ["createdBy eq 'y'", true],
    ["targets/any(t: t/id eq 't2')", true],
    ["targets/any(t:t/id eq 't3')", false],
    ["status eq 'and'", false],
  ];
  for (const [filter, expected] of matches) {
    it(`answers ${expected} for ${filter}`, () => {
      assert.equal(parseFilter(filter, FILTERABLE)(ROW), expected);
    });
  }

  const refused = [
    '',
    'status',
    'status eq',
    'status eq Provisioned',
    "status gt 'A'",
    "name eq 'x'",
    "unknown eq 'x'",
    "not status eq 'A'",
    "contains(name,'x')",
    "status eq 'A' and",
    "status eq 'A' extra",
    "(status eq 'A'",
    "status in ('A','B')",
    "status eq 'A",
    'at ge yesterday',
    "targets/any(t: u/id eq 'x')",
    "status eq 'A' & scope eq null",
  ];
  for (const filter of refused) {
    it(`refuses ${JSON.stringify(filter)}`, () => {
      assert.throws(() => parseFilter(filter, FILTERABLE)(ROW), { status: 400, code: 'InvalidFilter' });
    });
  }
});
