import assert from 'node:assert/strict';
import { parse } from '../../../src/language/parse.ts';
import { emergencyPaperOf, type PaperBlock, type PaperSection } from '../../../src/rulebook/emergency-paper.ts';
import { BOOK, rulebook } from './books.ts';

/** All words of sections that a title begins with. */
function wordsOf(text: string, title: string): string {
  const sections = emergencyPaperOf(rulebook(text)).sections.filter((one) => one.title.startsWith(title));
  assert.ok(sections.length > 0, title);
  return sections.flatMap(linesOf).join('\n');
}

function linesOf({ blocks }: PaperSection): readonly string[] {
  return blocks.flatMap(linesIn);
}

function linesIn(block: PaperBlock): readonly string[] {
  switch (block.kind) {
    case 'text':
      return [block.text];
    case 'say':
      return [block.sentence];
    case 'facts':
      return block.rows.map(([label, value]) => `${label}: ${value}`);
    case 'steps':
      return block.steps;
    case 'blanks':
      return block.labels.map((label) => `${label}: ____`);
  }
}

const sentences = (text: string): readonly string[] =>
  emergencyPaperOf(rulebook(text))
    .sections.flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === 'say' ? [block.sentence] : []));

describe('the runbook on paper for emergencies', () => {
  it('begins with what is left when the bot, Teams or Entra is down', () => {
    const [first] = emergencyPaperOf(rulebook(BOOK)).sections;
    assert.equal(first?.title, 'The bot is not the only key');
    const words = wordsOf(BOOK, 'The bot is not');
    assert.match(words, /Teams or the bot is down: Activate the same roles in the portal, by hand\./);
    assert.match(words, /Entra or its second factor is down: Use an emergency access account\./);
    assert.match(words, new RegExp(`version ${rulebook(BOOK).version} of the rulebook`));
  });

  it('says of a pack who may, what it gives, what must be said, who is told and who reviews', () => {
    const words = wordsOf(BOOK, 'Pack payments: Restore payments').split('\n');
    for (const line of [
      'Who may: whoever is on call by leads (the group sg-oncall-leads)',
      'Gives: member of the group sg-breakglass-payments; Entra role Helpdesk Administrator on Branch Madrid; Azure role Contributor on /subscriptions/1',
      'For at most: 1 h 30 min',
      'Second person: another one on call confirms, which is the approval in PIM',
      'Must be said: a reason; one of SEV1, SEV2',
      'Who reviews: patti@contoso.com, and whoever pulled it',
      'When it is done, say: standdown payments',
      'Have another one on call press Confirm on their own card.',
    ]) {
      assert.ok(words.includes(line), `${line}\nis not in\n${words.join('\n')}`);
    }
  });

  it('says of a pack how each of its roles is activated by hand, and who approves', () => {
    const words = wordsOf(BOOK, 'Pack payments');
    assert.match(words, /“Groups”, sg-breakglass-payments as member: Activate, for 1 h 30 min at most/);
    assert.match(words, /“Microsoft Entra roles”, Helpdesk Administrator on Branch Madrid: Activate/);
    assert.match(words, /“Azure resources”, Contributor on \/subscriptions\/1: Activate/);
    assert.match(words, /“Approve requests”/);
    const alone = wordsOf(BOOK.replace('secondPerson: true', 'secondPerson: false'), 'Pack payments');
    assert.doesNotMatch(alone, /Approve requests|another one on call/i);
  });

  const said = [
    ['a severity', BOOK, 'breakglass payments for 1h30m because SEV1 what is broken'],
    [
      'a severity and an incident',
      BOOK.replace('incident: false', 'incident: true'),
      'breakglass payments for 1h30m because SEV1 INC-99 what is broken',
    ],
    [
      'a reason alone',
      BOOK.replace('[SEV1, SEV2]', '[]').replace('1h30m', '45m'),
      'breakglass payments for 45m because what is broken',
    ],
    ['a day', BOOK.replace('1h30m', '24h'), 'breakglass payments for 24h because SEV1 what is broken'],
  ] as const;
  for (const [title, text, sentence] of said) {
    it(`has a sentence that the bot understands, with ${title}`, () => {
      assert.deepEqual(sentences(text), [sentence]);
      const now = Temporal.Instant.from('2026-11-23T08:00:00Z');
      const command = parse(sentence, { now, timeZone: 'Europe/Madrid', locale: 'en-US' });
      const { window } = rulebook(text).packs[0] ?? {};
      assert.deepEqual(
        [command.command, command.target, command.duration?.total('minutes'), command.problems],
        ['breakglass', 'payments', window?.total('minutes'), []],
      );
    });
  }

  it('lists the emergency accounts, and leaves what is secret to be written in by hand', () => {
    const words = wordsOf(BOOK, 'When Entra');
    assert.match(words, /^Account 1 of 1: emergency1@contoso\.com$/m);
    assert.match(words, /^Where the credentials are kept: ____$/m);
    assert.match(words, /Tell by phone, before you sign in/);
    const none = wordsOf(BOOK.replace('[emergency1@contoso.com]', '[]'), 'When Entra');
    assert.match(none, /names no emergency access account/);
    assert.match(none, /^Account: ____$/m);
  });

  it('has a line for the number of everybody who would be told, each once', () => {
    const lines = wordsOf(BOOK, 'Phone numbers').split('\n').slice(1);
    assert.deepEqual(lines, [
      'On call: leads: ____',
      'On call: payments: ____',
      'patti@contoso.com: ____',
      '07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07: ____',
      'Who leads the incident: ____',
    ]);
  });

  it('speaks of review afterwards, and says so when there are no packs', () => {
    assert.match(wordsOf(BOOK, 'Afterwards'), /The owner of the pack and whoever pulled it look at what was done/);
    assert.match(wordsOf('version: 1', 'The bot is not'), /The rulebook has no packs/);
  });
});
