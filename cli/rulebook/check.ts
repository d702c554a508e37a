import path from 'node:path';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { readRulebook } from '../../src/rulebook/rulebook-document.ts';
import { type CommandContext, tenantConfig } from '../command.ts';
import { databaseAddress } from '../database-address.ts';
import { openTenant } from '../roles/tenant.ts';
import { findMissing } from './against-tenant.ts';
import { checkAlarmReach } from './alarm-reach.ts';
import { type Finding, tellFindings } from './finding.ts';
import { judgePacks } from './packs-against-tenant.ts';
import { findWrongRotas } from './rota-files.ts';
import { judgeServedNames } from './served-against-tenant.ts';

const [FINE, FOUND] = [0, 1];

/** What is to be checked. */
export interface Checked {
  readonly file: string;
  readonly text: string;
  /** Whether the tenant and the database are looked at as well. */
  readonly isTenantAsked: boolean;
  readonly isJson: boolean;
}

/** Tells everything that is wrong with a rulebook. Gives 1 when something is; warnings alone stop nothing. */
export async function checkRulebook(checked: Checked, context: CommandContext): Promise<number> {
  const { file, text, isJson } = checked;
  const reading = readRulebook(text);
  if (!reading.isValid) {
    const problems = reading.problems.map((problem): Finding => ({ level: 'problem', ...problem }));
    tellFindings(problems, checked, context);
    return FOUND;
  }
  const findings = await findAll(reading.rulebook, checked, context);
  tellFindings(findings, checked, context);
  if (findings.some(({ level }) => level === 'problem')) {
    return FOUND;
  }
  if (!isJson) {
    const { version, separationOfDuties, packs } = reading.rulebook;
    const counts = `rules of separation of duties: ${separationOfDuties.length}; break-glass packs: ${packs.length}`;
    context.out(`${file}: fine. Version ${version}; ${counts}.\n`);
  }
  return FINE;
}

/** The tenant is asked about a rulebook whose own files are right: what is wrong with them would be told twice. */
async function findAll(
  rulebook: Rulebook,
  { file, isTenantAsked }: Checked,
  context: CommandContext,
): Promise<readonly Finding[]> {
  const folder = path.dirname(file);
  const wrongRotas = findWrongRotas(rulebook.onCall, folder);
  if (!isTenantAsked || wrongRotas.length > 0) {
    return wrongRotas;
  }
  const tenant = openTenant(tenantConfig(context));
  const missing = await findMissing(tenant, rulebook);
  return [
    ...missing.map((problem): Finding => ({ level: 'problem', ...problem })),
    ...(await judgeServedNames(tenant, rulebook)),
    ...(await judgePacks({ tenant, rulebook, folder })),
    ...(await checkAlarmReach(rulebook, databaseAddress(undefined, context.env))),
  ];
}
