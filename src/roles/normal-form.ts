import { haveCommon, operationPattern, type Reading, USUAL_READING } from '../domain/operation-pattern.ts';
import type { AzureRoleDefinition, PermissionBlock } from '../domain/role-definition.ts';

/**
 * Brings the permissions of a role into one form: two roles of the same form allow the same for all time (rbac.md §7). Order, case,
 * blanks and repeats do not show in it, nor strings that another one of their list covers, nor what `not…` lists take from nothing.
 *
 * Roles of different forms may allow the same all the same.
 */
export function normalForm(
  { permissions }: Pick<AzureRoleDefinition, 'permissions'>,
  reading: Reading = USUAL_READING,
): string {
  const blocks = permissions
    .map((block) => normalBlock(block, reading))
    .filter(([actions, , data]) => actions?.length || data?.length);
  return JSON.stringify([...new Set(blocks.map((block) => JSON.stringify(block)))].sort());
}

/** A condition as conditions are compared: by its text, whose blanks do not count. */
export function comparableCondition(condition: string | null): string | null {
  return condition === null ? null : condition.trim().replace(/\s+/g, ' ');
}

function normalBlock(block: PermissionBlock, reading: Reading): readonly (readonly string[] | string | null)[] {
  const actions = withoutCovered(block.actions, reading);
  const dataActions = withoutCovered(block.dataActions, reading);
  return [
    actions,
    withoutCovered(block.notActions, reading).filter((not) =>
      actions.some((action) => haveCommon(not, action, reading)),
    ),
    dataActions,
    withoutCovered(block.notDataActions, reading).filter((not) =>
      dataActions.some((action) => haveCommon(not, action, reading)),
    ),
    comparableCondition(block.condition),
  ];
}

/** The strings of a list that no other one covers, in order. Of two that cover each other the first stays. */
function withoutCovered(list: readonly string[], reading: Reading): readonly string[] {
  const texts = [...new Set(list.map((written) => operationPattern(written).text))].sort();
  const patterns = texts.filter((text) => text.includes('*')).map((text) => operationPattern(text, reading));
  return texts.filter((text, at) => {
    const covering = patterns.filter((pattern) => pattern.text !== text && pattern.fits(text));
    return covering.every(
      (pattern) => operationPattern(text, reading).fits(pattern.text) && texts.indexOf(pattern.text) > at,
    );
  });
}
