import type { Environment } from '../../bot/config.ts';
import type { Command } from '../../cli/command.ts';

/** How a command ended and what it said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Standard input of which nothing comes. */
export async function* noInput(): AsyncGenerator<Uint8Array> {}

/** Runs a command in this process, with a text on its standard input. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  env: Environment,
  input = '',
): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await command(args, {
    env,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    async *input() {
      yield new TextEncoder().encode(input);
    },
    drained: async () => undefined,
  });
  return { code, out, err };
}
