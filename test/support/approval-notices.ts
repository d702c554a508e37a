import type { AskBackground } from '../../src/domain/approval-facts.ts';
import type { ApprovalRequestNotice, ApprovalsNotice } from '../../src/domain/notice.ts';

/** What became of one of several requests. */
const A_LINE = { requesterName: 'Alex Wilber', roleName: 'Contoso-App-Assignment-Operator', scopeName: 'Contoso' };

/** The list of requests as several are chosen, decided and told of. */
export function approvalsOf(base: ApprovalsNotice): readonly ApprovalsNotice[] {
  const [first] = base.requests;
  return first === undefined
    ? []
    : [
        {
          ...base,
          requests: [first, { ...first, requestId: '9QXM', duration: null }],
          chosen: ['7F3K', '9QXM'],
          justification: 'planned change',
        },
        {
          ...base,
          requests: [first, { ...first, requestId: '9QXM', ticket: 'INC-42', startsAt: '2026-11-23T08:00:00Z' }],
        },
        {
          ...base,
          requests: [first, { ...first, requestId: '9QXM', ticket: 'INC-42', startsAt: '2026-11-23T08:00:00Z' }],
        },
        { ...base, underWay: 1 },
        {
          ...base,
          results: [
            { ...A_LINE, requestId: '4HJ8', outcome: 'approved', problem: null },
            { ...A_LINE, requestId: '5HJ8', outcome: 'denied', problem: null },
            {
              ...A_LINE,
              requestId: '6HJ8',
              outcome: 'refused',
              problem: { code: 'graph.forbidden', facts: {}, reference: 'ab12cd34' },
            },
            { ...A_LINE, requestId: '8HJ8', outcome: 'sign-in', problem: null },
            {
              requestId: 'ZZZZ',
              requesterName: '',
              roleName: '',
              scopeName: '',
              outcome: 'refused',
              problem: { code: 'activation.request_unknown', facts: { requestId: 'ZZZZ' }, reference: null },
            },
          ],
        },
      ];
}

/** What is known of an ask for a role on Azure. */
export const BACKGROUND: AskBackground = {
  lookedAt: '2026-11-22T14:00:00Z',
  surface: 'azure',
  risk: { class: 'changes-access', kind: 'azure', operation: 'Microsoft.Authorization/roleAssignments/write' },
  scope: {
    id: '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-payments',
    path: [
      { kind: 'management-group', name: 'mg-contoso' },
      { kind: 'subscription', name: 'Contoso Production' },
      { kind: 'resource-group', name: 'rg-payments' },
    ],
  },
  active: {
    roles: [
      { roleName: 'Security Reader', scopeName: 'Whole tenant', endsAt: '2026-11-22T15:30:00Z' },
      { roleName: 'Reader', scopeName: 'Contoso Staging', endsAt: null },
    ],
    further: 0,
    unread: [],
  },
  past: { asked: 12, approved: 8, denied: 1, lastForRole: '2026-11-12T08:30:00Z' },
};

const GIVEN = { roleName: 'Contributor', scopeName: 'rg-payments', gives: 'eligible' } as const;

/** The card of an approver with what is known besides, and with what is not. */
export function asksOf(base: ApprovalRequestNotice): readonly ApprovalRequestNotice[] {
  const backgrounds: readonly AskBackground[] = [
    BACKGROUND,
    {
      ...BACKGROUND,
      surface: 'group',
      scope: { id: '00000000-0000-4000-8000-0000000000aa', path: [] },
      group: {
        access: 'member',
        roles: [GIVEN, GIVEN, GIVEN, { ...GIVEN, gives: 'active' }],
        further: 3,
        isRiskPartial: true,
      },
      active: { roles: [], further: 0, unread: ['azure', 'group'] },
      past: { asked: 1, approved: 0, denied: 0, lastForRole: null },
    },
    {
      ...BACKGROUND,
      surface: 'group',
      risk: { class: 'changes-access', kind: 'directory', operation: null },
      group: { access: 'owner', roles: [], further: 0, isRiskPartial: false },
    },
    {
      ...BACKGROUND,
      surface: 'group',
      risk: null,
      group: { access: 'member', roles: null, further: 0, isRiskPartial: false },
    },
    {
      ...BACKGROUND,
      surface: 'directory',
      risk: null,
      scope: { id: '/', path: [] },
      active: { roles: [], further: 0, unread: [] },
      past: { asked: 0, approved: 0, denied: 0, lastForRole: null },
    },
    { ...BACKGROUND, risk: { class: 'reads', kind: 'azure', operation: null } },
  ];
  return backgrounds.map((background) => ({ ...base, background }));
}
