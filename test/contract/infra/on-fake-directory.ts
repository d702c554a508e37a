import { identities } from '../../../infra/identities/run.ts';
import { type Ran, runCommand } from '../../support/command.ts';
import { FakeDirectory, TENANT_ID, TOKEN } from '../../support/fake-directory.ts';

const DOMAIN = 'pimlico.contoso.com';

/** The script of the identities on a directory of its own for each test. */
export function onFakeDirectory() {
  const on = {
    directory: new FakeDirectory(),
    url: '',
    run(action: string, ...more: string[]): Promise<Ran> {
      const args = [action, '--tenant', TENANT_ID, '--domain', DOMAIN, '--graph-url', on.url, ...more];
      return runCommand(identities, args, { PIMLICO_GRAPH_TOKEN: TOKEN });
    },
  };
  beforeEach(async () => {
    on.directory = new FakeDirectory();
    on.url = await on.directory.start();
  });
  afterEach(() => on.directory.stop());
  return on;
}
