import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import type { SettingsChangeState } from '../../domain/role-settings.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import type { Stores } from '../../ports/store.ts';
import { isBefore } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { converge, stepFacts, WRITE_LEASE } from './change-cards.ts';
import { changeOver } from './confirm-settings.ts';

/**
 * Says no to a proposed change. Only whoever was asked to confirm it can; no admin sign-in is needed to leave things as they are.
 *
 * @throws {AccessError} settings.change_over, card.stale
 */
export async function declineSettings(services: Services, asker: Asker, changeId: string): Promise<Posted> {
  const isMine = ({ confirmerId, proposerId }: SettingsChange) => (confirmerId ?? proposerId) === asker.person.id;
  return await endByPress(services, asker, changeId, { isMine, state: 'declined' });
}

/** Takes a proposed change back. Only its proposer can. @throws {AccessError} settings.change_over, card.stale */
export async function withdrawSettings(services: Services, asker: Asker, changeId: string): Promise<Posted> {
  const isMine = ({ proposerId }: SettingsChange) => proposerId === asker.person.id;
  return await endByPress(services, asker, changeId, { isMine, state: 'withdrawn' });
}

async function endByPress(
  services: Services,
  asker: Asker,
  changeId: string,
  { isMine, state }: { isMine(change: SettingsChange): boolean; readonly state: 'declined' | 'withdrawn' },
): Promise<Posted> {
  const change = await services.store.now.settingsChanges.find(changeId);
  if (change === null || !isMine(change)) {
    throw changeOver('none');
  }
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const ended = await end(services, stores, change, { from: 'proposed', to: state, actorId: asker.person.id });
    if (ended === null) {
      throw changeOver(change.state);
    }
    return ended;
  });
}

/**
 * Does what is due for a change: one that nobody confirmed in time is over; one whose writer died is said to be in doubt, since
 * nobody else may look with the writer's token. Safe to run twice, early or late.
 */
export async function expireSettingsChange(services: Services, changeId: string): Promise<Posted> {
  const change = await services.store.now.settingsChanges.find(changeId);
  if (change === null || (change.state !== 'proposed' && change.state !== 'writing')) {
    return [];
  }
  const { state, expiresAt, decidedAt } = change;
  const dueAt = state === 'writing' && decidedAt !== null ? decidedAt.add(WRITE_LEASE) : expiresAt;
  return await services.store.transaction(async (stores) => {
    if (isBefore(services.clock.now(), dueAt)) {
      await stores.timers.set({ kind: 'settings-change.expire', subject: changeId, dueAt });
      return [];
    }
    const inDoubt: ProblemFacts = { code: 'activation.in_doubt', facts: { change: changeId } };
    const ending: Ending =
      state === 'writing'
        ? { from: 'writing', to: 'failed', actorId: null, problem: inDoubt }
        : { from: 'proposed', to: 'expired', actorId: null };
    return (await end(services, stores, change, ending)) ?? [];
  });
}

interface Ending {
  readonly from: 'proposed' | 'writing';
  readonly to: Extract<SettingsChangeState, 'declined' | 'withdrawn' | 'expired' | 'failed'>;
  readonly actorId: PrincipalId | null;
  readonly problem?: ProblemFacts;
}

/** Null when it was no longer so. */
async function end(
  services: Services,
  stores: Stores,
  change: SettingsChange,
  { from, to, actorId, problem }: Ending,
): Promise<Posted | null> {
  const now = services.clock.now();
  const ended = await stores.settingsChanges.change(change.id, [from], { state: to, decidedAt: now });
  if (ended === null) {
    return null;
  }
  await stores.timers.clear('settings-change.expire', change.id);
  const happened = { at: now, actorId, facts: { ...stepFacts(change), state: to } };
  await (to === 'failed' ? stores.audit.settingsRefused(happened) : stores.audit.settingsDeclined(happened));
  return await converge(stores, ended, { problem: problem ?? null });
}
