import type { AlarmRoute, Pack } from '../domain/break-glass.ts';
import type { OnCallSource } from '../domain/on-call.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { timeInWords } from '../domain/settings-duration.ts';
import { dutyInWords } from './role-words.ts';

/** Where it is found who is on call, in words. */
export function sourceInWords(source: OnCallSource): string {
  return source.kind === 'entra-group' ? `the group ${source.group}` : `the shifts in ${source.file}`;
}

/** What must be said to pull a pack, in words. */
export function needsInWords({ isIncidentNeeded, severities }: Pack): string {
  const severity = severities.length === 1 ? severities : [`one of ${severities.join(', ')}`];
  const needs = [
    'a reason',
    ...(isIncidentNeeded ? ['the number of an incident'] : []),
    ...(severities.length > 0 ? severity : []),
  ];
  return needs.join('; ');
}

/** What a rulebook says about emergencies, a line each; nothing where it says nothing. */
export function explainBreakGlass({ onCall, packs, alarms, emergencyAccounts }: Rulebook): readonly string[] {
  const isSilent = onCall.length + packs.length + emergencyAccounts.length === 0 && alarms === null;
  if (isSilent) {
    return [];
  }
  return [
    ...(onCall.length === 0 ? [] : ['On call is who is found there, and nobody else:']),
    ...onCall.map((source) => `  ${source.name}: ${sourceInWords(source)}`),
    packs.length === 0 ? 'There are no break-glass packs.' : 'Break-glass packs:',
    ...packs.flatMap((pack) => packInWords(pack).map((line) => `  ${line}`)),
    `Alarms that are of no pack: ${alarms === null ? 'nobody is told, they stand in the log' : routeInWords(alarms)}`,
    `Emergency accounts: ${emergencyAccounts.length === 0 ? 'none is named' : emergencyAccounts.join(', ')}`,
  ];
}

function packInWords(pack: Pack): readonly string[] {
  const { name, purpose, activates, pulledBy, window, needsSecondPerson, alarm, owner } = pack;
  const confirmation = needsSecondPerson ? 'and a second one confirms, by PIM’s approval' : 'one person is enough';
  return [
    `${name}: ${purpose}`,
    `    activates: ${activates.map(dutyInWords).join('; ')}`,
    `    pulled by: whoever is on call by ${pulledBy}; ${confirmation}`,
    `    for at most: ${timeInWords(window)}`,
    `    to be said: ${needsInWords(pack)}`,
    `    alarm: ${routeInWords(alarm)}`,
    `    reviewed by: ${owner}, and whoever pulled it`,
  ];
}

function routeInWords({ channel, people }: AlarmRoute): string {
  return [`channel ${channel}`, ...people].join(', ');
}
