import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { errorSentence } from '../../../cards/error-texts.ts';
import { CATALOGUES, retold } from '../../../cards/messages.ts';
import { PROBLEM_TEXTS } from '../../../src/language/command.ts';
import { CARD_NOW } from '../../support/notices.ts';

const ROOT = new URL('../../../', import.meta.url);
const SPANISH = { locale: 'es-ES', timeZone: 'Europe/Madrid', now: CARD_NOW };
const ENGLISH = { ...SPANISH, locale: 'en-GB' };

/** Rooms that tell people sentences in facts, which cards say again in the reader's language. */
const ROOMS = ['src/use-cases', 'src/domain', 'src/language', 'bot/administration', 'bot/serving'];

/** Joins what is told in parts; the whole is a sentence of the catalogue. */
const NO_SENTENCE = new Set(['{} {}: {}.']);

/** A sentence with its values taken out, as written in code or in a message. */
const formOf = (text: string): string => text.replace(/\$?\{[^}]*\}/g, '{}');

/** Whole sentences in code: not its comments, and not what an error tells operators. */
function sentencesIn(code: string): readonly string[] {
  const told = code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(?:^|\s)\/\/.*$/gm, '')
    .replace(/new AccessError\(\s*[^,]+,\s*(?:`[^`]*`|'(?:[^'\\]|\\.)*'|"[^"]*")/g, '');
  return [...told.matchAll(/'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"|`([^`]*)`/g)]
    .map(([, single, double, template]) => (single ?? double ?? template ?? '').replaceAll("\\'", "'"))
    .filter((text) => /^[A-Z“$].* .*[.?!]$/s.test(text));
}

describe('sentences that the product tells in English', () => {
  const known = new Set(Object.values(CATALOGUES.en.sentences).map(formOf));

  for (const room of ROOMS) {
    it(`are all in the catalogue: ${room}`, () => {
      const files = readdirSync(new URL(room, ROOT), { recursive: true, encoding: 'utf8' });
      const unknown = files
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => sentencesIn(readFileSync(new URL(`${room}/${file}`, ROOT), 'utf8')))
        .filter((text) => !known.has(formOf(text)) && !NO_SENTENCE.has(formOf(text)))
        .filter((text) => retold(SPANISH, 'sentences', text) === text);
      assert.deepEqual(unknown, []);
    });
  }

  it('are said again in Spanish, with what stands in them', () => {
    assert.equal(
      retold(SPANISH, 'sentences', 'Assignments must expire after some time and within ten years; P20Y does not fit.'),
      'Las asignaciones deben expirar al cabo de un tiempo y en menos de diez años; P20Y no vale.',
    );
    assert.equal(retold(SPANISH, 'sentences', 'Not understood: "x" … {y} “z”".'), 'No entendido: «x" … {y} “z”».');
    assert.equal(
      retold(SPANISH, 'sentences', 'on-call source leads has nobody: nobody is on call, so nobody could pull it.'),
      'la fuente de guardias leads no tiene a nadie: nadie está de guardia, así que nadie podría activarlo.',
    );
  });

  it('stay as they are in English, and where they are none of ours', () => {
    const text = 'At most 20 approvers fit the form.';
    assert.equal(retold(ENGLISH, 'sentences', text), text);
    for (const foreign of ['INC-42 broken sign-in', '', 'x'.repeat(100_000), '“a” is a group: b']) {
      assert.equal(retold(SPANISH, 'sentences', foreign), foreign);
    }
  });

  it('stand beside each other where a sentence has several problems', () => {
    const problems = [PROBLEM_TEXTS['start.in_the_past'], 'Not understood: "rosebud".'].join('\n');
    const said = (reader: typeof SPANISH) => errorSentence('command.problem', { text: problems }, reader);
    assert.equal(said(ENGLISH), 'That start has already passed. Not understood: "rosebud".');
    assert.equal(said(SPANISH), 'Ese inicio ya ha pasado. No entendido: «rosebud».');
  });

  it('of the language are all in the catalogue', () => {
    for (const text of Object.values(PROBLEM_TEXTS)) {
      assert.notEqual(retold(SPANISH, 'sentences', text), text);
    }
  });
});
