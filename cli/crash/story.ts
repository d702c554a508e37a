import type { Random } from './random.ts';

/** Something that a person does, or tries to: who does not see the button, or not of that role, does not press it. */
export type Deed =
  | { readonly kind: 'say'; readonly person: string; readonly text: string; readonly role: string }
  | {
      readonly kind: 'press';
      readonly person: string;
      readonly button: string;
      /** The card speaks of this role and this requester. */
      readonly role: string;
      readonly of: string;
      /** The id of the card, where one button is on several. */
      readonly card?: string;
      readonly inputs: Readonly<Record<string, string>>;
    }
  /** Signs in on the page that the newest card links to, where one does. */
  | { readonly kind: 'sign-in'; readonly person: string }
  /** In Microsoft's portal, behind the bot's back. */
  | {
      readonly kind: 'portal';
      readonly person: string;
      readonly action: 'approve' | 'deny' | 'activate' | 'deactivate' | 'cancel';
      readonly role: string;
      readonly duration: string | null;
    };

export function describeDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'say':
      return `${deed.person}: ${deed.text}`;
    case 'press':
      return `${deed.person}: [${deed.button}] ${deed.role}`;
    case 'sign-in':
      return `${deed.person} signs in`;
    case 'portal':
      return `portal: ${deed.person} ${deed.action} ${deed.role}`;
  }
}

/** What happens at one instant: several deeds at once, in an order that nobody knows. */
export interface Beat {
  /** Minutes after the story began. */
  readonly minute: number;
  readonly deeds: readonly Deed[];
}

export const STORY_MINUTES = 62;

/** A role with who may ask for it and who may decide. */
interface Part {
  readonly requester: string;
  readonly role: string;
  readonly where: string;
  readonly approvers: readonly string[];
  readonly surface: 'directory' | 'group' | 'azure';
}

const APP_APPROVERS = ['approver', 'approver2'] as const;
const PARTS: readonly Part[] = [
  part('engineer', 'Contoso-App-Assignment-Operator', 'directory', APP_APPROVERS),
  part('contractor', 'Contoso-App-Configuration-Administrator', 'directory', APP_APPROVERS),
  part('engineer', 'Security Reader', 'directory'),
  part('oncall', 'Global Reader', 'directory'),
  part('engineer', 'sg-payments-oncall', 'group'),
  part('oncall', 'sg-payments-oncall', 'group'),
  { ...part('engineer', 'Contributor', 'azure', ['approver']), where: ' on rg-web' },
  part('contractor', 'Virtual Machine Operator (Contractors)', 'azure', ['approver']),
  { ...part('engineer', 'Virtual Machine Operator', 'azure'), where: ' on rg-payments' },
];

function part(requester: string, role: string, surface: Part['surface'], approvers: readonly string[] = []): Part {
  return { requester, role, where: '', approvers, surface };
}

/** The words of a justification that the story gives, so that what it made can be told from all else. */
const WORDS = ['deploy', 'audit', 'broken sign-in', 'night shift', 'rotate a secret'] as const;

/**
 * Draws a mixed hour: one part on each surface and one with an approval at least, each played by its people in its own way,
 * mixed by the minute. Everything in it depends on the numbers drawn only.
 */
export function drawStory(random: Random): readonly Beat[] {
  const beats = drawParts(random).flatMap((one) => playPart(one, random));
  if (random.chance(0.3)) {
    beats.push(...portalOnly(random));
  }
  // Stable: beats of one part and minute keep their order.
  return beats.filter(({ minute }) => minute < STORY_MINUTES).sort((one, other) => one.minute - other.minute);
}

function drawParts(random: Random): readonly Part[] {
  const mixed = random.shuffled(PARTS);
  const chosen = new Set<Part>();
  const wanted: readonly ((one: Part) => boolean)[] = [
    ({ surface, approvers }) => surface === 'directory' && approvers.length > 0,
    ({ surface }) => surface === 'group',
    ({ surface }) => surface === 'azure',
  ];
  for (const isWanted of wanted) {
    const found = mixed.find(isWanted);
    if (found !== undefined) {
      chosen.add(found);
    }
  }
  for (const one of mixed.slice(0, random.between(1, 2))) {
    chosen.add(one);
  }
  return [...chosen];
}

function playPart(one: Part, random: Random): Beat[] {
  const start = random.between(0, 9);
  const minutes = random.pick([25, 30, 40]);
  const ask: Beat = { minute: start, deeds: [askFor(one, minutes, random)] };
  // Who presses nothing for half a minute, because nothing came, says it once more.
  const asked = random.chance(0.1) ? [ask, { minute: start + 2, deeds: ask.deeds }] : [ask];
  if (one.approvers.length === 0) {
    return [...asked, ...useIt(one, { from: start, until: start + minutes }, random)];
  }
  const decidedAt = start + random.between(1, 6);
  const decision = drawDecision(one, decidedAt, random);
  const until = decidedAt + minutes;
  return [...asked, ...decision, ...useIt(one, { from: decidedAt, until }, random), ...decideAgain(one, until + 1)];
}

function askFor({ requester, role, where }: Part, minutes: number, random: Random): Deed {
  const text = `activate "${role}"${where} for ${minutes}m because INC-${random.between(10, 99)} ${random.pick(WORDS)}`;
  return { kind: 'say', person: requester, text, role };
}

function press(one: Part, person: string, button: string, inputs: Readonly<Record<string, string>> = {}): Deed {
  return { kind: 'press', person, button, role: one.role, of: one.requester, inputs };
}

const YES = { justification: 'looks right' } as const;
const NO = { justification: 'not now' } as const;

function drawDecision(one: Part, minute: number, random: Random): readonly Beat[] {
  const [first = '', second = first] = random.shuffled(one.approvers);
  const at = (...deeds: readonly Deed[]): Beat => ({ minute, deeds });
  const inPortal = (action: 'approve' | 'deny'): Deed => {
    return { kind: 'portal', person: first, action, role: one.role, duration: null };
  };
  const yes = (person: string): Deed => press(one, person, 'Approve', YES);
  const no = (person: string): Deed => press(one, person, 'Deny', NO);
  const withdraw = press(one, one.requester, 'Cancel request');
  const remind = press(one, one.requester, 'Remind approvers');
  return random.pick<readonly Beat[]>([
    [at(yes(first))],
    [at(yes(first))],
    [at(yes(first))],
    [at(no(first))],
    [at(yes(first), no(second))],
    [at(yes(first), yes(first))],
    [at(yes(first), withdraw)],
    [at(withdraw)],
    [{ minute: minute - 1, deeds: [remind] }, at(yes(second))],
    [at(inPortal('approve'))],
    [at(inPortal('deny'))],
    [],
  ]);
}

/** What the requester does with access while it lasts, and when the reminder has come. */
function useIt(one: Part, { from, until }: { from: number; until: number }, random: Random): readonly Beat[] {
  const person = one.requester;
  const lead = Math.ceil((until - from) / 4);
  const reminded = until - lead + 1;
  const later = (minute: number, ...deeds: readonly Deed[]): readonly Beat[] => [{ minute, deeds }];
  const giveBack = press(one, person, 'Deactivate');
  const goOn = press(one, person, one.approvers.length > 0 ? 'Ask again at the end' : 'Continue');
  return random.pick<readonly Beat[]>([
    [],
    later(from + random.between(1, 3), giveBack),
    later(from + random.between(6, 15), giveBack),
    later(from + random.between(6, 15), giveBack, giveBack),
    later(reminded, goOn),
    later(reminded, goOn),
    later(reminded, goOn, giveBack),
    later(reminded, press(one, person, 'Let it end')),
    [...later(reminded, goOn), ...later(reminded + 2, press(one, person, 'Let it end'))],
    later(from + random.between(6, 15), {
      kind: 'portal',
      person,
      action: 'deactivate',
      role: one.role,
      duration: null,
    }),
  ]);
}

/** After an end that was to go on, approvers see a new card. */
function decideAgain(one: Part, minute: number): readonly Beat[] {
  const [first = ''] = one.approvers;
  return [{ minute, deeds: [press(one, first, 'Approve', YES)] }];
}

/** Somebody who never uses the bot for it. */
function portalOnly(random: Random): readonly Beat[] {
  const minute = random.between(0, 20);
  const base = { kind: 'portal', person: 'oncall2', role: 'sg-payments-oncall' } as const;
  return [
    { minute, deeds: [{ ...base, action: 'activate', duration: 'PT30M' }] },
    { minute: minute + random.between(8, 20), deeds: [{ ...base, action: 'deactivate', duration: null }] },
  ];
}
