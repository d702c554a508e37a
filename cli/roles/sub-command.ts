import type { Command } from '../command.ts';

/** One word after `npm run roles --`, with everything that belongs to it in a file of its own. */
export interface SubCommand {
  readonly name: string;
  /** The whole help: what it does, how it is typed, options, exit codes. Its first line stands in the list of all. */
  readonly help: string;
  /** Runs with what follows the word. Throws as `createCommand` takes it; `--help` is answered before. */
  readonly run: Command;
}
