import { GROUP_SCOPE_NAMES, WHOLE_TENANT } from '../src/domain/assignment.ts';
import { type Listener, type MessageKey, say } from './messages.ts';
import { nameText } from './plain-text.ts';

/** Names of ours for scopes that have none of their own, as notices carry them. */
const OWN_NAMES: ReadonlyMap<string, MessageKey> = new Map([
  [WHOLE_TENANT, 'shared.scope.whole-tenant'],
  [GROUP_SCOPE_NAMES.member, 'shared.scope.group-membership'],
  [GROUP_SCOPE_NAMES.owner, 'shared.scope.group-ownership'],
]);

/** The name of a scope for the reader: the tenant's own as it is, made plain; ours in the reader's language. */
export function scopeText(scopeName: string, reader: Listener): string {
  const key = OWN_NAMES.get(scopeName);
  return key === undefined ? nameText(scopeName) : say(reader, key);
}
