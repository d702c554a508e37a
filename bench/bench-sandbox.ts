import { parseArgs } from 'node:util';

import { armRoom } from '../sandbox/arm/room.ts';
import { graphRoom } from '../sandbox/graph/room.ts';
import { startSandbox } from '../sandbox/start.ts';
import { teamsRoom } from '../sandbox/teams/room.ts';
import { crowdRoom, makeCrowdEligible } from './crowd.ts';

/*
 * The sandbox with a crowd in its tenant, on the wall clock: `--crowd N`, each with the first `--roles N` of the crowd's roles, or
 * all; or with `--approvers` members of the group that approves. Prints the line that `npm run sandbox` prints, and ends with
 * SIGTERM or with whoever started it.
 */
const { values } = parseArgs({
  options: {
    crowd: { type: 'string', default: '0' },
    roles: { type: 'string' },
    approvers: { type: 'boolean', default: false },
  },
});
const sandbox = await startSandbox({
  // What the crowd is given must be older than the lag of the lists when the clock is right again.
  now: Temporal.Now.instant().subtract({ minutes: 1 }),
  running: true,
  rooms: [crowdRoom(Number(values.crowd), values.approvers), graphRoom, armRoom, teamsRoom],
});
if (!values.approvers) {
  await makeCrowdEligible(sandbox, values.roles === undefined ? undefined : Number(values.roles));
}
await sandbox.clock.set(Temporal.Now.instant());
const { urls, ca, tenantId, botAppId, people } = sandbox;
const apps = Object.fromEntries(
  Object.entries(sandbox.apps).map(([name, { clientId, secret }]) => [name, { clientId, secret }]),
);
process.once('SIGTERM', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ ...urls, ca, tenantId, botAppId, people, apps })}\n`);
