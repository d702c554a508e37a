import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stage } from '../../cli/stage/stage.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { playOn } from '../support/rulebook-stage.ts';

const VIEWER = path.join(import.meta.dirname, '../../role-files/sandbox/virtual-machine-viewer.json');

describe('a folder of role files that changes', function () {
  this.timeout(60_000);
  let folder = '';
  let database: FreshDatabase;
  let stage: Stage;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-role-files-'));
    database = await freshDatabase();
    stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: { PIMLICO_ROLE_FILES: folder, PIMLICO_ROLE_NAME_PATTERN: 'Virtual Machine .*' },
      onBoot: () => undefined,
    });
  });
  after(async () => {
    await stage.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const put = (change: (text: string) => string): void => {
    writeFileSync(path.join(folder, 'viewer.json'), change(readFileSync(VIEWER, 'utf8')));
  };
  const plays = (script: string) => playOn(stage, script);

  it('is not applied while a role in it lints with errors, and the card names rule, file, line and column', async () => {
    put((text) =>
      text.replace('virtualMachines/read"', 'virtualMachines/raed"').replace('Virtual Machine Viewer', 'Viewer'),
    );
    await plays(`
admin: roles apply
@stepup admin ok
@expect admin card=roles-change title="These roles cannot be written yet" contains "Error, unknown-op" contains "viewer.json:11:11" contains "Error, name-pattern"
`);
  });

  it('is not applied while it cannot be read', async () => {
    put((text) => text.replace('"type"', '"roleName": "Twice", "type"'));
    await plays(`
admin: roles apply
@stepup admin ok
@expect admin card=roles-change title="These roles cannot be written yet" contains "Error, duplicate-key"
`);
  });

  it('is shown again at Confirm when it is another one by then, and written as it was shown last', async () => {
    put((text) => text);
    await plays(`
admin: roles apply
@stepup admin ok
@expect admin card=roles-change title="Write these roles?" contains "Allows 3 operations"
`);
    put((text) => text.replace('virtualMachines/read"', 'virtualMachines/*"'));
    await plays(`
admin: [Confirm]
@stepup admin ok
@expect admin card=roles-change event=update title="Write these roles?" contains "have changed since this was shown" contains "can change who has access"
admin: [Drop]
@expect admin card=roles-change title="The roles are left as they are"
admin: roles drift Virtual Machine Viewer
@expect admin card=roles-drift contains "Only in the files"
`);
  });
});
