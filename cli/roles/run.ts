import { parseArgs } from 'node:util';
import type { Environment } from '../../bot/config.ts';
import { loadConfig } from '../../bot/config.ts';
import { Secret } from '../../src/adapters/identity/secret.ts';
import { AccessError } from '../../src/errors.ts';
import { type Drift, diffFile, showSettings, UsageError } from './settings.ts';
import { openTenant } from './tenant.ts';

export const HELP = `Shows and compares the settings of roles, as documents. Reads only, as the reader identity.

npm run -s roles -- settings show ROLE [--on SCOPE]
npm run -s roles -- settings diff FILE… [--json]

  show         prints the settings of a role as a YAML document
  diff         compares documents with the tenant and says what drifted, path by path
  --on SCOPE   the scope's name or path; for a PIM group "member" or "owner"
  --json       one JSON object a line: {"file","role","scope","differences":[{"path","label","document","tenant"}],"unknownRules"}
  --help       this text

The tenant is told as for the bot, by PIMLICO_… names. Exits 0 when nothing drifted, 1 when something did, 2 when the command
line, a file or the settings are wrong or the tenant could not be read.
`;

/** What the command is run in. */
export interface RolesContext {
  readonly env: Environment;
  out(text: string): void;
  err(text: string): void;
}

const [NO_DRIFT, DRIFT, WRONG] = [0, 1, 2];

/** Runs the command and answers its exit code. */
export async function runRoles(args: readonly string[], context: RolesContext): Promise<number> {
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
}

async function run(args: readonly string[], context: RolesContext): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help) {
    context.out(HELP);
    return NO_DRIFT;
  }
  const [area, action, ...rest] = positionals;
  if (area !== 'settings' || (action !== 'show' && action !== 'diff') || rest.length === 0) {
    throw new UsageError(HELP);
  }
  const tenant = openTenant(loadConfig(context.env, (text) => new Secret(text)));
  if (action === 'show') {
    context.out(await showSettings(tenant, rest.join(' '), values.on ?? null));
    return NO_DRIFT;
  }
  let hasDrifted = false;
  for (const file of rest) {
    const drift = await diffFile(tenant, file);
    hasDrifted ||= drift.differences.length > 0;
    context.out(values.json ? `${JSON.stringify(drift)}\n` : inWords(drift));
  }
  return hasDrifted ? DRIFT : NO_DRIFT;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { on: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function inWords({ file, role, scope, differences, unknownRules }: Drift): string {
  const head = `${role} on ${scope} (${file})`;
  const lines = differences.map(
    ({ path, label, document, tenant }) => `  ${path}: the file says ${document}, the tenant ${tenant} (${label})`,
  );
  const unknown = unknownRules.map((rule) => `  not compared: ${rule}`);
  return `${head}: ${differences.length === 0 ? 'no drift' : `${differences.length} drifted`}\n${[...lines, ...unknown, ''].join('\n')}`;
}
