import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { OFFERED_BUTTONS } from '../../../cards/buttons.ts';
import { errorTable } from '../../../cards/error-docs.ts';
import { ERROR_TEXTS, ERROR_WORDINGS, errorSentence, problemSentence } from '../../../cards/error-texts.ts';
import { LANGUAGES } from '../../../src/domain/languages.ts';

import { VERBS } from '../../../src/domain/notice.ts';
import { ERROR_CODES } from '../../../src/errors.ts';
import { CARD_NOW } from '../../support/notices.ts';

const READER = { now: CARD_NOW, timeZone: 'Europe/Madrid', locale: 'en-GB' };
const KINDS = ['text', 'duration', 'instant', 'rules', 'outcome', 'parts', 'scope', 'left-out'];

describe('ERROR_TEXTS', () => {
  it('has a text for every code and none without a code', () => {
    for (const language of LANGUAGES) {
      assert.deepEqual(Object.keys(ERROR_WORDINGS[language]).sort(), [...ERROR_CODES].sort());
    }
    assert.deepEqual(Object.keys(ERROR_TEXTS).sort(), [...ERROR_CODES].sort());
  });

  for (const [code, text, language] of LANGUAGES.flatMap((language) =>
    ERROR_CODES.map((code) => [code, { ...ERROR_TEXTS[code], ...ERROR_WORDINGS[language][code] }, language] as const),
  )) {
    it(`tells ${code} also when no fact is known, and declares its facts and buttons (${language})`, () => {
      const sentences = [...text.body, ...(text.onForm ?? []), ...(text.over?.body ?? [])];
      const named = new Set(
        sentences.flatMap((sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)),
      );
      assert.deepEqual([...named].sort(), Object.keys(text.facts ?? {}).sort());
      for (const kind of Object.values(text.facts ?? {})) {
        assert.ok(KINDS.includes(kind), kind);
      }
      assert.doesNotMatch(text.body.at(-1) ?? '{none}', /[{}]/);
      assert.doesNotMatch(text.onForm?.at(-1) ?? '', /[{}]/);
      assert.doesNotMatch(text.over?.body.at(-1) ?? '', /[{}]/);
      for (const verb of text.actions ?? []) {
        assert.ok((VERBS as readonly string[]).includes(verb), verb);
        assert.ok(OFFERED_BUTTONS.has(verb), verb);
      }
      const { link } = ERROR_TEXTS[code];
      assert.equal((ERROR_WORDINGS[language][code].link ?? '') !== '', link !== undefined);
      if (link !== undefined) {
        assert.equal(new URL(link).origin, 'https://entra.microsoft.com');
      }
      for (const words of [text.title, text.over?.title ?? text.title, text.meaning, text.remedy]) {
        assert.notEqual(words.trim(), '');
        assert.doesNotMatch(words, /[{}]/);
      }
    });
  }

  it('tells missing and forbidden alike', () => {
    assert.deepEqual(ERROR_TEXTS['graph.forbidden'].actions, ERROR_TEXTS['graph.not_found'].actions);
    for (const language of LANGUAGES) {
      assert.deepEqual(ERROR_WORDINGS[language]['graph.forbidden'], ERROR_WORDINGS[language]['graph.not_found']);
    }
  });
});

describe('errorSentence', () => {
  const maximum = 'PT4H';

  it('fills facts in, in words', () => {
    assert.equal(
      errorSentence('activation.too_long', { maximum, asked: 'PT6H30M' }, READER),
      'The longest this role allows is 4 hours; you asked for 6 hours 30 minutes.',
    );
    assert.equal(
      errorSentence('activation.reminded_recently', { again: '2026-11-22T14:10:00Z' }, READER),
      'You can remind the approvers again from today 15:10.',
    );
    assert.equal(
      errorSentence('approval.already_decided', { by: 'Megan Bowen', outcome: 'approved' }, READER),
      'Megan Bowen has approved this request.',
    );
  });

  it('falls back to a sentence whose facts are known', () => {
    assert.equal(errorSentence('activation.too_long', { maximum }, READER), 'The longest this role allows is 4 hours.');
    assert.equal(
      errorSentence('activation.too_long', {}, READER),
      'The role does not allow an activation that long. Ask for less.',
    );
    assert.equal(
      errorSentence('approval.already_decided', { by: 'Megan Bowen', outcome: '' }, READER),
      'This request was decided or closed in the meantime. There is nothing to do.',
    );
  });

  it('does not fill in what a fact says', () => {
    assert.equal(
      errorSentence('activation.role_unknown', { words: '{maximum} {words} $& $1' }, READER),
      'None of your eligible roles fits “{maximum} {words} $& $1”.',
    );
  });

  it('leaves the scope out when it is the whole tenant', () => {
    const facts = { roleName: 'Security Reader', until: '2026-11-22T15:30:00Z' };
    assert.equal(
      errorSentence('activation.already_active', { ...facts, scopeName: 'Branch Lisbon' }, READER),
      'Security Reader on Branch Lisbon is active until today 16:30.',
    );
    assert.equal(
      errorSentence('activation.already_active', { ...facts, scopeName: 'Whole tenant' }, READER),
      'Security Reader is active until today 16:30.',
    );
  });

  it('says rules in words', () => {
    const rules = 'ExpirationRule, MfaRule, StrangeRule, ExpirationRule';
    assert.equal(
      errorSentence('activation.refused_by_policy', { rules }, READER),
      'What does not fit the rules: the duration, multi-factor authentication and StrangeRule. Change that and ask again.',
    );
  });

  it('takes facts of no other name', () => {
    assert.equal(
      errorSentence('activation.role_unknown', { constructor: 'x', word: 'y' }, READER),
      'None of your eligible roles fits what you wrote.',
    );
  });
});

describe('what is said about sign-ins', () => {
  it('tells a block of the device from a block by a rule, and that trying again does not help', () => {
    const device = errorSentence('identity.device_blocked', {}, READER);
    const rule = errorSentence('identity.access_blocked', {}, READER);
    assert.match(device, /^The device does not meet/);
    assert.match(rule, /^A Conditional Access rule/);
    for (const sentence of [device, rule]) {
      assert.match(sentence, /trying again .*does not help/);
    }
  });

  it('names the authentication context that would spare people the portal', () => {
    for (const code of ['activation.mfa_not_accepted', 'activation.azure_mfa_required'] as const) {
      assert.match(errorSentence(code, {}, READER), /an authentication context instead of the MFA rule/);
      assert.equal(
        ERROR_TEXTS[code].link,
        'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles',
      );
    }
  });

  it('fills in the wait, the missing app role and the name', () => {
    assert.match(errorSentence('command.too_many', { wait: 'PT20S' }, READER), /try again in 20 seconds\.$/);
    assert.match(errorSentence('command.too_many', {}, READER), /try again in a minute\.$/);
    assert.match(
      errorSentence('identity.admin_required', { role: 'Pimlico.Admin' }, READER),
      /app role Pimlico\.Admin,/,
    );
    assert.match(errorSentence('directory.person_ambiguous', { words: 'Diego' }, READER), /called “Diego”/);
    assert.match(errorSentence('directory.person_unknown', { words: 'Diego' }, READER), /called “Diego”/);
    assert.match(errorSentence('directory.person_unknown', {}, READER), /^Your account does not belong/);
  });
});

describe('what is said about surfaces and administration', () => {
  const says = (code: Parameters<typeof errorSentence>[0], facts: Record<string, string>) =>
    errorSentence(code, facts, READER);

  it('names both places where a narrower one would ask for less', () => {
    const facts = { roleName: 'Contributor', scopeName: 'rg-payments', eligibleScopeName: 'Contoso Production' };
    assert.match(
      says('activation.narrower_is_weaker', facts),
      /^You are eligible for Contributor on Contoso Production\. The settings on rg-payments could not be read or ask for less/,
    );
  });

  it('says from when a role can be asked for again', () => {
    assert.match(
      says('activation.too_soon_after_end', { from: '2026-11-22T14:10:00Z' }),
      /Ask again from today 15:10\.$/,
    );
  });

  it('gives the reason of settings as it is, which also stands as a warning', () => {
    const reason = 'Activation will no longer need anybody’s approval.';
    assert.equal(says('settings.invalid', { kind: 'approval-turned-off', path: 'a', reason }), reason);
    assert.equal(
      says('settings.locks_out', { reason: 'Nobody is behind the approvers.' }),
      'Nobody is behind the approvers.',
    );
  });

  it('says how much of refused settings was written', () => {
    assert.match(
      says('settings.refused', { reason: 'InvalidPolicy', written: '2' }),
      /InvalidPolicy\. 2 of the rules had been/,
    );
    assert.match(
      says('settings.refused', { reason: 'InvalidPolicy' }),
      /^Microsoft gave the reason InvalidPolicy\. Look at/,
    );
  });

  it('asks on a form for a name that means one', () => {
    assert.equal(
      problemSentence('directory.person_ambiguous', { words: 'Adele' }, READER),
      'Several are called “Adele”. Write the sign-in name or the object id.',
    );
  });
});

describe('problemSentence', () => {
  it('tells on the form what was done about it', () => {
    assert.equal(
      problemSentence('activation.too_long', { maximum: 'PT4H', asked: 'PT6H' }, READER),
      'The longest this role allows is 4 hours; that is filled in.',
    );
  });

  it('is the error’s own sentence where the form has no better one', () => {
    assert.equal(
      problemSentence('command.problem', { text: 'Two hours or two days?' }, READER),
      'Two hours or two days?',
    );
  });
});

describe('errorTable', () => {
  it('has one row per code', () => {
    const rows = errorTable().split('\n');
    assert.equal(rows.length, ERROR_CODES.length + 2);
    assert.equal(rows[0], '| Code | Meaning | What the person reads | What to do |');
    assert.equal(
      rows.find((row) => row.startsWith('| `card.foreign` ')),
      "| `card.foreign` | A press carried the payload of a card that belongs to another person. | **That card was not sent to you.** Its buttons work only for the person it was sent to. Nothing was done. | Use one's own cards. An operator looks at the audit log if it repeats. |",
    );
  });

  it('stands in docs/errors.md', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    assert.ok(page.includes(errorTable()), 'docs/errors.md is not up to date with cards/error-texts.json');
  });
});
