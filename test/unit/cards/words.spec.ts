import assert from 'node:assert/strict';
import {
  dateWords,
  durationTyped,
  durationWords,
  instantTyped,
  instantWords,
  namesWords,
} from '../../../cards/words.ts';
import { COUNTED_APPROVER, HIDDEN_APPROVERS } from '../../../src/domain/approver.ts';

const NOW = Temporal.Instant.from('2026-11-22T14:00:00Z');
const reader = (timeZone = 'Europe/Madrid', locale = 'en-GB') => ({ now: NOW, timeZone, locale });

describe('durationWords', () => {
  const table: readonly (readonly [string, string])[] = [
    ['PT2H', '2 hours'],
    ['PT1H', '1 hour'],
    ['PT90M', '1 hour 30 minutes'],
    ['PT1H30M', '1 hour 30 minutes'],
    ['PT1.5H', '1 hour 30 minutes'],
    ['PT1M', '1 minute'],
    ['PT12S', '12 seconds'],
    ['PT1M1S', '1 minute 1 second'],
    ['P1D', '24 hours'],
    ['P2D', '2 days'],
    ['P3DT1H', '3 days 1 hour'],
    ['PT0S', 'no time'],
  ];
  for (const [iso, words] of table) {
    it(`says ${iso} as "${words}"`, () => {
      assert.equal(durationWords(iso, reader()), words);
    });
  }

  it('gives back a text that is no duration', () => {
    assert.equal(durationWords('as long as it takes', reader()), 'as long as it takes');
    assert.equal(durationWords('P1M', reader()), 'P1M');
    assert.equal(durationWords('-PT1H', reader()), '-PT1H');
  });
});

describe('durationTyped', () => {
  const table: readonly (readonly [string, string])[] = [
    ['PT2H', '2h'],
    ['PT45M', '45 min'],
    ['PT1H30M', '1h30m'],
    ['P1D', '24h'],
    ['', ''],
    ['two hours', 'two hours'],
  ];
  for (const [iso, typed] of table) {
    it(`fills "${iso}" in as "${typed}"`, () => {
      assert.equal(durationTyped(iso), typed);
    });
  }
});

describe('instantWords', () => {
  it('says near days in the reader’s zone', () => {
    assert.equal(instantWords('2026-11-22T15:30:00Z', reader()), 'today 16:30');
    assert.equal(instantWords('2026-11-22T23:00:00Z', reader()), 'tomorrow 00:00');
    assert.equal(instantWords('2026-11-21T22:59:00Z', reader()), 'yesterday 23:59');
  });

  it('names the same instant differently across zones', () => {
    const at = '2026-11-22T23:30:00Z';
    assert.equal(instantWords(at, reader('Europe/Madrid')), 'tomorrow 00:30');
    assert.equal(instantWords(at, reader('America/New_York')), 'today 18:30');
    assert.equal(instantWords(at, reader('Asia/Kolkata')), 'tomorrow 05:00');
    // In Kiritimati it is Monday already: 14:00 UTC is 04:00 of the 23rd there.
    assert.equal(instantWords(at, reader('Pacific/Kiritimati')), 'today 13:30');
    assert.equal(instantWords(at, reader('UTC')), 'today 23:30 UTC');
  });

  it('gives date and zone to other days', () => {
    assert.equal(instantWords('2026-11-24T15:30:00Z', reader()), 'Tue 24 Nov, 16:30 (Europe/Madrid)');
    assert.equal(instantWords('2027-01-02T15:30:00Z', reader()), 'Sat 2 Jan 2027, 16:30 (Europe/Madrid)');
  });

  it('follows daylight saving', () => {
    assert.equal(instantWords('2026-07-01T15:30:00Z', reader()), 'Wed 1 Jul, 17:30 (Europe/Madrid)');
  });

  it('follows the habits of the locale in order and clock', () => {
    assert.equal(instantWords('2026-11-22T15:30:00Z', reader('Europe/Madrid', 'en-US')), 'today 4:30 PM');
    assert.equal(instantWords('2026-11-22T23:05:00Z', reader('Europe/Madrid', 'en-US')), 'tomorrow 12:05 AM');
    assert.equal(instantWords('2026-11-22T11:05:00Z', reader('Europe/Madrid', 'en-US')), 'today 12:05 PM');
    assert.equal(
      dateWords('2026-11-24T15:30:00Z', reader('America/New_York', 'en-US')),
      'Tue Nov 24, 10:30 AM (America/New_York)',
    );
  });

  it('speaks the language of the locale', () => {
    const [spain, mexico] = [reader('Europe/Madrid', 'es-ES'), reader('America/Mexico_City', 'es-MX')];
    assert.equal(instantWords('2026-11-22T15:30:00Z', spain), 'hoy, 16:30');
    assert.equal(instantWords('2026-11-23T15:30:00Z', mexico), 'mañana, 9:30 a. m.');
    assert.equal(dateWords('2027-01-02T15:30:00Z', spain), 'sáb 2 ene 2027, 16:30 (Europe/Madrid)');
    assert.equal(durationWords('PT1H30M', spain), '1 hora 30 minutos');
    assert.equal(namesWords(['Adele', 'Isaiah', 'Megan'], spain, { most: 2 }), 'Adele, Isaiah y 1 más');
  });

  it('reads an unknown zone as UTC and an unknown locale as British', () => {
    assert.equal(instantWords('2026-11-22T15:30:00Z', reader('Mars/Olympus', 'not a locale')), 'today 15:30 UTC');
  });

  it('names the day on what is not drawn again', () => {
    const late = { ...reader(), isRetired: true };
    assert.equal(instantWords('2026-11-22T15:30:00Z', late), 'Sun 22 Nov, 16:30 (Europe/Madrid)');
  });

  it('gives back a text that is no instant', () => {
    assert.equal(instantWords('soon', reader()), 'soon');
  });
});

describe('dateWords', () => {
  it('names the day even when it is today', () => {
    assert.equal(dateWords('2026-11-22T15:30:00Z', reader()), 'Sun 22 Nov, 16:30 (Europe/Madrid)');
  });
});

describe('instantTyped', () => {
  it('writes an instant as a form reads it', () => {
    assert.equal(instantTyped('2026-11-23T08:00:00Z', reader()), '2026-11-23 09:00');
  });
});

describe('namesWords', () => {
  it('counts approvers whose names are not for the reader, or says no more than who they are', () => {
    const two = [COUNTED_APPROVER, COUNTED_APPROVER];
    for (const [locale, counted, hidden] of [
      ['en-GB', '2 approvers', 'the approvers of the role'],
      ['es-ES', '2 aprobadores', 'los aprobadores del rol'],
    ] as const) {
      assert.equal(namesWords(two, { locale }), counted);
      assert.equal(namesWords([HIDDEN_APPROVERS], { locale }), hidden);
    }
    assert.equal(namesWords(two, { locale: 'en-GB' }, { further: 38 }), '40 approvers');
  });

  it('joins names', () => {
    assert.equal(namesWords([], reader()), '');
    assert.equal(namesWords(['Megan Bowen'], reader()), 'Megan Bowen');
    assert.equal(namesWords(['Megan Bowen', 'Adele Vance'], reader()), 'Megan Bowen and Adele Vance');
    assert.equal(namesWords(['A', 'B', 'C'], reader()), 'A, B and C');
  });

  it('counts those beyond the most', () => {
    assert.equal(namesWords(['A', 'B', 'C', 'D', 'E'], reader(), { most: 3 }), 'A, B, C and 2 others');
    assert.equal(namesWords(['A', 'B', 'C', 'D'], reader(), { most: 3 }), 'A, B, C and 1 other');
    assert.equal(namesWords(['A', 'B'], reader(), { most: 3, further: 991 }), 'A, B and 991 others');
  });
});
