import type { SettingsDocumentNotice, SettingsNotice } from '../../domain/administration-notice.ts';
import { isSameRole, type RoleAtScope } from '../../domain/assignment.ts';
import { principalId } from '../../domain/ids.ts';
import type { ErrorNotice } from '../../domain/notice.ts';
import type { ContextBacking, HeldSettings, RoleSettings } from '../../domain/role-settings.ts';
import { SETTINGS_WORDS } from '../../domain/settings-words.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { Actor } from '../../ports/role-management.ts';
import { printSettingsDocument } from '../../roles/settings-document.ts';
import { errorNotice } from '../error-card.ts';
import { roleFacts } from '../facts.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { findRole, type RoleWords } from './find-role.ts';

/**
 * Answers `settings ROLE [on SCOPE]`, read with the asker's own token, or as {@link visibleSettings} says.
 *
 * @throws {AccessError} identity.*, graph.*; graph.forbidden names in its fact `needs` who may read them
 */
export async function readRoleSettings(
  services: Services,
  asker: Asker,
  named: RoleWords,
): Promise<SettingsNotice | ErrorNotice> {
  const found = await findRole(services, asker, named);
  return found.kind === 'one'
    ? await settingsOf(services, asker, found.role)
    : errorNotice(services, found.error, found.suggestions);
}

/** Answers `settings ROLE as code`. Throws as {@link readRoleSettings}. */
export async function readSettingsDocument(
  services: Services,
  asker: Asker,
  named: RoleWords,
): Promise<SettingsDocumentNotice | ErrorNotice> {
  const found = await findRole(services, asker, named);
  return found.kind === 'one'
    ? await settingsDocument(services, asker, found.role)
    : errorNotice(services, found.error, found.suggestions);
}

/** The settings of a known role, with what stands behind its authentication context. */
export async function settingsOf(services: Services, asker: Asker, role: RoleAtScope): Promise<SettingsNotice> {
  const actor = actorOf(asker);
  const { settings, lastModified, unknownRules } = await visibleSettings(services, asker, role);
  const contextBacking = await backingOf(services, actor, settings);
  return { card: 'settings', role: plainRole(role), settings, lastModified, unknownRules, contextBacking };
}

/** The same as a YAML document. */
export async function settingsDocument(
  services: Services,
  asker: Asker,
  role: RoleAtScope,
): Promise<SettingsDocumentNotice> {
  const { settings } = await visibleSettings(services, asker, role);
  return { card: 'settings-document', role: roleFacts(role), document: printSettingsDocument({ role, settings }) };
}

/**
 * The settings as the asker may see them: with their own token; and where that may not, the settings of a role that they may
 * activate or approve, as the reader sees them. Everybody else keeps Microsoft's refusal.
 */
async function visibleSettings(services: Services, asker: Asker, role: RoleAtScope): Promise<HeldSettings> {
  try {
    return await heldSettings(services, actorOf(asker), role);
  } catch (thrown) {
    const error = asAccessError(thrown);
    const shown = UNREADABLE.has(error.code) ? await concernedView(services, asker, role) : null;
    if (shown === null) {
      throw error;
    }
    return shown;
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(['graph.forbidden', 'identity.consent_missing']);

/** What the reader sees, when the role is the asker's to activate or to approve; null when it is not, or nobody can tell. */
async function concernedView(services: Services, asker: Asker, role: RoleAtScope): Promise<HeldSettings | null> {
  try {
    const { rows } = await services.eligibility.read(actorOf(asker));
    const isEligible = rows.some((own) => isSameRole(own, role));
    const held = await services.reader.readSettings(role);
    return isEligible || (await isApprover(services, asker, held)) ? held : null;
  } catch (thrown) {
    const { code } = asAccessError(thrown);
    services.log.warn('settings.unseen', { code, role: role.roleDefinitionId });
    return null;
  }
}

async function isApprover(services: Services, { person }: Asker, { settings }: HeldSettings): Promise<boolean> {
  const { isRequired, approvers } = settings.activation.approval;
  if (!isRequired || approvers.length === 0) {
    return false;
  }
  const references = approvers.map(({ kind, id, name }) =>
    kind === 'person' ? { kind, id: principalId(id), name } : { kind, id, name },
  );
  const people = await services.reader.expandApprovers(references);
  return people.some(({ id }) => id.toLowerCase() === person.id.toLowerCase());
}

/** Reads what the tenant holds, with the actor's own token. Changes are made over this and nothing else. */
export async function heldSettings(services: Services, actor: Actor, role: RoleAtScope): Promise<HeldSettings> {
  try {
    return await services.roles.administrationOf(role).readSettings(actor, role);
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code !== 'graph.forbidden') {
      throw error;
    }
    const facts = { ...error.facts, ...roleFacts(role), needs: SETTINGS_WORDS[role.surface].readers };
    throw new AccessError('graph.forbidden', error.message, { cause: error, facts });
  }
}

/** Null when no context is demanded; `unchecked` also where nobody could look. */
export async function backingOf(
  services: Services,
  actor: Actor,
  { activation }: RoleSettings,
): Promise<ContextBacking | null> {
  const context = activation.authenticationContext;
  if (context === null) {
    return null;
  }
  try {
    return await services.directory.readContextBacking(actor, context);
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code.startsWith('graph.') || error.code === 'identity.consent_missing') {
      return 'unchecked';
    }
    throw error;
  }
}

/** The role and nothing else: rows of lists carry more, and notices are stored. */
export function plainRole({ surface, roleDefinitionId, roleName, scope }: RoleAtScope): RoleAtScope {
  return { surface, roleDefinitionId, roleName, scope: { id: scope.id, name: scope.name } };
}
