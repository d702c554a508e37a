import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { COMMAND_NAMES, type Command } from '../../../src/language/command.ts';
import { formatDuration, formatInstant, toJson } from '../../../src/language/format.ts';
import { parse } from '../../../src/language/parse.ts';

type Expected = {
  command: string;
  roles?: string[];
  scope?: string;
  duration?: string;
  until?: string;
  start?: string;
  justification?: string;
  ticket?: string;
  action?: string;
  target?: string;
  isPermanent?: boolean;
  problems?: string[];
};
type Sentence = { text: string; now?: string; timezone?: string; locale?: string; expect: Expected };

const NOTHING_PRINTED = {
  roles: [],
  scope: null,
  duration: null,
  until: null,
  start: null,
  justification: null,
  ticket: null,
  action: null,
  target: null,
  problems: [],
};
const NOTHING = { ...NOTHING_PRINTED, isPermanent: false };

function readSentences(file: URL): Sentence[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Sentence);
}

function understand(sentence: Sentence): Command {
  return parse(sentence.text, {
    now: Temporal.Instant.from(sentence.now ?? '2026-11-21T10:00:00Z'),
    timeZone: sentence.timezone ?? 'Europe/Madrid',
    locale: sentence.locale ?? 'en-GB',
  });
}

function plain(command: Command) {
  return {
    ...command,
    duration: command.duration === null ? null : formatDuration(command.duration),
    until: command.until === null ? null : formatInstant(command.until),
    start: command.start === null ? null : formatInstant(command.start),
    problems: command.problems.map(({ code }) => code),
  };
}

const OWN = ['sentences', 'administration', 'roles'].flatMap((name) =>
  readSentences(new URL(`./${name}.jsonl`, import.meta.url)),
);

describe('the language', () => {
  for (const sentence of OWN) {
    const zone =
      sentence.timezone === undefined ? '' : ` in ${sentence.timezone} at ${sentence.now ?? 'the usual time'}`;
    it(`reads ${JSON.stringify(sentence.text)}${zone}`, () => {
      assert.deepEqual(plain(understand(sentence)), { ...NOTHING, ...sentence.expect });
    });
  }

  it('has at least five example sentences for each command', () => {
    const counts = new Map(COMMAND_NAMES.map((name) => [name as string, 0]));
    for (const { expect } of OWN) counts.set(expect.command, (counts.get(expect.command) ?? 0) + 1);
    const tooFew = [...counts].filter(([, count]) => count < 5);
    assert.deepEqual(tooFew, []);
  });
});

describe('the shared utterances', () => {
  const shared = new URL('../../../../shared/cases/utterances.jsonl', import.meta.url);

  it('come out as expected', function () {
    if (!existsSync(shared)) {
      console.log('      shared/cases/utterances.jsonl is not here: skipped');
      this.skip();
    }
    for (const sentence of readSentences(shared)) {
      const json = toJson(understand(sentence));
      const actual = { ...json, problems: json.problems.map(({ code }) => code) };
      assert.deepEqual(actual, { ...NOTHING_PRINTED, ...sentence.expect }, sentence.text);
    }
  });
});
