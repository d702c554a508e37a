import type { RoleChangeItem, RolesChangeNotice } from '../../domain/role-files-notice.ts';
import { AccessError } from '../../errors.ts';
import type { Stores } from '../../ports/store.ts';
import { isBefore, iso } from '../facts.ts';
import { type Asker, claimClick, type Posted, type Services } from '../services.ts';
import { demandRunning, findPause } from '../serving/demand-running.ts';
import { demandAdminSignIn } from '../settings/demand-admin.ts';
import type { PlannedRole } from './plan-change.ts';
import { planAgain, type RolesCard } from './propose-roles.ts';
import { changeFacts, reviseRoles } from './role-change-record.ts';
import { isFinal, type Written, writeRole } from './write-role.ts';

/** A write that nothing was heard of after this long belongs to a process that died. */
const WRITE_LEASE = Temporal.Duration.from({ minutes: 5 });

/**
 * Writes what the card reads back, one role after the other, with the administrator's own token of this very click. Files and
 * tenant are read again and must both be what they were when the card was drawn: else it is drawn again and nothing is sent. Each
 * role's intent is committed before its write and what became of it afterwards.
 *
 * @throws {AccessError} identity.admin_sign_in_required, card.malformed, card.stale, and what planning throws while nothing was
 *   sent; afterwards the card says of each role what became of it
 */
export async function confirmRoles(services: Services, asker: Asker, card: RolesCard): Promise<Posted> {
  demandAdminSignIn(asker);
  const { notice } = card;
  if (notice.phase !== 'confirm') {
    throw new AccessError('card.malformed', `nothing to confirm in ${notice.phase}`);
  }
  if (isBefore(Temporal.Instant.from(notice.expiresAt), services.clock.now())) {
    return await redraw(services, asker, card, {
      ...notice,
      phase: 'dropped',
      problem: { code: 'card.stale', facts: {} },
    });
  }
  const plan = await planAgain(services, asker, notice);
  const changed = { code: 'role_files.changed', facts: {} } as const;
  if (plan === null) {
    return await redraw(services, asker, card, { ...notice, phase: 'dropped', problem: changed });
  }
  if (plan.notice.phase !== 'confirm' || !isSamePlan(notice.items, plan.notice.items)) {
    return await redraw(services, asker, card, { ...plan.notice, problem: plan.notice.problem ?? changed });
  }
  // New roles keep the ids that the card was drawn with.
  const planned = plan.roles.map((role, index) => ({ ...role, item: notice.items[index] ?? role.item }));
  return await writeAll(services, asker, card, planned);
}

/** What is written is bound to what was shown: both definitions of each role, and which roles they are. */
function isSamePlan(shown: readonly RoleChangeItem[], found: readonly RoleChangeItem[]): boolean {
  return (
    shown.length === found.length &&
    shown.every((item, index) => {
      const other = found[index];
      return (
        other !== undefined &&
        item.key === other.key &&
        item.action === other.action &&
        item.heldHash === other.heldHash &&
        item.wantedHash === other.wantedHash &&
        (item.action === 'create' || item.id === other.id)
      );
    })
  );
}

/** Nothing was sent, so that the click is used up only by the new face of the card. */
async function redraw(services: Services, asker: Asker, card: RolesCard, notice: RolesChangeNotice): Promise<Posted> {
  return await services.store.transaction(async (stores) => {
    await claimClick(asker, stores);
    return await reviseRoles(stores, card, notice);
  });
}

async function writeAll(
  services: Services,
  asker: Asker,
  card: RolesCard,
  planned: readonly PlannedRole[],
): Promise<Posted> {
  let { items } = card.notice;
  let before: Written | null = null;
  try {
    for (const [index, role] of planned.entries()) {
      if (index > 0 && (await findPause(services, 'usual')) !== null) {
        break;
      }
      items = replaced(items, index, { ...role.item, outcome: 'writing' });
      await commitStep(services, index === 0 ? asker : { ...asker, spend: null }, card, { items, before, next: role });
      before = await writeRole(services, asker, role);
      items = replaced(items, index, before.item);
      if (isFinal(before)) {
        break;
      }
    }
  } finally {
    services.catalogue.forget();
  }
  const over = items.map((item): RoleChangeItem => (item.outcome === 'planned' ? { ...item, outcome: 'left' } : item));
  return await services.store.transaction(async (stores) => {
    await stores.timers.clear('roles.check', card.id);
    await recordWritten(services, stores, asker, { written: before, notice: card.notice });
    return await reviseRoles(stores, card, { ...card.notice, phase: 'over', items: over, problem: null });
  });
}

function replaced(items: readonly RoleChangeItem[], at: number, item: RoleChangeItem): readonly RoleChangeItem[] {
  return items.map((one, index) => (index === at ? item : one));
}

interface Step {
  readonly items: readonly RoleChangeItem[];
  /** What became of the role before it. */
  readonly before: Written | null;
  readonly next: PlannedRole;
}

/** From here on a crash leaves a card that heals by itself. */
async function commitStep(
  services: Services,
  asker: Asker,
  card: RolesCard,
  { items, before, next }: Step,
): Promise<void> {
  const now = services.clock.now();
  const heardBy = now.add(WRITE_LEASE);
  await services.store.transaction(async (stores) => {
    await demandRunning(services, stores, 'usual');
    await claimClick(asker, stores);
    await stores.timers.set({ kind: 'roles.check', subject: card.id, dueAt: heardBy });
    await recordWritten(services, stores, asker, { written: before, notice: card.notice });
    await stores.audit.roleDefinitionIntended({
      at: now,
      actorId: asker.person.id,
      facts: changeFacts(next.item, card.notice),
    });
    await reviseRoles(stores, card, {
      ...card.notice,
      phase: 'changing',
      items,
      problem: null,
      expiresAt: iso(heardBy),
    });
  });
}

async function recordWritten(
  services: Services,
  stores: Stores,
  { person }: Asker,
  { written, notice }: { readonly written: Written | null; readonly notice: RolesChangeNotice },
): Promise<void> {
  if (written === null) {
    return;
  }
  const { item, how } = written;
  const happened = { at: services.clock.now(), actorId: person.id };
  const facts = changeFacts(item, notice);
  await (item.problem === null
    ? stores.audit.roleDefinitionChanged({
        ...happened,
        facts: { ...facts, ...(how === 'found' && { found: 'tenant' }) },
      })
    : stores.audit.roleDefinitionRefused({ ...happened, facts: { ...facts, code: item.problem.code } }));
}
