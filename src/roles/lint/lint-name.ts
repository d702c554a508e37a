import type { RoleDefinition } from '../../domain/role-definition.ts';
import { count, type LintOptions, type Remark } from './finding.ts';

/** In UTF-16 units, as Azure counts. */
const LIMITS = {
  name: { hard: 512, recommended: 256 },
  description: { hard: 2_048, recommended: 512 },
} as const;

/** What is wrong with what people see of a role. */
export function lintName(role: RoleDefinition, { namePattern }: LintOptions): readonly Remark[] {
  const { name, description } = role;
  if (name.trim() === '') {
    return [{ rule: 'no-name', part: 'name', text: 'the role has no name' }, ...lintLength('description', description)];
  }
  // The convention is the organization's: Microsoft names the built-in roles.
  const isOdd = role.isCustom && namePattern !== null && !namePattern.matches(name);
  return [
    ...lintLength('name', name),
    ...lintLength('description', description),
    ...(isOdd
      ? [
          {
            rule: 'name-pattern',
            part: 'name',
            text: `the name does not match the naming convention ${namePattern.text}`,
          } as const,
        ]
      : []),
  ];
}

function lintLength(part: 'name' | 'description', { length }: string): readonly Remark[] {
  const { hard, recommended } = LIMITS[part];
  const short = part === 'name' ? 'name' : 'desc';
  const has = `the ${part} has ${count(length, 'character')}`;
  if (length > hard) {
    return [{ rule: `${short}-length`, part, text: `${has}; ${count(hard, 'character')} are the most` }];
  }
  return length > recommended
    ? [{ rule: `${short}-recommended`, part, text: `${has}; Microsoft recommends no more than ${recommended}` }]
    : [];
}
