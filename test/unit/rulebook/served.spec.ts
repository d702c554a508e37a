import assert from 'node:assert/strict';
import { printProblem } from '../../../src/documents/yaml-document.ts';
import { SERVED_BY_DEFAULT } from '../../../src/domain/served.ts';
import { readRulebook } from '../../../src/rulebook/rulebook-document.ts';
import { diffRulebooks, explainRulebook } from '../../../src/rulebook/rulebook-words.ts';
import { BOOK, rulebook } from './books.ts';

const problems = (text: string): readonly string[] => {
  const reading = readRulebook(text);
  return reading.isValid ? [] : reading.problems.map(printProblem);
};
const servedOf = (text: string) => rulebook(`version: 1\nserved:\n${text}`).served;

describe('what a rulebook serves', () => {
  it('is everything but two roles where nothing is said', () => {
    assert.deepEqual(rulebook('version: 1').served, SERVED_BY_DEFAULT);
    assert.deepEqual(rulebook('version: 1\nserved: {}').served, SERVED_BY_DEFAULT);
  });

  it('is read with roles, scopes, people and a pilot group', () => {
    assert.deepEqual(
      servedOf(`  roles:
    allow: [{ entraRole: Security Reader }, { azureRole: Reader, on: /subscriptions/1 }, { group: sg-x, as: owner }]
    named: [e8611ab8-c189-46e8-94e1-60213ab1f814, Global Administrator]
  scopes:
    deny: [/subscriptions/2, Branch Madrid]
  people:
    allow: [{ group: sg-staff }]
    deny: [patti@contoso.com]
  pilotGroup: sg-pilot
  contact: the platform team
`),
      {
        roles: {
          allow: [
            { surface: 'directory', role: 'Security Reader', scope: null },
            { surface: 'azure', role: 'Reader', scope: '/subscriptions/1' },
            { surface: 'group', role: 'sg-x', scope: 'owner' },
          ],
          deny: [],
        },
        named: ['e8611ab8-c189-46e8-94e1-60213ab1f814', '62e90394-69f5-4237-9190-012177145e10'],
        scopes: { allow: null, deny: ['/subscriptions/2', 'Branch Madrid'] },
        people: {
          allow: [{ kind: 'group', group: 'sg-staff' }],
          deny: [{ kind: 'person', person: 'patti@contoso.com' }],
        },
        pilotGroup: 'sg-pilot',
        contact: 'the platform team',
      },
    );
  });

  for (const [what, text, problem] of [
    ['an unknown key', 'served:\n  role: []', 'line 3: served.role: there is no such key'],
    [
      'another role under named',
      'served:\n  roles:\n    named: [Security Reader]',
      'line 4: served.roles.named.0: must be “Global Administrator” or “Privileged Role Administrator”, or the id of one: all others are on by themselves',
    ],
    [
      'an id that is no GUID',
      'served:\n  pilotGroup: 62e90394-69f5-4237-9190-01217714',
      'line 3: served.pilotGroup: looks like an object id, and is not a whole one',
    ],
    [
      'a role by such an id',
      'served:\n  roles:\n    deny:\n      - entraRole: 62e90394-69f5-4237',
      'line 5: served.roles.deny.0.entraRole: looks like an object id, and is not a whole one',
    ],
    [
      'a person who is neither',
      'served:\n  people:\n    allow: [Patti Fernandez]',
      'line 4: served.people.allow.0: must be a sign-in name such as patti@contoso.com, or an object id',
    ],
    ['a person twice', 'served:\n  people:\n    deny: [a@b.c, A@b.c]', 'line 4: served.people.deny.1: is there twice'],
    [
      'a pack with a role that is off',
      BOOK.slice('version: 1\n'.length).replace('entraRole: Helpdesk Administrator', 'entraRole: Global Administrator'),
      'line 12: breakGlass.0.activates.1: is off until it is listed under served.roles.named: nobody could pull this pack',
    ],
    [
      'a pack with a denied role',
      `${BOOK.slice('version: 1\n'.length)}served:\n  roles:\n    deny:\n      - azureRole: contributor\n`,
      'line 14: breakGlass.0.activates.2: is a role that is not served (served.roles): nobody could pull this pack',
    ],
    [
      'a pack at a scope that is not served',
      `${BOOK.slice('version: 1\n'.length)}served:\n  scopes:\n    allow: [Branch Madrid]\n`,
      'line 14: breakGlass.0.activates.2: is at a scope that is not served (served.scopes): nobody could pull this pack',
    ],
  ] as const) {
    it(`refuses ${what}, with its line`, () => {
      assert.deepEqual(problems(`version: 1\n${text}`), [problem]);
    });
  }

  it('takes a pack with a role that is off by itself and named, by name or id', () => {
    const off = BOOK.replace(
      'entraRole: Helpdesk Administrator\n        on: Branch Madrid',
      'entraRole: Global Administrator',
    );
    assert.deepEqual(problems(`${off}served:\n  roles:\n    named: [62e90394-69f5-4237-9190-012177145e10]\n`), []);
  });

  it('is explained, and told when it differs, with what allows more', () => {
    const before = rulebook('version: 1');
    const after = rulebook(`version: 1
served:
  roles: { named: [Global Administrator], deny: [{ entraRole: Security Reader }] }
  people: { allow: [] }
  pilotGroup: sg-pilot
`);
    assert.deepEqual(explainRulebook(after).slice(2), [
      'Off by themselves: Privileged Role Administrator',
      '  Not these roles: Entra role Security Reader',
      '  Only these people: none',
      '  Only members of the pilot group sg-pilot',
    ]);
    const told = (a = before, b = after) => diffRulebooks(a, b).map(({ what, allowsMore }) => [what, allowsMore]);
    assert.deepEqual(told(), [
      ['no longer serves the roles Entra role Security Reader', false],
      ['now serves only the people none', false],
      ['now serves Global Administrator', true],
      ['now serves only the pilot group sg-pilot', false],
    ]);
    assert.deepEqual(told(after, before), [
      ['no longer denies the roles Entra role Security Reader', true],
      ['now serves all people that are not denied', true],
      ['no longer serves Global Administrator', false],
      ['no longer serves only the pilot group sg-pilot', true],
    ]);
  });
});
