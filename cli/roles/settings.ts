import { type CommandContext, readArguments, tenantConfig, UsageError } from '../command.ts';
import { type Drift, diffFile, showSettings } from './settings-documents.ts';
import type { SubCommand } from './sub-command.ts';
import { openTenant } from './tenant.ts';

const HELP = `Shows and compares the settings of roles, as documents. Reads only, as the reader identity.

npm run -s roles -- settings show ROLE [--on SCOPE]
npm run -s roles -- settings diff FILE… [--json]

  show         prints the settings of a role as a YAML document
  diff         compares documents with the tenant and says what drifted, path by path
  --on SCOPE   the scope's name or path; for a PIM group "member" or "owner"
  --json       one JSON object a line: {"file","role","scope","differences":[{"path","label","document","tenant"}],"unknownRules"}

Exits 0 when nothing drifted, 1 when something did.
`;

const [NO_DRIFT, DRIFT] = [0, 1];

export const SETTINGS: SubCommand = { name: 'settings', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, { on: { type: 'string' }, json: { type: 'boolean' } });
  const [action, ...rest] = positionals;
  if ((action !== 'show' && action !== 'diff') || rest.length === 0) {
    throw new UsageError(HELP);
  }
  const tenant = openTenant(tenantConfig(context));
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

function inWords({ file, role, scope, differences, unknownRules }: Drift): string {
  const head = `${role} on ${scope} (${file})`;
  const lines = differences.map(
    ({ path, label, document, tenant }) => `  ${path}: the file says ${document}, the tenant ${tenant} (${label})`,
  );
  const unknown = unknownRules.map((rule) => `  not compared: ${rule}`);
  return `${head}: ${differences.length === 0 ? 'no drift' : `${differences.length} drifted`}\n${[...lines, ...unknown, ''].join('\n')}`;
}
