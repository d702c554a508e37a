import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { SettingsChangeState } from '../../domain/role-settings.ts';
import { areSameSettings } from '../../domain/settings-canonical.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import type { SettingsVerdict } from '../../domain/settings-checks.ts';
import { diffSettings } from '../../domain/settings-differences.ts';
import { SETTINGS_WORDS } from '../../domain/settings-words.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import { isBefore, roleFacts } from '../facts.ts';
import { type Asker, actorOf, claimClick, type Posted, type Services } from '../services.ts';
import { demandRunning } from '../serving/demand-running.ts';
import { demandServed } from '../serving/find-unserved.ts';
import { converge, stepFacts, WRITE_LEASE } from './change-cards.ts';
import { demandAdminSignIn } from './demand-admin.ts';
import { judgeChange } from './judge-change.ts';
import { heldSettings } from './read-settings.ts';

/**
 * Confirms a proposed change and writes it with the confirmer's own token, from the sign-in of this very click. Everything is
 * judged again for the tenant as it is now; afterwards the tenant is read again and compared. Of two presses one writes.
 *
 * @throws {AccessError} settings.change_over (also for what is not this person's to confirm), settings.needs_second_person,
 *   identity.admin_sign_in_required, card.stale, and what reading settings throws before anything was written
 */
export async function confirmSettings(services: Services, asker: Asker, changeId: string): Promise<Posted> {
  const change = await ownProposal(services, asker, changeId);
  demandAdminSignIn(asker);
  await demandServed(services, asker.person.id, change.role);
  const { settings: held } = await heldSettings(services, actorOf(asker), change.role);
  if (!areSameSettings(held, change.before)) {
    return await refuse(services, asker, change, {
      code: 'settings.changed_meanwhile',
      facts: { ...roleFacts(change.role) },
    });
  }
  const verdict = await judgeChange(services, actorOf(asker), change);
  const [refusal] = verdict.refusals;
  if (refusal !== undefined) {
    return await refuse(services, asker, change, refusal);
  }
  await claim(services, asker, change);
  return await write(services, asker, { ...change, before: held }, verdict);
}

/** The change, where it waits for exactly this person. Missing and somebody else's look the same. */
async function ownProposal(services: Services, asker: Asker, changeId: string): Promise<SettingsChange> {
  const change = await services.store.now.settingsChanges.find(changeId);
  const awaited = change?.confirmerId ?? change?.proposerId;
  if (change === null || awaited !== asker.person.id) {
    throw changeOver('none');
  }
  if (change.state !== 'proposed' || !isBefore(services.clock.now(), change.expiresAt)) {
    throw changeOver(change.state === 'proposed' ? 'expired' : change.state);
  }
  // The rule may have been switched on since it was proposed.
  if (services.isFourEyesOn && (change.confirmerId === null || change.confirmerId === change.proposerId)) {
    throw new AccessError('settings.needs_second_person', 'nobody else was asked', { facts: {} });
  }
  return change;
}

export function changeOver(state: SettingsChangeState | 'none'): AccessError {
  return new AccessError('settings.change_over', `the change is ${state}`, { facts: { state } });
}

/** Uses up the click and takes the change: from here on nobody else can confirm, decline or withdraw it. */
async function claim(services: Services, asker: Asker, change: SettingsChange): Promise<void> {
  const now = services.clock.now();
  await services.store.transaction(async (stores) => {
    await demandRunning(services, stores, 'usual');
    await claimClick(asker, stores);
    const writing = { state: 'writing', decidedAt: now } as const;
    if ((await stores.settingsChanges.change(change.id, ['proposed'], writing)) === null) {
      throw changeOver('writing');
    }
    await stores.timers.set({ kind: 'settings-change.expire', subject: change.id, dueAt: now.add(WRITE_LEASE) });
    await stores.audit.settingsConfirmed({ at: now, actorId: asker.person.id, facts: stepFacts(change) });
  });
}

async function write(
  services: Services,
  asker: Asker,
  change: SettingsChange,
  { warnings }: SettingsVerdict,
): Promise<Posted> {
  const { role, before: from, after: to } = change;
  try {
    await services.roles.administrationOf(role).writeSettings(actorOf(asker), role, { from, to });
  } catch (thrown) {
    return await afterFailure(services, asker, change, asAccessError(thrown));
  } finally {
    // What is kept may be older than the write, also than one that failed half way.
    services.reader.forget(role);
    services.eligibility.forget(asker.person.id);
  }
  const problem = await compare(services, asker, change);
  return await settle(services, asker, change, { state: problem === null ? 'done' : 'failed', problem, warnings });
}

/** Reads the tenant again: what it holds now is what counts. Null when that is what was wanted. */
async function compare(services: Services, asker: Asker, change: SettingsChange): Promise<ProblemFacts | null> {
  try {
    const { settings } = await heldSettings(services, actorOf(asker), change.role);
    const left = diffSettings(settings, change.after);
    if (left.length === 0) {
      return null;
    }
    // Taken, and yet not so: no reason was given for it.
    return { code: 'settings.refused', facts: { paths: left.map(({ path }) => path).join(' ') } };
  } catch (thrown) {
    // Microsoft said yes; that nobody could look again is said, and is no success.
    const { code, message } = asAccessError(thrown);
    services.log.warn('settings.not_compared', { change: change.id, code, message });
    return { code: 'activation.in_doubt', facts: { change: change.id } };
  }
}

/** Failures after which the tenant certainly holds what it held: the same change can be confirmed again. */
const NOTHING_SENT: ReadonlySet<string> = new Set([
  'graph.forbidden',
  'graph.throttled',
  'graph.unavailable',
  'graph.unauthorized',
  'graph.license_missing',
]);

async function afterFailure(
  services: Services,
  asker: Asker,
  change: SettingsChange,
  error: AccessError,
): Promise<Posted> {
  services.log.warn('settings.write_failed', { change: change.id, code: error.code, message: error.message });
  if (error.code === 'activation.in_doubt') {
    const left = await compare(services, asker, change);
    return left === null
      ? await settle(services, asker, change, { state: 'done', problem: null })
      : await settle(services, asker, change, { state: 'failed', problem: { code: error.code, facts: error.facts } });
  }
  const isUntouched = NOTHING_SENT.has(error.code) || error.code.startsWith('identity.');
  if (isUntouched && error.facts.written === undefined) {
    return await release(services, change, error);
  }
  return await settle(services, asker, change, {
    state: 'failed',
    problem: { code: error.code, facts: error.facts },
  });
}

/** Gives the change back, to be confirmed once more: nothing of it was written. */
async function release(services: Services, change: SettingsChange, error: AccessError): Promise<Posted> {
  const needs = error.code === 'graph.forbidden' ? { needs: SETTINGS_WORDS[change.role.surface].writers } : {};
  return await services.store.transaction(async (stores) => {
    const proposed = { state: 'proposed', decidedAt: null } as const;
    const released = await stores.settingsChanges.change(change.id, ['writing'], proposed);
    if (released === null) {
      return [];
    }
    await stores.timers.set({ kind: 'settings-change.expire', subject: change.id, dueAt: change.expiresAt });
    return await converge(stores, released, { problem: { code: error.code, facts: { ...error.facts, ...needs } } });
  });
}

interface Outcome {
  readonly state: 'done' | 'failed';
  readonly problem: ProblemFacts | null;
  readonly warnings?: readonly ProblemFacts[];
}

async function settle(
  services: Services,
  asker: Asker,
  change: SettingsChange,
  { state, problem, warnings }: Outcome,
): Promise<Posted> {
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    const settled = await stores.settingsChanges.change(change.id, ['writing'], { state, decidedAt: now });
    if (settled === null) {
      return [];
    }
    await stores.timers.clear('settings-change.expire', change.id);
    const happened = { at: now, actorId: asker.person.id };
    const facts = stepFacts(change);
    await (problem === null
      ? stores.audit.settingsWritten({ ...happened, facts })
      : stores.audit.settingsRefused({ ...happened, facts: { ...facts, code: problem.code } }));
    return await converge(stores, settled, { problem, ...(warnings !== undefined && { warnings }) });
  });
}

/** The tenant as it is now does not allow it any more: the change is over, and the click with it. */
async function refuse(
  services: Services,
  asker: Asker,
  change: SettingsChange,
  problem: ProblemFacts,
): Promise<Posted> {
  const now = services.clock.now();
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    const failed = { state: 'failed', decidedAt: now } as const;
    const refused = await stores.settingsChanges.change(change.id, ['proposed'], failed);
    if (refused === null) {
      throw changeOver('writing');
    }
    await stores.timers.clear('settings-change.expire', change.id);
    await stores.audit.settingsRefused({
      at: now,
      actorId: asker.person.id,
      facts: { ...stepFacts(change), code: problem.code },
    });
    return await converge(stores, refused, { problem });
  });
}
