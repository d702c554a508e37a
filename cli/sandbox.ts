import { parseArgs } from 'node:util';

import { type RunningSandbox, startSandbox } from '../sandbox/start.ts';

const HELP = `npm run sandbox -- [options]

Starts the simulated Microsoft cloud, prints one JSON line with its addresses, and keeps running.

  --now INSTANT     where its clock starts (ISO 8601, default: now); it stands still unless --running
  --running         lets the clock run with the wall clock
  --port-base PORT  login, graph, arm, connector, openid, control on PORT, PORT+1, … (default: free ports)
  --help            this text
`;

const ENDING_MS = 1500;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      now: { type: 'string' },
      running: { type: 'boolean' },
      'port-base': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const sandbox = await startSandbox({
    ...(values.now !== undefined && { now: Temporal.Instant.from(values.now) }),
    ...(values.running !== undefined && { running: values.running }),
    ...(values['port-base'] !== undefined && { ports: readPorts(values['port-base']) }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(sandbox));
  process.stdout.write(`${JSON.stringify(describe(sandbox))}\n`);
}

function describe(sandbox: RunningSandbox): unknown {
  const { urls, ca, tenantId, botAppId, people, subscriptions } = sandbox;
  const apps = Object.fromEntries(
    Object.entries(sandbox.apps).map(([name, { clientId, secret }]) => [name, { clientId, secret }]),
  );
  return { ...urls, ca, tenantId, botAppId, people, subscriptions, apps };
}

function readPorts(text: string): Record<string, number> {
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1 || base > 65_530) throw new Error(`--port-base ${text} is not a port.`);
  const services = ['login', 'graph', 'arm', 'connector', 'openid', 'control'];
  return Object.fromEntries(services.map((service, index) => [service, base + index]));
}

function end(sandbox: RunningSandbox): void {
  const last = setTimeout(() => process.exit(0), ENDING_MS);
  sandbox.close().then(
    () => {
      clearTimeout(last);
      process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`sandbox: ${String(error)}\n`);
      process.exit(1);
    },
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
