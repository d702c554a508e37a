import assert from 'node:assert/strict';
import fc from 'fast-check';
import { onCallAt, type Rota, type RotaException, type Rotation, type WeeklyHours } from '../../../src/domain/rota.ts';

const A = 'ann@contoso.example';
const B = 'bob@contoso.example';
const C = 'cy@contoso.example';

const wall = (text: string): Temporal.PlainDateTime => Temporal.PlainDateTime.from(text);

/** A week each for Ann and Bob, from the first Monday of 2026 at nine. */
function aRotation(overrides: Partial<Rotation> = {}): Rotation {
  return {
    name: 'primary',
    starts: wall('2026-01-05T09:00'),
    every: { days: 7 },
    people: [A, B],
    during: [],
    ...overrides,
  };
}

function aRota(rotations: readonly Rotation[], exceptions: readonly RotaException[] = []): Rota {
  return { timeZone: 'Europe/Madrid', rotations, exceptions };
}

function hours(days: readonly number[], from: string, to: string): WeeklyHours {
  return { days, from: Temporal.PlainTime.from(from), to: Temporal.PlainTime.from(to) };
}

function exception(from: string, to: string, person: string | null, rotation = 'primary'): RotaException {
  return { rotation, from: wall(from), to: wall(to), person };
}

/** Such as `ann until 2026-01-12T09:00`, on the clock of the rota; `nobody for good` where no end is in sight. */
function said(rota: Rota, at: string): string {
  const instant = at.endsWith('Z') ? Temporal.Instant.from(at) : wall(at).toZonedDateTime(rota.timeZone).toInstant();
  const { people, until } = onCallAt(rota, instant);
  const who = people.map((person) => person.split('@')[0]).join('+') || 'nobody';
  const end = until?.toZonedDateTimeISO(rota.timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
  return `${who} ${end === undefined ? 'for good' : `until ${end}`}`;
}

/** Asserts what a rota says at each of these times. */
function says(rota: Rota, expected: Readonly<Record<string, string>>): void {
  for (const [at, what] of Object.entries(expected)) {
    assert.equal(said(rota, at), what, at);
  }
}

describe('onCallAt', () => {
  it('has nobody on call before the first handover', () => {
    says(aRota([aRotation()]), {
      '2020-01-01T00:00': 'nobody until 2026-01-05T09:00',
      '2026-01-05T08:59:59': 'nobody until 2026-01-05T09:00',
      '2026-01-05T09:00': 'ann until 2026-01-12T09:00',
    });
  });

  it('hands over in turn, to the minute, and begins again with the first', () => {
    says(aRota([aRotation({ people: [A, B, C] })]), {
      '2026-01-12T08:59:59': 'ann until 2026-01-12T09:00',
      '2026-01-12T09:00': 'bob until 2026-01-19T09:00',
      '2026-01-19T09:00': 'cy until 2026-01-26T09:00',
      '2026-01-26T09:00': 'ann until 2026-02-02T09:00',
    });
  });

  it('keeps the time of a weekly handover when the clocks go forward and back', () => {
    // Spring: 29 March 2026. Autumn: 25 October 2026.
    says(aRota([aRotation()]), {
      '2026-03-23T09:00': 'bob until 2026-03-30T09:00',
      '2026-03-30T06:59:59Z': 'bob until 2026-03-30T09:00',
      '2026-03-30T07:00:00Z': 'ann until 2026-04-06T09:00',
      '2026-10-26T07:59:59Z': 'bob until 2026-10-26T09:00',
      '2026-10-26T08:00:00Z': 'ann until 2026-11-02T09:00',
    });
  });

  it('keeps the time of a daily handover when the clocks change', () => {
    const rota = aRota([aRotation({ starts: wall('2026-03-27T09:00'), every: { days: 1 } })]);
    says(rota, {
      '2026-03-28T09:00': 'bob until 2026-03-29T09:00',
      '2026-03-29T09:00': 'ann until 2026-03-30T09:00',
      '2026-10-24T09:00': 'bob until 2026-10-25T09:00',
      '2026-10-25T09:00': 'ann until 2026-10-26T09:00',
    });
  });

  it('counts hours exactly, so that their handovers move on the clock with the summer', () => {
    const rota = aRota([aRotation({ starts: wall('2026-03-28T21:00'), every: { hours: 12 } })]);
    says(rota, {
      '2026-03-28T21:00': 'ann until 2026-03-29T10:00',
      '2026-03-29T10:00': 'bob until 2026-03-29T22:00',
      '2026-10-24T22:00': 'ann until 2026-10-25T09:00',
      '2026-10-25T09:00': 'bob until 2026-10-25T21:00',
    });
  });

  it('hands over an hour later where the clocks skip the hour, and once where it comes twice', () => {
    const spring = aRota([aRotation({ starts: wall('2026-03-28T02:30'), every: { days: 1 } })]);
    says(spring, {
      '2026-03-29T00:59:59Z': 'ann until 2026-03-29T03:30',
      '2026-03-29T01:29:59Z': 'ann until 2026-03-29T03:30',
      '2026-03-29T01:30:00Z': 'bob until 2026-03-30T02:30',
    });
    const autumn = aRota([aRotation({ starts: wall('2026-10-24T02:30'), every: { days: 1 } })]);
    says(autumn, {
      '2026-10-25T00:29:59Z': 'ann until 2026-10-25T02:30',
      '2026-10-25T00:30:00Z': 'bob until 2026-10-26T02:30',
      '2026-10-25T01:30:00Z': 'bob until 2026-10-26T02:30',
    });
  });

  it('hands over past the end of the year and over the 29th of February', () => {
    const yearly = aRota([aRotation({ starts: wall('2027-12-31T00:00'), every: { days: 1 } })]);
    says(yearly, {
      '2027-12-31T23:59:59': 'ann until 2028-01-01T00:00',
      '2028-01-01T00:00': 'bob until 2028-01-02T00:00',
      '2028-02-28T12:00': 'bob until 2028-02-29T00:00',
      '2028-02-29T12:00': 'ann until 2028-03-01T00:00',
    });
  });

  it('survives a day that a time zone left out', () => {
    const rota = {
      ...aRota([aRotation({ starts: wall('2011-12-29T09:00'), every: { days: 1 }, people: [A, B, C] })]),
      timeZone: 'Pacific/Apia',
    };
    says(rota, {
      '2011-12-29T23:00': 'ann until 2011-12-31T09:00',
      '2011-12-31T09:00': 'cy until 2012-01-01T09:00',
    });
  });

  it('has one person on call for good who takes turns with nobody', () => {
    says(aRota([aRotation({ people: [A] })]), {
      '2026-06-01T00:00': 'ann for good',
      '2026-01-01T00:00': 'nobody until 2026-01-05T09:00',
    });
    says(aRota([aRotation({ people: [A, A.toUpperCase()] })]), { '2026-06-01T00:00': 'ann for good' });
  });

  it('has everybody on call whom a rotation has, each once', () => {
    const rota = aRota([
      aRotation(),
      aRotation({ name: 'second', people: [C, B] }),
      aRotation({ name: 'third', people: [A.toUpperCase(), C], every: { days: 14 } }),
    ]);
    says(rota, {
      '2026-01-05T09:00': 'ann+cy until 2026-01-12T09:00',
      '2026-01-12T09:00': 'bob+ANN until 2026-01-19T09:00',
      '2026-01-19T09:00': 'ann+cy until 2026-01-26T09:00',
    });
  });

  describe('within hours', () => {
    const WEEKDAYS = [1, 2, 3, 4, 5];

    it('has nobody on call outside of them', () => {
      const rota = aRota([aRotation({ people: [A], during: [hours(WEEKDAYS, '09:00', '18:00')] })]);
      says(rota, {
        '2026-06-01T08:59:59': 'nobody until 2026-06-01T09:00',
        '2026-06-01T09:00': 'ann until 2026-06-01T18:00',
        '2026-06-01T18:00': 'nobody until 2026-06-02T09:00',
        '2026-06-05T18:00': 'nobody until 2026-06-08T09:00',
        '2026-06-06T12:00': 'nobody until 2026-06-08T09:00',
      });
    });

    it('goes over midnight, from the day on which they begin', () => {
      const rota = aRota([aRotation({ people: [A], during: [hours([5], '18:00', '09:00')] })]);
      says(rota, {
        '2026-06-05T08:00': 'nobody until 2026-06-05T18:00',
        '2026-06-05T18:00': 'ann until 2026-06-06T09:00',
        '2026-06-06T00:00': 'ann until 2026-06-06T09:00',
        '2026-06-06T09:00': 'nobody until 2026-06-12T18:00',
      });
    });

    it('takes midnight for the end of the day, and equal times for a whole day', () => {
      says(aRota([aRotation({ people: [A], during: [hours([1], '22:00', '00:00')] })]), {
        '2026-06-01T23:59:59': 'ann until 2026-06-02T00:00',
        '2026-06-02T00:00': 'nobody until 2026-06-08T22:00',
      });
      says(aRota([aRotation({ people: [A], during: [hours([6, 7], '08:00', '08:00')] })]), {
        '2026-06-06T08:00': 'ann until 2026-06-08T08:00',
        '2026-06-08T07:59:59': 'ann until 2026-06-08T08:00',
        '2026-06-08T08:00': 'nobody until 2026-06-13T08:00',
      });
    });

    it('goes over the end of the year', () => {
      const rota = aRota([aRotation({ people: [A], during: [hours([4], '20:00', '06:00')] })]);
      says(rota, {
        '2026-12-31T23:59:59': 'ann until 2027-01-01T06:00',
        '2027-01-01T05:59': 'ann until 2027-01-01T06:00',
      });
    });

    it('tells no limit that changes nothing', () => {
      const nights = [hours([1, 2], '18:00', '00:00'), hours([2, 3], '00:00', '09:00')];
      says(aRota([aRotation({ people: [A], during: nights })]), {
        '2026-06-01T20:00': 'ann until 2026-06-02T09:00',
        '2026-06-02T20:00': 'ann until 2026-06-03T09:00',
      });
      const always = [hours([1, 2, 3, 4, 5, 6, 7], '00:00', '00:00')];
      says(aRota([aRotation({ people: [A], during: always })]), { '2026-06-01T20:00': 'ann for good' });
    });

    it('hands over within them, whoever was on call when they began', () => {
      const rota = aRota([
        aRotation({ every: { days: 1 }, starts: wall('2026-06-01T00:00'), during: [hours([1], '20:00', '06:00')] }),
      ]);
      says(rota, {
        '2026-06-01T20:00': 'ann until 2026-06-02T00:00',
        '2026-06-02T00:00': 'bob until 2026-06-02T06:00',
      });
    });

    it('is an hour shorter or longer in the night in which the clocks change', () => {
      const rota = aRota([aRotation({ people: [A], during: [hours([6], '20:00', '08:00')] })]);
      for (const [evening, length] of [
        ['2026-03-28T20:00', 11],
        ['2026-10-24T20:00', 13],
        ['2026-06-06T20:00', 12],
      ] as const) {
        const from = wall(evening).toZonedDateTime('Europe/Madrid').toInstant();
        assert.equal(onCallAt(rota, from).until?.since(from).total('hours'), length, evening);
      }
    });

    it('lets day and night rotations follow each other without a gap', () => {
      const all = [1, 2, 3, 4, 5, 6, 7];
      const rota = aRota([
        aRotation({ name: 'days', people: [A], during: [hours(all, '08:00', '20:00')] }),
        aRotation({ name: 'nights', people: [B], during: [hours(all, '20:00', '08:00')] }),
      ]);
      says(rota, {
        '2026-10-25T07:59': 'bob until 2026-10-25T08:00',
        '2026-10-25T08:00': 'ann until 2026-10-25T20:00',
        '2026-10-25T20:00': 'bob until 2026-10-26T08:00',
      });
    });
  });

  describe('with exceptions', () => {
    it('has the other person on call for their time', () => {
      says(aRota([aRotation()], [exception('2026-01-07T12:00', '2026-01-08T12:00', C)]), {
        '2026-01-05T09:00': 'ann until 2026-01-07T12:00',
        '2026-01-07T12:00': 'cy until 2026-01-08T12:00',
        '2026-01-08T12:00': 'ann until 2026-01-12T09:00',
      });
    });

    it('has nobody on call by that rotation where they say so, whatever its name’s case, and leaves the others alone', () => {
      const rota = aRota(
        [aRotation(), aRotation({ name: 'second', people: [C] })],
        [exception('2026-01-07T12:00', '2026-01-08T12:00', null, 'PRIMARY')],
      );
      says(rota, {
        '2026-01-07T12:00': 'cy until 2026-01-08T12:00',
        '2026-01-08T12:00': 'ann+cy until 2026-01-12T09:00',
      });
    });

    it('goes over a handover, which counts again afterwards', () => {
      says(aRota([aRotation()], [exception('2026-01-10T09:00', '2026-01-14T09:00', C)]), {
        '2026-01-10T09:00': 'cy until 2026-01-14T09:00',
        '2026-01-14T09:00': 'bob until 2026-01-19T09:00',
      });
    });

    it('changes nothing for whom it puts in their own place', () => {
      says(aRota([aRotation()], [exception('2026-01-12T09:00', '2026-01-14T09:00', A)]), {
        '2026-01-05T09:00': 'ann until 2026-01-14T09:00',
        '2026-01-14T09:00': 'bob until 2026-01-19T09:00',
      });
    });

    it('counts outside of the hours of the rotation, and before it began', () => {
      const rota = aRota(
        [aRotation({ people: [A], during: [hours([1], '09:00', '18:00')] })],
        [exception('2025-12-24T09:00', '2025-12-26T09:00', C), exception('2026-06-01T12:00', '2026-06-03T12:00', C)],
      );
      says(rota, {
        '2025-12-25T00:00': 'cy until 2025-12-26T09:00',
        '2026-06-01T09:00': 'ann until 2026-06-01T12:00',
        '2026-06-02T00:00': 'cy until 2026-06-03T12:00',
        '2026-06-03T12:00': 'nobody until 2026-06-08T09:00',
      });
    });

    it('lets the one further down win where two overlap', () => {
      const long = exception('2026-01-06T00:00', '2026-01-10T00:00', C);
      const short = exception('2026-01-07T00:00', '2026-01-08T00:00', null);
      says(aRota([aRotation()], [long, short]), {
        '2026-01-06T00:00': 'cy until 2026-01-07T00:00',
        '2026-01-07T00:00': 'nobody until 2026-01-08T00:00',
        '2026-01-08T00:00': 'cy until 2026-01-10T00:00',
      });
      says(aRota([aRotation()], [short, long]), { '2026-01-07T00:00': 'cy until 2026-01-10T00:00' });
    });

    it('ends on the clock when the clocks change in between', () => {
      const rota = aRota([aRotation({ people: [A] })], [exception('2026-10-24T20:00', '2026-10-25T20:00', C)]);
      says(rota, {
        '2026-10-25T18:59:59Z': 'cy until 2026-10-25T20:00',
        '2026-10-25T19:00:00Z': 'ann for good',
      });
    });
  });
});

const YEAR_MS = 366 * 24 * 3_600_000;
const START = Temporal.Instant.from('2026-01-01T00:00:00Z');
const MINUTE_OF_DAY = fc.integer({ min: 0, max: 1439 });
const time = (minute: number): Temporal.PlainTime =>
  Temporal.PlainTime.from({ hour: Math.floor(minute / 60), minute: minute % 60 });
const instants = fc.integer({ min: 0, max: YEAR_MS * 2 }).map((ms) => START.add({ milliseconds: ms }));
const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
const someHours = fc.record({ days, from: MINUTE_OF_DAY.map(time), to: MINUTE_OF_DAY.map(time) });
const moment = fc
  .tuple(fc.integer({ min: 0, max: 800 }), MINUTE_OF_DAY)
  .map(([day, minute]) => wall('2025-12-01T00:00').add({ days: day, minutes: minute }));
const rotation = fc.record({
  name: fc.constantFrom('primary', 'second'),
  starts: moment,
  every: fc.oneof(
    fc.record({ days: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ hours: fc.integer({ min: 1, max: 100 }) }),
  ),
  people: fc.array(fc.constantFrom(A, B, C), { minLength: 1, maxLength: 5 }),
  during: fc.array(someHours, { maxLength: 2 }),
});
const anException = fc
  .record({
    rotation: fc.constantFrom('primary', 'second'),
    from: moment,
    length: fc.integer({ min: 1, max: 20_000 }),
    person: fc.constantFrom(A, B, C, null),
  })
  .map(({ from, length, ...rest }) => ({ ...rest, from, to: from.add({ minutes: length }) }));
const rotas = fc.record({
  timeZone: fc.constantFrom('Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata'),
  rotations: fc.array(rotation, { minLength: 1, maxLength: 2 }),
  exceptions: fc.array(anException, { maxLength: 3 }),
});

const names = ({ people }: { readonly people: readonly string[] }): string => people.toSorted().join(' ');

describe('onCallAt, whatever the rota', () => {
  it('says the same at every instant until the one that it names, and something else then', () => {
    fc.assert(
      fc.property(
        rotas,
        instants,
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 3 }),
        (rota, at, parts) => {
          const { people, until } = onCallAt(rota, at);
          if (until === null) {
            return;
          }
          const lengthMs = until.epochMilliseconds - at.epochMilliseconds;
          assert.ok(lengthMs > 0);
          for (const part of parts) {
            const between = onCallAt(rota, at.add({ milliseconds: Math.floor(lengthMs * part) }));
            assert.deepEqual([names(between), between.until?.toString()], [names({ people }), until.toString()]);
          }
          assert.equal(names(onCallAt(rota, until.subtract({ nanoseconds: 1 }))), names({ people }));
          assert.notEqual(names(onCallAt(rota, until)), names({ people }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the person on call whose turn a calendar shows, day by day', () => {
    const everyDays = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(
        everyDays,
        MINUTE_OF_DAY,
        fc.constantFrom('Europe/Madrid', 'America/New_York'),
        (every, minute, timeZone) => {
          const first = wall('2026-01-01T00:00').add({ minutes: minute });
          const one = aRotation({ starts: first, every: { days: every }, people: [A, B, C] });
          const rota = { ...aRota([one]), timeZone };
          for (let day = 0; day < 330; day += 7) {
            // Noon after each handover hour: no clock is changed at that time.
            const at = first.add({ days: day, hours: 4 }).toZonedDateTime(timeZone).toInstant();
            assert.deepEqual(onCallAt(rota, at).people, [[A, B, C][Math.floor(day / every) % 3]]);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
