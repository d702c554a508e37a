import { readFile } from 'node:fs/promises';
import { type DocumentReading, printProblem } from '../../documents/yaml-document.ts';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import { repeat } from '../repeat.ts';

const LOOK_EVERY_MS = 2_000;

/** What a document is called, how it is read, and what is said of it in the log. */
export interface WatchedForm<T extends { readonly version: string }> {
  /** As operators read it: “The rulebook”. */
  readonly title: string;
  /** Log events: another one is in force, the file is not. */
  readonly events: { readonly inForce: string; readonly refused: string };
  read(text: string): DocumentReading<T>;
  /** What another one changes, in lines that name nobody. */
  changes(before: T, after: T): readonly string[];
}

export interface WatchedFile<T extends { readonly version: string }> {
  readonly path: string;
  readonly form: WatchedForm<T>;
  readonly log: Log;
  /** Milliseconds between two looks at the file; 2,000 by default. */
  readonly lookEveryMs?: number;
}

/** The document of a file, as it is now. */
export interface WatchedDocument<T> {
  current(): T;
  close(): Promise<void>;
}

/**
 * Reads a document and looks at its file from then on. Another one comes into force when it is valid and was the same at two
 * looks in a row, since a file that is half written may be valid and say less; until then, and for as long as the file is
 * wrong or away, the one before stays.
 *
 * @throws {AccessError} config.invalid, with everything that is wrong with it
 */
export async function watchDocument<T extends { readonly version: string }>({
  path,
  form,
  log,
  lookEveryMs = LOOK_EVERY_MS,
}: WatchedFile<T>): Promise<WatchedDocument<T>> {
  const begun = await read(path, form);
  if (begun instanceof AccessError) {
    throw begun;
  }
  let { text, content } = begun;
  /** What was found last and is not in force. */
  let found: string | null = null;
  const look = async (): Promise<void> => {
    const fresh = await read(path, form);
    const isError = fresh instanceof AccessError;
    const seen = isError ? fresh.message : fresh.text;
    if (seen === text) {
      found = null;
      return;
    }
    if (isError) {
      if (seen !== found) {
        log.error(form.events.refused, { inForce: content.version, problems: seen });
      }
    } else if (seen === found) {
      const changes = form.changes(content, fresh.content);
      log.warn(form.events.inForce, { version: fresh.content.version, was: content.version, changes });
      ({ text, content } = fresh);
    }
    found = seen;
  };
  const looking = repeat(lookEveryMs, look);
  log.info(form.events.inForce, { version: content.version });
  return {
    current: () => content,
    close: () => looking.stop(),
  };
}

interface ReadDocument<T> {
  readonly text: string;
  readonly content: T;
}

async function read<T extends { readonly version: string }>(
  path: string,
  form: WatchedForm<T>,
): Promise<ReadDocument<T> | AccessError> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return new AccessError('config.invalid', `${form.title} ${path} cannot be read (${code}).`, { cause: error });
  }
  const reading = form.read(text);
  return reading.isValid
    ? { text, content: reading.content }
    : new AccessError(
        'config.invalid',
        [`${form.title} ${path} is wrong:`, ...reading.problems.map((problem) => `  ${printProblem(problem)}`)].join(
          '\n',
        ),
      );
}
