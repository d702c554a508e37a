import type { Clock } from './clauses/clock.ts';
import type { Time } from './clauses/time.ts';
import type { ProblemCode } from './command.ts';
import { type Context, momentOf } from './moment.ts';
import type { Piece } from './piece.ts';

/** When the access should begin and end, and what was wrong with what was said about it. */
export type When = {
  readonly start: Temporal.Instant | null;
  readonly until: Temporal.Instant | null;
  readonly duration: Temporal.Duration | null;
  /** Said to have no end. */
  readonly isPermanent: boolean;
  readonly problems: readonly ProblemCode[];
  /** Words that say a time which cannot be used: a second start, 30 February. */
  readonly leftOver: readonly string[];
};

type StartPiece = Extract<Piece, { kind: 'start' }>;
type UntilPiece = Extract<Piece, { kind: 'until' }>;
type CalendarPiece = Extract<Piece, { kind: 'calendar' }>;
type DurationPiece = Extract<Piece, { kind: 'duration' }>;
type Begin = { readonly time: Time | null; readonly leftOver: readonly string[] };

const HALF_DAY = 12;

/** "on monday … from 9" says the day and the clock apart: puts them together. */
function joinTimes(first: Time, second: Time): Time | null {
  if (first.kind !== 'wall' || second.kind !== 'wall') return null;
  if (first.day !== null && second.day !== null) return null;
  if (first.clock !== null && second.clock !== null) return null;
  return {
    kind: 'wall',
    day: first.day ?? second.day,
    clock: first.clock ?? second.clock,
    zone: first.zone ?? second.zone,
  };
}

function oneStart(pieces: readonly StartPiece[]): Begin {
  let time: Time | null = null;
  const leftOver: string[] = [];
  for (const piece of pieces) {
    const joined: Time | null = time === null ? piece.time : joinTimes(time, piece.time);
    if (joined === null) leftOver.push(piece.said);
    else time = joined;
  }
  return { time, leftOver };
}

/** "today" alone is no other start than now. */
function isJustToday(time: Time): boolean {
  return time.kind === 'wall' && time.day?.kind === 'relative' && time.day.days === 0 && time.clock === null;
}

const asAfternoon = (clock: Clock): Clock => ({ ...clock, hour: clock.hour + HALF_DAY, isBare: false });

/** In "from 2 to 4pm" the two share the afternoon. */
function startClock(time: Time, until: UntilPiece | undefined): Time {
  if (time.kind !== 'wall' || time.clock?.isBare !== true || until?.time.kind !== 'wall') return time;
  const end = until.rangeFrom === null ? null : until.time.clock;
  if (end === null || end.isBare || end.minute !== 0 || end.hour <= HALF_DAY) return time;
  const isSameHalf = time.clock.hour < HALF_DAY && time.clock.hour < end.hour - HALF_DAY;
  return isSameHalf ? { ...time, clock: asAfternoon(time.clock) } : time;
}

/** In "from 9 to 5" the end is the next five o'clock, not the one of the next morning. */
function endClock(until: UntilPiece): Time {
  const { time, rangeFrom } = until;
  if (time.kind !== 'wall' || time.clock?.isBare !== true || rangeFrom === null) return time;
  const isLater = time.clock.hour <= rangeFrom.hour && time.clock.hour + HALF_DAY > rangeFrom.hour;
  const mayShift = time.day === null && rangeFrom.hour <= HALF_DAY && time.clock.hour < HALF_DAY;
  return isLater && mayShift ? { ...time, clock: asAfternoon(time.clock) } : time;
}

function readStart(
  begin: Begin,
  until: UntilPiece | undefined,
  context: Context,
): Omit<When, 'until' | 'duration' | 'isPermanent'> {
  const leftOver = [...begin.leftOver];
  if (begin.time === null || isJustToday(begin.time)) return { start: null, problems: [], leftOver };
  const moment = momentOf(startClock(begin.time, until), context);
  if (moment === null) return { start: null, problems: [], leftOver: [...leftOver, 'start'] };
  if (moment.kind === 'past') return { start: null, problems: ['start.in_the_past'], leftOver };
  return { start: moment.instant, problems: [], leftOver };
}

type End = Pick<When, 'until' | 'duration' | 'problems' | 'leftOver'>;
const NO_END: End = { until: null, duration: null, problems: [], leftOver: [] };

function readUntil(piece: UntilPiece, start: Temporal.Instant | null, context: Context): End {
  const moment = momentOf(endClock(piece), context, start ?? context.now);
  if (moment === null) return { ...NO_END, leftOver: [piece.said] };
  if (moment.kind === 'past') return { ...NO_END, problems: ['until.in_the_past'] };
  const isAfterStart = Temporal.Instant.compare(moment.instant, start ?? context.now) > 0;
  return isAfterStart ? { ...NO_END, until: moment.instant } : { ...NO_END, problems: ['duration.not_positive'] };
}

function readDuration(piece: DurationPiece): End {
  if (piece.seconds === null) return { ...NO_END, problems: ['duration.no_unit'] };
  if (piece.seconds <= 0) return { ...NO_END, problems: ['duration.not_positive'] };
  return { ...NO_END, duration: Temporal.Duration.from({ seconds: piece.seconds }).round({ largestUnit: 'hours' }) };
}

/** Months and years are counted in the person's own calendar, from the start. */
function readCalendar(piece: CalendarPiece, start: Temporal.Instant | null, context: Context): End {
  try {
    const from = (start ?? context.now).toZonedDateTimeISO(context.timeZone);
    const until = from.add(piece.length).toInstant();
    return Temporal.Instant.compare(until, from.toInstant()) > 0
      ? { ...NO_END, until }
      : { ...NO_END, problems: ['duration.not_positive'] };
  } catch (error) {
    if (error instanceof RangeError) return { ...NO_END, leftOver: [piece.said] };
    throw error;
  }
}

/** Reads start and end of the access from the pieces of a sentence; two ends are a problem and neither counts. */
export function readWhen(pieces: readonly Piece[], context: Context): When {
  const untils = pieces.filter((piece) => piece.kind === 'until');
  const durations = pieces.filter((piece) => piece.kind === 'duration');
  const begin = oneStart(pieces.filter((piece) => piece.kind === 'start'));
  const until = untils[0];
  const started = readStart(begin, until, context);
  const base = { start: started.start, until: null, duration: null, isPermanent: false };
  const calendar = pieces.find((piece) => piece.kind === 'calendar');
  const isPermanent = pieces.some((piece) => piece.kind === 'permanent');
  const lengths = pieces.filter((piece) => piece.kind === 'calendar').length + durations.length;
  if (untils.length + lengths + (isPermanent ? 1 : 0) > 1) {
    return { ...base, problems: [...started.problems, 'end.said_twice'], leftOver: started.leftOver };
  }
  const duration = durations[0];
  let end = NO_END;
  if (until !== undefined) end = readUntil(until, started.start, context);
  else if (duration !== undefined) end = readDuration(duration);
  else if (calendar !== undefined) end = readCalendar(calendar, started.start, context);
  return {
    ...base,
    ...end,
    isPermanent,
    problems: [...started.problems, ...end.problems],
    leftOver: [...started.leftOver, ...end.leftOver],
  };
}
