import assert from 'node:assert/strict';
import { EN } from '../../../cards/messages/en.ts';
import { JUSTIFICATION_LENGTH, NAME_LENGTH, plainText, WORDS_LENGTH } from '../../../cards/plain-text.ts';
import { renderNotice } from '../../../cards/render.ts';
import { GROUP_SCOPE_NAMES, WHOLE_TENANT } from '../../../src/domain/assignment.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { partsOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { ALL_NOTICES } from './administration-notices.ts';

/** What is written alike in both languages: names of products, the same words, and what is typed in English. */
const ALIKE = new RegExp(
  `(?<!\\p{L})(?:${[
    'No|Error|Runbooks?|Azure MFA|Azure|Entra|portal\\.azure\\.com|INC-42|Contributor|rg-payments|Adele Vance|none?',
    '90 days|180 days|365 days|monday 8am|tomorrow 9am',
  ].join('|')})(?!\\p{L})`,
  'giu',
);

/** Words that no Spanish text has. */
const ENGLISH_WORDS = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${[
    'the|is|was|are|were|be|been|have|had|of|to|and|or|for|not|with|without|this|these|that|it|its|by|from|until|on|in|at|as',
    'can|cannot|could|will|would|may|must|who|whom|whose|which|what|when|then|there|here|how|why|if|you|your|they|their',
    'access|role|request|requests|approval|approver|approvers|scope|settings|group|groups|member|owner|needs|asked',
    'hour|hours|minute|minutes|day|days|today|tomorrow|yesterday|left|ends|ended|starts|started|already|yet|still|just|now',
    'nobody|somebody|nothing|everything|everybody|other|others|more|less|before|after|since|through|permission|permissions',
    'whole|tenant|membership|ownership',
  ].join('|')})(?![\\p{L}\\p{N}])`,
  'iu',
);

const SAID = new Set(['text', 'title', 'label', 'errorMessage', 'placeholder', 'fallbackText', 'speak', 'altText']);

/** Everything that is seen or read out: of the card in both its lives, of each step, and of the notification. */
function textsOf(notice: Notice, locale: string): readonly string[] {
  const contexts = [
    {},
    { isRetired: true },
    { isShared: true },
    { step: 'approve' as const },
    { step: 'deny' as const },
  ];
  return contexts.flatMap((context) => {
    const { card, summary } = renderNotice(notice, aRenderContext({ ...context, locale }));
    const said = partsOf(card).flatMap((part) =>
      Object.entries(part).flatMap(([name, value]) => (SAID.has(name) && typeof value === 'string' ? [value] : [])),
    );
    return [summary, ...said];
  });
}

/** Names of ours for scopes stand in notices in English, and are said in the reader's language all the same. */
const OWN_NAMES: ReadonlySet<string> = new Set([WHOLE_TENANT, ...Object.values(GROUP_SCOPE_NAMES)]);

/** What the notice itself holds: names, and what people wrote. The longest first, for one may hold another. */
function heldBy(notice: Notice): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string' && value.length > 2 && !OWN_NAMES.has(value)) {
      for (const line of [value, ...value.split('\n')]) {
        for (const length of [line.length, NAME_LENGTH, WORDS_LENGTH, JUSTIFICATION_LENGTH]) {
          found.add(plainText(line, length));
        }
      }
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach(look);
    }
  };
  look(notice);
  // What one can write is English for everybody.
  Object.keys(notice.card === 'help' ? EN['help-examples'] : {}).forEach(look);
  return [...found].filter((one) => one.length > 2).sort((one, other) => other.length - one.length);
}

/** Not a part of another word: "person" is held by some, and "personas" is Spanish. */
function wholeWords(text: string): RegExp {
  return new RegExp(`(?<!\\p{L})${RegExp.escape(text)}(?!\\p{L})`, 'gu');
}

/** Sentences to be typed stay English, and stand in quotation marks; the marks of a mention are Teams’ own. */
const NO_WORDS = /[“«][^”»]*[”»]|<\/?at>/g;

/** The English that is left on a card for somebody who reads Spanish. */
function leftOvers(notice: Notice): readonly string[] {
  const english = new Set(textsOf(notice, 'en-GB'));
  const held = heldBy(notice);
  return textsOf(notice, 'es-ES').filter((text) => {
    const ours = held
      .reduce((rest, one) => rest.replace(wholeWords(one), ' '), text)
      .replace(NO_WORDS, ' ')
      .replace(ALIKE, ' ');
    const isAlike = english.has(text) && /\p{L}{2}/u.test(ours);
    return isAlike || ENGLISH_WORDS.test(ours);
  });
}

describe('cards for somebody who reads Spanish', () => {
  const cards = [...new Set(ALL_NOTICES.map(({ card }) => card))].sort();

  for (const card of cards) {
    it(`${card} has no English left`, () => {
      const notices = ALL_NOTICES.filter((notice) => notice.card === card);
      assert.deepEqual([...new Set(notices.flatMap(leftOvers))], []);
    });
  }
});
