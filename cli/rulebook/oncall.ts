import path from 'node:path';
import { createOnCall } from '../../src/adapters/on-call/on-call.ts';
import { isGuid, principalId } from '../../src/domain/ids.ts';
import type { OnCallPeople, OnCallSource } from '../../src/domain/on-call.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { AccessError, asAccessError } from '../../src/errors.ts';
import type { OnCall } from '../../src/ports/on-call.ts';
import { type CommandContext, tenantConfig, UsageError } from '../command.ts';
import { openTenant, type Tenant } from '../roles/tenant.ts';

const [FINE, FOUND] = [0, 1];

/** Looks nobody up: only the words of the rota are known. */
const AS_WRITTEN: Pick<Tenant['reader'], 'findPerson' | 'listMembers'> = {
  findPerson: async (named) => ({ id: principalId(named), name: named, userPrincipalName: isGuid(named) ? '' : named }),
  listMembers: async () => [],
};

/** What is asked about the on-call sources of a rulebook. */
export interface OnCallQuestion {
  /** The file of the rulebook. */
  readonly file: string;
  readonly rulebook: Rulebook;
  /** The name of one source; all of them without it. */
  readonly source: string | undefined;
  /** An instant as ISO 8601; now without it. */
  readonly at: string | undefined;
  /** Whether people of rotas are looked up in the tenant as well. Those of groups always are. */
  readonly isTenantAsked: boolean;
  readonly isJson: boolean;
}

interface Told {
  readonly source: OnCallSource;
  readonly answer: OnCallPeople | AccessError;
}

/** Prints who is on call by each source. Gives 1 when one of them cannot be read, after the others were printed. */
export async function printOnCall(question: OnCallQuestion, context: CommandContext): Promise<number> {
  const sources = sourcesOf(question);
  const onCall = openOnCall(question, sources, context);
  if (sources.length === 0) {
    context.err(`${question.file} has no on-call sources.\n`);
  }
  const answers: Told[] = [];
  for (const source of sources) {
    const answer = await onCall.read(source.name).catch(asAccessError);
    answers.push({ source, answer });
    context.out(`${question.isJson ? JSON.stringify(asJson({ source, answer })) : inWords({ source, answer })}\n`);
  }
  return answers.some(({ answer }) => answer instanceof AccessError) ? FOUND : FINE;
}

function sourcesOf({ file, rulebook, source }: OnCallQuestion): readonly OnCallSource[] {
  if (source === undefined) {
    return rulebook.onCall;
  }
  const found = rulebook.onCall.filter(({ name }) => name.toLowerCase() === source.trim().toLowerCase());
  if (found.length === 0) {
    const names = rulebook.onCall.map(({ name }) => `“${name}”`).join(', ') || 'none';
    throw new UsageError(`${file} has no on-call source “${source}”. There are: ${names}.`);
  }
  return found;
}

function openOnCall(question: OnCallQuestion, sources: readonly OnCallSource[], context: CommandContext): OnCall {
  const now = readInstant(question.at);
  const isTenantNeeded = question.isTenantAsked || sources.some(({ kind }) => kind === 'entra-group');
  const people = isTenantNeeded ? openTenant(tenantConfig(context)).reader : AS_WRITTEN;
  return createOnCall({
    rules: { current: () => question.rulebook },
    reader: {
      listMembers: (group) => people.listMembers(group),
      findPerson: (named) => (question.isTenantAsked ? people : AS_WRITTEN).findPerson(named),
    },
    clock: { now: () => now },
    log: {
      error: () => undefined,
      warn: (_event, fields) => context.err(`${fields?.source}: the tenant has no ${fields?.person}, or disabled it\n`),
    },
    folder: path.dirname(question.file),
  });
}

function readInstant(at: string | undefined): Temporal.Instant {
  try {
    return at === undefined ? Temporal.Now.instant() : Temporal.Instant.from(at);
  } catch {
    throw new UsageError(`--at “${at}” is no instant: write it with its offset, such as 2026-12-24T09:00+01:00.`);
  }
}

function inWords({ source, answer }: Told): string {
  const from = source.kind === 'rota' ? `rota ${source.file}` : `group ${source.group}`;
  if (answer instanceof AccessError) {
    return `${source.name} (${from}): nobody, since it is not known: ${reasonOf(answer)}`;
  }
  const people = answer.people.map(({ name, userPrincipalName: address }) =>
    address === '' || address === name ? name : `${name} <${address}>`,
  );
  const until = answer.until === null ? '' : `, until ${answer.until}`;
  return `${source.name} (${from}): ${people.join(', ') || 'nobody'}${until}`;
}

/** Without the name of the source, which is said already. */
function reasonOf({ cause, message }: AccessError): string {
  return cause instanceof AccessError ? cause.message : message;
}

function asJson({ source, answer }: Told): Readonly<Record<string, unknown>> {
  const about = { source: source.name, kind: source.kind };
  return answer instanceof AccessError
    ? { ...about, error: reasonOf(answer) }
    : { ...about, people: answer.people, until: answer.until?.toString() ?? null };
}
