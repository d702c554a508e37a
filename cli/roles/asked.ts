import { typoDistance } from '../../src/domain/distance.ts';
import { comparable, type Reading } from '../../src/domain/operation-pattern.ts';
import { PLANES, type Plane } from '../../src/domain/role-definition.ts';
import type { OperationQuestion } from '../../src/roles/evaluate.ts';
import type { RoleIndex } from '../../src/roles/role-index.ts';
import { UsageError } from '../command.ts';

/** What is asked about: an operation of Azure or a pattern of some, or an action of the directory. */
export type Asked =
  | ({ readonly kind: 'azure' /** Whether the list knows it. */; readonly isListed: boolean } & OperationQuestion)
  | { readonly kind: 'directory'; readonly action: string; readonly isListed: boolean };

export const ASKED_OPTIONS = {
  data: { type: 'string' },
  plane: { type: 'string' },
  'zero-segments': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What each of the commands that ask says of its options. */
export const ASKED_HELP = `  OPERATION   an operation of Azure, a pattern such as "Microsoft.Compute/virtualMachines/*", or a permission of Entra
  --plane P   control or data: needed where the operation is in both, and for one that is not on the list
  --data DIR  a folder with azure-builtin-roles.json, azure-operations.json and entra-builtin-roles.json; without it the tenant is
              asked, which is told as for the bot
  --zero-segments on|off
              whether A/*/B fits A/B too; on, as Azure's built-in roles need it`;

/** @throws {UsageError} */
export function readReading(value: string | undefined): Reading {
  if (value !== undefined && value !== 'on' && value !== 'off') {
    throw new UsageError(`--zero-segments is on or off, not ${value}`);
  }
  return { zeroSegments: value !== 'off' };
}

/**
 * Finds what is meant by an operation as it was typed.
 * @throws {UsageError} when there is none of that name (with the nearest), or when it is in both planes and none was said
 */
export function readOperation(typed: string, plane: string | undefined, index: RoleIndex): Asked {
  const said = PLANES.find((one) => one === plane);
  if (plane !== undefined && said === undefined) {
    throw new UsageError(`--plane is control or data, not ${plane}`);
  }
  const found = PLANES.filter((one) => index.fitting({ operation: typed, plane: one }).length > 0);
  if (said !== undefined) {
    return { kind: 'azure', operation: typed, plane: said, isListed: found.includes(said) };
  }
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) {
    return { kind: 'azure', operation: typed, plane: only, isListed: true };
  }
  if (only !== undefined) {
    throw new UsageError(`${typed} is in both planes: say --plane control or --plane data`);
  }
  const wanted = comparable(typed);
  if (index.directory.actions.some(({ name }) => comparable(name) === wanted)) {
    return { kind: 'directory', action: typed, isListed: true };
  }
  const near = nearestOperations(wanted, index);
  const back = near.length === 0 ? '' : `; did you mean ${near.join(', or ')}?`;
  throw new UsageError(
    `there is no operation ${typed}${back}\nTo ask all the same, say --plane control or --plane data.`,
  );
}

const MOST_TYPOS = 5;
const MOST_TOLD = 3;

/** Those with the fewest typos first; where there are none, those of the same name under another type or provider. */
export function nearestOperations(wanted: string, index: RoleIndex): readonly string[] {
  const names = new Set(
    [...PLANES.flatMap((plane: Plane) => index.fitting({ operation: '*', plane })), ...index.directory.actions].map(
      ({ name }) => name,
    ),
  );
  return [...names]
    .map((name) => ({ name, typos: typoDistance(wanted, comparable(name), MOST_TYPOS) }))
    .filter(({ typos }) => typos <= MOST_TYPOS)
    .sort((one, other) => one.typos - other.typos)
    .slice(0, MOST_TOLD)
    .map(({ name }) => name);
}
