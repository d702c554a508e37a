import type { AlarmRoute, Pack } from '../domain/break-glass.ts';
import type { OnCallSource } from '../domain/on-call.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { timeInWords } from '../domain/settings-duration.ts';
import { sourceInWords } from './break-glass-words.ts';
import { dutyInWords } from './role-words.ts';

/** What changes, and whether it allows more: somebody gets more or more easily, or fewer are told. Null when there is no telling. */
export interface Change {
  readonly what: string;
  readonly allowsMore: boolean | null;
}

/** A change of one part of a rulebook. */
interface PartChange extends Change {
  readonly rule: string;
}

/** What another rulebook would change about emergencies, part by part. */
export function diffBreakGlass(before: Rulebook, after: Rulebook): readonly PartChange[] {
  const sources = paired(before.onCall, after.onCall).flatMap(([old, fresh]) =>
    under(`On-call source ${(fresh ?? old)?.name}`, diffSource(old, fresh, after)),
  );
  const packs = paired(before.packs, after.packs).flatMap(([old, fresh]) =>
    under(`Break-glass pack ${(fresh ?? old)?.name}`, diffPack([old, before], [fresh, after])),
  );
  const accounts = diffItems(before.emergencyAccounts, after.emergencyAccounts, {
    added: (one) => ({ what: `now have ${one}`, allowsMore: false }),
    removed: (one) => ({ what: `no longer have ${one}: its use raises no alarm`, allowsMore: true }),
  });
  return [
    ...sources,
    ...packs,
    ...under('Alarm route', diffAlarms(before.alarms, after.alarms)),
    ...under('Emergency accounts', accounts),
  ];
}

function under(rule: string, changes: readonly Change[]): readonly PartChange[] {
  return changes.map((change) => ({ rule, ...change }));
}

interface Named {
  readonly name: string;
}

/** What has the same name in any case, side by side. */
function paired<T extends Named>(
  before: readonly T[],
  after: readonly T[],
): readonly (readonly [old: T | undefined, fresh: T | undefined])[] {
  const byName = (items: readonly T[]): ReadonlyMap<string, T> =>
    new Map(items.map((one) => [one.name.toLowerCase(), one]));
  const [old, fresh] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].map((name) => [old.get(name), fresh.get(name)]);
}

/** A source alone allows nothing: packs that name it do. */
function diffSource(
  old: OnCallSource | undefined,
  fresh: OnCallSource | undefined,
  { packs }: Rulebook,
): readonly Change[] {
  if (old === undefined || fresh === undefined) {
    return [{ what: old === undefined ? 'is new' : 'is gone', allowsMore: null }];
  }
  const [was, is] = [sourceInWords(old), sourceInWords(fresh)];
  const isUsed = packs.some(({ pulledBy }) => isSame(pulledBy, fresh.name));
  return [
    ...spelled(old, fresh),
    ...(was === is
      ? []
      : [{ what: `asks ${is} instead of ${was}`, allowsMore: isUsed && !isSame(was, is) ? true : null }]),
  ];
}

type PackIn = readonly [pack: Pack | undefined, rulebook: Rulebook];

function diffPack([old, before]: PackIn, [fresh, after]: PackIn): readonly Change[] {
  if (old === undefined || fresh === undefined) {
    return [{ what: old === undefined ? 'is new' : 'is gone', allowsMore: old === undefined }];
  }
  return [
    ...spelled(old, fresh),
    ...(old.purpose === fresh.purpose ? [] : [{ what: 'has another purpose', allowsMore: null }]),
    ...diffItems(old.activates.map(dutyInWords), fresh.activates.map(dutyInWords), {
      added: (role) => ({ what: `now activates ${role}`, allowsMore: true }),
      removed: (role) => ({ what: `no longer activates ${role}`, allowsMore: false }),
    }),
    ...diffPullers(old, fresh, { isSameSource: sourceOf(before, old) === sourceOf(after, fresh) }),
    ...diffRoutes(old.alarm, fresh.alarm),
    ...(old.owner === fresh.owner
      ? []
      : [{ what: `is reviewed by ${fresh.owner} instead of ${old.owner}`, allowsMore: null }]),
    ...diffNeeds(old, fresh),
  ];
}

function sourceOf({ onCall }: Rulebook, { pulledBy }: Pack): string {
  const source = onCall.find(({ name }) => isSame(name, pulledBy));
  return source === undefined ? '' : sourceInWords(source).toLowerCase();
}

function diffPullers(old: Pack, fresh: Pack, { isSameSource }: { readonly isSameSource: boolean }): readonly Change[] {
  const longer = Temporal.Duration.compare(fresh.window, old.window);
  const changes: Change[] = [];
  if (old.pulledBy !== fresh.pulledBy) {
    const what = `is pulled by whoever is on call by ${fresh.pulledBy} instead of ${old.pulledBy}`;
    changes.push({ what, allowsMore: isSameSource ? null : true });
  }
  if (longer !== 0) {
    const what = `is pulled for at most ${timeInWords(fresh.window)} instead of ${timeInWords(old.window)}`;
    changes.push({ what, allowsMore: longer > 0 });
  }
  if (old.needsSecondPerson !== fresh.needsSecondPerson) {
    const what = fresh.needsSecondPerson ? 'now needs a second person' : 'no longer needs a second person';
    changes.push({ what, allowsMore: old.needsSecondPerson });
  }
  return changes;
}

function diffNeeds(old: Pack, fresh: Pack): readonly Change[] {
  const incident = fresh.isIncidentNeeded ? 'now needs' : 'no longer needs';
  return [
    ...(old.isIncidentNeeded === fresh.isIncidentNeeded
      ? []
      : [{ what: `${incident} the number of an incident`, allowsMore: old.isIncidentNeeded }]),
    ...diffSeverities(old.severities, fresh.severities),
  ];
}

/** No word at all asks for none: the last one that goes allows everything. */
function diffSeverities(old: readonly string[], fresh: readonly string[]): readonly Change[] {
  if ((old.length === 0) !== (fresh.length === 0)) {
    return old.length === 0
      ? [{ what: `now needs a severity: ${fresh.join(', ')}`, allowsMore: false }]
      : [{ what: 'no longer needs a severity', allowsMore: true }];
  }
  return diffItems(old, fresh, {
    added: (word) => ({ what: `may now be pulled for ${word}`, allowsMore: true }),
    removed: (word) => ({ what: `may no longer be pulled for ${word}`, allowsMore: false }),
  });
}

function diffAlarms(old: AlarmRoute | null, fresh: AlarmRoute | null): readonly Change[] {
  if (old === null || fresh === null) {
    if (old === fresh) {
      return [];
    }
    const what =
      old === null ? 'is new: what is of no pack is now told' : 'is gone: what is of no pack is told to nobody';
    return [{ what, allowsMore: old !== null }];
  }
  return diffRoutes(old, fresh);
}

/** Another channel has other readers: those of the old one are no longer told. */
function diffRoutes(old: AlarmRoute, fresh: AlarmRoute): readonly Change[] {
  const channel = { what: `tells the channel ${fresh.channel} instead of ${old.channel}`, allowsMore: true };
  return [
    ...(old.channel === fresh.channel ? [] : [channel]),
    ...diffItems(old.people, fresh.people, {
      added: (who) => ({ what: `now tells ${who}`, allowsMore: false }),
      removed: (who) => ({ what: `no longer tells ${who}`, allowsMore: true }),
    }),
  ];
}

interface ItemWords {
  added(item: string): Change;
  removed(item: string): Change;
}

/** Lists whose order says nothing, compared in any case; another spelling is told, too. */
function diffItems(old: readonly string[], fresh: readonly string[], { added, removed }: ItemWords): readonly Change[] {
  const now = fresh.flatMap((item): readonly Change[] => {
    if (old.includes(item)) {
      return [];
    }
    const other = old.find((one) => isSame(one, item));
    return [other === undefined ? added(item) : { what: `spells ${other} as ${item}`, allowsMore: null }];
  });
  return [...now, ...old.filter((item) => !fresh.some((one) => isSame(one, item))).map(removed)];
}

function spelled(old: Named, fresh: Named): readonly Change[] {
  return old.name === fresh.name ? [] : [{ what: `was spelled ${old.name}`, allowsMore: null }];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
