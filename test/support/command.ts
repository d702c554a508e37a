import type { Environment } from '../../bot/config.ts';
import type { Command } from '../../cli/command.ts';

/** How a command ended and what it said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process. */
export async function runCommand(command: Command, args: readonly string[], env: Environment): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await command(args, {
    env,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    drained: async () => undefined,
  });
  return { code, out, err };
}
