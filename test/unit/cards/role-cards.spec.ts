import assert from 'node:assert/strict';
import powerful from '../../../cards/messages/en/powerful.json' with { type: 'json' };
import { renderNotice } from '../../../cards/render.ts';
import type { CanNotice, CompareNotice, DefinitionNotice, DenialFacts } from '../../../src/domain/role-notice.ts';
import table from '../../../src/roles/access-changing.json' with { type: 'json' };
import { buttonsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { unboxed } from './lines.ts';
import { ANSWER, CONTRIBUTOR, ENTRA, NO_STRINGS, ROLE_BASES } from './role-notices.ts';
import { A_CONDITION } from './role-samples.ts';

const MOST_BYTES = 25_000;
const { role: ROLE, can: CAN, compare: COMPARE } = ROLE_BASES;
const drawn = (notice: Parameters<typeof renderNotice>[0]) => unboxed(renderNotice(notice, aRenderContext()));
const linesFor = (notice: Parameters<typeof renderNotice>[0]) => linesOf(drawn(notice));
const many = <T>(item: (index: number) => T) => Array.from({ length: 300 }, (_, index) => item(index));

/** What the card says of the one string that a role has. */
function wordsOf(role: typeof ROLE, operation: string): string {
  const block = {
    actions: { strings: [{ operation, says: '' }], total: 1 },
    notActions: NO_STRINGS,
    dataActions: NO_STRINGS,
    notDataActions: NO_STRINGS,
    condition: null,
  };
  const page = { kind: 'definition', blocks: [block], providers: [], providersTotal: 0 } as const;
  return (textOf(drawn({ ...role, page }), 'block-1-actions-1') ?? '').slice(operation.length);
}

describe('the card of a role', () => {
  it('says what it is and counts before it lists', () => {
    assert.deepEqual(linesFor(ROLE), [
      'What this role can do',
      'Virtual Machine Operator · Azure role, custom',
      'Can watch, start and restart virtual machines.',
      'Changes things, but not who has access.',
      'On resources: 14 operations, 3 of which change something.',
      'On the data in them: nothing.',
      'Can be assigned: resource group rg-payments.',
      'You may activate it on rg-payments.',
      'On resources, by provider',
      'Microsoft.Compute — 12 operations, 3 changes',
      'Microsoft.Storage — 2 operations, only reads',
    ]);
    assert.deepEqual(buttonsOf(drawn(ROLE)), ['Activate', 'Details', 'Download']);
  });

  it('marks what reaches further, says why, and says what it does not do and which string takes it out', () => {
    const lines = linesFor(CONTRIBUTOR);
    assert.ok(
      lines.includes(
        'runs commands inside the machine as its administrator, with its identity — Microsoft.Compute/virtualMachines/runCommand/action and 1 more like it',
      ),
    );
    assert.ok(lines.includes('… and 26 more. Download marks them all.'));
    assert.ok(
      lines.includes(
        'takes roles away from others — Microsoft.Authorization/roleAssignments/delete: taken out by Microsoft.Authorization/*/Delete',
      ),
    );
    assert.equal(textOf(drawn(CONTRIBUTOR), 'place'), 'It can be assigned so that it counts on rg-web.');
    assert.deepEqual(buttonsOf(drawn(CONTRIBUTOR)), ['Details', 'Download']);
  });

  it('of Entra keeps apart what is inherited', () => {
    assert.equal(textOf(drawn(ENTRA), 'inherited'), 'Besides, it has the 38 permissions of Directory Readers.');
    assert.equal(textOf(drawn(ENTRA), 'control'), '40 permissions, 30 of which change something.');
    assert.equal(textOf(drawn(ENTRA), 'data'), null);
  });

  it('does not count what could not be read, and offers no download of it', () => {
    const unread = drawn({ ...ROLE, counts: null });
    assert.match(textOf(unread, 'control') ?? '', /^The list of operations could not be read/);
    assert.deepEqual(buttonsOf(unread), ['Activate', 'Details']);
  });

  it('says strings in words', () => {
    const says = (operation: string): string => wordsOf(ROLE, operation);
    assert.equal(says('*'), ' — everything');
    assert.equal(says('*/read'), ' — read everything');
    assert.equal(says('Microsoft.Compute/*'), ' — everything in Microsoft.Compute');
    assert.equal(says('Microsoft.Network/*/read'), ' — read everything in Microsoft.Network');
    assert.equal(says('Microsoft.Compute/virtualMachines/*'), ' — everything on virtual machines in Microsoft.Compute');
    assert.equal(says('Microsoft.Compute/virtualMachines/*/read'), ' — read virtual machines in Microsoft.Compute');
    assert.equal(
      says('Microsoft.Compute/virtualMachines/restart/action'),
      ' — restart on virtual machines in Microsoft.Compute',
    );
    assert.equal(says('Microsoft.Authorization/*/Delete'), ' — delete everything in Microsoft.Authorization');
    assert.equal(says('Microsoft.CostManagement/*/query/*'), '');
    assert.equal(says('Microsoft.Web/sites/con*'), '');
    assert.equal(says('Microsoft.Insights/alertRules/'), '');
  });

  it('says permissions of the directory in words', () => {
    const says = (operation: string): string => wordsOf(ENTRA, operation);
    assert.equal(says('microsoft.directory/users/password/update'), ' — change password of users');
    assert.equal(says('microsoft.directory/servicePrincipals/standard/read'), ' — read service principals');
    assert.equal(
      says('microsoft.directory/applications/allProperties/allTasks'),
      ' — create, read, change and delete applications',
    );
    assert.equal(says('microsoft.intune/allEntities/allTasks'), ' — create, read, change and delete everything');
    assert.equal(says('microsoft.directory/users/reprocessLicenseAssignment'), '');
  });

  it('stays below 25 KB with long lists and says what is left out', () => {
    const name = `Microsoft.Compute/${'virtualMachines/'.repeat(4)}`;
    const strings = many((index) => ({ operation: `${name}${index}/read`, says: 'Get a thing with a long name' }));
    const providers = many((index) => ({ provider: `Microsoft.Provider${index}`, operations: 12, changes: 3 }));
    const block = {
      actions: { strings, total: 300 },
      notActions: { strings, total: 300 },
      dataActions: { strings, total: 300 },
      notDataActions: { strings, total: 300 },
      condition: A_CONDITION,
    };
    const crowds: readonly DefinitionNotice[] = [
      { ...ROLE, page: { kind: 'definition', blocks: [block, block, block], providers, providersTotal: 300 } },
      {
        ...ROLE,
        page: {
          kind: 'provider',
          provider: 'Microsoft.Compute',
          operations: strings.map((one) => ({ ...one, plane: 'control', isConditional: true, isPowerful: true })),
          total: 9_999,
          providers,
          providersTotal: 300,
        },
      },
      {
        ...CONTRIBUTOR,
        page: {
          kind: 'summary',
          powerful: many((index) => ({ operation: `${name}${index}/write`, isConditional: true })),
          powerfulTotal: 300,
          withheld: many((index) => ({ operation: `${name}${index}/write`, by: `${name}*` })),
          withheldTotal: 300,
          providers,
          providersTotal: 300,
          dataProviders: providers,
          dataProvidersTotal: 300,
          conditions: many(() => A_CONDITION),
          conditionsTotal: 300,
        },
      },
    ];
    for (const notice of crowds) {
      const rendered = renderNotice(notice, aRenderContext());
      const bytes = Buffer.byteLength(JSON.stringify(rendered.card));
      assert.ok(bytes < MOST_BYTES, `${notice.page.kind}: ${bytes} bytes`);
      const left = linesOf(unboxed(rendered)).filter((line) => /^… and \d+ more\./.test(line));
      assert.ok(left.length > 0, notice.page.kind);
    }
  });
});

describe('the card of can', () => {
  const titleOf = (notice: CanNotice) => textOf(drawn(notice), 'title');
  const answer = ANSWER;
  const withAnswers = (...answers: CanNotice['answers']): CanNotice => ({ ...CAN, answers, place: null });

  it('says yes, which string decides, where, and what the asker has', () => {
    assert.deepEqual(linesFor(CAN), [
      'Yes',
      'Virtual Machine Operator · Azure role, custom',
      'Microsoft.Compute/virtualMachines/restart/action — Restart Virtual Machine',
      'That is how I read “restart virtual machines”. It could also be Microsoft.ClassicCompute/virtualMachines/restart/action: write the one you mean.',
      'Why',
      'Allowed by Microsoft.Compute/virtualMachines/restart/action',
      'It can be assigned so that it counts on vm-pay-01.',
      'You may activate it on rg-payments.',
      'I see no deny assignment that forbids it to you there.',
    ]);
    assert.deepEqual(buttonsOf(drawn(CAN)), ['Activate', 'The whole role']);
  });

  const DENIED = {
    name: 'stack-payments',
    scopeId: '/subscriptions/1/resourceGroups/rg-payments',
    isSure: true,
  } as const;

  it('says no and names the deny assignment that stands above all roles, and offers no activation', () => {
    const denied = withAnswers({ ...answer, denials: [{ ...DENIED, takes: 'all' }] });
    assert.equal(titleOf(denied), 'No');
    const lines = linesFor(denied);
    const why = lines.indexOf('Why');
    assert.deepEqual(lines.slice(why + 1, why + 3), [
      'Denied to you by the deny assignment stack-payments (resource group rg-payments), whatever roles you have.',
      'Allowed by Microsoft.Compute/virtualMachines/restart/action',
    ]);
    assert.ok(lines.includes('No role changes that: a deny assignment stands above all of them.'));
    assert.deepEqual(buttonsOf(drawn(denied)), ['The whole role']);
    const share = { allowed: 3, conditional: 0, total: 60, allowedExample: null, deniedExample: null };
    const pattern = withAnswers({ ...answer, answer: 'denied', share, denials: [{ ...DENIED, takes: 'all' }] });
    assert.equal(titleOf(pattern), 'No');
    assert.match(textOf(drawn(pattern), 'caveat') ?? '', /^This is about this role alone/);
  });

  it('depends where a deny assignment may concern the asker, or takes only some of it', () => {
    const lineOf = (denial: Pick<DenialFacts, 'takes'> & Partial<DenialFacts>) => {
      const card = drawn(withAnswers({ ...answer, denials: [{ ...DENIED, ...denial }] }));
      assert.equal(textOf(card, 'title'), 'It depends');
      assert.equal(textOf(card, 'caveat'), null);
      return textOf(card, 'why-1-1');
    };
    const by = 'by the deny assignment stack-payments (resource group rg-payments)';
    const sure = `to you ${by}, whatever roles you have.`;
    const unsure = `${by}. It may concern you: whether you are among those whom it names is not known.`;
    assert.equal(lineOf({ takes: 'all', isSure: false }), `Denied ${unsure}`);
    assert.equal(lineOf({ takes: 'some' }), `In part denied ${sure}`);
    assert.equal(lineOf({ takes: 'condition' }), `Under a condition denied ${sure}`);
    assert.equal(lineOf({ takes: 'below' }), `At something inside this place denied ${sure}`);
  });

  it('says that deny assignments were not looked for, or could not be read', () => {
    const caveat = (denials: CanNotice['denials']) => textOf(drawn({ ...CAN, denials }), 'caveat');
    const unless = 'Unless a deny assignment on the resource forbids it: those stand above roles, and';
    assert.equal(caveat('open'), `${unless} I have not looked for any.`);
    assert.equal(caveat('unread'), `${unless} I could not read those of this place.`);
  });

  it('says no, which NotAction takes it out of which block, and offers no activation', () => {
    const no = withAnswers({
      ...answer,
      answer: 'denied',
      blocks: 2,
      why: [
        {
          block: 0,
          matchedBy: ['*'],
          subtractedBy: ['Microsoft.Authorization/*/Write'],
          condition: null,
          isInherited: false,
        },
      ],
    });
    assert.equal(titleOf(no), 'No');
    const lines = linesFor(no);
    assert.ok(lines.includes('Would be allowed by * (block 1 of 2), but:'));
    assert.ok(lines.includes('Taken out by the NotAction Microsoft.Authorization/*/Write (block 1 of 2)'));
    assert.ok(lines.includes('This is about this role alone: another one that you hold may allow it.'));
    assert.deepEqual(buttonsOf(drawn(no)), ['The whole role']);
  });

  it('depends on a condition, and shows its text and the roles that it names', () => {
    const depends = withAnswers({
      ...answer,
      answer: 'conditional',
      why: [{ block: 0, matchedBy: ['*'], subtractedBy: [], condition: A_CONDITION, isInherited: false }],
    });
    assert.equal(titleOf(depends), 'It depends');
    const text = linesFor(depends).join('\n');
    assert.match(text, /Microsoft\.Authorization\/roleAssignments\/write holds only where this is met:/);
    assert.match(text, /ForAnyOfAnyValues:GuidEquals/);
    assert.match(text, /It names Reader\./);
  });

  it('answers both planes where a name is in both', () => {
    const both = withAnswers(answer, { ...answer, plane: 'data', answer: 'denied', why: [] });
    assert.equal(titleOf(both), 'It depends');
    const lines = linesFor(both);
    assert.ok(lines.includes('Yes, on the resource itself'));
    assert.ok(lines.includes('No, on the data in it'));
    assert.equal(titleOf(withAnswers(answer, { ...answer, plane: 'data' })), 'Yes');
  });

  it('is no where the role cannot be assigned, and depends where it can be below only', () => {
    const at = (reach: 'below' | 'outside' | 'unknown') =>
      titleOf({ ...CAN, place: { scopeName: 'Contoso Staging', scopeId: '/subscriptions/2', reach } });
    assert.deepEqual([at('outside'), at('below'), at('unknown')], ['No', 'It depends', 'It depends']);
  });

  it('says of a pattern how much of it is allowed, with an example each way', () => {
    const share = {
      allowed: 3,
      conditional: 1,
      total: 60,
      allowedExample: 'Microsoft.Compute/virtualMachines/read',
      deniedExample: 'Microsoft.Compute/virtualMachines/delete',
    };
    const pattern = withAnswers({ ...answer, answer: 'denied', why: [], share });
    assert.equal(titleOf(pattern), 'It depends');
    const lines = linesFor(pattern);
    assert.ok(lines.includes('60 operations fit this pattern; 3 of them are allowed, and 1 more under a condition.'));
    assert.ok(lines.includes('Allowed, for example: Microsoft.Compute/virtualMachines/read'));
    assert.ok(lines.includes('Not allowed, for example: Microsoft.Compute/virtualMachines/delete'));
    assert.equal(titleOf(withAnswers({ ...answer, why: [], share: { ...share, allowed: 60, conditional: 0 } })), 'Yes');
  });

  it('tells the four answers of Entra apart', () => {
    const of = (each: 'exact' | 'implied' | 'unknown' | 'no') => {
      const why = [
        {
          block: 0,
          matchedBy: ['microsoft.directory/users/allProperties/allTasks'],
          subtractedBy: [],
          condition: null,
          isInherited: false,
        },
      ];
      const notice: CanNotice = {
        ...withAnswers({
          plane: null,
          answer: each,
          blocks: 1,
          why: each === 'no' ? [] : why,
          share: null,
          denials: [],
        }),
        role: ENTRA.role,
      };
      return [titleOf(notice), textOf(drawn(notice), 'why-1-1')];
    };
    const name = 'microsoft.directory/users/allProperties/allTasks';
    assert.deepEqual(of('exact'), ['Yes', `It is one of its permissions: ${name}`]);
    assert.deepEqual(of('implied'), ['Yes', `It is part of ${name}`]);
    assert.deepEqual(of('unknown'), [
      'It depends',
      `It may be part of this; Microsoft does not say whether it is: ${name}`,
    ]);
    assert.deepEqual(of('no'), ['No', 'None of its permissions covers this.']);
  });
});

describe('the card that compares roles', () => {
  it('says the relation, how it is proved, and what the list says', () => {
    assert.deepEqual(linesFor(COMPARE), [
      'They allow the same',
      'First: Virtual Machine Operator · Azure role, custom',
      'Changes things, but not who has access. On resources: 14 operations, 3 of which change something. On the data in them: nothing. Can be assigned: resource group rg-payments.',
      'Second: Virtual Machine Operator (Contractors) · Azure role, custom',
      'Changes things, but not who has access. On resources: 14 operations, 3 of which change something. On the data in them: nothing. Can be assigned: resource group rg-payments.',
      'Both allow exactly the same operations.',
      'This holds for all time: but for order, case and doublings their definitions are the same.',
      'On the present list of 22,639 operations it is the same. 14 operations are allowed by both.',
    ]);
  });

  it('puts what reaches further before the rest, and counts by provider', () => {
    const notice: CompareNotice = {
      ...COMPARE,
      relation: 'overlap',
      proof: 'patterns',
      onList: { relation: 'subset', operations: 22_639 },
      onlyFirst: 'microsoft.compute/a',
      onlySecond: 'microsoft.compute/b',
      powerful: [
        { operation: 'Microsoft.Compute/virtualMachines/runCommand/action', isConditional: false, side: 'second' },
      ],
      powerfulTotal: 1,
      providers: [{ provider: 'Microsoft.Compute', first: 4, second: 120 }],
      providersTotal: 3,
    };
    const lines = linesFor(notice);
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    assert.ok(at('On the present list of 22,639 operations it looks otherwise: Everything that the first allows') > 0);
    assert.ok(at('Only the first: microsoft.compute/a') > 0);
    assert.ok(at('Only the second: runs commands inside the machine as its administrator') > 0);
    assert.ok(at('⚠ What reaches further') < at('What only one of them allows, counted'));
    assert.ok(at('Microsoft.Compute — 4 only in the first, 120 only in the second') > 0);
    assert.ok(at('… and 2 more. Download has them all.') > 0);
  });

  it('says that conditions differ', () => {
    const lines = linesFor({
      ...COMPARE,
      second: { ...COMPARE.second, conditions: [A_CONDITION] },
      areConditionsEqual: false,
    });
    assert.ok(lines.indexOf('None.') > lines.indexOf('Conditions of the first'));
    assert.ok(lines.includes('Conditions of the second'));
  });
});

/** Names of the operations of one plane that have a reason of their own. */
function reasonsOf(plane: string): string[] {
  return Object.keys(powerful).flatMap((name) => (name.startsWith(plane) ? [name.slice(plane.length)] : []));
}

describe('the words for operations that reach further', () => {
  const lowered = (names: readonly string[]) => names.map((name) => name.toLowerCase()).toSorted();

  it('exist for every operation of Azure and everything of the directory that counts as such', () => {
    assert.deepEqual(lowered(reasonsOf('azure.')), lowered(Object.values(table.azure).flat()));
    const { everyChangeOf, changes } = table.directory;
    const named = [...everyChangeOf, ...Object.keys(changes).filter((entity) => !entity.includes('deletedItems.'))];
    const known = new Set(lowered(reasonsOf('directory.')));
    assert.deepEqual(
      lowered(named).filter((entity) => !known.has(entity)),
      [],
    );
  });
});
