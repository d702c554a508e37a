import { type Pack, pullSentence } from '../../domain/break-glass.ts';
import type { BreakGlassPacksNotice } from '../../domain/break-glass-notice.ts';
import { asAccessError } from '../../errors.ts';
import { isoDuration, isoOrNull } from '../facts.ts';
import type { Asker, Services } from '../services.ts';

/** What the asker may pull now, by who is on call. Packs of others are not named. */
export async function listPacks(services: Services, { person }: Asker): Promise<BreakGlassPacksNotice> {
  const { packs } = services.rules.current();
  const unread: string[] = [];
  const mine: Pack[] = [];
  const sources = Map.groupBy(packs, ({ pulledBy }) => pulledBy.toLowerCase());
  for (const [source, ofSource] of sources) {
    try {
      const { people } = await services.onCall.read(source);
      mine.push(...(people.some(({ id }) => id === person.id) ? ofSource : []));
    } catch (thrown) {
      services.log.warn('oncall.unreadable', { source, code: asAccessError(thrown).code });
      unread.push(ofSource[0]?.pulledBy ?? source);
    }
  }
  const underWay = await services.store.now.pulls.listUnderWayOf(person.id);
  return {
    card: 'break-glass-packs',
    packs: packs.filter((pack) => mine.includes(pack)).map(packFacts),
    unread,
    underWay: underWay.map(({ pack, activeUntil }) => ({ pack, until: isoOrNull(activeUntil) })),
  };
}

function packFacts(pack: Pack) {
  const { name, purpose, window, needsSecondPerson } = pack;
  const minutes = Math.min(30, window.total('minutes'));
  return {
    name,
    purpose,
    window: isoDuration(window),
    needsSecondPerson,
    example: pullSentence(pack, `${minutes}m`),
  };
}
