import { z } from 'zod';
import { contentVersion } from '../documents/content-version.ts';
import { type DocumentReading, readYaml } from '../documents/yaml-document.ts';
import {
  type Runbook,
  type RunbookCheck,
  type RunbookProbe,
  type Runbooks,
  SCOPE_PLACEHOLDER,
} from '../domain/runbook.ts';
import { toNamedRole } from '../rulebook/role-shapes.ts';
import { type RunbookContent, type RunbooksContent, runbooksSchema } from './runbooks-schema.ts';

const LONGEST_DOCUMENT = 1_000_000;

/** Reads the document with all runbooks strictly, or tells everything that is wrong with it. */
export function readRunbooks(text: string): DocumentReading<Runbooks> {
  const reading = readYaml<RunbooksContent>(text, { schema: runbooksSchema, longest: LONGEST_DOCUMENT });
  if (!reading.isValid) {
    return reading;
  }
  const { content } = reading;
  return { isValid: true, content: { version: contentVersion(content), all: content.runbooks.map(toRunbook) } };
}

/** JSON Schema of the document, for editors. What only this program can check, such as names that are there twice, it does not tell. */
export function runbooksJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(runbooksSchema, { io: 'input' }), title: 'Pimlico runbooks' };
}

function toRunbook({ role, duration, steps, checks, owner, ...rest }: RunbookContent): Runbook {
  return {
    ...rest,
    role: toNamedRole(role),
    duration: duration === undefined ? null : Temporal.Duration.from(duration),
    steps: steps.map((step) => (typeof step === 'string' ? { text: step, link: null } : step)),
    checks: checks.map(toCheck),
    owner: owner ?? null,
  };
}

type CheckContent = RunbookContent['checks'][number];

function toCheck(given: CheckContent): RunbookCheck {
  return { name: given.name, expects: given.expects, probe: toProbe(given) };
}

function toProbe({
  azureResource,
  apiVersion,
  azureOperation,
  azureDataOperation,
  at,
  graph,
}: CheckContent): RunbookProbe {
  if (azureResource !== undefined) {
    return { kind: 'azure-read', path: azureResource, apiVersion: apiVersion ?? '' };
  }
  if (graph !== undefined) {
    return { kind: 'graph-read', path: graph };
  }
  const [operation, plane] =
    azureOperation === undefined
      ? ([azureDataOperation ?? '', 'data'] as const)
      : ([azureOperation, 'control'] as const);
  return { kind: 'azure-operation', operation, plane, at: at ?? SCOPE_PLACEHOLDER };
}
