import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PROBLEM_CODES, PROBLEM_TEXTS } from '../../../src/language/command.ts';
import { normalizeText } from '../../../src/language/normalize.ts';
import { parse } from '../../../src/language/parse.ts';

const CONTEXT = { now: Temporal.Instant.from('2026-11-21T10:00:00Z'), timeZone: 'Europe/Madrid', locale: 'en-GB' };

const WORDS = [
  ...[
    'activate',
    'deactivate',
    'extend',
    'approve',
    '7F3K',
    '#7F3K:',
    'what',
    'can',
    'do',
    'who',
    'has',
    'which',
    'role',
  ],
  ...[
    'Security',
    'Reader',
    'and',
    ',',
    '+',
    '&',
    'on',
    'in',
    'rg-web',
    '/subscriptions/1',
    '"Trust and',
    'Safety"',
    "'",
  ],
  ...[
    'for',
    '2h',
    '2',
    'half',
    'an',
    'hour',
    'a',
    '-1h',
    'PT2H',
    'until',
    '18:00',
    '6pm',
    'tomorrow',
    'monday',
    'at',
    '9',
  ],
  ...[
    'from',
    'to',
    'fix',
    '03/04',
    '30',
    'february',
    'next',
    'week',
    'because',
    'reason:',
    'ticket',
    'INC-42',
    '#4521',
  ],
  ...[
    'please',
    "don't",
    'turn',
    'give',
    'back',
    'me',
    'need',
    'i',
    'breakglass',
    'payments',
    '<at>Pimlico</at>',
    '&nbsp;',
  ],
  ...[
    '&amp;',
    'the',
    'end',
    'of',
    'day',
    'between',
    '9-17',
    '2026-99-99',
    '99999999999',
    'hours',
    'ago',
    '“',
    '”',
    '…',
  ],
  ...[
    'assign',
    'remove',
    'update',
    'assignment',
    'export',
    'everything',
    'eligible',
    'active',
    'permanently',
    'as',
    'code',
    'settings',
    'change',
    'bundle',
    'save',
    'same',
    'last',
    'time',
    'months',
    'year',
    'P6M',
    'my',
  ],
  ...[
    'check',
    'compare',
    'with',
    'difference',
    'between',
    'does',
    'work',
    'runbook',
    'drift',
    'roles',
    'delete',
    'apply',
  ],
];
const sentences = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(' '));
const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 80 }), sentences);

const plain = (text: string) => JSON.parse(JSON.stringify(parse(text, CONTEXT))) as unknown;

describe('parse', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(anything, (text) => parse(text, CONTEXT).command.length > 0),
      { numRuns: 2000 },
    );
  });

  it('understands the same with politeness in front', () => {
    const polite = fc.constantFrom('please ', 'could you ', 'can you please ', 'Hey Pimlico, ', 'would you kindly ');
    fc.assert(
      fc.property(polite, sentences, (prefix, text) => {
        assert.deepEqual(plain(prefix + text), plain(text));
      }),
      { numRuns: 1000, examples: [['please ', ', activate activate activate']] },
    );
  });

  it('reads any white space as one space', () => {
    const space = fc.constantFrom('  ', '\n', '\t', '\u00A0', '&nbsp;', ' \r\n ', '\u2003', '\u200B ');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 10 }), space, (words, gap) => {
        assert.deepEqual(plain(words.join(gap)), plain(words.join(' ')));
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a long text whole', () => {
    const justification = `INC-42 ${'very '.repeat(4000)}slow`;
    const command = parse(`activate Security Reader for 2h because ${justification}`, CONTEXT);
    assert.equal(command.justification, justification);
    assert.equal(command.ticket, 'INC-42');
  });

  it('reports problems in the order of the closed list, each with a text', () => {
    const command = parse('activate for 2 starting yesterday', CONTEXT);
    assert.deepEqual(
      command.problems.map(({ code }) => code),
      ['role.missing', 'duration.no_unit', 'start.in_the_past'],
    );
    for (const { text } of command.problems) assert.ok(text.length > 10);
    assert.deepEqual(Object.keys(PROBLEM_TEXTS), [...PROBLEM_CODES]);
  });

  it('quotes what it did not understand', () => {
    const [problem] = parse('activate Security Reader for 1h bananas', CONTEXT).problems;
    assert.deepEqual(problem, { code: 'text.left_over', text: 'Not understood: "bananas".' });
  });
});

describe('normalizeText', () => {
  it('changes nothing the second time', () => {
    const mentioned = fc.tuple(
      anything,
      fc.constantFrom('', '<at>Pimlico</at>', '&amp;lt;at&gt;', '“x” &#8203;'),
      anything,
    );
    fc.assert(
      fc.property(mentioned, (parts) => {
        const once = normalizeText(parts.join(' '));
        assert.equal(normalizeText(once), once);
      }),
      { numRuns: 2000 },
    );
  });

  it('removes the bot before the justification and names it inside', () => {
    const mentions = [
      { text: '<at>Helper</at>', name: 'Helper', isBot: true },
      { text: '<at id="1">Megan Bowen</at>', name: 'Megan Bowen', isBot: false },
    ];
    const text =
      '\u00A0<at>Helper</at> activate <at>Helper</at> Reader because <at id="1">Megan Bowen</at> asked <at id="0">Helper</at>';
    assert.equal(normalizeText(text, { mentions }), 'activate Reader because Megan Bowen asked Helper');
  });

  it('keeps another bot that is mentioned, before or after this one, so that nothing said to it is an order here', () => {
    const mentions = [
      { text: '<at>Helper</at>', name: 'Helper', isBot: true },
      { text: '<at>Other Bot</at>', name: 'Other Bot', isBot: false },
    ];
    for (const who of [
      '<at>Other Bot</at> <at>Helper</at>',
      '<at>Helper</at> <at>Other Bot</at>',
      '<at>Other Bot</at>',
    ]) {
      const text = normalizeText(`${who} approvals channel off`, { mentions });
      assert.equal(text, 'Other Bot approvals channel off');
      assert.equal(parse(text, CONTEXT).command, 'unknown');
    }
  });

  it('keeps a person who is mentioned in front', () => {
    const mentions = [{ text: '<at>Alex Wilber</at>', name: 'Alex Wilber', isBot: false }];
    assert.equal(normalizeText('<at>Alex Wilber</at> history', { mentions }), 'Alex Wilber history');
  });

  it('straightens quotes before the justification and leaves it as typed', () => {
    const text = 'activate “Trust and Safety” because “it’s\n broken”';
    assert.equal(normalizeText(text), 'activate "Trust and Safety" because “it’s broken”');
  });

  it('decodes entities once and for all, and drops zero-width characters', () => {
    assert.equal(
      normalizeText('&nbsp;activate&#160;R&amp;amp;D\u200B Reader\uFEFF &#39;x&#x27;'),
      "activate R&D Reader 'x'",
    );
  });
});
