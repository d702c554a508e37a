import type { ActivationRequest } from '../domain/activation.ts';
import { isSameRole, type RoleAtScope, roleKey } from '../domain/assignment.ts';
import type { ChooseRoleNotice } from '../domain/notice.ts';
import { AccessError } from '../errors.ts';
import { matchRoles } from '../language/match.ts';
import { candidate } from './activation-target.ts';
import { adoptActive } from './deactivate-role.ts';
import { roleChoice } from './facts.ts';
import { readActive } from './list-active.ts';
import { askedFacts } from './plan-activation.ts';
import type { SpokenAsk } from './request-activation.ts';
import { type Asker, actorOf, type Services } from './services.ts';

/** Which running activations a sentence means: requests to act on, or a question back. */
export type Named =
  | { readonly kind: 'requests'; readonly requests: readonly ActivationRequest[] }
  | { readonly kind: 'choose'; readonly notice: ChooseRoleNotice };

/** Words that point at the only one there is. */
const POINTING: ReadonlySet<string> = new Set(['it', 'this', 'that', 'mine', 'my role', 'the role', 'access']);

/**
 * Finds the asker's own running activations that a sentence names; none named means the only one, and never a guess between
 * several. Activations made elsewhere are found in the tenant and taken into our records.
 *
 * @throws {AccessError} activation.not_active, identity.sign_in_required, graph.*
 */
export async function nameOwnActive(
  services: Services,
  asker: Asker,
  ask: SpokenAsk,
  purpose: 'deactivate' | 'continue',
): Promise<Named> {
  const active = await listOwnActive(services, asker);
  if (active.length === 0) {
    throw new AccessError('activation.not_active', 'nothing is active', { facts: {} });
  }
  const named = ask.roles.filter((words) => !POINTING.has(words.toLowerCase()));
  if (named.includes('everything')) {
    return { kind: 'requests', requests: await adoptAll(services, asker, active) };
  }
  if (named.length === 0) {
    const only = active.length === 1 ? active[0] : undefined;
    return only === undefined
      ? { kind: 'choose', notice: chooseNotice('', active, { ask, purpose }) }
      : { kind: 'requests', requests: [await adopt(services, asker, only)] };
  }
  const requests: ActivationRequest[] = [];
  for (const words of named) {
    const found = matchRoles(words, active.map(candidate), ask.scope);
    if (found.kind === 'several') {
      const keys = new Set(found.matches.map((match) => match.id));
      const choices = active.filter((item) => keys.has(roleKey(item)));
      return { kind: 'choose', notice: chooseNotice(words, choices, { ask, purpose }) };
    }
    const role = found.kind === 'one' ? active.find((item) => roleKey(item) === found.match.id) : undefined;
    if (role === undefined) {
      throw new AccessError('activation.not_active', 'no active role of that name', { facts: { roleName: words } });
    }
    requests.push(await adopt(services, asker, role));
  }
  return { kind: 'requests', requests };
}

/** What is on by our records or by the tenant's list; `activated` ones only, since assigned ones are not the person's to end. */
async function listOwnActive(services: Services, asker: Asker): Promise<readonly RoleAtScope[]> {
  const [listed, open] = await Promise.all([
    readActive(services, asker),
    services.store.now.requests.listOpenOf(asker.person.id),
  ]);
  const recorded = open.filter((request) => request.state === 'active').map((request) => request.role);
  const elsewhere = listed.rows
    .filter((item) => item.assignmentType === 'activated')
    .filter((item) => !recorded.some((role) => isSameRole(role, item)));
  return [...recorded, ...elsewhere];
}

async function adoptAll(
  services: Services,
  asker: Asker,
  roles: readonly RoleAtScope[],
): Promise<readonly ActivationRequest[]> {
  const adopted: ActivationRequest[] = [];
  for (const role of roles) {
    adopted.push(await adopt(services, asker, role));
  }
  return adopted;
}

async function adopt(services: Services, asker: Asker, role: RoleAtScope): Promise<ActivationRequest> {
  const known = await services.store.now.requests.findOpenForRole(asker.person.id, role);
  if (known !== null) {
    return known;
  }
  const listed = await services.roles.of(role).listActive(actorOf(asker));
  const same = listed.find((item) => isSameRole(item, role));
  const adopted = same === undefined ? null : await adoptActive(services, asker, same);
  if (adopted === null) {
    throw new AccessError('activation.not_active', 'it ended meanwhile', { facts: { roleName: role.roleName } });
  }
  return adopted;
}

/** Finds the activation a choice names, by its key. @throws {AccessError} activation.not_active */
export async function findOwnActiveByKey(services: Services, asker: Asker, key: string): Promise<ActivationRequest> {
  const role = (await listOwnActive(services, asker)).find((item) => roleKey(item) === key);
  if (role === undefined) {
    throw new AccessError('activation.not_active', 'not active any more', { facts: {} });
  }
  return await adopt(services, asker, role);
}

function chooseNotice(
  words: string,
  choices: readonly RoleAtScope[],
  { ask, purpose }: { readonly ask: SpokenAsk; readonly purpose: 'deactivate' | 'continue' },
): ChooseRoleNotice {
  return { card: 'choose-role', words, choices: choices.map(roleChoice), purpose, asked: askedFacts(ask) };
}
