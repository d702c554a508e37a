import type { AzureRoleDefinition } from '../../domain/role-definition.ts';
import { count, plain, type Remark } from './finding.ts';
import { quote } from './lint-strings.ts';

const MOST_SCOPES = 2_000;

const NAME = '[^/*]{1,260}';
const GROUP = /^\/providers\/microsoft\.management\/managementgroups\/[-\w().]{1,90}$/;
const SUBSCRIPTION = '/subscriptions/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const UP_TO_RESOURCE_GROUP = new RegExp(`^${SUBSCRIPTION}(/resourcegroups/[^/*]{1,90})?$`);
const RESOURCE = new RegExp(`^${SUBSCRIPTION}(/resourcegroups/[^/*]{1,90})?/providers/${NAME}(/${NAME}/${NAME}){1,8}$`);

/** What is wrong with where a role of Azure can be assigned (rbac.md §4.2). */
export function lintScopes({ isCustom, assignableScopes, permissions }: AzureRoleDefinition): readonly Remark[] {
  if (assignableScopes.length === 0) {
    const text = 'the role names no scope where it can be assigned: AssignableScopes is empty';
    return [{ rule: 'no-scope', part: 'assignableScopes', text }];
  }
  const hasData = permissions.some(({ dataActions }) => dataActions.length > 0);
  const seen = new Set<string>();
  const remarks: Remark[] = [];
  let groups = 0;
  for (const [index, scope] of assignableScopes.entries()) {
    const part = `assignableScopes.${index}`;
    const path = withoutSlashAtEnd(plain(scope));
    if (seen.has(path)) {
      remarks.push({ rule: 'duplicate', part, text: `${quote(scope)} is named twice` });
      continue;
    }
    seen.add(path);
    remarks.push(...lintWriting(scope, part), ...lintPlace({ scope: scope.trim(), path, part }, isCustom));
    if (GROUP.test(path)) {
      groups += 1;
      remarks.push(...(groups > 1 ? [secondGroup(scope, part)] : []), ...(hasData ? [dataAtGroup(scope, part)] : []));
    }
  }
  if (seen.size > MOST_SCOPES) {
    const text = `the role names ${count(seen.size, 'scope')}; ${count(MOST_SCOPES, 'scope')} are the most`;
    remarks.push({ rule: 'too-many-scopes', part: 'assignableScopes', text });
  }
  return remarks;
}

function lintPlace(
  { scope, path, part }: { readonly scope: string; readonly path: string; readonly part: string },
  isCustom: boolean,
): readonly Remark[] {
  if (path === '/') {
    return isCustom ? [{ rule: 'scope-root', part, text: 'a custom role cannot be assigned at the root, /' }] : [];
  }
  if (path.includes('*')) {
    return [{ rule: 'scope-wildcard', part, text: `${quote(scope)}: a scope has no wildcard; name each one` }];
  }
  if (RESOURCE.test(path)) {
    const text = `${quote(scope)} is a single resource: Microsoft advises against it`;
    return [{ rule: 'resource-scope', part, text }];
  }
  if (GROUP.test(path) || UP_TO_RESOURCE_GROUP.test(path)) {
    return [];
  }
  const text = `${quote(scope)} is no management group, subscription, resource group or resource`;
  return [{ rule: 'scope-format', part, text }];
}

function lintWriting(scope: string, part: string): readonly Remark[] {
  const trimmed = scope.trim();
  return [
    ...(scope === trimmed ? [] : [{ rule: 'blank', part, text: `${quote(scope)} has blanks at its ends` } as const]),
    ...(trimmed.length > 1 && trimmed.endsWith('/')
      ? [{ rule: 'slash-end', part, text: `${quote(trimmed)} ends with a slash` } as const]
      : []),
  ];
}

function secondGroup(scope: string, part: string): Remark {
  return { rule: 'two-mgs', part, text: `${quote(scope)} is another management group: a role may name one` };
}

function dataAtGroup(scope: string, part: string): Remark {
  const text = `with DataActions the role cannot be assigned at ${quote(scope)} itself, only at the subscriptions below`;
  return { rule: 'data-at-mg', part, text };
}

function withoutSlashAtEnd(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
