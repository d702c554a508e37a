import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { ERROR_WORDINGS, type ErrorWording, errorSentence } from '../../../cards/error-texts.ts';
import { CATALOGUES, joined, languageOf, messageOf, say } from '../../../cards/messages.ts';
import { TEMPLATES } from '../../../cards/templates.ts';
import { LANGUAGES } from '../../../src/domain/languages.ts';
import { ERROR_CODES } from '../../../src/errors.ts';

const ENGLISH = { locale: 'en-GB' };
const SPANISH = { locale: 'es-MX' };

/** Keys of everything that is said in a language. */
function keysOf(language: (typeof LANGUAGES)[number]): readonly string[] {
  return Object.entries(CATALOGUES[language])
    .flatMap(([area, texts]) => Object.keys(texts).map((name) => `${area}.${name}`))
    .sort();
}

/** What a message takes, and how: two languages must take the same. */
function valuesOf(text: string): readonly string[] {
  const found = new Set<string>();
  const look = (parts: readonly unknown[]): void => {
    for (const part of parts as readonly {
      type: number;
      value?: string;
      options?: Record<string, { value: readonly unknown[] }>;
    }[]) {
      // Literals are 0, and the # of a plural is 7.
      if (part.type !== 0 && part.type !== 7) {
        found.add(`${part.value}:${part.type}`);
      }
      for (const option of Object.values(part.options ?? {})) {
        look(option.value);
      }
    }
  };
  look(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst());
  return [...found].sort();
}

/** Names of messages in code and templates; where one is put together, whatever may stand in it. */
function keysUsed(): readonly RegExp[] {
  const root = new URL('../../../', import.meta.url);
  const files = ['cards', 'bot', 'manifest'].flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`),
  );
  const code = files
    .filter((file) => /\.(?:ts|json)$/.test(file) && !/^cards.messages./.test(file))
    .map((file) => readFileSync(new URL(file, root), 'utf8'))
    .join('\n');
  const hole = /\$\{(?:[^{}`]|`(?:[^`{}]|\$\{[^}]*\})*`)*\}/;
  const whole = [...code.matchAll(/['"%]([a-z][\w-]*\.[\w.-]+)['"%]/g)].map(([, key = '']) => key);
  const made = [...code.matchAll(new RegExp(`\`([a-z][\\w-]*\\.(?:[^\`$]|${hole.source})*)\``, 'g'))].map(
    ([, key = '']) => key,
  );
  return [...new Set([...whole, ...made])].map(
    (key) =>
      new RegExp(
        `^${key
          .split(hole)
          .map((part) => RegExp.escape(part))
          .join('.*')}$`,
      ),
  );
}

describe('the message catalogue', () => {
  it('has every text in every language, and none that only one of them has', () => {
    for (const language of LANGUAGES) {
      assert.deepEqual(keysOf(language), keysOf('en'), language);
    }
  });

  it('reads every file that is in its folders', () => {
    for (const language of LANGUAGES) {
      const files = readdirSync(new URL(`../../../cards/messages/${language}/`, import.meta.url));
      const areas = [...Object.keys(CATALOGUES[language]), 'errors'].map((area) => `${area}.json`);
      assert.deepEqual(files.sort(), areas.sort(), language);
    }
  });

  it('has no text that nothing says', () => {
    const keys = keysOf('en').filter((key) => !/^(?:sentences|settings-labels)\./.test(key));
    const used = keysUsed();
    assert.deepEqual(
      keys.filter((key) => !used.some((form) => form.test(key))),
      [],
    );
  });

  it('has no empty text, and spaces at the ends only where English has them', () => {
    for (const key of keysOf('en')) {
      const english = messageOf('en', key);
      for (const language of LANGUAGES) {
        const text = messageOf(language, key);
        assert.notEqual(text.trim(), '', `${language} ${key}`);
        const ends = (one: string) => [/^\s/.test(one), /\s$/.test(one)];
        assert.deepEqual(ends(text), ends(english), `${language} ${key}`);
      }
    }
  });

  it('takes the same values in every language', () => {
    for (const key of keysOf('en')) {
      for (const language of LANGUAGES) {
        assert.deepEqual(valuesOf(messageOf(language, key)), valuesOf(messageOf('en', key)), `${language} ${key}`);
      }
    }
  });

  it('says every error in every language, with as many sentences that take the same facts', () => {
    const shapeOf = (wording: ErrorWording) => {
      const factsOf = (sentences: readonly string[] | undefined) =>
        sentences?.map((sentence) => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).sort());
      return {
        body: factsOf(wording.body),
        onForm: factsOf(wording.onForm),
        over: factsOf(wording.over?.body),
        hasLink: wording.link !== undefined,
      };
    };
    for (const code of ERROR_CODES) {
      for (const language of LANGUAGES) {
        assert.deepEqual(
          shapeOf(ERROR_WORDINGS[language][code]),
          shapeOf(ERROR_WORDINGS.en[code]),
          `${language} ${code}`,
        );
      }
    }
  });
});

/** What is the same in both languages, and why. */
const SAME_IN_SPANISH: Readonly<Record<string, string>> = {
  'activation-form.tomorrow-9am': 'typed in English',
  'assignment-form.90-days': 'typed in English',
  'assignment-form.contributor': 'name of a role',
  'assignment-form.monday-8am': 'typed in English',
  'assignment-form.rg-payments': 'name of a scope',
  'can.verdict.no': 'the same word',
  'check.runbook': 'the same word',
  'pages.about.home.title': 'name of the product',
  'role-files.kinds.azure': 'name of a product',
  'role-files.kinds.directory': 'name of a product',
  'role-files.levels.error': 'the same word',
  'runbook.summary-line': 'the same word',
  'runbook.title': 'the same word',
  'runbooks.title': 'the same word',
  'settings-form.180-days': 'typed in English',
  'settings-form.365-days': 'typed in English',
  'settings-form.adele-vance': 'name of a person',
  'settings.factor.mfa': 'name of a product',
  'settings.no': 'the same word',
  'settings.requires.MultiFactorAuthentication': 'name of a product',
  'shared.inc-42': 'number of a ticket',
  'shared.runbook': 'the same word',
  'which-role.title.no': 'the same word',
};

describe('Spanish', () => {
  /** Every text by its place, those of errors too. */
  function textsOf(part: unknown, place: string): readonly (readonly [place: string, text: string])[] {
    return typeof part === 'string'
      ? [[place, part]]
      : Object.entries(part ?? {}).flatMap(([name, one]) => textsOf(one, place === '' ? name : `${place}.${name}`));
  }
  const allOf = (language: (typeof LANGUAGES)[number]) =>
    textsOf({ ...CATALOGUES[language], errors: ERROR_WORDINGS[language] }, '');

  it('is said in Spanish: only names and examples are as in English', () => {
    const english = new Map(allOf('en'));
    const same = allOf('es').filter(([place, text]) => english.get(place) === text);
    const withWords = same.filter(([, text]) => /\p{L}/u.test(text.replace(/\{\w+\}/g, '')));
    assert.deepEqual(withWords.map(([place]) => place).sort(), Object.keys(SAME_IN_SPANISH).sort());
  });

  it('quotes as Spanish does, and opens what it closes', () => {
    for (const [place, text] of allOf('es')) {
      assert.doesNotMatch(text, /["“”]|(?<!\p{L})'/u, place);
      for (const [open = '', close = ''] of ['«»', '¿?', '¡!', '()']) {
        assert.equal(text.split(open).length, text.split(close).length, `${place}: ${open} ${close}`);
      }
    }
  });
});

describe('card templates', () => {
  const SAID = new Set(['text', 'title', 'label', 'errorMessage', 'placeholder', 'fallbackText', 'speak', 'altText']);

  it('name messages, and write no words of their own', () => {
    const keys = new Set(keysOf('en'));
    const look = (card: string, part: unknown): void => {
      for (const [name, value] of Object.entries(part ?? {})) {
        if (typeof value === 'object') {
          look(card, value);
        } else if (typeof value === 'string' && SAID.has(name)) {
          const [, key] = /^%([\w.-]+)%$/.exec(value) ?? [];
          const isSaidElsewhere = !/\p{L}{2}/u.test(value.replace(/\$\{[^}]*\}/g, ''));
          assert.ok(key === undefined ? isSaidElsewhere : keys.has(key), `${card}: ${name} ${value}`);
        }
      }
    };
    for (const [card, template] of Object.entries(TEMPLATES)) {
      look(card, template);
    }
  });
});

describe('say', () => {
  it('speaks the language of the locale, and English where there is no other', () => {
    const locales = ['en', 'en-US', 'es', 'es-MX', 'ES-419', 'est', 'eso', 'de-DE', '', 'not a locale'];
    assert.deepEqual(
      locales.map((locale) => languageOf({ locale })),
      ['en', 'en', 'es', 'es', 'es', 'en', 'en', 'en', 'en', 'en'],
    );
    assert.equal(say(ENGLISH, 'shared.activate'), 'Activate');
    assert.equal(say(SPANISH, 'shared.activate'), 'Activar');
  });

  it('counts by the rules of the language', () => {
    assert.equal(say(ENGLISH, 'dates.hours', { count: 1 }), '1 hour');
    assert.equal(say(ENGLISH, 'dates.hours', { count: 2 }), '2 hours');
    assert.equal(say(SPANISH, 'dates.hours', { count: 1 }), '1 hora');
    assert.equal(say(SPANISH, 'dates.hours', { count: 5 }), '5 horas');
  });

  it('leaves what it is given as it is', () => {
    assert.equal(say(ENGLISH, 'shared.request', { requestId: '{x} <b>’' }), 'Request {x} <b>’');
  });

  it('ends a sentence once that ends with an hour', () => {
    const until = '12:00 p. m.';
    assert.equal(
      say(SPANISH, 'step-up.outcome.expired', { until }).slice(0, 37),
      'El enlace funcionó hasta: 12:00 p. m.',
    );
    const reader = { ...SPANISH, timeZone: 'UTC', now: Temporal.Instant.from('2026-11-22T10:00:00Z') };
    assert.equal(
      errorSentence('activation.already_active', { until: '2026-11-22T12:00:00Z' }, reader),
      'Está activo hasta: hoy, 12:00 p. m. UTC.',
    );
    assert.equal(
      errorSentence(
        'activation.already_active',
        { until: '2026-11-22T12:00:00Z' },
        { ...reader, timeZone: 'Asia/Tokyo' },
      ),
      'Está activo hasta: hoy, 9:00 p. m.',
    );
  });

  it('is an error for a message that lacks a value', () => {
    assert.throws(() => say(ENGLISH, 'shared.request'));
  });

  it('joins in the way of the language', () => {
    assert.equal(joined(ENGLISH, ['A', 'B', 'C']), 'A, B and C');
    assert.equal(joined(SPANISH, ['Megan', 'Isaiah']), 'Megan e Isaiah');
    assert.equal(joined(ENGLISH, []), '');
  });
});
