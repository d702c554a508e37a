import assert from 'node:assert/strict';
import { printProblem } from '../../../src/documents/yaml-document.ts';
import type { Rulebook } from '../../../src/domain/rulebook.ts';
import { readRulebook } from '../../../src/rulebook/rulebook-document.ts';
import { BOOK, CHANNEL, pack, rulebook } from './books.ts';

function problemsOf(text: string): readonly string[] {
  const reading = readRulebook(text);
  return reading.isValid ? [] : reading.problems.map(printProblem);
}

/** Who may be told, what may be pulled, by whom: everything beside separation of duties. */
const partsOf = ({ onCall, packs, alarms, emergencyAccounts }: Rulebook) => ({
  onCall,
  packs: packs.map(({ window, ...rest }) => ({ ...rest, window: window.toString() })),
  alarms,
  emergencyAccounts,
});

describe('packs in a rulebook', () => {
  it('are read with their on-call sources, alarms and emergency accounts', () => {
    assert.deepEqual(partsOf(rulebook(BOOK)), {
      onCall: [
        { name: 'leads', kind: 'entra-group', group: 'sg-oncall-leads' },
        { name: 'payments', kind: 'rota', file: 'rotas/payments.rota.yaml' },
      ],
      packs: [
        {
          name: 'payments',
          purpose: 'Restore payments',
          activates: [
            { surface: 'group', role: 'sg-breakglass-payments', scope: 'member' },
            { surface: 'directory', role: 'Helpdesk Administrator', scope: 'Branch Madrid' },
            { surface: 'azure', role: 'Contributor', scope: '/subscriptions/1' },
          ],
          pulledBy: 'leads',
          needsSecondPerson: true,
          alarm: { channel: CHANNEL, people: ['patti@contoso.com'] },
          owner: 'patti@contoso.com',
          severities: ['SEV1', 'SEV2'],
          isIncidentNeeded: false,
          window: 'PT1H30M',
        },
      ],
      alarms: { channel: CHANNEL, people: ['07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07'] },
      emergencyAccounts: ['emergency1@contoso.com'],
    });
  });

  it('take one person, an incident and no severity where nothing is said', () => {
    const { needsSecondPerson, isIncidentNeeded, severities, alarm } = pack('');
    assert.deepEqual(
      { needsSecondPerson, isIncidentNeeded, severities, people: alarm.people },
      { needsSecondPerson: false, isIncidentNeeded: true, severities: [], people: [] },
    );
  });

  it('leave nobody on call, no pack, no alarm and no emergency account where a rulebook names none', () => {
    assert.deepEqual(partsOf(rulebook('version: 1')), { onCall: [], packs: [], alarms: null, emergencyAccounts: [] });
  });

  const channels: readonly (readonly [title: string, given: string])[] = [
    ['its id', CHANNEL],
    [
      'the link that Teams gives',
      `https://teams.microsoft.com/l/channel/${encodeURIComponent(CHANNEL)}/security?groupId=1&tenantId=2`,
    ],
    ['the link in another spelling', `https://teams.microsoft.com/l/channel/${CHANNEL.replace(':', '%3a')}/x`],
  ];
  for (const [title, given] of channels) {
    it(`name a channel by ${title}`, () => {
      assert.equal(pack('', { channel: given }).alarm.channel, CHANNEL);
    });
  }

  const windows = [
    ['30m', 'PT30M'],
    ['1h30m', 'PT1H30M'],
    ['PT2H', 'PT2H'],
    ['90 minutes', 'PT1H30M'],
    ['5m', 'PT5M'],
    ['24h', 'PT24H'],
  ] as const;
  for (const [given, window] of windows) {
    it(`may be pulled for ${given}`, () => {
      assert.equal(pack('', { window: given }).window.toString(), window);
    });
  }

  it('have the same version however a time or a channel is written, and another one for each other content', () => {
    const { version } = rulebook(BOOK);
    const link = `https://teams.microsoft.com/l/channel/${encodeURIComponent(CHANNEL)}/security`;
    assert.equal(rulebook(BOOK.replace('1h30m', '90m').replace(CHANNEL, link)).version, version);
    const others = [
      ['entraGroup: sg-oncall-leads', 'entraGroup: sg-others'],
      ['rotas/payments', 'rotas/others'],
      ['1h30m', '1h'],
      ['secondPerson: true', 'secondPerson: false'],
      ['pulledBy: leads', 'pulledBy: payments'],
      ['incident: false', 'incident: true'],
      ['[SEV1, SEV2]', '[SEV1]'],
      ['sg-breakglass-payments', 'sg-breakglass-others'],
      ['[emergency1@contoso.com]', '[]'],
      ['owner: patti', 'owner: lynne'],
      ['Restore payments', 'Restore nothing'],
      ['people: [07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07]', 'people: []'],
    ] as const;
    const versions = new Set(others.map(([from, to]) => rulebook(BOOK.replace(from, to)).version));
    assert.equal(versions.size, others.length);
    assert.ok(!versions.has(version));
  });
});

describe('a wrong pack', () => {
  it('is told with everything else that is wrong, each with its line', () => {
    const text = `version: 1
onCall:
  - name: leads
    entraGroup: ""
  - name: Leads
    rota: ../rota.yaml
breakGlass:
  - name: drill
    purpose: ""
    activates: []
    pulledBy: nobody
    window: 25h
    secondPerson: perhaps
    alarm:
      people: [patti]
    owner: everybody
    needs:
      severity: [SEV-1]
      approval: true
emergencyAccounts: all
`;
    assert.deepEqual(problemsOf(text), [
      'line 4: onCall.0.entraGroup: must not be empty',
      'line 5: onCall.1.name: names a source twice',
      'line 6: onCall.1.rota: must be a path below the rulebook’s own folder, with “/” and without “..”',
      'line 8: breakGlass.0.name: is a word that means something else in a command',
      'line 9: breakGlass.0.purpose: must say what it is for',
      'line 10: breakGlass.0.activates: must name a role',
      'line 11: breakGlass.0.pulledBy: is no name under onCall: nobody could pull this pack (“nobody”)',
      'line 12: breakGlass.0.window: must be from 5 minutes to 24 hours',
      'line 13: breakGlass.0.secondPerson: Invalid input: expected boolean, received string',
      'line 14: breakGlass.0.alarm.channel: Invalid input: expected string, received undefined',
      'line 15: breakGlass.0.alarm.people.0: must be a sign-in name such as patti@contoso.com, or an object id',
      'line 16: breakGlass.0.owner: must be a sign-in name such as patti@contoso.com, or an object id',
      'line 18: breakGlass.0.needs.severity.0: must be one word of letters and digits, such as SEV1',
      'line 19: breakGlass.0.needs.approval: there is no such key',
      'line 20: emergencyAccounts: Invalid input: expected array, received string',
    ]);
  });

  const wrong: readonly (readonly [title: string, from: string, to: string, problem: RegExp])[] = [
    [
      'a pack that two share in any case',
      'name: payments\n    purpose',
      'name: Tier\n    purpose',
      /names a pack twice/,
    ],
    ['a name of two words', 'name: payments\n    purpose', 'name: pay ments\n    purpose', /one word/],
    [
      'a name that is a number of an incident',
      'name: payments\n    purpose',
      'name: inc-42\n    purpose',
      /means something/,
    ],
    [
      'the word everything as a name',
      'name: payments\n    purpose',
      'name: Everything\n    purpose',
      /means something/,
    ],
    [
      'a role that is there twice',
      '      - entraRole: Helpdesk Administrator\n        on: Branch Madrid',
      '      - group: SG-breakglass-payments',
      /activates\.1: is there twice/,
    ],
    [
      'every role at a scope',
      'azureRole: Contributor\n        on: ',
      'azureScope: ',
      /must have “entraRole”, “group”, or “azureRole” with “on”/,
    ],
    ['an Azure role at no scope', '\n        on: /subscriptions/1', '', /must have “entraRole”/],
    ['an Azure role at a place by name', 'on: /subscriptions/1', 'on: Production', /whole path of a scope/],
    ['a window under five minutes', '1h30m', '4m', /from 5 minutes to 24 hours/],
    ['a window over a day', '1h30m', '1441m', /from 5 minutes to 24 hours/],
    ['a window without a unit', '1h30m', '"90"', /must be a time in hours and minutes/],
    ['a window with seconds', '1h30m', 'PT30M30S', /must be a time in hours and minutes/],
    ['a negative window', '1h30m', '-PT1H', /must be a time in hours and minutes/],
    ['no one who may pull it', 'pulledBy: leads', 'pulledBy: ""', /pulledBy: must not be empty/],
    ['an on-call source that there is not', 'pulledBy: leads', 'pulledBy: others', /is no name under onCall/],
    ['a group chat as its channel', CHANNEL, '19:abc@thread.v2', /must be a channel’s id/],
    [
      'a link that is no channel’s',
      CHANNEL,
      'https://teams.microsoft.com/l/team/19%3Aabc%40thread.tacv2/x',
      /must be a channel’s id/,
    ],
    ['a link that cannot be read', CHANNEL, 'https://teams.microsoft.com/l/channel/19%3', /must be a channel’s id/],
    ['a person twice', '[patti@contoso.com]', '[patti@contoso.com, Patti@contoso.com]', /people\.1: is there twice/],
    ['a severity twice', '[SEV1, SEV2]', '[SEV1, sev1]', /severity\.1: is there twice/],
    ['a severity that is the number of an incident', '[SEV1, SEV2]', '[INC1]', /would be taken for the number/],
    ['an absolute path of a rota', 'rotas/payments.rota.yaml', '/etc/rota.yaml', /must be a path below/],
    ['a path of a rota that climbs out', 'rotas/payments.rota.yaml', 'rotas/../../rota.yaml', /must be a path below/],
    ['a path of a rota on a drive', 'rotas/payments.rota.yaml', 'C:/rota.yaml', /must be a path below/],
    ['a path of a rota with backslashes', 'rotas/payments.rota.yaml', '..\\rota.yaml', /must be a path below/],
    [
      'a source that is two things',
      'entraGroup: sg-oncall-leads',
      'entraGroup: sg\n    rota: x.yaml',
      /must have “name”, and “entraGroup” or “rota”/,
    ],
    [
      'a source that is nothing',
      '    entraGroup: sg-oncall-leads\n',
      '',
      /must have “name”, and “entraGroup” or “rota”/,
    ],
    ['no owner', '    owner: patti@contoso.com\n', '', /owner: /],
    ['no alarm', `    alarm:\n      channel: ${CHANNEL}\n      people: [patti@contoso.com]\n`, '', /alarm: /],
    ['an alarm for all without a channel', `alarms:\n  channel: ${CHANNEL}`, 'alarms:', /alarms\.channel: /],
    [
      'an emergency account twice',
      '[emergency1@contoso.com]',
      '[emergency1@contoso.com, EMERGENCY1@contoso.com]',
      /is there twice/,
    ],
  ];
  const TWO = BOOK.replace(
    'breakGlass:',
    `breakGlass:
  - name: tier
    purpose: Another
    activates: [group: sg-tier]
    pulledBy: leads
    window: 30m
    alarm: { channel: '19:other@thread.tacv2' }
    owner: lynne@contoso.com`,
  );
  for (const [title, from, to, problem] of wrong) {
    it(`is one with ${title}`, () => {
      assert.ok(TWO.includes(from), from);
      const problems = problemsOf(TWO.replace(from, () => to));
      assert.ok(
        problems.some((one) => /^line \d+: /.test(one) && problem.test(one)),
        problems.join('\n') || 'nothing was wrong',
      );
    });
  }
});
