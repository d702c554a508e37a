import type { DriftState, NameList, RoleDrift, RolesDriftNotice } from '../../domain/role-files-notice.ts';
import { AccessError } from '../../errors.ts';
import type { CardRecord } from '../../ports/store.ts';
import { asAdministrator } from '../administration/change-assignment.ts';
import { postAnswer } from '../error-card.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { createRightsReader, type RightsReader } from './rights.ts';
import { namedRoles, type Survey, type SurveyedRole, surveyRoles } from './survey.ts';
import { countHolders } from './uses.ts';

/** What a card keeps of a list: more could not be shown. */
const MOST_NAMES = 30;
const MOST_ROLES = 60;
const MOST_FINDINGS = 20;
const MOST_PROBLEMS = 30;
/** Rights are looked up for so many roles of the folder; details of one role always tell them. */
const MOST_WITH_RIGHTS = 10;

/**
 * Answers `roles drift [NAME]`: how the role files and the tenant agree, read with the asker's own token. Nothing is changed.
 *
 * @throws {AccessError} role_files.none, role_files.unreadable, role_files.role_unknown, identity.*, graph.*
 */
export async function showDrift(services: Services, asker: Asker, names: readonly string[]): Promise<Posted> {
  return await postAnswer(services, asker, await driftNotice(services, asker, names));
}

/** The same of the role that was chosen on the card. @throws card.malformed, and what {@link showDrift} throws */
export async function showChosenDrift(
  services: Services,
  asker: Asker,
  { notice }: Pick<CardRecord, 'notice'>,
  key: string,
): Promise<Posted> {
  const chosen = notice.card === 'roles-drift' ? notice.roles.find((role) => role.key === key) : undefined;
  if (chosen === undefined) {
    throw new AccessError('card.malformed', 'not among the roles of the card');
  }
  return await showDrift(services, asker, [chosen.name]);
}

async function driftNotice(services: Services, asker: Asker, names: readonly string[]): Promise<RolesDriftNotice> {
  const survey = await asAdministrator(asker, async () => await surveyRoles(services, asker));
  const chosen = namedRoles(survey.roles, names);
  const isOne = names.length > 0;
  const told = isOne ? chosen : chosen.filter(({ drift }) => drift.state !== 'same').toSorted(byWeight);
  const rights = createRightsReader(services, asker);
  const roles = await Promise.all(
    told.slice(0, MOST_ROLES).map(async (role, index) => {
      const detailed = isOne ? await withHolders(services, asker, role) : role.drift;
      const isLooked = isOne || index < MOST_WITH_RIGHTS;
      return cut({ ...detailed, rights: isLooked ? await rightsFor(rights, role) : null });
    }),
  );
  return {
    card: 'roles-drift',
    about: isOne ? names.join(', ') : null,
    counts: countStates(chosen),
    roles,
    problems: survey.problems.slice(0, MOST_PROBLEMS),
    unread: survey.unread,
  };
}

/** What gains most is what somebody has to see first. */
function byWeight({ drift: a }: SurveyedRole, { drift: b }: SurveyedRole): number {
  return (
    b.gains.escalating.length - a.gains.escalating.length ||
    b.gains.total - a.gains.total ||
    ORDER[a.state] - ORDER[b.state]
  );
}

const ORDER: Readonly<Record<DriftState, number>> = {
  different: 0,
  'only-in-files': 1,
  'only-in-tenant': 2,
  unseen: 3,
  same: 4,
};

function countStates(roles: Survey['roles']): Readonly<Record<DriftState, number>> {
  const counts: Record<DriftState, number> = {
    same: 0,
    different: 0,
    'only-in-files': 0,
    'only-in-tenant': 0,
    unseen: 0,
  };
  for (const { drift } of roles) {
    counts[drift.state] += 1;
  }
  return counts;
}

async function rightsFor(reader: RightsReader, { drift, wanted, held }: SurveyedRole): Promise<RoleDrift['rights']> {
  if (drift.state === 'unseen' || drift.state === 'same') {
    return null;
  }
  const definitions = [wanted, held].filter((one) => one !== null);
  return await reader.read(drift.state === 'only-in-tenant' ? 'delete' : 'write', definitions);
}

async function withHolders(services: Services, asker: Asker, { drift, held }: SurveyedRole): Promise<RoleDrift> {
  return { ...drift, holders: held === null ? null : await countHolders(services, asker, held) };
}

/** Keeps of each list what a card can show. */
export function cut<Drift extends RoleDrift>(drift: Drift): Drift {
  const names = (all: readonly string[]) => all.slice(0, MOST_NAMES);
  const list = ({ total, names: all }: NameList): NameList => ({ total, names: names(all) });
  const beside = ({ total, escalating, others }: RoleDrift['gains']) => ({
    total,
    escalating: names(escalating),
    others: names(others),
  });
  const { rights } = drift;
  return {
    ...drift,
    gains: beside(drift.gains),
    losses: beside(drift.losses),
    patterns: list(drift.patterns),
    scopesAdded: list(drift.scopesAdded),
    scopesRemoved: list(drift.scopesRemoved),
    findings: drift.findings.slice(0, MOST_FINDINGS),
    rights:
      rights === null
        ? null
        : { ...rights, on: names(rights.on), held: names(rights.held), missing: names(rights.missing) },
  };
}
