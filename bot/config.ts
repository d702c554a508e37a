import type { z } from 'zod';

import { AccessError } from '../src/errors.ts';
import { namesOf, type Settings, settingsSchema } from './settings.ts';
import { problemsBetween } from './settings-between.ts';

/** The environment as Node hands it out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything the bot is told from outside, checked and frozen. `Secret` is whatever the composition root seals secrets in. */
export type Config<Secret> = Settings<Secret>;

/**
 * Reads every `PIMLICO_*` name of the environment, once, at the process entry.
 *
 * Secrets pass through `seal` before anything else can see them. An empty value counts as a mistake, not as absence.
 * @throws {AccessError} config.invalid, naming all problems at once and no value
 */
export function loadConfig<Secret>(env: Environment, seal: (secret: string) => Secret): Config<Secret> {
  const named = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[0].startsWith('PIMLICO_') && entry[1] !== undefined,
  );
  const parsed = settingsSchema(seal).safeParse(Object.fromEntries(named));
  const problems = [...(parsed.error?.issues ?? []).flatMap(inWords), ...problemsBetween(new Map(named))];
  if (!parsed.success || problems.length > 0) {
    throw new AccessError('config.invalid', problems.join('\n'));
  }
  return frozen(parsed.data as Config<Secret>);
}

function inWords(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map(unknownName)
    : [`${issue.path.join('.')}: ${issue.message}`];
}

function unknownName(name: string): string {
  const near = namesOf().find((known) => distance(known, name) <= 2);
  return `${name}: there is no such setting${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** Edits between two names, given up beyond what a slip of the fingers makes. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function frozen<T extends Settings<unknown>>(settings: T): T {
  Object.freeze(settings.serviceHosts);
  Object.freeze(settings.approverContextRoles);
  return Object.freeze(settings);
}
