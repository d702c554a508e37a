import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { toJson } from '../src/language/format.ts';
import { parse } from '../src/language/parse.ts';

const HELP = `Shows how Pimlico reads a sentence; needs neither database nor network.

npm run -s explain -- [--now ISO] [--timezone ZONE] [--locale LOCALE] "SENTENCE"
npm run -s explain -- [--now ISO] [--timezone ZONE] [--locale LOCALE] --file FILE

  --now ISO         the instant at which it is said, such as 2026-11-21T10:00:00Z (default: now)
  --timezone ZONE   the person's time zone, such as Europe/Madrid (default: this machine's)
  --locale LOCALE   decides what 03/04 means (default: en-GB)
  --file FILE       JSON lines {"text","now","timezone","locale"}: prints one line for each, in order
  --help            this text

Prints one JSON object a line: command, roles, scope, duration, until, start, justification, ticket, action, target,
problems. Exit code 2: the command line or the file is wrong.
`;

/** Something about the command line or the file that the person who typed it can put right. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Spoken = { readonly text: string; readonly now: string; readonly timezone: string; readonly locale: string };

function readInstant(now: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(now);
  } catch {
    throw new UsageError(`not an instant: "${now}" (give a date, a time and Z, such as 2026-11-21T10:00:00Z)`);
  }
}

function checkZone(timezone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone);
  } catch {
    throw new UsageError(`not a time zone: "${timezone}" (give an IANA name, such as Europe/Madrid)`);
  }
}

function checkLocale(locale: string): void {
  try {
    new Intl.Locale(locale);
  } catch {
    throw new UsageError(`not a locale: "${locale}" (give a BCP 47 tag, such as en-GB)`);
  }
}

function explain(spoken: Spoken): string {
  checkZone(spoken.timezone);
  checkLocale(spoken.locale);
  const context = { now: readInstant(spoken.now), timeZone: spoken.timezone, locale: spoken.locale };
  return JSON.stringify(toJson(parse(spoken.text, context)));
}

function readLine(line: string, defaults: Omit<Spoken, 'text'>): Spoken {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UsageError('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError('not a JSON object');
  const fields = value as Readonly<Record<string, unknown>>;
  const field = (name: keyof Spoken, fallback?: string): string => {
    const found = fields[name] ?? fallback;
    if (typeof found !== 'string') throw new UsageError(`"${name}" must be a string`);
    return found;
  };
  return {
    text: field('text'),
    now: field('now', defaults.now),
    timezone: field('timezone', defaults.timezone),
    locale: field('locale', defaults.locale),
  };
}

function explainFile(file: string, defaults: Omit<Spoken, 'text'>): string[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const results: string[] = [];
  for (const [index, line] of content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    try {
      results.push(explain(readLine(line, defaults)));
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${file} line ${index + 1}: ${error.message}`);
      throw error;
    }
  }
  return results;
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        now: { type: 'string' },
        timezone: { type: 'string' },
        locale: { type: 'string' },
        file: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function run(args: string[]): string {
  const { values, positionals } = readOptions(args);
  if (values.help === true) return HELP;
  const defaults = {
    now: values.now ?? Temporal.Now.instant().toString(),
    timezone: values.timezone ?? Temporal.Now.timeZoneId(),
    locale: values.locale ?? 'en-GB',
  };
  if (values.file !== undefined) {
    if (positionals.length > 0) throw new UsageError('give either a sentence or --file, not both');
    const lines = explainFile(values.file, defaults);
    return lines.map((line) => `${line}\n`).join('');
  }
  if (positionals.length === 0) throw new UsageError('give a sentence or --file');
  return `${explain({ ...defaults, text: positionals.join(' ') })}\n`;
}

try {
  process.stdout.write(run(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`explain: ${error.message}\nTry: npm run -s explain -- --help\n`);
  process.exitCode = 2;
}
