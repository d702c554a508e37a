import { mayActivate } from '../../src/domain/can-verdict.ts';
import type { MembershipNotice } from '../../src/domain/role-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { frameOf } from './frame.ts';
import { placeWords } from './request.ts';
import { ownWords } from './role-facts.ts';
import type { RoleView } from './role-view.ts';
import { sectionOf } from './sections.ts';

/** What being a member of a group gives: the group has no definition of its own. */
export function viewMembership(notice: MembershipNotice, context: CardContext): RoleView {
  const shared = frameOf(context);
  const name = nameText(notice.groupName);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && mayActivate(notice.own),
    summary: say(context, 'role.group.summary', { name }),
    title: say(context, shared.isLive ? 'role.group.title.now' : 'role.group.title.then'),
    name,
    kind: say(context, 'role.group.kind'),
    description: '',
    risk: '',
    riskColor: 'Default',
    facts: [
      ...(notice.held.length === 0 ? [{ id: 'nothing', text: say(context, 'role.group.nothing') }] : []),
      { id: 'own', text: ownWords(notice.own, shared, context) },
    ],
    sections: sectionOf(
      {
        id: 'held',
        heading: say(context, 'role.group.whoever'),
        lines: notice.held.map(({ roleName, scopeName, gives }) => ({
          text: say(context, gives === 'active' ? 'role.group.has' : 'role.group.may', {
            role: `${nameText(roleName)}${placeWords(scopeName, context)}`,
          }),
        })),
        total: notice.heldTotal,
        budget: 12_000,
      },
      context,
    ),
    providers: [],
    provider: '',
    hasProviders: false,
    hasDefinition: false,
    hasSummary: false,
    hasExport: false,
    hasActivate: shared.isLive && mayActivate(notice.own),
  };
}
