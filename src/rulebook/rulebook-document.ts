import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type DocumentProblem, readYaml } from '../documents/yaml-document.ts';
import { NO_RULEBOOK, type Rulebook } from '../domain/rulebook.ts';
import type { Duty } from '../domain/separation-of-duties.ts';
import { type DutyContent, type RulebookContent, rulebookSchema } from './rulebook-schema.ts';

const LONGEST_RULEBOOK = 1_000_000;
const VERSION_LENGTH = 12;

export type RulebookReading =
  | { readonly isValid: true; readonly rulebook: Rulebook }
  | { readonly isValid: false; readonly problems: readonly DocumentProblem[] };

/** Reads a rulebook strictly, or tells everything that is wrong with it. */
export function readRulebook(text: string): RulebookReading {
  const reading = readYaml<RulebookContent>(text, { schema: rulebookSchema, longest: LONGEST_RULEBOOK });
  return reading.isValid ? { isValid: true, rulebook: toRulebook(reading.content) } : reading;
}

function toRulebook(content: RulebookContent): Rulebook {
  return {
    ...NO_RULEBOOK,
    version: createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, VERSION_LENGTH),
    separationOfDuties: content.separationOfDuties.map(({ sides, ...rule }) => ({
      ...rule,
      sides: sides.map(({ name, roles }) => ({ name, duties: roles.map(toDuty) })),
    })),
  };
}

function toDuty(given: DutyContent): Duty {
  if ('entraRole' in given) {
    return { surface: 'directory', role: given.entraRole, scope: given.on ?? null };
  }
  if ('group' in given) {
    return { surface: 'group', role: given.group, scope: given.as };
  }
  if ('azureRole' in given) {
    return { surface: 'azure', role: given.azureRole, scope: given.on ?? null };
  }
  return { surface: 'azure', role: null, scope: given.azureScope };
}

/** JSON Schema of rulebooks, for editors. What only this program can check, such as names that are there twice, it does not tell. */
export function rulebookJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(rulebookSchema, { io: 'input' }), title: 'Pimlico rulebook' };
}
