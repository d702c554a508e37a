import type { Notice, Verb } from '../../src/domain/notice.ts';
import { AccessError } from '../../src/errors.ts';
import type { CardRecord } from '../../src/ports/store.ts';
import { deleteBundle } from '../../src/use-cases/administration/bundles.ts';
import {
  dropAssignment,
  editAssignment,
  reviewAssignment,
} from '../../src/use-cases/administration/change-assignment.ts';
import { lookAtAssignment } from '../../src/use-cases/administration/check-assignment.ts';
import { confirmAssignment } from '../../src/use-cases/administration/confirm-assignment.ts';
import { exportAgain } from '../../src/use-cases/administration/export-assignments.ts';
import { lookAtRoles } from '../../src/use-cases/role-files/check-roles.ts';
import { confirmRoles } from '../../src/use-cases/role-files/confirm-roles.ts';
import { exportDrift } from '../../src/use-cases/role-files/export-drift.ts';
import { dropRoles, proposeApplyOf } from '../../src/use-cases/role-files/propose-roles.ts';
import { showChosenDrift } from '../../src/use-cases/role-files/show-drift.ts';
import type { Posted, Services } from '../../src/use-cases/services.ts';
import { isSettingsVerb, pressSettings } from '../../src/use-cases/settings/press.ts';
import type { Press } from '../pressed-request.ts';

/** The clicker gets the card as it is now. */
export interface AdministrationOutcome {
  readonly cards: Posted;
}

/**
 * What needs no sign-in of the ordinary kind first: own records, and what an administrator's own sign-in page stands before.
 */
export const TOKENLESS_ADMINISTRATION: readonly Verb[] = [
  'delete-bundle',
  'edit-assignment',
  'confirm-assignment',
  'drop-assignment',
  'propose-settings',
  'confirm-settings',
  'decline-settings',
  'withdraw-settings',
  'confirm-roles',
  'drop-roles',
];

/** Does what a button of these cards says; null for every other verb. Throws what the use-cases throw. */
export function carryOutAdministration(services: Services, press: Press): Promise<AdministrationOutcome> | null {
  const work = workOf(services, press);
  return work === null ? null : work.then((cards) => ({ cards }));
}

function workOf(services: Services, { verb, card, inputs, asker }: Press): Promise<Posted> | null {
  if (isSettingsVerb(verb)) {
    return pressSettings(services, asker, { verb, card, inputs });
  }
  switch (verb) {
    case 'export':
      return card.notice.card === 'roles-drift'
        ? exportDrift(services, asker, cardOf(card, 'roles-drift'))
        : exportAgain(services, asker, cardOf(card, 'who-has'));
    case 'delete-bundle':
      return deleteBundle(services, asker, inputs.bundle ?? '', cardOf(card, 'bundles'));
    case 'review-assignment':
      return reviewAssignment(services, asker, cardOf(card, 'assignment-form'), inputs);
    case 'edit-assignment':
      return editAssignment(services, asker, cardOf(card, 'assignment-change'));
    case 'confirm-assignment':
      return confirmAssignment(services, asker, cardOf(card, 'assignment-change'));
    case 'look-at-assignment':
      return lookAtAssignment(services, asker, cardOf(card, 'assignment-change'));
    case 'drop-assignment':
      return dropAssignment(services, asker, cardOf(card, 'assignment-change'));
    default:
      return rolesWorkOf(services, { verb, card, inputs, asker });
  }
}

function rolesWorkOf(services: Services, { verb, card, inputs, asker }: Press): Promise<Posted> | null {
  switch (verb) {
    case 'show-role-drift':
      return showChosenDrift(services, asker, card, inputs.role ?? '');
    case 'open-role-plan':
      return proposeApplyOf(services, asker, cardOf(card, 'roles-drift'));
    case 'confirm-roles':
      return confirmRoles(services, asker, cardOf(card, 'roles-change'));
    case 'drop-roles':
      return dropRoles(services, asker, cardOf(card, 'roles-change'));
    case 'look-at-roles':
      return lookAtRoles(services, asker, cardOf(card, 'roles-change'));
    default:
      return null;
  }
}

type NoticeOf<Name extends Notice['card']> = Extract<Notice, { readonly card: Name }>;

/** @throws {AccessError} card.malformed when the button stands on another card */
function cardOf<Name extends Notice['card']>(
  card: CardRecord,
  name: Name,
): CardRecord & { readonly notice: NoticeOf<Name> } {
  const { notice } = card;
  if (!isNoticeOf(notice, name)) {
    throw new AccessError('card.malformed', `not a card of ${name}`);
  }
  return { ...card, notice };
}

function isNoticeOf<Name extends Notice['card']>(notice: Notice, name: Name): notice is NoticeOf<Name> {
  return notice.card === name;
}
