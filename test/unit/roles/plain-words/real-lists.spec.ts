import assert from 'node:assert/strict';
import { type Meaning, PlainWords } from '../../../../src/roles/plain-words/understand.ts';
import { EVERYDAY_TASKS, type Task } from '../../../../src/roles/tasks/task.ts';
import { readTaskTable } from '../../../../src/roles/tasks/task-table.ts';
import sentences from './azure-sentences.json' with { type: 'json' };
import {
  hasSharedData,
  sharedDirectoryActions,
  sharedDirectoryRoles,
  sharedOperations,
  sharedText,
} from './shared-data.ts';

/** These two have two operations each that do what was said. */
const QUESTIONS = ['stop virtual machines', 'upload blobs', 'read key vault secrets'];

function operationsOf(meanings: readonly Meaning[]): readonly string[] {
  return meanings.flatMap((one) => (one.kind === 'operation' ? [one.operation.name.toLowerCase()] : []));
}

describe('plain words against all of Azure', () => {
  let words: PlainWords;
  before(function () {
    if (!hasSharedData()) {
      this.skip();
    }
    words = new PlainWords({
      operations: sharedOperations(),
      directoryActions: sharedDirectoryActions(),
      tasks: EVERYDAY_TASKS,
    });
  });

  for (const { say, means } of sentences) {
    it(`reads "${say}" as ${means}`, () => {
      const found = operationsOf(words.understand(say).meanings);
      if (QUESTIONS.includes(say)) {
        assert.ok(found.includes(means.toLowerCase()), found.join('\n'));
      } else {
        assert.equal(found[0], means.toLowerCase());
      }
    });
  }
});

describe('the table of tasks of Microsoft', () => {
  let table: readonly Task[];
  let words: PlainWords;
  before(function () {
    if (!hasSharedData()) {
      this.skip();
    }
    table = readTaskTable(sharedText('entra-least-privileged-by-task.json'));
    words = new PlainWords({
      operations: sharedOperations(),
      directoryActions: sharedDirectoryActions(),
      tasks: [...table, ...EVERYDAY_TASKS],
    });
  });

  it('is found by its own words, each task with its least privileged roles', () => {
    assert.equal(table.length, 212);
    const missed = table.filter((task) => {
      const isTwin = table.some((other) => other !== task && other.task === task.task);
      const { meanings } = words.understand(isTwin ? `${task.task} of ${task.area}` : task.task);
      // Tasks of the same words in one area, or in two that both have them, are a question: then it is among them.
      const answers = isTwin ? meanings : meanings.slice(0, 1);
      return !answers.some((one) => one.kind === 'task' && isSameRoles(one.task, task));
    });
    assert.deepEqual(
      missed.map(({ area, task }) => `${area}: ${task}`),
      [],
    );
  });
});

function isSameRoles(found: Task, wanted: Task): boolean {
  return wanted.roles.every((role) =>
    found.roles.some(({ id, name }) => (role.id === null ? name === role.name : id === role.id)),
  );
}

describe('the tasks that come with Pimlico', () => {
  before(function () {
    if (!hasSharedData()) {
      this.skip();
    }
  });

  it('name roles that exist, by their template ids', () => {
    const names = new Map(sharedDirectoryRoles().map(({ templateId, displayName }) => [templateId, displayName]));
    for (const { id, name } of EVERYDAY_TASKS.flatMap(({ roles }) => roles)) {
      assert.equal(names.get(id ?? ''), name);
    }
  });

  it('name actions that every one of their roles allows', () => {
    const allowed = new Map(
      sharedDirectoryRoles().map(({ templateId, allowedResourceActions }) => [
        templateId,
        new Set(allowedResourceActions.map((action) => action.toLowerCase())),
      ]),
    );
    for (const { task, roles, actions } of EVERYDAY_TASKS) {
      for (const { id, name } of roles) {
        const missing = actions.filter((action) => allowed.get(id ?? '')?.has(action.toLowerCase()) !== true);
        assert.deepEqual(missing, [], `${task}: ${name}`);
      }
    }
  });
});
