import type { Scope } from '../../domain/assignment.ts';
import type { ChooseRoleNotice, LookFacts } from '../../domain/notice.ts';
import { AccessError } from '../../errors.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { postAnswer, postError } from '../error-card.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { answerCan } from './answer-can.ts';
import { compareDefinitions } from './compare-definitions.ts';
import { describeSubject } from './describe-role.ts';
import { findPlace, resourceTypeOf } from './find-place.ts';
import { nameSubject, type SpokenSubject, type Subject } from './name-subject.ts';
import { readOperation, thingsNamed } from './read-operation.ts';

/**
 * Answers what somebody wants to know of role definitions: what one can do, whether it can do one thing, how two differ. Where
 * a name means several it is asked which, and the question goes on with the chosen one.
 *
 * @throws {AccessError} role.definitions_unread, role.operation_unknown, command.problem, identity.sign_in_required, graph.*
 */
export async function lookAtRoles(services: Services, asker: Asker, look: LookFacts): Promise<Posted> {
  const knowledge = await services.catalogue.current();
  const subjects: Subject[] = [];
  for (const [index, spoken] of look.subjects.entries()) {
    const named = await nameSubject(services, asker, spoken, knowledge);
    switch (named.kind) {
      case 'one':
        subjects.push(named.subject);
        break;
      case 'several':
        return await postAnswer(services, asker, choiceOf(named.subjects, { look, index, words: spoken.words }));
      case 'none':
        return await postError(services, asker, named.error, named.suggestions);
    }
  }
  return await answerAbout(services, asker, { look, subjects, knowledge });
}

interface Question {
  readonly look: LookFacts;
  readonly subjects: readonly Subject[];
  readonly knowledge: RoleKnowledge;
}

async function answerAbout(services: Services, asker: Asker, { look, subjects, knowledge }: Question): Promise<Posted> {
  const [subject, second] = subjects;
  if (subject === undefined) {
    throw roleMissing(EXAMPLES[look.command]);
  }
  if (look.command === 'compare') {
    if (second === undefined) {
      throw roleMissing(EXAMPLES.compare);
    }
    const notice = compareDefinitions(definitionOf(subject), definitionOf(second), knowledge);
    return await postAnswer(services, asker, notice);
  }
  const place = look.scope === null ? null : await findPlace(services, asker, look.scope);
  if (place?.kind === 'unclear') {
    return await postError(services, asker, place.error, place.suggestions);
  }
  const scope = place?.scope ?? null;
  if (look.command === 'role') {
    return await postAnswer(services, asker, await describeSubject(services, asker, { subject, scope, knowledge }));
  }
  return await answerWhether(services, asker, { look, subject, scope, knowledge });
}

interface Whether {
  readonly look: LookFacts;
  readonly subject: Subject;
  readonly scope: Scope | null;
  readonly knowledge: RoleKnowledge;
}

async function answerWhether(services: Services, asker: Asker, whether: Whether): Promise<Posted> {
  const { look, subject, knowledge } = whether;
  const definition = definitionOf(subject);
  const asked = look.operation ?? '';
  const scope = whether.scope ?? (await placeAmong(services, asker, thingsNamed(asked, knowledge, services.tasks)));
  const resourceType = scope === null ? null : resourceTypeOf(scope.id);
  const reading = readOperation({ asked, role: definition.role, resourceType }, knowledge, services.tasks);
  if (reading.kind === 'unknown') {
    const facts = { words: asked.slice(0, 200) };
    const error = new AccessError('role.operation_unknown', 'no such operation', { facts });
    return await postError(services, asker, error, reading.nearest);
  }
  const notice = await answerCan(services, asker, { subject: definition, asked, reading, scope, knowledge });
  return await postAnswer(services, asker, notice);
}

/** "restart vm-pay-01" names the place without saying so. What is none is only a word. */
async function placeAmong(services: Services, asker: Asker, names: readonly string[]): Promise<Scope | null> {
  const [name, second] = names;
  if (name === undefined || second !== undefined) {
    return null;
  }
  const place = await findPlace(services, asker, name);
  return place.kind === 'one' ? place.scope : null;
}

const EXAMPLES: Readonly<Record<LookFacts['command'], string>> = {
  role: 'what can Contributor do',
  can: 'can Contributor do Microsoft.Compute/virtualMachines/delete on rg-web',
  compare: 'compare Reader with Contributor',
};

function roleMissing(example: string): AccessError {
  const text = `Say which role: "${example}".`;
  return new AccessError('command.problem', 'no role named', { facts: { text } });
}

/** A group has no definition: what its members may do, the roles say that it is given. */
function definitionOf(subject: Subject): Extract<Subject, { readonly kind: 'definition' }> {
  if (subject.kind === 'group') {
    const text = `“${subject.name.slice(0, 100)}” is a group: what its members may do, the roles say that it is given. Write “role ${subject.name.slice(0, 100)}” to see them, then ask about one of those.`;
    throw new AccessError('command.problem', 'a group has no definition', { facts: { text } });
  }
  return subject;
}

function choiceOf(
  subjects: readonly Subject[],
  { look, index, words }: { readonly look: LookFacts; readonly index: number; readonly words: string },
): ChooseRoleNotice {
  return {
    card: 'choose-role',
    words,
    choices: subjects.map((subject) => ({
      key: subject.key,
      roleName: subject.name,
      scopeName: '',
      is: subject.kind === 'group' ? 'group' : kindOf(subject.role),
    })),
    purpose: 'look',
    asked: { duration: null, until: null, start: null, justification: null, ticket: null },
    look: { ...look, position: index },
  };
}

function kindOf({ kind, isCustom }: Extract<Subject, { readonly kind: 'definition' }>['role']) {
  return isCustom ? (`custom-${kind}` as const) : (`built-in-${kind}` as const);
}

/** Goes on with a question whose role was chosen. */
export async function lookAtChosen(services: Services, asker: Asker, look: LookFacts, key: string): Promise<Posted> {
  const subjects = look.subjects.map(
    (subject, index): SpokenSubject => (index === look.position ? { ...subject, key } : subject),
  );
  return await lookAtRoles(services, asker, { ...look, subjects });
}
