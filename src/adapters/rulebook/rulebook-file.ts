import { readFile } from 'node:fs/promises';
import { printProblem } from '../../documents/yaml-document.ts';
import { NO_RULEBOOK, type Rulebook } from '../../domain/rulebook.ts';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import type { Rules } from '../../ports/rulebook.ts';
import { readRulebook } from '../../rulebook/rulebook-document.ts';
import { diffRulebooks } from '../../rulebook/rulebook-words.ts';
import { repeat } from '../repeat.ts';

const LOOK_EVERY_MS = 2_000;

export interface RulebookFileOptions {
  /** Null when there is none. */
  readonly path: string | null;
  readonly log: Log;
  /** Milliseconds between two looks at the file; 2,000 by default. */
  readonly lookEveryMs?: number;
}

/** The rulebook of a file, as it is now. */
export interface RulebookFile extends Rules {
  close(): Promise<void>;
}

/**
 * Reads the rulebook and looks at its file from then on. Another one comes into force when it is valid and was the same at two
 * looks in a row, since a file that is half written may be valid and demand less; until then, and for as long as the file is
 * wrong or away, the one before stays.
 *
 * @throws {AccessError} config.invalid, with everything that is wrong with it
 */
export async function openRulebook({
  path,
  log,
  lookEveryMs = LOOK_EVERY_MS,
}: RulebookFileOptions): Promise<RulebookFile> {
  if (path === null) {
    return { current: () => NO_RULEBOOK, close: async () => undefined };
  }
  const begun = await read(path);
  if (begun instanceof AccessError) {
    throw begun;
  }
  let { text, rulebook } = begun;
  /** What was found last and is not in force. */
  let found: string | null = null;
  const look = async (): Promise<void> => {
    const fresh = await read(path);
    const isError = fresh instanceof AccessError;
    const seen = isError ? fresh.message : fresh.text;
    if (seen === text) {
      found = null;
      return;
    }
    if (isError) {
      if (seen !== found) {
        log.error('rulebook.refused', { inForce: rulebook.version, problems: seen });
      }
    } else if (seen === found) {
      const changes = diffRulebooks(rulebook, fresh.rulebook).map(({ rule, what }) => withoutPeople(`${rule} ${what}`));
      log.warn('rulebook.in_force', { version: fresh.rulebook.version, was: rulebook.version, changes });
      ({ text, rulebook } = fresh);
    }
    found = seen;
  };
  const looking = repeat(lookEveryMs, look);
  log.info('rulebook.in_force', { version: rulebook.version });
  return {
    current: () => rulebook,
    close: () => looking.stop(),
  };
}

/** Logs name nobody; ids of channels have the same sign in them. */
function withoutPeople(text: string): string {
  return text.replaceAll(/(?<!\S)(?!19:)[^\s@]+@[^\s@:]+/g, 'somebody');
}

async function read(path: string): Promise<{ readonly text: string; readonly rulebook: Rulebook } | AccessError> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return new AccessError('config.invalid', `The rulebook ${path} cannot be read (${code}).`, { cause: error });
  }
  const reading = readRulebook(text);
  return reading.isValid
    ? { text, rulebook: reading.rulebook }
    : new AccessError(
        'config.invalid',
        [`The rulebook ${path} is wrong:`, ...reading.problems.map((problem) => `  ${printProblem(problem)}`)].join(
          '\n',
        ),
      );
}
