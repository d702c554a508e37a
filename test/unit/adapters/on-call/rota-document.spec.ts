import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readRota, rotaJsonSchema } from '../../../../src/adapters/on-call/rota-document.ts';
import { printProblem } from '../../../../src/documents/yaml-document.ts';
import type { Rota } from '../../../../src/domain/rota.ts';

const FOLDER = path.join(import.meta.dirname, '../../../../rulebooks');

const ROTA = `version: 1
timeZone: Europe/Madrid
rotations:
  - name: Nights
    starts: 2026-01-05T18:00
    every: 2 weeks
    people: [lynner@contoso.onmicrosoft.com, F6D5BAC7-6e80-4fb1-92c5-e6a7b8c9da06]
    during:
      - { days: [monday, sunday], from: "18:00", to: "09:00" }
  - name: days
    starts: 2026-01-05T09:00
    every: 12 hours
    people: [a@b]
exceptions:
  - { rotation: NIGHTS, from: 2026-12-24T09:00, to: 2026-12-26T09:00, person: a@b }
  - { rotation: days, from: 2026-12-24T09:00, to: 2026-12-26T09:00, nobody: true }
`;

function rota(text: string): Rota {
  const reading = readRota(text);
  assert.ok(reading.isValid, reading.isValid ? '' : reading.problems.map(printProblem).join('\n'));
  return reading.rota;
}

function problemsOf(text: string): readonly string[] {
  const reading = readRota(text);
  return reading.isValid ? [] : reading.problems.map(printProblem);
}

describe('a rota document', () => {
  it('is read into rotations and exceptions', () => {
    const { timeZone, rotations, exceptions } = rota(ROTA);
    assert.equal(timeZone, 'Europe/Madrid');
    assert.deepEqual(
      rotations.map(({ starts, during, ...rest }) => ({
        ...rest,
        starts: starts.toString(),
        during: during.map(({ days, from, to }) => [days, from.toString(), to.toString()]),
      })),
      [
        {
          name: 'Nights',
          every: { days: 14 },
          people: ['lynner@contoso.onmicrosoft.com', 'F6D5BAC7-6e80-4fb1-92c5-e6a7b8c9da06'],
          starts: '2026-01-05T18:00:00',
          during: [[[1, 7], '18:00:00', '09:00:00']],
        },
        { name: 'days', every: { hours: 12 }, people: ['a@b'], starts: '2026-01-05T09:00:00', during: [] },
      ],
    );
    assert.deepEqual(
      exceptions.map(({ rotation, from, to, person }) => [rotation, from.toString(), to.toString(), person]),
      [
        ['NIGHTS', '2026-12-24T09:00:00', '2026-12-26T09:00:00', 'a@b'],
        ['days', '2026-12-24T09:00:00', '2026-12-26T09:00:00', null],
      ],
    );
  });

  for (const [every, length] of [
    ['1 day', { days: 1 }],
    ['3 days', { days: 3 }],
    ['1 week', { days: 7 }],
    ['8 hours', { hours: 8 }],
    ['1 hour', { hours: 1 }],
  ] as const) {
    it(`knows a handover every ${every}`, () => {
      assert.deepEqual(rota(ROTA.replace('2 weeks', every)).rotations[0]?.every, length);
    });
  }

  const wrong: readonly (readonly [what: string, from: string, to: string, problem: string])[] = [
    ['another form', 'version: 1', 'version: 2', 'line 1: version: must be 1: no other form is known'],
    [
      'a time zone that there is not',
      'Europe/Madrid',
      'Europe/Madird',
      'line 2: timeZone: must be the name of a time zone, such as Europe/Madrid',
    ],
    [
      'an offset for a time zone',
      'Europe/Madrid',
      '"+01:00"',
      'line 2: timeZone: must be the name of a time zone, such as Europe/Madrid',
    ],
    ['a key that there is not', 'timeZone:', 'zone: x\ntimeZone:', 'line 2: zone: there is no such key'],
    ['a rotation of nobody', '[a@b]', '[]', 'line 13: rotations.1.people: must name somebody'],
    [
      'somebody without a sign-in name',
      '[a@b]',
      '[Lynne Robbins]',
      'line 13: rotations.1.people.0: must be a sign-in name or an object id',
    ],
    [
      'a path in place of a person',
      '[a@b]',
      '[../groups/a@b]',
      'line 13: rotations.1.people.0: must be a sign-in name or an object id',
    ],
    [
      'a length without a unit',
      '12 hours',
      '12',
      'line 12: rotations.1.every: Invalid input: expected string, received number',
    ],
    [
      'no time between handovers',
      '12 hours',
      '0 hours',
      'line 12: rotations.1.every: must be a number of hours, days or weeks, such as “1 week” or “12 hours”',
    ],
    [
      'months, which are not alike',
      '12 hours',
      '1 month',
      'line 12: rotations.1.every: must be a number of hours, days or weeks, such as “1 week” or “12 hours”',
    ],
    [
      'a day that the calendar does not have',
      '2026-01-05T09:00',
      '2026-02-30T09:00',
      'line 11: rotations.1.starts: is not in the calendar',
    ],
    [
      'an hour that no clock shows',
      '2026-01-05T09:00',
      '2026-01-05T24:00',
      'line 11: rotations.1.starts: is not in the calendar',
    ],
    [
      'a start with a time zone of its own',
      '2026-01-05T09:00',
      '2026-01-05T09:00Z',
      'line 11: rotations.1.starts: must be a time on the clock of the time zone, such as 2026-01-05T09:00',
    ],
    ['hours of no day', '[monday, sunday]', '[]', 'line 9: rotations.0.during.0.days: must name a day'],
    [
      'a day of no week',
      '[monday, sunday]',
      '[mon]',
      'line 9: rotations.0.during.0.days.0: must be a day of the week, such as monday',
    ],
    [
      'an hour of no day',
      '"18:00"',
      '"24:00"',
      'line 9: rotations.0.during.0.from: must be a time of day from 00:00 to 23:59',
    ],
    ['an exception of no rotation', 'NIGHTS', 'evenings', 'line 15: exceptions.0.rotation: names no rotation'],
    [
      'an exception that ends before it begins',
      'to: 2026-12-26T09:00, person',
      'to: 2026-12-24T09:00, person',
      'line 15: exceptions.0.to: must be after “from”',
    ],
    [
      'an exception for nobody and somebody',
      'nobody: true',
      'nobody: true, person: a@b',
      'line 16: exceptions.1: must have either “person” or “nobody: true”',
    ],
    [
      'an exception that puts nobody in place',
      ', person: a@b',
      '',
      'line 15: exceptions.0: must have either “person” or “nobody: true”',
    ],
    [
      'an exception that denies nobody',
      'nobody: true',
      'nobody: false',
      'line 16: exceptions.1.nobody: must be true, or left out',
    ],
  ];
  for (const [what, from, to, problem] of wrong) {
    it(`refuses ${what}, with the line`, () => {
      assert.ok(ROTA.includes(from));
      assert.deepEqual(problemsOf(ROTA.replace(from, to)), [problem]);
    });
  }

  it('refuses two rotations of one name, in any case', () => {
    const [, twice = ''] = problemsOf(ROTA.replace('name: days', 'name: nights')).toReversed();
    assert.equal(twice, 'line 10: rotations.1.name: names a rotation twice');
  });

  it('refuses a document without rotations, and tells everything that is wrong at once', () => {
    assert.deepEqual(problemsOf('version: 1\ntimeZone: Nowhere\nrotations: []\n'), [
      'line 2: timeZone: must be the name of a time zone, such as Europe/Madrid',
      'line 3: rotations: must have a rotation',
    ]);
  });

  it('refuses anchors, since a swap of one list would be one of both', () => {
    const text = ROTA.replace('[a@b]', '&people [a@b]').replace(
      'exceptions:',
      '  - { name: x, starts: 2026-01-05T09:00, every: 1 day, people: *people }\nexceptions:',
    );
    assert.deepEqual(problemsOf(text), ['anchors and aliases are not allowed']);
  });

  it('takes hours without quotes', () => {
    assert.deepEqual(problemsOf(ROTA.replaceAll('"', '')), []);
  });

  it('has a JSON Schema, which is published', () => {
    const published: unknown = JSON.parse(readFileSync(path.join(FOLDER, 'rota.schema.json'), 'utf8'));
    assert.deepEqual(published, rotaJsonSchema(), 'npm run -s rulebook -- schema rota > rulebooks/rota.schema.json');
  });

  it('is right in every example', () => {
    const examples = readdirSync(FOLDER).filter((name) => name.endsWith('.rota.yaml'));
    assert.ok(examples.length > 0);
    for (const name of examples) {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      assert.deepEqual(problemsOf(text), [], name);
      assert.match(text, /^# yaml-language-server: \$schema=rota\.schema\.json$/m);
    }
  });
});
