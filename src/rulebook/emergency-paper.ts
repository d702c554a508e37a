import { type Pack, pullSentence } from '../domain/break-glass.ts';
import type { NamedRole } from '../domain/named-role.ts';
import type { OnCallSource } from '../domain/on-call.ts';
import { ACTIVATION_PAGE } from '../domain/portal.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { timeInWords } from '../domain/settings-duration.ts';
import { needsInWords, sourceInWords } from './break-glass-words.ts';
import { dutyInWords } from './role-words.ts';

/** A part of what is on paper. */
export type PaperBlock =
  | { readonly kind: 'text'; readonly text: string }
  /** To be said exactly so. */
  | { readonly kind: 'say'; readonly sentence: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  /** To be ticked off one after the other. */
  | { readonly kind: 'steps'; readonly steps: readonly string[] }
  /** To be filled in by hand: what no rulebook should hold. */
  | { readonly kind: 'blanks'; readonly labels: readonly string[] };

export interface PaperSection {
  readonly title: string;
  readonly blocks: readonly PaperBlock[];
}

/** What an organisation prints for the day on which nothing answers. Its title says “runbook”; the runbooks of tasks are others. */
export interface EmergencyPaper {
  readonly title: string;
  readonly sections: readonly PaperSection[];
}

/** Makes the page for when the bot, Teams or Entra is down, out of what the rulebook says. */
export function emergencyPaperOf(rulebook: Rulebook): EmergencyPaper {
  return {
    title: 'Break-glass runbook',
    sections: [
      opening(rulebook),
      ...rulebook.packs.map((pack) => packSection(pack, rulebook.onCall)),
      portalSection(),
      emergencySection(rulebook),
      afterwards(),
      phones(rulebook),
    ],
  };
}

function opening({ version, packs }: Rulebook): PaperSection {
  return {
    title: 'The bot is not the only key',
    blocks: [
      {
        kind: 'text',
        text: 'Everything that a pack gives can be activated in the portal by the same people, without the bot and without Teams. When nobody can sign in, the emergency access accounts are left.',
      },
      {
        kind: 'facts',
        rows: [
          ['Everything answers', 'Say the sentence of the pack to the bot.'],
          [
            'Teams or the bot is down',
            'Activate the same roles in the portal, by hand. Nobody is told: tell them by phone.',
          ],
          ['Entra or its second factor is down', 'Use an emergency access account. Tell them by phone first.'],
        ],
      },
      {
        kind: 'text',
        text:
          packs.length === 0
            ? 'The rulebook has no packs: only the portal and the accounts are left.'
            : `Packs: ${packs.map(({ name }) => name).join(', ')}.`,
      },
      { kind: 'text', text: `Made from version ${version} of the rulebook. Print it again when that changes.` },
      { kind: 'blanks', labels: ['Printed on', 'Kept at'] },
    ],
  };
}

function packSection(pack: Pack, sources: readonly OnCallSource[]): PaperSection {
  const { name, purpose, activates, window, needsSecondPerson, owner } = pack;
  return {
    title: `Pack ${name}: ${purpose}`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Who may', `whoever is on call by ${pullersOf(pack, sources)}`],
          ['Gives', activates.map(dutyInWords).join('; ')],
          ['For at most', timeInWords(window)],
          [
            'Second person',
            needsSecondPerson ? 'another one on call confirms, which is the approval in PIM' : 'not needed',
          ],
          ['Must be said', needsInWords(pack)],
          ['Who is told', toldBy(pack)],
          ['Who reviews', `${owner}, and whoever pulled it`],
        ],
      },
      { kind: 'text', text: 'With the bot: in your own chat with it in Teams, say' },
      { kind: 'say', sentence: pullSentence(pack, typed(pack.window)) },
      { kind: 'steps', steps: botSteps(pack) },
      { kind: 'text', text: 'By hand, when the bot or Teams is down:' },
      { kind: 'steps', steps: handSteps(pack) },
    ],
  };
}

function pullersOf({ pulledBy }: Pack, sources: readonly OnCallSource[]): string {
  const source = sources.find(({ name }) => name.toLowerCase() === pulledBy.toLowerCase());
  return source === undefined ? pulledBy : `${pulledBy} (${sourceInWords(source)})`;
}

function toldBy({ alarm: { channel, people } }: Pack): string {
  return [`the channel ${channel}`, ...people].join(', ');
}

/** Such as `1h30m`. */
function typed(window: Temporal.Duration): string {
  return timeInWords(window).replaceAll(' min', 'm').replaceAll(' ', '');
}

function botSteps({ name, severities, isIncidentNeeded, needsSecondPerson }: Pack): readonly string[] {
  const words = [
    ...(severities.length > 1 ? [`one of ${severities.join(', ')}`] : []),
    ...(isIncidentNeeded ? ['the number of the incident instead of INC-99'] : []),
    'what is broken in your words',
  ];
  return [
    `Put in ${words.join(', ')}. A shorter time is fine.`,
    'Press Confirm within five minutes, and sign in where the bot asks for it.',
    ...(needsSecondPerson ? ['Have another one on call press Confirm on their own card.'] : []),
    `When it is done, say: standdown ${name}`,
  ];
}

function handSteps(pack: Pack): readonly string[] {
  const { activates, window, needsSecondPerson } = pack;
  const incident = pack.isIncidentNeeded ? ' and the number of the incident, also as ticket where it is asked for' : '';
  return [
    'Tell by phone whoever would have been told. The numbers are on the last page.',
    `Open “My roles” of Privileged Identity Management in the portal: ${ACTIVATION_PAGE}`,
    ...activates.map(
      (role) => `${placeOf(role)}: Activate, for ${timeInWords(window)} at most, with what is broken${incident}.`,
    ),
    ...(needsSecondPerson
      ? [
          'Another one on call opens Privileged Identity Management, “Approve requests”, looks who asks for what, and approves.',
        ]
      : []),
    'When it is done: “My roles”, “Active assignments”, Deactivate.',
    'Write into the incident who activated what, when and why: the review needs it.',
  ];
}

function placeOf({ surface, role, scope }: NamedRole): string {
  switch (surface) {
    case 'directory':
      return `“Microsoft Entra roles”, ${role}${scope === null ? '' : ` on ${scope}`}`;
    case 'group':
      return `“Groups”, ${role} as ${scope ?? 'member'}`;
    default:
      return `“Azure resources”, ${role} on ${scope}`;
  }
}

function portalSection(): PaperSection {
  return {
    title: 'When Teams or the bot is down',
    blocks: [
      {
        kind: 'steps',
        steps: [
          'Do not wait for it: follow “By hand” of the pack.',
          'What the bot gave already stays until its end, and ends by itself. It can be given back in the portal before.',
          'A request that waits for a second person waits in PIM, too: it can be approved in the portal.',
          'Alarms, reminders and reviews do not come by themselves: do them by phone and on paper.',
        ],
      },
    ],
  };
}

function emergencySection({ emergencyAccounts }: Rulebook): PaperSection {
  const count = emergencyAccounts.length;
  const named: PaperBlock =
    count === 0
      ? { kind: 'text', text: 'The rulebook names no emergency access account. Write down here which there are.' }
      : {
          kind: 'facts',
          rows: emergencyAccounts.map((account, index) => [`Account ${index + 1} of ${count}`, account]),
        };
  const accounts = count === 0 ? ['Account', 'Account'] : [];
  return {
    title: 'When Entra or its second factor is down',
    blocks: [
      {
        kind: 'text',
        text: 'Packs do not help: PIM needs somebody who can sign in. Emergency access accounts do not depend on it.',
      },
      named,
      {
        kind: 'blanks',
        labels: [
          ...accounts,
          'Where the credentials are kept',
          'Who may fetch them',
          'Who must be there as the second person',
        ],
      },
      {
        kind: 'steps',
        steps: [
          'Tell by phone, before you sign in, that an emergency account is used, by whom and why.',
          'Fetch the credentials with a second person, and note the time.',
          'Sign in, do what restores sign-in for the others, and nothing else. Note what you do.',
          'Sign out, and note the time.',
          'Change the credentials and seal them again. Whoever is told of alarms expects one for each sign-in.',
        ],
      },
    ],
  };
}

function afterwards(): PaperSection {
  return {
    title: 'Afterwards',
    blocks: [
      {
        kind: 'steps',
        steps: [
          'Nothing is active any more: “My roles”, “Active assignments”.',
          'The owner of the pack and whoever pulled it look at what was done: who, when, why, and what changed.',
          'What was done by hand is in the incident, since the bot has no card for it.',
          'Credentials of emergency accounts are new and sealed.',
          'What did not work is mended, and this page is printed again.',
        ],
      },
    ],
  };
}

/** Everybody who would be told, each once. */
function phones({ packs, alarms, onCall }: Rulebook): PaperSection {
  const people = [...packs.flatMap(({ alarm, owner }) => [...alarm.people, owner]), ...(alarms?.people ?? [])];
  const once = new Map(people.map((person) => [person.toLowerCase(), person]));
  return {
    title: 'Phone numbers',
    blocks: [
      { kind: 'text', text: 'No rulebook holds these: write them in by hand.' },
      {
        kind: 'blanks',
        labels: [...onCall.map(({ name }) => `On call: ${name}`), ...once.values(), 'Who leads the incident'],
      },
    ],
  };
}
