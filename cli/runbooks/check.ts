import type { Runbook, Runbooks } from '../../src/domain/runbook.ts';
import { timeInWords } from '../../src/domain/settings-duration.ts';
import { AccessError } from '../../src/errors.ts';
import { dutyInWords } from '../../src/rulebook/role-words.ts';
import { readRunbooks } from '../../src/runbooks/runbooks-document.ts';
import { type CommandContext, tenantConfig } from '../command.ts';
import { findNamedRole } from '../roles/named-role.ts';
import { openTenant, type Tenant } from '../roles/tenant.ts';
import { type Finding, problemAt, tellFindings, warningAt } from '../rulebook/finding.ts';

const [FINE, FOUND] = [0, 1];

/** What is to be checked. */
export interface CheckedRunbooks {
  readonly file: string;
  readonly text: string;
  /** Whether the tenant is looked at as well. */
  readonly isTenantAsked: boolean;
  readonly isJson: boolean;
}

/** Tells everything that is wrong with a file of runbooks. Gives 1 when something is; warnings alone stop nothing. */
export async function checkRunbooks(checked: CheckedRunbooks, context: CommandContext): Promise<number> {
  const { file, text, isTenantAsked, isJson } = checked;
  const reading = readRunbooks(text);
  const findings = reading.isValid
    ? await findInTenant(reading.content, isTenantAsked, context)
    : reading.problems.map((problem): Finding => ({ level: 'problem', ...problem }));
  tellFindings(findings, { file, isJson }, context);
  if (!reading.isValid || findings.some(({ level }) => level === 'problem')) {
    return FOUND;
  }
  if (!isJson) {
    const { version, all } = reading.content;
    context.out(`${file}: fine. Version ${version}; runbooks: ${all.length}.\n`);
  }
  return FINE;
}

async function findInTenant(
  { all }: Runbooks,
  isTenantAsked: boolean,
  context: CommandContext,
): Promise<readonly Finding[]> {
  if (!isTenantAsked) {
    return [];
  }
  const tenant = openTenant(tenantConfig(context));
  const findings: Finding[] = [];
  for (const runbook of all) {
    findings.push(...(await judge(tenant, runbook)));
  }
  return findings;
}

async function judge(tenant: Tenant, { name, role: wanted, duration }: Runbook): Promise<readonly Finding[]> {
  const place = ['runbooks', name];
  const role = await findNamedRole(tenant, wanted);
  if (typeof role === 'string') {
    return [problemAt(place, role)];
  }
  try {
    const { maximumDuration: longest } = await tenant.reader.readPolicy(role);
    const isTooLong = duration !== null && Temporal.Duration.compare(duration, longest) > 0;
    const eligible = await tenant.reader.listEligiblePeople(role);
    const words = dutyInWords(wanted);
    return [
      ...(isTooLong ? [problemAt(place, `suggests more than the ${timeInWords(longest)} that PIM allows`)] : []),
      ...(eligible.length === 0 ? [warningAt(place, `nobody may activate ${words}`)] : []),
    ];
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.not_found') {
      return [problemAt(place, `PIM has no settings for ${dutyInWords(wanted)}: ${error.message}`)];
    }
    throw error;
  }
}
