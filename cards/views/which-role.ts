import { z } from 'zod';
import type {
  AdministratorFacts,
  FittingRole,
  MeaningFacts,
  WhichRoleNotice,
} from '../../src/domain/which-role-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, plainText, wordsText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { type Frame, frame, frameOf, pressData } from './frame.ts';
import { notesLine, roleOf, sentences } from './list.ts';
import { operationWords } from './operation-words.ts';
import { tellingWords } from './request.ts';
import { changesWords, kindWords, RISK_COLORS, riskWords, thingOf } from './role-facts.ts';
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
  const title = titleOf(notice, context);
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
    summary: say(context, 'which-role.summary-line', {
      title: title.text,
      asked: name === '' ? wordsText(notice.asked) : name,
    }),
    title: title.text,
    titleColor: shared.isLive ? title.color : 'Default',
    meaning: name,
    says: meaning === null ? '' : saysOf(meaning, context),
    where:
      place === null || meaning === null
        ? ''
        : say(context, 'which-role.on', { place: scopeText(place.scopeName, context) }),
    reading: readingWords(notice, context),
    answer: answerWords(notice, context),
    roles: shown,
    more: moreWords(notice.fittingTotal - shown.length, context),
    facts: factsOf(notice, shared, context),
    unread: unreadNotes(notice.unread, context),
    othersHeading: others.shown.length === 0 ? '' : othersHeading(notice, context),
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

type TitleWords = 'what' | 'unknown' | 'yes' | 'once' | 'depends' | 'no';

function titleOf(notice: WhichRoleNotice, reader: Listener): Title {
  const { purpose, meaning, fitting } = notice;
  const titled = (words: TitleWords, color: string): Title => ({
    text: say(reader, `which-role.title.${words}`),
    color,
  });
  if (meaning === null) {
    return titled(notice.areOthersFitting ? 'what' : 'unknown', 'Default');
  }
  if (purpose === 'which-role') {
    return { text: say(reader, `which-role.own.${sureness(fitting)}`), color: 'Default' };
  }
  if (fitting.some(({ certainty, isActive }) => certainty === 'sure' && isActive)) {
    return titled('yes', 'Good');
  }
  if (fitting.some(({ certainty }) => certainty === 'sure')) {
    return titled('once', 'Good');
  }
  // What is not sure is never told as if it were.
  const isOpen = fitting.length > 0 || notice.unread.length > 0 || notice.unreadDefinitions.length > 0;
  return isOpen ? titled('depends', 'Warning') : titled('no', 'Attention');
}

function saysOf({ kind, name, says, isData, roles }: MeaningFacts, reader: Listener): string {
  if (kind === 'task') {
    return roles.length === 0
      ? ''
      : say(reader, 'which-role.least-privileged', { roles: namesWords(roles, reader, { most: 4 }) });
  }
  const words = operationWords({ operation: name, says }, kind === 'directory-action' ? 'directory' : 'azure', reader);
  const said = words === '' ? '' : say(reader, 'which-role.says', { words });
  return isData ? say(reader, 'which-role.on-data', { words: said }) : said;
}

/** Words are read as an operation or a task: that reading is shown. */
function readingWords({ asked, meaning, isListed }: WhichRoleNotice, reader: Listener): string {
  const said = wordsText(asked);
  if (meaning === null) {
    return say(reader, 'which-role.you-asked', { asked: said });
  }
  const isSame = said.toLowerCase() === nameText(meaning.name).toLowerCase();
  const reading = isSame ? '' : say(reader, 'which-role.reading', { asked: said });
  const unlisted = isListed ? '' : say(reader, 'which-role.unlisted');
  return sentences([reading, unlisted]);
}

function answerWords(notice: WhichRoleNotice, reader: Listener): string {
  const { meaning, fitting, fittingTotal, areOthersFitting } = notice;
  if (meaning === null) {
    return say(reader, areOthersFitting ? 'which-role.answer.equal' : 'which-role.answer.no-meaning');
  }
  const sure = sureness(fitting);
  if (sure === 'none') {
    const isPartly = notice.unread.length > 0 || notice.unreadDefinitions.length > 0;
    return say(reader, isPartly ? 'which-role.answer.partly' : 'which-role.answer.nothing');
  }
  return say(reader, `which-role.answer.${sure}`, { count: fittingTotal });
}

function roleEntryOf(role: FittingRole, index: number, context: CardContext): z.infer<typeof roleEntry> {
  const shared = frameOf(context, role.key === null ? {} : { role: role.key });
  return {
    id: `role-${index + 1}`,
    ...roleOf(role, context),
    through: tellingWords(role.through === null ? {} : { through: role.through }, context),
    notes: notesOf(role, context),
    ...whyOf(role, context),
    condition:
      role.condition === null
        ? ''
        : say(context, 'which-role.condition', { condition: plainText(role.condition, CONDITION_LENGTH) }),
    risk: role.risk === null ? '' : riskWords(role.risk, context),
    riskColor: shared.isLive && role.risk !== null ? RISK_COLORS[role.risk] : 'Default',
    hasActivate: shared.isLive && role.key !== null,
    data: shared.data,
  };
}

function notesOf(role: FittingRole, context: CardContext): string {
  const { maximumDuration, operations, changes } = role;
  return notesLine([
    role.isServed === false ? say(context, 'shared.not-served-here') : '',
    activeWords(role, context),
    role.isActive || maximumDuration === null
      ? ''
      : say(context, 'which-role.up-to', { duration: durationWords(maximumDuration, context) }),
    role.isActive ? '' : approvalWords(role, context),
    operations === null ? '' : changesWords({ count: operations, changes: changes ?? 0 }, thingOf(role.kind), context),
  ]);
}

function approvalWords({ needsApproval }: FittingRole, context: CardContext): string {
  if (needsApproval === null) {
    return say(context, context.isRetired ? 'which-role.settings.then' : 'which-role.settings.now');
  }
  return say(context, needsApproval ? 'which-role.needs-approval' : 'which-role.no-approval');
}

function activeWords({ isActive, activeUntil }: FittingRole, context: CardContext): string {
  if (!isActive) {
    return '';
  }
  const when = context.isRetired ? 'then' : 'now';
  return activeUntil === null
    ? say(context, `which-role.active.${when}`)
    : say(context, `which-role.active-until.${when}`, { until: instantWords(activeUntil, context) });
}

function whyOf({ by, certainty }: FittingRole, reader: Listener): { readonly why: string; readonly by: string } {
  if (certainty === 'part') {
    return { why: say(reader, 'which-role.why.part'), by: '' };
  }
  return by === null
    ? { why: say(reader, 'which-role.why.named'), by: '' }
    : { why: say(reader, `which-role.why.${certainty}`), by: nameText(by) };
}

function factsOf(notice: WhichRoleNotice, { isLive }: Pick<Frame, 'isLive'>, reader: Listener) {
  const { administrators } = notice;
  const facts = [
    { id: 'definitions', text: definitionWords(notice, reader) },
    { id: 'elsewhere', text: elsewhereWords(notice, reader) },
    { id: 'tenant-roles', text: tenantWords(notice, reader) },
    { id: 'administrators', text: administrators === null ? '' : administratorWords(administrators, reader) },
    { id: 'caveat', text: isLive && mayBeDenied(notice) ? say(reader, 'can.caveat.unseen') : '' },
  ];
  return facts.filter(({ text }) => text !== '');
}

/** What could not be read is never taken for nothing. */
function definitionWords({ unreadDefinitions }: WhichRoleNotice, reader: Listener): string {
  const [only] = unreadDefinitions;
  if (only === undefined) {
    return '';
  }
  return say(reader, `which-role.unread.${unreadDefinitions.length > 1 ? 'both' : only}`);
}

function elsewhereWords({ elsewhere, fitting, place }: WhichRoleNotice, reader: Listener): string {
  return elsewhere.length === 0 || fitting.length > 0
    ? ''
    : say(reader, 'which-role.elsewhere', {
        place: scopeText(place?.scopeName ?? '', reader),
        roles: namesWords(elsewhere, reader, { most: 3 }),
      });
}

function tenantWords({ tenantRoles, tenantTotal }: WhichRoleNotice, reader: Listener): string {
  const named = tenantRoles.map((role) =>
    say(reader, role.isSure ? 'which-role.tenant.role' : 'which-role.tenant.perhaps', {
      role: nameText(role.roleName),
      kind: kindWords(role, reader),
    }),
  );
  const [first] = named;
  if (first === undefined) {
    return '';
  }
  if (tenantTotal === 1) {
    return say(reader, 'which-role.tenant.one', { role: first });
  }
  const count = tenantTotal - tenantRoles.length;
  const areSure = tenantRoles.every(({ isSure }) => isSure);
  const more =
    count === 0 ? '' : say(reader, areSure ? 'which-role.tenant.more-would' : 'which-role.tenant.more-may', { count });
  return `${say(reader, 'which-role.tenant.several', { roles: named.join(', ') })}${more}`;
}

function administratorWords({ kind, names, total, areKnown }: AdministratorFacts, reader: Listener): string {
  const who = say(reader, `which-role.administrators.${kind === 'directory' ? 'directory' : 'azure'}`);
  if (!areKnown) {
    return say(reader, 'which-role.administrators.unread', { who });
  }
  const named = { who, names: namesWords(names, reader, { most: 5, further: total - names.length }) };
  return say(
    reader,
    names.length === 0 ? 'which-role.administrators.nobody' : 'which-role.administrators.named',
    named,
  );
}

/** On Azure deny assignments stand above roles, and these have not been looked for. */
function mayBeDenied({ meaning, fitting }: WhichRoleNotice): boolean {
  return fitting.length > 0 && (meaning?.kind === 'operation' || meaning?.kind === 'pattern');
}

function othersHeading({ meaning, areOthersFitting }: WhichRoleNotice, reader: Listener): string {
  if (meaning !== null) {
    return say(reader, 'which-role.could-also');
  }
  return say(reader, areOthersFitting ? 'which-role.could-mean' : 'which-role.nearest');
}

function otherEntryOf(other: MeaningFacts, index: number, context: CardContext): z.infer<typeof otherEntry> {
  const shared = frameOf(context, { meaning: String(index + 1) });
  return {
    id: `other-${index + 1}`,
    name: nameText(other.name),
    says: saysOf(other, context),
    hasButton: shared.isLive,
    data: shared.data,
  };
}
