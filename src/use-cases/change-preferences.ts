import { type Language, languageOf, localeIn, namedLanguage } from '../domain/languages.ts';
import type { HelpNotice, PreferencesNotice } from '../domain/notice.ts';
import { reminderAt } from '../domain/reminder.ts';
import { AccessError } from '../errors.ts';
import type { PersonRecord, Stores } from '../ports/store.ts';
import { isBefore } from './facts.ts';
import { type Asker, claimClick, type Services } from './services.ts';

const LONGEST_REMINDER_MINUTES = 120;

/** What a person wants changed; undefined leaves it, a null reminder means "as usual". */
export interface PreferenceChange {
  readonly timeZone?: string;
  readonly reminderMinutes?: number | null;
  /** Named as people name it. */
  readonly language?: string;
}

/**
 * Changes a person's time zone, language, or how long before the end they are reminded.
 *
 * @throws {AccessError} preference.time_zone_unknown, preference.language_unknown, preference.reminder_invalid
 */
export async function changePreferences(
  services: Services,
  asker: Asker,
  change: PreferenceChange,
): Promise<PreferencesNotice> {
  const timeZone = change.timeZone === undefined ? asker.person.timeZone : readTimeZone(change.timeZone);
  const minutes = change.reminderMinutes === undefined ? asker.person.reminderMinutes : change.reminderMinutes;
  if (minutes !== null && (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_REMINDER_MINUTES)) {
    throw new AccessError('preference.reminder_invalid', 'out of range', { facts: { words: String(minutes) } });
  }
  const { person } = asker;
  const locale = change.language === undefined ? person.locale : localeIn(readLanguage(change.language), person.locale);
  const changed: PersonRecord = { ...person, timeZone, locale, reminderMinutes: minutes };
  await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    await stores.people.save(changed);
    if (change.reminderMinutes !== undefined) {
      await moveReminders(services, stores, changed);
    }
    await stores.audit.preferenceChanged({
      at: services.clock.now(),
      actorId: asker.person.id,
      facts: { timeZone, locale, reminderMinutes: minutes === null ? '' : String(minutes) },
    });
  });
  return preferencesNotice(changed, savedWhat(change));
}

/** The new lead holds for what is running as well, where that instant is still to come. */
async function moveReminders(services: Services, stores: Stores, person: PersonRecord): Promise<void> {
  for (const request of await stores.requests.listOpenOf(person.id)) {
    const { activeFrom, activeUntil, state, wish } = request;
    if (state === 'active' && wish === 'none' && activeFrom !== null && activeUntil !== null) {
      const dueAt = reminderAt(activeFrom, activeUntil, person.reminderMinutes);
      if (dueAt !== null && isBefore(services.clock.now(), dueAt)) {
        await stores.timers.set({ kind: 'activation.remind', subject: request.id, dueAt });
      }
    }
  }
}

function savedWhat(change: PreferenceChange): PreferencesNotice['saved'] {
  if (change.timeZone !== undefined && change.reminderMinutes !== undefined) {
    return 'both';
  }
  if (change.language !== undefined) {
    return 'language';
  }
  return change.timeZone === undefined ? 'reminder' : 'time-zone';
}

function readLanguage(words: string): Language {
  const language = namedLanguage(words);
  if (language === null) {
    throw new AccessError('preference.language_unknown', 'no texts in it', { facts: { words: words.slice(0, 80) } });
  }
  return language;
}

/** Finds the IANA zone people mean: any case, spaces for underscores, `UTC`. */
function readTimeZone(words: string): string {
  const wanted = words.trim().replaceAll(/\s+/g, '_').toLowerCase();
  const zone = ['UTC', ...Intl.supportedValuesOf('timeZone')].find(
    (name) => name.toLowerCase() === wanted || name.toLowerCase().endsWith(`/${wanted}`),
  );
  if (zone === undefined) {
    throw new AccessError('preference.time_zone_unknown', 'not an IANA zone', { facts: { words: words.slice(0, 80) } });
  }
  return zone;
}

export function preferencesNotice(person: PersonRecord, saved: PreferencesNotice['saved']): PreferencesNotice {
  return {
    card: 'preferences',
    timeZone: person.timeZone,
    language: languageOf(person.locale),
    reminderMinutes: person.reminderMinutes,
    saved,
    problem: null,
  };
}

export function helpNotice(person: PersonRecord, notUnderstood: string | null): HelpNotice {
  return {
    card: 'help',
    personName: person.name,
    timeZone: person.timeZone,
    reminderMinutes: person.reminderMinutes,
    notUnderstood,
  };
}
