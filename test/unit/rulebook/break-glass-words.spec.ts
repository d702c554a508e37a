import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pack } from '../../../src/domain/break-glass.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import type { Rulebook } from '../../../src/domain/rulebook.ts';
import { SERVED_BY_DEFAULT } from '../../../src/domain/served.ts';
import { diffRulebooks, explainRulebook } from '../../../src/rulebook/rulebook-words.ts';
import { BOOK, CHANNEL, rulebook } from './books.ts';

const FOLDER = path.join(import.meta.dirname, '../../../rulebooks');
const OTHER_CHANNEL = '19:other@thread.tacv2';

describe('packs in words', () => {
  it('say who may pull what, for how long, what must be said, who is told and who reviews, a line each', () => {
    assert.deepEqual(explainRulebook(rulebook(BOOK)).slice(1), [
      'Nothing is forbidden beyond what PIM itself forbids.',
      'On call is who is found there, and nobody else:',
      '  leads: the group sg-oncall-leads',
      '  payments: the shifts in rotas/payments.rota.yaml',
      'Break-glass packs:',
      '  payments: Restore payments',
      '      activates: member of the group sg-breakglass-payments; Entra role Helpdesk Administrator on Branch Madrid; Azure role Contributor on /subscriptions/1',
      '      pulled by: whoever is on call by leads; and a second one confirms, by PIM’s approval',
      '      for at most: 1 h 30 min',
      '      to be said: a reason; one of SEV1, SEV2',
      `      alarm: channel ${CHANNEL}, patti@contoso.com`,
      '      reviewed by: patti@contoso.com, and whoever pulled it',
      `Alarms that are of no pack: channel ${CHANNEL}, 07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07`,
      'Emergency accounts: emergency1@contoso.com',
    ]);
  });

  it('say that one person is enough, that an incident is needed, and of one severity only its name', () => {
    const text = BOOK.replace('secondPerson: true', 'secondPerson: false')
      .replace('incident: false', 'incident: true')
      .replace('[SEV1, SEV2]', '[SEV1]');
    const lines = explainRulebook(rulebook(text));
    assert.ok(lines.includes('      pulled by: whoever is on call by leads; one person is enough'));
    assert.ok(lines.includes('      to be said: a reason; the number of an incident; SEV1'));
  });

  it('are left out where a rulebook says nothing of emergencies, and their absence is told where it does', () => {
    assert.equal(explainRulebook(rulebook('version: 1')).length, 2);
    const lines = explainRulebook(rulebook('version: 1\nemergencyAccounts: [a@b]'));
    assert.deepEqual(lines.slice(2), [
      'There are no break-glass packs.',
      'Alarms that are of no pack: nobody is told, they stand in the log',
      'Emergency accounts: a@b',
    ]);
  });
});

/** One change of the rulebook: what is told of it, and whether it allows more there and back. */
interface Change {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly told: readonly string[];
  readonly back: readonly string[];
}

const PACK = 'Break-glass pack payments';

const CHANGES: readonly Change[] = [
  {
    title: 'a longer window',
    from: 'window: 1h30m',
    to: 'window: 2h',
    told: [`${PACK} is pulled for at most 2 h instead of 1 h 30 min: true`],
    back: [`${PACK} is pulled for at most 1 h 30 min instead of 2 h: false`],
  },
  {
    title: 'a second person who is no longer needed',
    from: 'secondPerson: true',
    to: 'secondPerson: false',
    told: [`${PACK} no longer needs a second person: true`],
    back: [`${PACK} now needs a second person: false`],
  },
  {
    title: 'another role',
    from: '- group: sg-breakglass-payments',
    to: '- group: sg-breakglass-all',
    told: [
      `${PACK} now activates member of the group sg-breakglass-all: true`,
      `${PACK} no longer activates member of the group sg-breakglass-payments: false`,
    ],
    back: [
      `${PACK} now activates member of the group sg-breakglass-payments: true`,
      `${PACK} no longer activates member of the group sg-breakglass-all: false`,
    ],
  },
  {
    title: 'a role elsewhere',
    from: '        on: /subscriptions/1',
    to: '        on: /subscriptions/2',
    told: [
      `${PACK} now activates Azure role Contributor on /subscriptions/2: true`,
      `${PACK} no longer activates Azure role Contributor on /subscriptions/1: false`,
    ],
    back: [
      `${PACK} now activates Azure role Contributor on /subscriptions/1: true`,
      `${PACK} no longer activates Azure role Contributor on /subscriptions/2: false`,
    ],
  },
  {
    title: 'another on-call source',
    from: 'pulledBy: leads',
    to: 'pulledBy: payments',
    told: [`${PACK} is pulled by whoever is on call by payments instead of leads: true`],
    back: [`${PACK} is pulled by whoever is on call by leads instead of payments: true`],
  },
  {
    title: 'another name of the same source',
    from: 'name: leads\n    entraGroup: sg-oncall-leads',
    to: 'name: chiefs\n    entraGroup: sg-oncall-leads',
    told: [
      'On-call source leads is gone: null',
      'On-call source chiefs is new: null',
      `${PACK} is pulled by whoever is on call by chiefs instead of leads: null`,
    ],
    back: [
      'On-call source chiefs is gone: null',
      'On-call source leads is new: null',
      `${PACK} is pulled by whoever is on call by leads instead of chiefs: null`,
    ],
  },
  {
    title: 'other people behind a source that a pack is pulled by',
    from: 'entraGroup: sg-oncall-leads',
    to: 'entraGroup: sg-everybody',
    told: ['On-call source leads asks the group sg-everybody instead of the group sg-oncall-leads: true'],
    back: ['On-call source leads asks the group sg-oncall-leads instead of the group sg-everybody: true'],
  },
  {
    title: 'other shifts that no pack is pulled by',
    from: 'rotas/payments.rota.yaml',
    to: 'rotas/others.rota.yaml',
    told: [
      'On-call source payments asks the shifts in rotas/others.rota.yaml instead of the shifts in rotas/payments.rota.yaml: null',
    ],
    back: [
      'On-call source payments asks the shifts in rotas/payments.rota.yaml instead of the shifts in rotas/others.rota.yaml: null',
    ],
  },
  {
    title: 'an incident that is needed',
    from: 'incident: false',
    to: 'incident: true',
    told: [`${PACK} now needs the number of an incident: false`],
    back: [`${PACK} no longer needs the number of an incident: true`],
  },
  {
    title: 'one severity more',
    from: '[SEV1, SEV2]',
    to: '[SEV1, SEV2, SEV3]',
    told: [`${PACK} may now be pulled for SEV3: true`],
    back: [`${PACK} may no longer be pulled for SEV3: false`],
  },
  {
    title: 'no severity at all',
    from: '[SEV1, SEV2]',
    to: '[]',
    told: [`${PACK} no longer needs a severity: true`],
    back: [`${PACK} now needs a severity: SEV1, SEV2: false`],
  },
  {
    title: 'somebody who is no longer told',
    from: '[patti@contoso.com]',
    to: '[]',
    told: [`${PACK} no longer tells patti@contoso.com: true`],
    back: [`${PACK} now tells patti@contoso.com: false`],
  },
  {
    title: 'another channel',
    from: `channel: ${CHANNEL}\n      people`,
    to: `channel: ${OTHER_CHANNEL}\n      people`,
    told: [`${PACK} tells the channel ${OTHER_CHANNEL} instead of ${CHANNEL}: true`],
    back: [`${PACK} tells the channel ${CHANNEL} instead of ${OTHER_CHANNEL}: true`],
  },
  {
    title: 'another owner',
    from: 'owner: patti@contoso.com',
    to: 'owner: lynne@contoso.com',
    told: [`${PACK} is reviewed by lynne@contoso.com instead of patti@contoso.com: null`],
    back: [`${PACK} is reviewed by patti@contoso.com instead of lynne@contoso.com: null`],
  },
  {
    title: 'another purpose',
    from: 'Restore payments',
    to: 'Restore something',
    told: [`${PACK} has another purpose: null`],
    back: [`${PACK} has another purpose: null`],
  },
  {
    title: 'no alarm for what is of no pack',
    from: `alarms:\n  channel: ${CHANNEL}\n  people: [07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07]\n`,
    to: '',
    told: ['Alarm route is gone: what is of no pack is told to nobody: true'],
    back: ['Alarm route is new: what is of no pack is now told: false'],
  },
  {
    title: 'other people for what is of no pack',
    from: '[07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07]',
    to: '[lynne@contoso.com]',
    told: [
      'Alarm route now tells lynne@contoso.com: false',
      'Alarm route no longer tells 07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07: true',
    ],
    back: [
      'Alarm route now tells 07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07: false',
      'Alarm route no longer tells lynne@contoso.com: true',
    ],
  },
  {
    title: 'an emergency account that nobody watches any more',
    from: '[emergency1@contoso.com]',
    to: '[]',
    told: ['Emergency accounts no longer have emergency1@contoso.com: its use raises no alarm: true'],
    back: ['Emergency accounts now have emergency1@contoso.com: false'],
  },
  {
    title: 'another spelling of a name',
    from: 'pulledBy: leads',
    to: 'pulledBy: Leads',
    told: [`${PACK} is pulled by whoever is on call by Leads instead of leads: null`],
    back: [`${PACK} is pulled by whoever is on call by leads instead of Leads: null`],
  },
];

describe('two rulebooks that differ in a pack', () => {
  const toldOf = (before: Rulebook, after: Rulebook): readonly string[] =>
    diffRulebooks(before, after).map(({ rule, what, allowsMore }) => `${rule} ${what}: ${allowsMore}`);

  for (const { title, from, to, told, back } of CHANGES) {
    it(`are compared: ${title}`, () => {
      assert.ok(BOOK.includes(from), from);
      let changed = BOOK.replace(from, to);
      if (to.startsWith('name: chiefs')) {
        changed = changed.replace('pulledBy: leads', 'pulledBy: chiefs');
      }
      const [before, after] = [rulebook(BOOK), rulebook(changed)];
      assert.deepEqual(toldOf(before, after), told);
      assert.deepEqual(toldOf(after, before), back);
    });
  }

  it('are compared: a pack that is new allows more, and one that is gone less', () => {
    const before = rulebook(BOOK);
    const after: Rulebook = { ...before, packs: [] };
    assert.deepEqual(toldOf(before, after), [`${PACK} is gone: false`]);
    assert.deepEqual(toldOf(after, before), [`${PACK} is new: true`]);
  });

  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && !file.endsWith('.rota.yaml'))) {
    it(`have no difference when both are ${name}`, () => {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      assert.deepEqual(diffRulebooks(rulebook(text), rulebook(text)), []);
    });
  }

  /** Every key of a pack has another value here: the compiler wants a new key to be added. */
  const other: Required<Pack> = {
    name: 'Payments',
    purpose: 'another',
    activates: [{ surface: 'group', role: 'sg-breakglass-payments', scope: 'owner' }],
    pulledBy: 'payments',
    window: Temporal.Duration.from({ minutes: 91 }),
    needsSecondPerson: false,
    alarm: { channel: conversationId(OTHER_CHANNEL), people: [] },
    owner: 'another@contoso.com',
    severities: ['SEV2'],
    isIncidentNeeded: true,
  };
  for (const key of Object.keys(other) as (keyof Pack)[]) {
    it(`never hide that the ${key} of a pack is another`, () => {
      const before = rulebook(BOOK);
      const packs = before.packs.map((pack) => ({ ...pack, [key]: other[key] }));
      assert.ok(diffRulebooks(before, { ...before, packs }).length > 0);
      assert.ok(diffRulebooks({ ...before, packs }, before).length > 0);
    });
  }

  /** The same for what is beside packs; the version follows from the rest. */
  const others: Required<Omit<Rulebook, 'version'>> = {
    separationOfDuties: [{ name: 'x', reason: 'x', sides: [] }],
    onCall: [],
    packs: [],
    alarms: null,
    emergencyAccounts: ['another@contoso.com'],
    served: { ...SERVED_BY_DEFAULT, pilotGroup: 'sg-pilot' },
  };
  for (const key of Object.keys(others) as (keyof typeof others)[]) {
    it(`never hide that their ${key} differ`, () => {
      const before = rulebook(BOOK);
      assert.ok(diffRulebooks(before, { ...before, [key]: others[key] }).length > 0);
      assert.ok(diffRulebooks({ ...before, [key]: others[key] }, before).length > 0);
    });
  }
});
