import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRulebook, type RulebookFile } from '../../../src/adapters/rulebook/rulebook-file.ts';
import { NO_RULEBOOK } from '../../../src/domain/rulebook.ts';
import { AccessError } from '../../../src/errors.ts';

const EMPTY = 'version: 1\n';
const ruled = (name: string): string => `version: 1
separationOfDuties:
  - name: ${name}
    reason: x
    sides:
      - { name: a, roles: [{ entraRole: A }] }
      - { name: b, roles: [{ entraRole: B }] }
`;

interface Said {
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

describe('the rulebook of a file', () => {
  let folder = '';
  let file = '';
  let open: RulebookFile | null = null;
  let said: Said[] = [];
  let wake: (() => void) | null = null;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-rulebook-'));
    file = path.join(folder, 'rulebook.yaml');
    said = [];
  });
  afterEach(async () => {
    await open?.close();
    open = null;
    rmSync(folder, { recursive: true });
  });

  const note = (event: string, facts: Readonly<Record<string, unknown>> = {}): void => {
    said.push({ event, facts });
    wake?.();
  };
  async function opened(text: string): Promise<RulebookFile> {
    writeFileSync(file, text);
    open = await openRulebook({ path: file, log: { info: note, warn: note, error: note }, lookEveryMs: 5 });
    return open;
  }
  async function until(event: string, count: number): Promise<Said> {
    for (;;) {
      const found = said.filter((one) => one.event === event);
      if (found.length >= count) {
        return found[count - 1] as Said;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const names = (rules: RulebookFile): readonly string[] => rules.current().separationOfDuties.map(({ name }) => name);

  it('comes into force without a restart, and what it changes is logged', async () => {
    const rules = await opened(ruled('First'));
    const { version } = rules.current();
    writeFileSync(file, ruled('Second'));
    const { facts } = await until('rulebook.in_force', 2);
    assert.deepEqual(names(rules), ['Second']);
    assert.equal(facts.was, version);
    assert.equal(facts.version, rules.current().version);
    assert.deepEqual(facts.changes, ['First is gone', 'Second is new']);
  });

  it('names nobody in the log, whom an alarm or an emergency account is', async () => {
    const route = (people: string, accounts: string): string =>
      `version: 1\nalarms: { channel: '19:a@thread.tacv2', people: [${people}] }\nemergencyAccounts: [${accounts}]\n`;
    await opened(route('lynne@contoso.com', ''));
    writeFileSync(file, route('patti@contoso.com', 'emergency1@contoso.com').replace('19:a@', '19:b@'));
    const { facts } = await until('rulebook.in_force', 2);
    assert.deepEqual(facts.changes, [
      'Alarm route tells the channel 19:b@thread.tacv2 instead of 19:a@thread.tacv2',
      'Alarm route now tells somebody',
      'Alarm route no longer tells somebody',
      'Emergency accounts now have somebody',
    ]);
  });

  it('stays in force while the file is wrong, or away, which is said once', async () => {
    const rules = await opened(ruled('First'));
    writeFileSync(file, 'version: 1\nnonsense: true\n');
    const { facts } = await until('rulebook.refused', 1);
    assert.match(String(facts.problems), /line 2: nonsense: there is no such key/);
    rmSync(file);
    assert.match(String((await until('rulebook.refused', 2)).facts.problems), /cannot be read \(ENOENT\)/);
    assert.deepEqual(names(rules), ['First']);
    writeFileSync(file, ruled('Second'));
    await until('rulebook.in_force', 2);
    assert.deepEqual(names(rules), ['Second']);
    assert.equal(said.filter(({ event }) => event === 'rulebook.refused').length, 2);
  });

  it('does not come into force while it is being written, although half of it is valid', async () => {
    const rules = await opened(ruled('First'));
    const growing = setInterval(() => writeFileSync(file, `${EMPTY}# ${Math.random()}\n`), 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    clearInterval(growing);
    writeFileSync(file, ruled('Second'));
    await until('rulebook.in_force', 2);
    assert.deepEqual(names(rules), ['Second']);
    assert.deepEqual(
      said.filter(({ event }) => event === 'rulebook.in_force').map(({ facts }) => facts.changes),
      [undefined, ['First is gone', 'Second is new']],
    );
  });

  it('must be there and right at the start', async () => {
    const fails = async (text: string | null): Promise<string> => {
      const error: unknown = await (text === null
        ? openRulebook({ path: path.join(folder, 'nowhere.yaml'), log: { info: note, warn: note, error: note } })
        : opened(text)
      ).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof AccessError);
      assert.equal(error.code, 'config.invalid');
      return error.message;
    };
    assert.match(await fails('version: 1\na: 1\nb: 2\n'), /line 2: a: .*\n.*line 3: b: /);
    assert.match(await fails(null), /cannot be read \(ENOENT\)/);
  });

  it('forbids nothing where there is none', async () => {
    const rules = await openRulebook({ path: null, log: { info: note, warn: note, error: note } });
    assert.deepEqual(rules.current(), NO_RULEBOOK);
    await rules.close();
  });
});
