import { mayActivate } from '../../src/domain/can-verdict.ts';
import type { MembershipNotice } from '../../src/domain/role-notice.ts';
import type { CardContext } from '../context.ts';
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
    summary: `What membership of ${name} gives`,
    title: shared.isLive ? 'What this group gives' : 'What a group gave',
    name,
    kind: ' · Group that PIM governs',
    description: '',
    risk: '',
    riskColor: 'Default',
    facts: [
      ...(notice.held.length === 0 ? [{ id: 'nothing', text: 'No role is given to it that I can see.' }] : []),
      { id: 'own', text: ownWords(notice.own, shared) },
    ],
    sections: sectionOf({
      id: 'held',
      heading: 'Whoever is a member of it',
      lines: notice.held.map(({ roleName, scopeName, gives }) => ({
        text: `${gives === 'active' ? 'has' : 'may activate'} ${nameText(roleName)}${placeWords(scopeName)}`,
      })),
      total: notice.heldTotal,
      budget: 12_000,
    }),
    providers: [],
    provider: '',
    hasProviders: false,
    hasDefinition: false,
    hasSummary: false,
    hasExport: false,
    hasActivate: shared.isLive && mayActivate(notice.own),
  };
}
