import { parseArgs } from 'node:util';

import { type House, openHouse } from './stage/house.ts';
import { findBusyPorts, readPort } from './stage/ports.ts';

const HELP = `Usage: npm start [-- --help]

Starts everything to try Pimlico with, on this machine only: a simulated Microsoft tenant, the bot, its database, and three
Microsoft 365 Agents Playgrounds, each one person's Teams: engineer, approver and on-call lead. Prints their addresses and
stays up until Ctrl+C. Every start begins with a new tenant and an empty memory.

  PIMLICO_PORT             port of the bot (default 3978)
  PIMLICO_PLAYGROUND_PORT  first of the three ports of the Playgrounds (default 56150: 56150 to 56152)
  PIMLICO_DATA_DIR         folder of the database (default .pimlico)

Port 0 takes free ones. Exits 0 after Ctrl+C, 1 when it cannot start or a part ends by itself.`;

const PEOPLE = ['engineer', 'approver', 'oncall'] as const;
const SENTENCE = 'activate Contoso-App-Assignment-Operator for 2h because INC-42 broken sign-in';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const { PIMLICO_PORT, PIMLICO_PLAYGROUND_PORT, PIMLICO_DATA_DIR } = process.env;
  const botPort = readPort('PIMLICO_PORT', PIMLICO_PORT, 3978);
  const firstPort = readPort('PIMLICO_PLAYGROUND_PORT', PIMLICO_PLAYGROUND_PORT, 56_150);
  const windows = PEOPLE.map((person, index) => ({ person, port: firstPort === 0 ? 0 : firstPort + index }));
  const busy = await findBusyPorts([
    { port: botPort, what: 'the bot', setting: 'PIMLICO_PORT' },
    ...windows.map(({ person, port }) => ({
      port,
      what: `the ${person}'s Playground`,
      setting: 'PIMLICO_PLAYGROUND_PORT',
    })),
  ]);
  if (busy.length > 0) {
    throw new Error(busy.join('\n'));
  }
  say('Starting the simulated tenant, the database, the bot and three Agents Playgrounds …');
  const failure = Promise.withResolvers<string>();
  const stopped = signalled();
  const dataDir = PIMLICO_DATA_DIR ?? '.pimlico';
  const house = await openHouse({ botPort, windows, dataDir, say, onFailure: failure.resolve });
  say(welcome(house));
  const ended = await Promise.race([stopped, failure.promise.then((what) => ({ what }))]);
  if (typeof ended === 'string') {
    say('Ending …');
  } else {
    process.stderr.write(`${ended.what}\n`);
  }
  await house.close();
  return typeof ended === 'string' ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve(signal));
    }
  });
}

function welcome({ windows, botUrl, botLog, sandbox }: House): string {
  const rows = windows.map(({ person, name, url }) => `  ${person.padEnd(10)}${name.padEnd(16)}${url}`);
  return `
Pimlico is running against a simulated Microsoft tenant. It all runs on this machine.

${rows.join('\n')}

Open the engineer's page and type into the personal chat:

  ${SENTENCE}

A card asks the approver in the approver's page: press Approve there, then look at the engineer's page again.
"help" says what else there is. To see a reminder without waiting for it, move the clock:

  curl -X POST -d '{"advance":"PT1H46M"}' ${sandbox.control}/clock

Bot ${botUrl} (it logs to ${botLog}), sandbox ${sandbox.control}. Ctrl+C ends everything.
`;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exitCode = 1;
}
