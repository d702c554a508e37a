import { spawnSync } from 'node:child_process';
import { CLOUD_NAMES, CLOUDS, type Cloud, isCloudName } from '../../bot/clouds.ts';
import { type CommandContext, createCommand, readArguments, UsageError } from '../../cli/command.ts';
import { domainProblem } from '../../manifest/domain.ts';
import { isGuid } from '../../src/domain/ids.ts';
import type { Installation } from './desired.ts';
import { type Change, type Directory, openDirectory } from './graph.ts';
import { withNotes, withoutWriting } from './hands.ts';
import { keepIdentities, removeAdminApp, removeIdentities } from './keep.ts';
import { SURFACES, type Surface } from './permissions.ts';
import {
  printAzureRole,
  printChanges,
  printConsent,
  printFindings,
  printLeft,
  printSettings,
  printTooMuch,
} from './print.ts';

export const HELP = `Makes, checks and removes the app registrations and permissions of an installation (README, "Permissions").

.bin/node infra/identities.ts plan   --tenant GUID --domain HOST [options]   says what it would do; changes nothing
.bin/node infra/identities.ts apply  --tenant GUID --domain HOST [options]   does it; prints PIMLICO_… settings
.bin/node infra/identities.ts verify --tenant GUID --domain HOST [options]   says what is missing or too much; 1 if anything
.bin/node infra/identities.ts remove --tenant GUID --domain HOST [--managed-identity GUID] [--yes]
                                  deletes what it made, and with the managed identity its permissions; without --yes says what

  --tenant GUID            tenant of the installation
  --domain HOST            public host name of the bot
  --managed-identity GUID  object (principal) id of the managed identity: the reader, which also vouches for the apps
  --management-group NAME  where the reader may look on Azure (default the tenant's root group)
  --grant                  also consent for the whole tenant, and take away what is too much
  --without-admin          no admin app: no administrators' commands
  --surfaces LIST          what it serves, of ${SURFACES.join(',')} (default all); nothing is asked for the others
  --cloud NAME             ${CLOUD_NAMES.join(', ')} (default public)
  --only-admin             remove only the admin app
  --yes                    really remove
  --help                   this text

Signs in as whoever is signed in to the Azure CLI, or with the token in PIMLICO_GRAPH_TOKEN. It takes Application
Administrator, and Privileged Role Administrator for --grant.
`;

const OPTIONS = {
  tenant: { type: 'string' },
  domain: { type: 'string' },
  'managed-identity': { type: 'string' },
  'management-group': { type: 'string' },
  grant: { type: 'boolean' },
  'without-admin': { type: 'boolean' },
  surfaces: { type: 'string' },
  cloud: { type: 'string' },
  'graph-url': { type: 'string' },
  'only-admin': { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

/** Exit code of `verify` when something is not as it is to be. */
const WRONG = 1;

export const identities = createCommand(async (args, context) => {
  const { values, positionals } = readArguments(args, OPTIONS);
  if (values.help) {
    context.out(HELP);
    return 0;
  }
  const [action, ...rest] = positionals;
  if (action === undefined || !Object.hasOwn(ACTIONS, action) || rest.length > 0) {
    throw new UsageError(HELP);
  }
  const installation = installationOf(values);
  const directory = openDirectory({ graphUrl: graphUrlOf(values), token: tokenOf(context, values) });
  return await ACTIONS[action as keyof typeof ACTIONS]({ directory, installation, values, context });
});

interface Task {
  readonly directory: Directory;
  readonly installation: Installation;
  readonly values: Options;
  readonly context: CommandContext;
}

const ACTIONS = {
  async plan({ directory, installation, values, context }: Task): Promise<number> {
    const changes: Change[] = [];
    const outcome = await keepIdentities(withoutWriting(directory, changes), installation, values.grant ?? false);
    context.out(printChanges(changes, 'It would'));
    context.out(printTooMuch(outcome));
    context.out(printConsent(outcome, installation));
    context.out(printAzureRole(installation, managementGroupOf(values)));
    return 0;
  },

  async apply({ directory, installation, values, context }: Task): Promise<number> {
    const changes: Change[] = [];
    try {
      const outcome = await keepIdentities(withNotes(directory, changes), installation, values.grant ?? false);
      context.err(printChanges(changes, 'Done'));
      context.err(printTooMuch(outcome));
      context.err(printConsent(outcome, installation));
      context.err(printAzureRole(installation, managementGroupOf(values)));
      context.out(printSettings(outcome));
      return 0;
    } catch (error) {
      // What was done stays, and the next run goes on behind it.
      context.err(printChanges(changes, 'Done before it failed'));
      throw error;
    }
  },

  async verify({ directory, installation, values, context }: Task): Promise<number> {
    const changes: Change[] = [];
    const outcome = await keepIdentities(withoutWriting(directory, changes), installation, false);
    const { isRight, text } = printFindings(changes, outcome, installation, managementGroupOf(values));
    context.out(text);
    return isRight ? 0 : WRONG;
  },

  async remove({ directory, installation, values, context }: Task): Promise<number> {
    const changes: Change[] = [];
    const hands = values.yes ? withNotes(directory, changes) : withoutWriting(directory, changes);
    const head = values.yes ? 'Done' : 'With --yes it would';
    if (values['only-admin']) {
      await removeAdminApp(hands, installation);
      context.out(printChanges(changes, head));
      return 0;
    }
    await removeIdentities(hands, installation);
    context.out(printChanges(changes, head));
    context.out(printLeft(installation, managementGroupOf(values)));
    return 0;
  },
};

function installationOf(values: Options): Installation {
  const { domain = '' } = values;
  const domainIs = domainProblem(domain);
  const problems = [
    ...(isGuid(values.tenant ?? '') ? [] : ['--tenant must be a GUID']),
    ...(domainIs === null ? [] : [`--domain ${domainIs}`]),
    ...(values['managed-identity'] === undefined || isGuid(values['managed-identity'])
      ? []
      : ['--managed-identity must be the GUID of the object, not a name']),
    ...(/^[\w.()-]{1,90}$/.test(managementGroupOf(values)) ? [] : ['--management-group must be the id of one']),
  ];
  if (problems.length > 0) {
    throw new UsageError(problems.join('\n'));
  }
  const { loginUrl, portalUrl, exchangeAudience } = cloudOf(values);
  return {
    tenantId: (values.tenant ?? '').toLowerCase(),
    domain,
    loginUrl,
    portalUrl,
    exchangeAudience,
    managedIdentity: values['managed-identity']?.toLowerCase() ?? null,
    surfaces: surfacesOf(values),
    hasAdminApp: !(values['without-admin'] ?? false),
  };
}

function surfacesOf({ surfaces = SURFACES.join(',') }: Options): readonly Surface[] {
  const names = surfaces.split(',');
  const known = SURFACES.filter((surface) => names.includes(surface));
  if (known.length !== names.length) {
    throw new UsageError(`--surfaces must be some of ${SURFACES.join(',')}, each once, without spaces`);
  }
  return known;
}

function cloudOf({ cloud = 'public' }: Options): Cloud {
  if (!isCloudName(cloud)) {
    throw new UsageError(`--cloud must be one of ${CLOUD_NAMES.join(', ')}`);
  }
  return CLOUDS[cloud];
}

/** The root group has the id of the tenant. */
function managementGroupOf(values: Options): string {
  return values['management-group'] ?? values.tenant ?? '';
}

/** The cloud's Graph. Another address is for tests, and the token goes no further than this machine then. */
function graphUrlOf(values: Options): string {
  const text = values['graph-url'];
  if (text === undefined) {
    return cloudOf(values).graphUrl;
  }
  if (!(URL.canParse(text) && new URL(text).hostname === '127.0.0.1')) {
    throw new UsageError('--graph-url must be on 127.0.0.1');
  }
  return text;
}

function tokenOf({ env }: CommandContext, values: Options): string {
  const given = env.PIMLICO_GRAPH_TOKEN;
  if (given !== undefined && given !== '') {
    return given;
  }
  const args = ['account', 'get-access-token', '--resource-type', 'ms-graph', '--tenant', values.tenant ?? ''];
  const { status, stdout, error } = spawnSync('az', [...args, '--query', 'accessToken', '--output', 'tsv'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined || status !== 0) {
    throw new UsageError('No token: sign in with `az login`, or set PIMLICO_GRAPH_TOKEN');
  }
  return stdout.trim();
}
