import { OFF_UNTIL_NAMED, SERVED_BY_DEFAULT, type Served, type ServedPerson } from '../domain/served.ts';
import type { Change } from './break-glass-differences.ts';
import { dutyInWords } from './role-words.ts';

/** One list of those that say what is served, in words; what is allowed is null where everything is. */
interface WordList {
  readonly of: 'roles' | 'scopes' | 'people';
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[];
}

/** What of Entra is off by itself and named, by name. */
function namedInWords({ named }: Served): readonly string[] {
  return OFF_UNTIL_NAMED.filter(({ id }) => named.includes(id)).map(({ name }) => name);
}

function personInWords(one: ServedPerson): string {
  return one.kind === 'person' ? one.person : `the group ${one.group}`;
}

function listsOf({ roles, scopes, people }: Served): readonly WordList[] {
  return [
    { of: 'roles', allow: roles.allow?.map(dutyInWords) ?? null, deny: roles.deny.map(dutyInWords) },
    { of: 'scopes', ...scopes },
    { of: 'people', allow: people.allow?.map(personInWords) ?? null, deny: people.deny.map(personInWords) },
  ];
}

/** What a rulebook says of who and what is served, a line each; nothing where it says nothing. */
export function explainServed(served: Served): readonly string[] {
  if (diffServed(SERVED_BY_DEFAULT, served).length === 0) {
    return [];
  }
  const named = namedInWords(served);
  const off = OFF_UNTIL_NAMED.map(({ name }) => name).filter((name) => !named.includes(name));
  const lists = listsOf(served).flatMap(({ of, allow, deny }) => [
    ...(allow === null ? [] : [`  Only these ${of}: ${allow.join('; ') || 'none'}`]),
    ...(deny.length === 0 ? [] : [`  Not these ${of}: ${deny.join('; ')}`]),
  ]);
  return [
    off.length === 0 ? 'No role is off by itself.' : `Off by themselves: ${off.join(' and ')}`,
    ...lists,
    ...(served.pilotGroup === null ? [] : [`  Only members of the pilot group ${served.pilotGroup}`]),
    ...(served.contact === null ? [] : [`  Others are told to ask ${served.contact}`]),
  ];
}

/** What another rulebook would change about who and what is served. */
export function diffServed(old: Served, fresh: Served): readonly Change[] {
  const [before, after] = [listsOf(old), listsOf(fresh)];
  return [
    ...after.flatMap((list, index) => diffList(before[index] ?? { ...list, allow: null, deny: [] }, list)),
    ...added(namedInWords(old), namedInWords(fresh)).map((name) => ({ what: `now serves ${name}`, allowsMore: true })),
    ...added(namedInWords(fresh), namedInWords(old)).map((name) => ({
      what: `no longer serves ${name}`,
      allowsMore: false,
    })),
    ...diffPilot(old.pilotGroup, fresh.pilotGroup),
    ...(old.contact === fresh.contact
      ? []
      : [{ what: `tells others to ask ${fresh.contact ?? 'nobody'}`, allowsMore: null }]),
  ];
}

function diffList(old: WordList, fresh: WordList): readonly Change[] {
  const { of } = fresh;
  return [
    ...diffAllowed(of, old.allow, fresh.allow),
    ...added(old.deny, fresh.deny).map((item) => ({ what: `no longer serves the ${of} ${item}`, allowsMore: false })),
    ...added(fresh.deny, old.deny).map((item) => ({ what: `no longer denies the ${of} ${item}`, allowsMore: true })),
  ];
}

function diffAllowed(of: string, old: WordList['allow'], fresh: WordList['allow']): readonly Change[] {
  if (old === null || fresh === null) {
    if (old === fresh) {
      return [];
    }
    return old === null
      ? [{ what: `now serves only the ${of} ${fresh?.join('; ') || 'none'}`, allowsMore: false }]
      : [{ what: `now serves all ${of} that are not denied`, allowsMore: true }];
  }
  return [
    ...added(old, fresh).map((item) => ({ what: `now serves the ${of} ${item}`, allowsMore: true })),
    ...added(fresh, old).map((item) => ({ what: `no longer allows the ${of} ${item}`, allowsMore: false })),
  ];
}

function diffPilot(old: string | null, fresh: string | null): readonly Change[] {
  if (old === fresh) {
    return [];
  }
  return fresh === null
    ? [{ what: `no longer serves only the pilot group ${old}`, allowsMore: true }]
    : [
        {
          what: `now serves only the pilot group ${fresh}${old === null ? '' : ` instead of ${old}`}`,
          allowsMore: old === null ? false : null,
        },
      ];
}

function added(old: readonly string[], fresh: readonly string[]): readonly string[] {
  return fresh.filter((item) => !old.includes(item));
}
