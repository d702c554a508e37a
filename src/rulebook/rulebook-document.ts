import { z } from 'zod';
import { contentVersion } from '../documents/content-version.ts';
import { type DocumentProblem, readYaml } from '../documents/yaml-document.ts';
import type { AlarmRoute, Pack } from '../domain/break-glass.ts';
import { conversationId } from '../domain/ids.ts';
import type { OnCallSource } from '../domain/on-call.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Duty } from '../domain/separation-of-duties.ts';
import type { AlarmRouteContent, OnCallSourceContent, PackContent } from './break-glass-schema.ts';
import { toNamedRole } from './role-shapes.ts';
import { type DutyContent, type RulebookContent, rulebookSchema } from './rulebook-schema.ts';
import { toServed } from './served-content.ts';

const LONGEST_RULEBOOK = 1_000_000;

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
    version: contentVersion(content),
    separationOfDuties: content.separationOfDuties.map(({ sides, ...rule }) => ({
      ...rule,
      sides: sides.map(({ name, roles }) => ({ name, duties: roles.map(toDuty) })),
    })),
    onCall: content.onCall.map(toSource),
    packs: content.breakGlass.map(toPack),
    alarms: content.alarms === undefined ? null : toRoute(content.alarms),
    emergencyAccounts: content.emergencyAccounts,
    served: toServed(content.served),
  };
}

function toDuty(given: DutyContent): Duty {
  if ('entraOperation' in given) {
    return { surface: 'directory', role: null, operation: given.entraOperation, scope: given.on ?? null };
  }
  if ('azureOperation' in given) {
    return { surface: 'azure', role: null, operation: given.azureOperation, scope: given.on ?? null };
  }
  if ('azureScope' in given) {
    return { surface: 'azure', role: null, scope: given.azureScope };
  }
  return toNamedRole(given);
}

function toSource(given: OnCallSourceContent): OnCallSource {
  return 'rota' in given
    ? { name: given.name, kind: 'rota', file: given.rota }
    : { name: given.name, kind: 'entra-group', group: given.entraGroup };
}

function toPack({ activates, window, secondPerson, alarm, needs, ...pack }: PackContent): Pack {
  return {
    ...pack,
    activates: activates.map(toNamedRole),
    window: Temporal.Duration.from(window),
    needsSecondPerson: secondPerson,
    alarm: toRoute(alarm),
    severities: needs.severity,
    isIncidentNeeded: needs.incident,
  };
}

function toRoute({ channel, people }: AlarmRouteContent): AlarmRoute {
  return { channel: conversationId(channel), people };
}

/** JSON Schema of rulebooks, for editors. What only this program can check, such as names that are there twice, it does not tell. */
export function rulebookJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(rulebookSchema, { io: 'input' }), title: 'Pimlico rulebook' };
}
