import { z } from 'zod';
import type {
  AdministratorFacts,
  FittingRole,
  MeaningFacts,
  WhichRoleNotice,
} from '../../src/domain/which-role-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, plainText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { type Frame, frame, frameOf, pressData } from './frame.ts';
import { notesLine, roleOf } from './list.ts';
import { operationWords } from './operation-words.ts';
import { tellingWords } from './request.ts';
import { changesWords, kindWords, RISKS } from './role-facts.ts';
import { unreadNotes, unreadShape } from './unread.ts';

const roleEntry = z.strictObject({
  id: z.string(),
  role: z.string(),
  place: z.string(),
  through: z.string(),
  notes: z.string(),
  why: z.string(),
  by: z.string(),
  condition: z.string(),
  risk: z.string(),
  riskColor: z.string(),
  hasActivate: z.boolean(),
  data: pressData,
});
const otherEntry = z.strictObject({
  id: z.string(),
  name: z.string(),
  says: z.string(),
  hasButton: z.boolean(),
  data: pressData,
});
export const whichRoleView = z.strictObject({
  ...frame,
  title: z.string(),
  titleColor: z.string(),
  meaning: z.string(),
  says: z.string(),
  where: z.string(),
  reading: z.string(),
  answer: z.string(),
  roles: z.array(roleEntry),
  more: z.string(),
  facts: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  unread: unreadShape,
  othersHeading: z.string(),
  others: z.array(otherEntry),
});

const ROLES_BYTES = 15_000;
/** What the template adds around one role. */
const ROLE_FRAME = 1_400;
const OTHERS_BYTES = 5_500;
const OTHER_FRAME = 560;
const CONDITION_LENGTH = 300;

export function viewWhichRole(notice: WhichRoleNotice, context: CardContext): z.infer<typeof whichRoleView> {
  const shared = frameOf(context);
  const { meaning, place } = notice;
  const title = titleOf(notice);
  const { shown } = takeMapped(notice.fitting, (role, index) => roleEntryOf(role, index, context), {
    budget: ROLES_BYTES,
    frame: ROLE_FRAME,
  });
  const others = takeMapped(notice.others, (other, index) => otherEntryOf(other, index, context), {
    budget: OTHERS_BYTES,
    frame: OTHER_FRAME,
  });
  const name = meaning === null ? '' : nameText(meaning.name);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && notice.fitting.some(({ key }) => key !== null),
    summary: `${title.text}: ${name === '' ? wordsText(notice.asked) : name}`,
    title: title.text,
    titleColor: shared.isLive ? title.color : 'Default',
    meaning: name,
    says: meaning === null ? '' : saysOf(meaning),
    where: place === null || meaning === null ? '' : ` on ${nameText(place.scopeName)}`,
    reading: readingWords(notice),
    answer: answerWords(notice),
    roles: shown,
    more: moreWords(notice.fittingTotal - shown.length),
    facts: factsOf(notice, shared),
    unread: unreadNotes(notice.unread, context),
    othersHeading: others.shown.length === 0 ? '' : othersHeading(notice),
    others: others.shown,
  };
}

interface Title {
  readonly text: string;
  readonly color: string;
}

/** What is not sure is never told as if it were. */
type Sureness = 'none' | 'sure' | 'mixed' | 'unsure' | 'part';

function sureness(fitting: readonly FittingRole[]): Sureness {
  const found = new Set(fitting.map(({ certainty }) => certainty));
  if (found.size === 0) {
    return 'none';
  }
  if (found.has('sure')) {
    return found.size === 1 ? 'sure' : 'mixed';
  }
  return found.size === 1 && found.has('part') ? 'part' : 'unsure';
}

const OWN_TITLES: Readonly<Record<Sureness, string>> = {
  none: 'None of your roles lets you',
  sure: 'Roles that let you',
  mixed: 'Roles that let you',
  unsure: 'Roles that may let you',
  part: 'Roles that let you do a part of it',
};

const NOT_SURE: Title = { text: 'It depends', color: 'Warning' };

function titleOf(notice: WhichRoleNotice): Title {
  const { purpose, meaning, fitting } = notice;
  if (meaning === null) {
    return {
      text: notice.areOthersFitting ? 'What do you want to do?' : 'I do not know what that is',
      color: 'Default',
    };
  }
  if (purpose === 'which-role') {
    return { text: OWN_TITLES[sureness(fitting)], color: 'Default' };
  }
  if (fitting.some(({ certainty, isActive }) => certainty === 'sure' && isActive)) {
    return { text: 'Yes', color: 'Good' };
  }
  if (fitting.some(({ certainty }) => certainty === 'sure')) {
    return { text: 'Yes, once you activate a role', color: 'Good' };
  }
  const isOpen = fitting.length > 0 || notice.unread.length > 0 || notice.unreadDefinitions.length > 0;
  return isOpen ? NOT_SURE : { text: 'No', color: 'Attention' };
}

function saysOf(meaning: MeaningFacts): string {
  const { kind, name, says, isData, roles } = meaning;
  if (kind === 'task') {
    return roles.length === 0 ? '' : ` — least privileged: ${namesWords(roles, 4)}`;
  }
  const words = operationWords({ operation: name, says }, kind === 'directory-action' ? 'directory' : 'azure');
  return `${words === '' ? '' : ` — ${words}`}${isData ? ' (on the data in the resource)' : ''}`;
}

/** Words are read as an operation or a task: that reading is shown. */
function readingWords({ asked, meaning, isListed }: WhichRoleNotice): string {
  const said = wordsText(asked);
  if (meaning === null) {
    return `You asked: “${said}”.`;
  }
  const isSame = said.toLowerCase() === nameText(meaning.name).toLowerCase();
  const reading = isSame ? '' : `That is how I read “${said}”.`;
  const unlisted = isListed
    ? ''
    : 'The list of operations could not be read: I took this one as it is written, and cannot say whether it exists.';
  return [reading, unlisted].filter((text) => text !== '').join(' ');
}

const LEAST_FIRST = ' The one with the least privilege comes first.';

function answerWords(notice: WhichRoleNotice): string {
  const { meaning, fitting, fittingTotal, areOthersFitting } = notice;
  if (meaning === null) {
    return areOthersFitting
      ? 'These fit about equally well, and different roles allow them: choose the one you mean.'
      : 'No operation and no task that I know of fits.';
  }
  const isPartly = notice.unread.length > 0 || notice.unreadDefinitions.length > 0;
  if (fitting.length === 0) {
    return isPartly
      ? 'None of the roles that I could look into allows it.'
      : 'Nothing that you are eligible for, or hold now, allows it.';
  }
  const count = `${fittingTotal} of your roles`;
  const [allow, first] = fittingTotal === 1 ? ['allows', ''] : ['allow', LEAST_FIRST];
  switch (sureness(fitting)) {
    case 'part':
      return `${count} ${allow} a part of it, and none all of it.`;
    case 'unsure':
      return `${count} may allow it; beside each stands what that depends on.${first}`;
    case 'mixed':
      return `${count} allow it, some only under a condition or in part.${first}`;
    default:
      return `${count} ${allow} it.${first}`;
  }
}

function roleEntryOf(role: FittingRole, index: number, context: CardContext): z.infer<typeof roleEntry> {
  const shared = frameOf(context, role.key === null ? {} : { role: role.key });
  const risk = role.risk === null ? null : RISKS[role.risk];
  return {
    id: `role-${index + 1}`,
    ...roleOf(role),
    through: tellingWords(role.through === null ? {} : { through: role.through }),
    notes: notesOf(role, context),
    ...whyOf(role),
    condition: role.condition === null ? '' : `Only where this is met: ${plainText(role.condition, CONDITION_LENGTH)}`,
    risk: risk?.text ?? '',
    riskColor: shared.isLive ? (risk?.color ?? 'Default') : 'Default',
    hasActivate: shared.isLive && role.key !== null,
    data: shared.data,
  };
}

function notesOf(role: FittingRole, context: CardContext): string {
  const isLive = !context.isRetired;
  return notesLine([
    activeWords(role, context),
    role.isActive || role.maximumDuration === null ? '' : `up to ${durationWords(role.maximumDuration)}`,
    role.isActive
      ? ''
      : role.needsApproval === null
        ? settingsUnread(isLive)
        : role.needsApproval
          ? 'needs approval'
          : 'no approval',
    role.operations === null
      ? ''
      : changesWords(role.operations, role.changes ?? 0, role.kind === 'azure' ? 'operation' : 'permission'),
  ]);
}

function settingsUnread(isLive: boolean): string {
  return isLive ? 'its settings cannot be read' : 'its settings could not be read';
}

function activeWords({ isActive, activeUntil }: FittingRole, context: CardContext): string {
  if (!isActive) {
    return '';
  }
  const state = context.isRetired ? 'was active' : 'active now';
  return activeUntil === null ? state : `${state}, until ${instantWords(activeUntil, context)}`;
}

const WHY: Readonly<Record<Exclude<FittingRole['certainty'], 'part'>, string>> = {
  sure: 'Allows it by ',
  conditional: 'Allows it, under a condition, by ',
  likely: 'May allow it; Microsoft does not say so of ',
};

function whyOf({ by, certainty }: FittingRole): { readonly why: string; readonly by: string } {
  if (certainty === 'part') {
    return { why: 'Allows a part of it.', by: '' };
  }
  return by === null
    ? { why: 'Microsoft names it, or one with less, for this task.', by: '' }
    : { why: WHY[certainty], by: nameText(by) };
}

function factsOf(notice: WhichRoleNotice, shared: Pick<Frame, 'isLive'>): { id: string; text: string }[] {
  const facts = [
    { id: 'definitions', text: definitionWords(notice) },
    { id: 'elsewhere', text: elsewhereWords(notice) },
    { id: 'tenant-roles', text: tenantWords(notice) },
    { id: 'administrators', text: notice.administrators === null ? '' : administratorWords(notice.administrators) },
    { id: 'caveat', text: shared.isLive ? caveatOf(notice) : '' },
  ];
  return facts.filter(({ text }) => text !== '');
}

const KINDS = { azure: 'Azure roles', directory: 'Microsoft Entra roles' } as const;

/** What could not be read is never taken for nothing. */
function definitionWords({ unreadDefinitions }: WhichRoleNotice): string {
  return unreadDefinitions.length === 0
    ? ''
    : `What ${namesWords(unreadDefinitions.map((kind) => KINDS[kind]))} allow could not be read: one of yours may do, and I cannot tell.`;
}

function elsewhereWords({ elsewhere, fitting, place }: WhichRoleNotice): string {
  return elsewhere.length === 0 || fitting.length > 0
    ? ''
    : `You have roles that allow it elsewhere, and do not reach ${nameText(place?.scopeName ?? '')}: ${namesWords(elsewhere, 3)}.`;
}

function tenantWords({ tenantRoles, tenantTotal }: WhichRoleNotice): string {
  if (tenantRoles.length === 0) {
    return '';
  }
  const [only] = tenantRoles;
  const named = tenantRoles.map(
    (role) => `${role.isSure ? '' : 'perhaps '}${nameText(role.roleName)} (${kindWords(role)})`,
  );
  const further = tenantTotal - tenantRoles.length;
  const more =
    further === 0
      ? ''
      : ` ${further} more ${tenantRoles.every(({ isSure }) => isSure) ? 'would' : 'may'}, with more privilege.`;
  return tenantTotal === 1 && only !== undefined
    ? `This role would: ${named[0] ?? ''}.`
    : `These roles would, the least first: ${named.join(', ')}.${more}`;
}

function administratorWords({ kind, names, total, areKnown }: AdministratorFacts): string {
  const who =
    kind === 'directory'
      ? 'A Privileged Role Administrator can make you eligible.'
      : 'An Owner, a User Access Administrator or a Role Based Access Control Administrator there can make you eligible.';
  if (!areKnown) {
    return `${who} Who that is I could not read.`;
  }
  return names.length === 0
    ? `${who} I found nobody who is one now.`
    : `${who} As far as you may see: ${namesWords(names, 5, total - names.length)}.`;
}

function caveatOf({ meaning, fitting }: WhichRoleNotice): string {
  if (meaning === null || fitting.length === 0) {
    return '';
  }
  return meaning.kind === 'operation' || meaning.kind === 'pattern'
    ? 'Unless a deny assignment on the resource forbids it: those stand above roles, and I have not looked for any.'
    : '';
}

function othersHeading({ meaning, areOthersFitting }: WhichRoleNotice): string {
  if (meaning !== null) {
    return 'It could also be';
  }
  return areOthersFitting ? 'You could mean' : 'What comes nearest';
}

function otherEntryOf(other: MeaningFacts, index: number, context: CardContext): z.infer<typeof otherEntry> {
  const shared = frameOf(context, { meaning: String(index + 1) });
  const name = nameText(other.name);
  return {
    id: `other-${index + 1}`,
    name,
    says: saysOf(other),
    hasButton: shared.isLive,
    data: shared.data,
  };
}
