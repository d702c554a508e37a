import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import { readTaskTable } from '../../../../src/roles/tasks/task-table.ts';

const ROLE = { kind: 'entraRole', name: 'Password Administrator', id: '966707D0-3269-4727-9BE2-8C3A10F19B9D' };
const TASK = { area: 'Users', task: 'Reset a password', leastPrivileged: [ROLE], mode: 'any', additional: [] };

function problemOf(text: string): string {
  try {
    readTaskTable(text);
  } catch (thrown) {
    assert.ok(thrown instanceof AccessError);
    assert.equal(thrown.code, 'config.invalid');
    return thrown.facts.reason ?? '';
  }
  return assert.fail('was taken');
}

describe('a table of tasks', () => {
  it('is read with the kinds of its roles', () => {
    const owner = { kind: 'objectOwner', name: 'Group owner' };
    const [task] = readTaskTable(JSON.stringify({ meta: {}, tasks: [{ ...TASK, mode: 'all', additional: [owner] }] }));
    assert.deepEqual(task, {
      task: 'Reset a password',
      area: 'Users',
      also: [],
      roles: [{ kind: 'directory', id: '966707d0-3269-4727-9be2-8c3a10f19b9d', name: 'Password Administrator' }],
      needsAll: true,
      widerRoles: [{ kind: 'other', id: null, name: 'Group owner' }],
      actions: [],
    });
  });

  it('is refused with the line and the key that are wrong', () => {
    assert.match(problemOf('{'), /line 1/);
    assert.match(problemOf('{"tasks":[]}'), /tasks/);
    assert.match(problemOf('{"roles":[]}'), /tasks/);
    assert.match(
      problemOf(JSON.stringify({ tasks: [{ ...TASK, mode: 'most' }] }, null, 1)),
      /line \d+: tasks\.0\.mode/,
    );
    assert.match(problemOf(JSON.stringify({ tasks: [{ ...TASK, leastPrivileged: [{ ...ROLE, id: '7' }] }] })), /id/);
    assert.match(problemOf('a'.repeat(2_000_001)), /too long/);
  });
});
