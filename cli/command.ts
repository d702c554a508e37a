import { once } from 'node:events';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, type Environment, loadConfig } from '../bot/config.ts';
import { Secret } from '../src/adapters/identity/secret.ts';
import { AccessError } from '../src/errors.ts';

/** What a command is run in. */
export interface CommandContext {
  readonly env: Environment;
  out(text: string): void;
  err(text: string): void;
  /** What is written to standard input, in pieces. */
  input(): AsyncIterable<Uint8Array>;
  /** Resolves when whoever reads standard output took what was printed: what is printed in pieces does not pile up. */
  drained(): Promise<void>;
}

/** Who reads what commands print: English, whatever the machine is set to, as scripts read it too. */
export const TERMINAL = { locale: 'en' };

/** Something about the command line or a file that the person who typed it can put right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit code of what was asked wrongly, or could not be looked at. */
const WRONG = 2;

/** A command: gives its exit code; what it throws is told on standard error. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number>;

/** Makes the usual end of a command: 2 for what was asked wrongly or failed outside; a bug stays a bug. */
export function createCommand(run: Command): Command {
  return async (args, context) => {
    try {
      return await run(args, context);
    } catch (error) {
      if (error instanceof UsageError) {
        context.err(`${error.message}\n`);
        return WRONG;
      }
      if (error instanceof AccessError) {
        context.err(`${error.code}: ${error.message}\n`);
        return WRONG;
      }
      throw error;
    }
  };
}

/** Runs a command as this process. A reader that goes before everything is printed, as `head` does, ends it. */
export async function runAsProcess(command: Command): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit(WRONG);
  });
  process.exitCode = await command(process.argv.slice(2), {
    env: process.env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    input: () => process.stdin,
    drained: async () => {
      if (process.stdout.writableNeedDrain) {
        await once(process.stdout, 'drain');
      }
    },
  });
}

/** Reads options and words. @throws {UsageError} for an option that there is not */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The settings of the bot, which also tell the tenant. @throws {AccessError} config.invalid */
export function tenantConfig({ env }: CommandContext): Config<Secret> {
  return loadConfig(env, (text) => new Secret(text));
}
