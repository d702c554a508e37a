/** Who takes turns to be on call. Times are of the clock on the wall in the rota's time zone. */
export interface Rota {
  /** Name of the IANA database, such as `Europe/Madrid`. */
  readonly timeZone: string;
  readonly rotations: readonly Rotation[];
  /** Where two of one rotation overlap, the later one of the list counts. */
  readonly exceptions: readonly RotaException[];
}

/** People who are on call one after the other. */
export interface Rotation {
  readonly name: string;
  /** The first handover: the first of the people is on call from then on, and nobody before. */
  readonly starts: Temporal.PlainDateTime;
  /** From one handover to the next: days are of the calendar, whatever the clocks do; hours are exact. */
  readonly every: { readonly days: number } | { readonly hours: number };
  /** Object ids or sign-in names, in turn; at least one. */
  readonly people: readonly string[];
  /** The hours of the week in which anybody is on call; none means all. */
  readonly during: readonly WeeklyHours[];
}

/** Hours of some days of the week. */
export interface WeeklyHours {
  /** 1 is Monday, 7 is Sunday: the day on which they begin. */
  readonly days: readonly number[];
  readonly from: Temporal.PlainTime;
  /** Of the next day unless it is after `from`. */
  readonly to: Temporal.PlainTime;
}

/** Within its time an exception alone says who is on call by a rotation: neither turn nor hours count. */
export interface RotaException {
  /** Name of the rotation, in any case. */
  readonly rotation: string;
  readonly from: Temporal.PlainDateTime;
  readonly to: Temporal.PlainDateTime;
  /** Object id or sign-in name; null puts nobody on call. */
  readonly person: string | null;
}

/** Who is on call by a rota at an instant, and until when that stays so; null when no end is in sight. */
export interface Shift {
  /** Object ids or sign-in names as the rota has them, each once. */
  readonly people: readonly string[];
  readonly until: Temporal.Instant | null;
}

/** So many handovers and limits of hours and exceptions are looked at to find one that changes something. */
const MOST_LIMITS = 200;
/** Hours may have begun on the day before, and begin again within a week; one day more, since a zone may leave a day out. */
const [DAYS_BACK, DAYS_AHEAD] = [2, 8];

/** Says who is on call by a rota: everybody whom one of its rotations has on call at that instant. */
export function onCallAt(rota: Rota, at: Temporal.Instant): Shift {
  const people = peopleAt(rota, at);
  const names = keyOf(people);
  let limit = nextLimit(rota, at);
  for (let seen = 0; limit !== null && seen < MOST_LIMITS; seen += 1) {
    if (keyOf(peopleAt(rota, limit)) !== names) {
      return { people, until: limit };
    }
    limit = nextLimit(rota, limit);
  }
  return { people, until: null };
}

/** Everybody whom a rota can put on call, as it has them, each once. */
export function everybodyIn({ rotations, exceptions }: Rota): readonly string[] {
  const people = [...rotations.flatMap((one) => one.people), ...exceptions.flatMap(({ person }) => person ?? [])];
  return people.filter((person, place) => people.findIndex((other) => isSame(other, person)) === place);
}

function peopleAt(rota: Rota, at: Temporal.Instant): readonly string[] {
  const people = rota.rotations.flatMap((rotation) => personAt(rota, rotation, at) ?? []);
  return people.filter((person, place) => people.findIndex((other) => isSame(other, person)) === place);
}

function keyOf(people: readonly string[]): string {
  return people
    .map((person) => person.toLowerCase())
    .toSorted()
    .join(' ');
}

function personAt(rota: Rota, rotation: Rotation, at: Temporal.Instant): string | null {
  const exception = exceptionsOf(rota, rotation).findLast(
    ({ from, to }) => isBefore(at, instantOf(to, rota)) && !isBefore(at, instantOf(from, rota)),
  );
  if (exception !== undefined) {
    return exception.person;
  }
  const turn = turnAt(rota, rotation, at);
  return turn < 0 || !isWithinHours(rota, rotation, at)
    ? null
    : (rotation.people[turn % rotation.people.length] ?? null);
}

function exceptionsOf({ exceptions }: Rota, { name }: Rotation): readonly RotaException[] {
  return exceptions.filter(({ rotation }) => isSame(rotation, name));
}

/** How many handovers there were after the first; less than 0 before it. */
function turnAt(rota: Rota, rotation: Rotation, at: Temporal.Instant): number {
  let turn = roughTurn(rota, rotation, at);
  while (!isBefore(at, handover(rota, rotation, turn + 1))) {
    turn += 1;
  }
  while (turn >= 0 && isBefore(at, handover(rota, rotation, turn))) {
    turn -= 1;
  }
  return turn;
}

/** Off by a turn where clocks were changed. */
function roughTurn(rota: Rota, { every, starts }: Rotation, at: Temporal.Instant): number {
  if ('hours' in every) {
    return Math.max(-1, Math.floor(instantOf(starts, rota).until(at).total('hours') / every.hours));
  }
  const local = at.toZonedDateTimeISO(rota.timeZone).toPlainDateTime();
  return Math.max(-1, Math.floor(starts.until(local, { largestUnit: 'days' }).days / every.days));
}

function handover(rota: Rota, { every, starts }: Rotation, turn: number): Temporal.Instant {
  return 'days' in every
    ? instantOf(starts.add({ days: turn * every.days }), rota)
    : instantOf(starts, rota).add({ hours: turn * every.hours });
}

function isWithinHours(rota: Rota, { during }: Rotation, at: Temporal.Instant): boolean {
  return (
    during.length === 0 ||
    spansFrom(rota, { during, at, ahead: 0 }).some(([from, to]) => !isBefore(at, from) && isBefore(at, to))
  );
}

interface Days {
  readonly during: readonly WeeklyHours[];
  readonly at: Temporal.Instant;
  readonly ahead: number;
}

/** The spans of these hours that begin days before the instant, on its own day, or on so many days after it. */
function spansFrom(
  rota: Rota,
  { during, at, ahead }: Days,
): readonly (readonly [from: Temporal.Instant, to: Temporal.Instant])[] {
  const today = at.toZonedDateTimeISO(rota.timeZone).toPlainDate();
  const dates = Array.from({ length: DAYS_BACK + ahead + 1 }, (_, day) => today.add({ days: day - DAYS_BACK }));
  return during.flatMap(({ days, from, to }) => {
    const daysLater = Temporal.PlainTime.compare(from, to) < 0 ? 0 : 1;
    return dates
      .filter(({ dayOfWeek }) => days.includes(dayOfWeek))
      .map(
        (date) =>
          [
            instantOf(date.toPlainDateTime(from), rota),
            instantOf(date.add({ days: daysLater }).toPlainDateTime(to), rota),
          ] as const,
      );
  });
}

/** The next instant at which anything of the rota begins or ends. */
function nextLimit(rota: Rota, at: Temporal.Instant): Temporal.Instant | null {
  const limits = rota.rotations.flatMap((rotation) => [
    ...nextHandover(rota, rotation, at),
    ...(rotation.during.length === 0 ? [] : spansFrom(rota, { during: rotation.during, at, ahead: DAYS_AHEAD }).flat()),
    ...exceptionsOf(rota, rotation).flatMap(({ from, to }) => [instantOf(from, rota), instantOf(to, rota)]),
  ]);
  return limits
    .filter((limit) => isBefore(at, limit))
    .reduce<Temporal.Instant | null>((first, one) => (first === null || isBefore(one, first) ? one : first), null);
}

/** None after the first where one person is on call at every turn. */
function nextHandover(rota: Rota, rotation: Rotation, at: Temporal.Instant): readonly Temporal.Instant[] {
  const turn = turnAt(rota, rotation, at);
  const [first = '', ...others] = rotation.people;
  const isAlwaysSame = turn >= 0 && others.every((other) => isSame(other, first));
  return isAlwaysSame ? [] : [handover(rota, rotation, turn + 1)];
}

/** An hour that the clocks skip is the one after; of an hour that comes twice the first is meant. */
function instantOf(wall: Temporal.PlainDateTime, { timeZone }: Rota): Temporal.Instant {
  return wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toInstant();
}

function isBefore(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) < 0;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
