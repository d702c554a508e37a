import { z } from 'zod';
import type { AskBackground } from '../../src/domain/approval-facts.ts';
import type { CardContext } from '../context.ts';
import { joined, say } from '../messages.ts';
import { nameText, plainText } from '../plain-text.ts';
import { dateWords, instantWords, namesWords } from '../words.ts';
import { powerfulWords } from './operation-words.ts';
import { roleWords } from './request.ts';
import { RISK_COLORS, riskWords } from './role-facts.ts';

const detail = z.strictObject({ id: z.string(), label: z.string(), text: z.string() });

/** What the card says of an ask besides the ask itself. Absent things are empty. */
export const backgroundShape = {
  risk: z.string(),
  riskColor: z.string(),
  gives: z.string(),
  scopePath: z.string(),
  activeRoles: z.string(),
  past: z.string(),
  details: z.array(detail),
  hasDetails: z.boolean(),
};
const backgroundView = z.strictObject(backgroundShape);
type View = z.infer<typeof backgroundView>;
type Detail = z.infer<typeof detail>;

const NOTHING: View = {
  risk: '',
  riskColor: 'Default',
  gives: '',
  scopePath: '',
  activeRoles: '',
  past: '',
  details: [],
  hasDetails: false,
};

/** As many as stand in a line; the rest is behind “More”. */
const MOST_INLINE = 3;
const MOST_IN_DETAIL = 12;
const SCOPE_ID_LENGTH = 400;

/** Only for the approver's own eyes: a card that several people read says nothing of it. */
export function backgroundOf(background: AskBackground | undefined, context: CardContext): View {
  if (background === undefined || context.isShared) {
    return NOTHING;
  }
  const details = detailsOf(background, context);
  return {
    risk: riskLine(background, context),
    riskColor: background.risk === null || context.isRetired ? 'Default' : RISK_COLORS[background.risk.class],
    gives: givesWords(background, MOST_INLINE, context),
    scopePath: background.scope.path.map(({ name }) => nameText(name)).join(' › '),
    activeRoles: activeWords(background, MOST_INLINE, context),
    past: pastWords(background, context),
    details,
    hasDetails: details.length > 0,
  };
}

/** "Can change who has access, or get at what others may do: gives anybody a role of the directory." */
function riskLine({ group, risk }: AskBackground, context: CardContext): string {
  if (group?.access === 'owner') {
    return say(context, 'approval-request.risk.owner');
  }
  if (risk === null) {
    return say(context, group === undefined ? 'approval-request.risk.unknown' : 'approval-request.risk.group-unknown');
  }
  const words = riskWords(risk.class, context);
  const reason =
    risk.operation === null
      ? ''
      : say(context, 'approval-request.risk.reason', { reason: powerfulWords(risk.operation, risk.kind, context) });
  const partly = group?.isRiskPartial === true ? ` ${say(context, 'approval-request.risk.partly')}` : '';
  return `${words}${reason === '' ? '' : ` ${reason}`}${partly}`;
}

function givesWords({ group }: AskBackground, most: number, context: CardContext): string {
  if (group === undefined) {
    return '';
  }
  if (group.roles === null) {
    return say(context, 'approval-request.gives.unread');
  }
  if (group.roles.length === 0) {
    return say(context, 'approval-request.gives.none');
  }
  const names = group.roles.map((role) => {
    const name = roleWords(role, context);
    return role.gives === 'eligible' ? say(context, 'approval-request.gives.eligible', { role: name }) : name;
  });
  return namesWords(names, context, { most, further: group.further });
}

function activeWords({ active }: AskBackground, most: number, context: CardContext): string {
  const { roles, further, unread } = active;
  const unreadWords =
    unread.length === 0
      ? ''
      : say(context, 'approval-request.active.unread', {
          parts: joined(
            context,
            unread.map((surface) => say(context, `approval-request.surface.${surface}`)),
          ),
        });
  if (roles.length > 0) {
    const names = roles.map((role) => activeName(role, context));
    const words = namesWords(names, context, { most, further });
    return unreadWords === '' ? words : `${words}; ${unreadWords}`;
  }
  return unreadWords === '' ? say(context, 'approval-request.active.none') : unreadWords;
}

function activeName(role: AskBackground['active']['roles'][number], context: CardContext): string {
  const name = roleWords(role, context);
  return role.endsAt === null
    ? name
    : say(context, 'approval-request.active.until', { role: name, until: instantWords(role.endsAt, context) });
}

function pastWords({ past }: AskBackground, context: CardContext): string {
  const { asked, approved, denied, lastForRole } = past;
  const counts = say(context, 'approval-request.past.counts', { asked, approved, denied });
  const last =
    lastForRole === null
      ? say(context, 'approval-request.past.never')
      : say(context, 'approval-request.past.last', { at: dateWords(lastForRole, context) });
  return asked === 0
    ? say(context, 'approval-request.past.none')
    : say(context, 'approval-request.past.line', { counts, last });
}

function detailsOf(background: AskBackground, context: CardContext): Detail[] {
  const { active, group, scope, surface } = background;
  const isLong = (count: number): boolean => count > MOST_INLINE;
  const row = (id: 'scope-id' | 'all-given' | 'all-active' | 'looked-up', text: string): Detail => ({
    id,
    label: say(context, `approval-request.fact.${id}`),
    text,
  });
  return [
    ...(surface === 'group' || scope.id === '/' ? [] : [row('scope-id', plainText(scope.id, SCOPE_ID_LENGTH))]),
    ...(isLong(group?.roles?.length ?? 0) ? [row('all-given', givesWords(background, MOST_IN_DETAIL, context))] : []),
    ...(isLong(active.roles.length) ? [row('all-active', activeWords(background, MOST_IN_DETAIL, context))] : []),
    row('looked-up', say(context, 'approval-request.looked-up', { at: dateWords(background.lookedAt, context) })),
  ];
}
