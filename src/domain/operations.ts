import { mayReach } from './directory-actions.ts';
import { comparable, haveCommon } from './operation-pattern.ts';

/**
 * Says whether any action that a definition lists, of a directory role or of an Azure one, takes in an operation. The operation of an
 * Azure role may have wildcards itself: then something in common is enough. What `notActions` subtract is not looked at: the
 * answer is rather too often yes.
 */
export function allowsOperation(actions: readonly string[], operation: string): boolean {
  const wanted = comparable(operation);
  return actions.some((action) => haveCommon(action, wanted) || mayReach(comparable(action), wanted));
}
