import { type CommandContext, createCommand, UsageError } from '../command.ts';
import { ANSWER } from './answer.ts';
import { CAN } from './can.ts';
import { CLONE } from './clone.ts';
import { COMPARE } from './compare.ts';
import { CONVERT } from './convert.ts';
import { DIFF } from './diff.ts';
import { EXPLAIN } from './explain.ts';
import { LEAST } from './least.ts';
import { LINT } from './lint.ts';
import { SETTINGS } from './settings.ts';
import { SHOW } from './show.ts';
import type { SubCommand } from './sub-command.ts';

/** In the order in which the help lists them. */
const SUB_COMMANDS: readonly SubCommand[] = [
  LEAST,
  CAN,
  EXPLAIN,
  COMPARE,
  ANSWER,
  SHOW,
  CONVERT,
  LINT,
  CLONE,
  DIFF,
  SETTINGS,
];

export const HELP = `Knows roles: what they allow, what governs them, and roles as files.

npm run -s roles -- COMMAND …
npm run -s roles -- COMMAND --help

${SUB_COMMANDS.map(({ name, help }) => `  ${name.padEnd(10)}${help.split('\n', 1)[0]}`).join('\n')}

The tenant is told as for the bot, by PIMLICO_… names. Exits 0 or 1 as the command says, and 2 when the command line, a file or
the settings are wrong or the tenant could not be read.
`;

/** Runs the command and answers its exit code. */
export const runRoles = createCommand(run);

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const [word, ...rest] = args;
  if (word === '--help') {
    context.out(HELP);
    return 0;
  }
  const chosen = SUB_COMMANDS.find(({ name }) => name === word);
  if (chosen === undefined) {
    throw new UsageError(word === undefined ? HELP : `there is no command ${word}\n\n${HELP}`);
  }
  if (rest.includes('--help')) {
    context.out(chosen.help);
    return 0;
  }
  return await chosen.run(rest, context);
}
