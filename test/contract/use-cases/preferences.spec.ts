import assert from 'node:assert/strict';
import { aProduct, type Product } from '../../support/product.ts';

describe('preferences and other words', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const codeOf = async (text: string): Promise<string | null> => {
    const [notice] = await product.says('engineer', text);
    return notice?.card === 'error' ? notice.code : null;
  };

  it('saves a time zone by its name in any case, or by its city', async () => {
    const [notice] = await product.says('engineer', 'timezone lisbon');
    assert.equal(notice?.card === 'preferences' && notice.timeZone, 'Europe/Lisbon');
  });

  it('refuses a time zone that does not exist', async () => {
    assert.equal(await codeOf('timezone Atlantis/Capital'), 'preference.time_zone_unknown');
  });

  it('saves a language by its name in either language, and keeps the habits of the region', async () => {
    const id = product.seeded.idOf('engineer');
    const localeAfter = async (text: string): Promise<string | undefined> => {
      await product.says('engineer', text);
      return (await product.services.store.now.people.find(id))?.locale;
    };
    assert.equal(await localeAfter('language Spanish'), 'es-GB');
    assert.equal(await localeAfter('idioma inglés'), 'en-GB');
    assert.equal(await localeAfter('language'), 'en-GB');
    assert.equal(await codeOf('language Klingon'), 'preference.language_unknown');
  });

  it('refuses a reminder of more than two hours', async () => {
    assert.equal(await codeOf('remind me 500 minutes before the end'), 'preference.reminder_invalid');
  });

  it('saves both from the form, and shows what is wrong with a number that is none', async () => {
    await product.says('engineer', 'help');
    await product.presses('engineer', await product.card('engineer', 'help'), 'open-preferences');
    const form = await product.card('engineer', 'preferences');
    const bad = await product.presses('engineer', form, 'save-preferences', { timeZone: 'UTC', reminder: 'soon' });
    assert.equal(bad.notices[0]?.card === 'error' && bad.notices[0].code, 'preference.reminder_invalid');
    await product.presses('engineer', form, 'save-preferences', { timeZone: 'UTC', reminder: '7' });
    const saved = await product.card('engineer', 'preferences');
    assert.equal(saved.notice.card === 'preferences' && saved.notice.reminderMinutes, 7);
    await product.says('engineer', 'reminders automatic');
    const person = await product.services.store.now.people.find(product.seeded.idOf('engineer'));
    assert.equal(person?.reminderMinutes, null);
  });

  it('says of a command that is understood but not there yet that it is not there yet', async () => {
    assert.equal(await codeOf('report'), 'command.not_yet');
  });

  it('says what is wrong with a sentence', async () => {
    assert.equal(await codeOf('activate Security Reader for 2 because x'), 'command.problem');
  });

  it('offers the form again when a start that was typed into it has passed meanwhile', async () => {
    await product.says('engineer', 'activate Security Reader at 10:30 for 9h because x');
    const form = await product.card('engineer', 'activation-form');
    await product.passes('PT2H');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const inputs = { duration: '1h', start: '', justification: 'x', ticket: '' };
    const { notices } = await product.presses('engineer', form, 'activate', inputs);
    assert.equal(notices[0]?.card, 'activation-form');
    const problems = notices[0]?.card === 'activation-form' ? notices[0].problems : [];
    assert.deepEqual(
      problems.map((problem) => problem.code),
      ['activation.start_in_past'],
    );
  });
});
