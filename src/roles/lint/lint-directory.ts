import type { DirectoryRoleDefinition } from '../../domain/role-definition.ts';
import { changesAccess } from '../changes-access.ts';
import { plain, type Remark } from './finding.ts';
import type { KnownNames, Suggester } from './known-names.ts';
import { lintWriting, meant, quote } from './lint-strings.ts';

/** Words with which operations of Azure end, and permissions of Entra never do. */
const AZURE_WORD = /\/(write|action)$/;
const CREATES = /\/(create|createasowner)$/;

/** How the list of what custom roles may have is used. */
interface CustomList {
  readonly near: Suggester;
  /** False when it comes from the documentation. */
  readonly isComplete: boolean;
}

interface Asked {
  readonly written: string;
  /** As it is compared. */
  readonly action: string;
  readonly part: string;
}

/** What is wrong with a role of Entra (rbac.md §6). */
export function lintDirectory(
  role: DirectoryRoleDefinition,
  names: KnownNames,
  { near, isComplete }: CustomList,
): readonly Remark[] {
  const isEmpty = role.permissions.every(({ actions }) => actions.every((action) => action.trim() === ''));
  return [
    ...role.permissions.flatMap(({ actions, condition }, index) => {
      const seen = new Set<string>();
      return [
        ...(condition !== null && role.isCustom ? [conditional(`permissions.${index}.condition`)] : []),
        ...actions.flatMap((written, at): readonly Remark[] => {
          const part = `permissions.${index}.actions.${at}`;
          const action = plain(written);
          if (seen.has(action)) {
            return [{ rule: 'duplicate', part, text: `${quote(written)} stands here twice` }];
          }
          seen.add(action);
          return [
            ...lintWriting(written, part),
            ...lintKind({ written, action, part }, names),
            ...(role.isCustom ? lintCustom({ written, action, part }, names, { near, isComplete }) : []),
            ...lintPower({ written, action, part }, names),
          ];
        }),
      ];
    }),
    ...(isEmpty ? [{ rule: 'empty', part: 'permissions', text: 'the role grants nothing' } as const] : []),
  ];
}

function conditional(part: string): Remark {
  return { rule: 'entra-condition', part, text: 'custom roles of Entra have no conditions' };
}

function lintKind({ written, action, part }: Asked, names: KnownNames): readonly Remark[] {
  if (action.includes('*')) {
    const text = `${quote(written)}: Entra knows no wildcards; name each permission`;
    return [{ rule: 'entra-wildcard', part, text }];
  }
  if (!isOfAzure(action, names)) {
    return [];
  }
  const text = `${quote(written)} is an operation of Azure: it needs a role of Azure, in a file of its own`;
  return [{ rule: 'entra-namespace', part, text }];
}

function isOfAzure(action: string, names: KnownNames): boolean {
  return AZURE_WORD.test(action) || (names.planesOf(action).size > 0 && !names.isDirectoryAction(action));
}

function lintCustom(
  { written, action, part }: Asked,
  names: KnownNames,
  { near, isComplete }: CustomList,
): readonly Remark[] {
  const isJudged = names.hasDirectoryActions && action !== '' && !action.includes('*') && !isOfAzure(action, names);
  if (!isJudged || names.isDirectoryAction(action)) {
    return [];
  }
  const list = isComplete ? 'the tenant offers' : 'the documentation names';
  const text = `${quote(written)} is none of the permissions that ${list} for custom roles`;
  return [
    {
      rule: 'entra-not-custom',
      part,
      text: `${text}${meant(near.directoryAction(action))}`,
      ...(isComplete ? {} : { level: 'warning' as const }),
    },
  ];
}

function lintPower({ written, action, part }: Asked, names: KnownNames): readonly Remark[] {
  return [
    ...(names.isPrivileged(action)
      ? [{ rule: 'entra-privileged', part, text: `Microsoft labels ${quote(written)} as privileged` } as const]
      : []),
    ...(changesAccess([action])
      ? [{ rule: 'escalation', part, text: `with ${quote(written)} the role can change who has access` } as const]
      : []),
    ...(CREATES.test(action)
      ? [
          {
            rule: 'entra-create-scope',
            part,
            text: `${quote(written)} does nothing unless the role is assigned for the whole tenant`,
          } as const,
        ]
      : []),
  ];
}
