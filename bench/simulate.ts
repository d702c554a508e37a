import { parseArgs } from 'node:util';
import { z } from 'zod';

import { loadConfig } from '../bot/config.ts';
import { arrivals, CURVES } from './simulation/arrivals.ts';
import { simulate } from './simulation/model.ts';
import { reportOf, tableOf } from './simulation/report.ts';

const HELP = `Usage: npm run simulate -- [options]

Plays the activations of a morning, from eight to ten, through the bot's own limits per person, waiting line, pace before
Graph and pace before Teams, on a clock that jumps. Nothing is started and nothing is measured: processors, answers of Graph and
people are modeled (docs/scale.md). The same options give the same output.

  --people N           people in the tenant (100000)
  --eligible PART      part of them that has something to activate (0.1)
  --per-day N          activations a day of each of these (1)
  --curve NAME         monday: 40 % of the day's around nine o'clock; flat: evenly over eight hours (monday)
  --approval PART      part of activations that somebody must approve (0.2)
  --approvers N        approvers of each of these (3)
  --approver-pool N    approvers in all (100)
  --replicas N         replicas of the bot (2)
  --turn-ms N          processor time of one turn, in milliseconds (8)
  --graph-ms N         what an answer of Graph takes, the middle one (350)
  --cold-reads N       reads before the first activation of somebody (3)
  --seed N             another seed, another morning (1)
  --json               one JSON line
  --help               this text

Exits 0; 2 when it was asked wrongly.`;

const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

const whole = (least: number, most: number, otherwise: number) =>
  z.coerce.number().int().min(least).max(most).default(otherwise);
const part = (otherwise: number) => z.coerce.number().min(0).max(1).default(otherwise);

const OPTIONS = z.strictObject({
  people: whole(1, 10_000_000, 100_000),
  eligible: part(0.1),
  'per-day': z.coerce.number().min(0).max(1_000).default(1),
  curve: z.enum(CURVES).default('monday'),
  approval: part(0.2),
  approvers: whole(1, 100, 3),
  'approver-pool': whole(1, 1_000_000, 100),
  replicas: whole(1, 1_000, 2),
  'turn-ms': whole(0, 10_000, 8),
  'graph-ms': whole(1, 60_000, 350),
  'cold-reads': whole(0, 100, 3),
  seed: whole(0, 1_000_000, 1),
  json: z.boolean().default(false),
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(Object.keys(OPTIONS.shape).map((name) => [name, { type: 'string' as const }])),
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const { help, ...given } = values;
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const read = OPTIONS.safeParse(given);
  if (!read.success) {
    process.stderr.write(
      `${read.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n')}\n`,
    );
    return 2;
  }
  const options = read.data;
  const people = Math.max(1, Math.round(options.people * options.eligible));
  const instants = arrivals(options.curve, people * options['per-day'], options.seed);
  const outcome = await simulate(
    {
      arrivals: instants,
      people,
      approvalPart: options.approval,
      approvers: options.approvers,
      approverPool: options['approver-pool'],
      seed: options.seed,
    },
    {
      ...defaults(),
      replicas: options.replicas,
      turnMs: options['turn-ms'],
      graphMs: options['graph-ms'],
      coldReads: options['cold-reads'],
    },
    START,
  );
  const report = reportOf(instants, outcome);
  process.stdout.write(`${options.json ? JSON.stringify({ options, ...report }) : tableOf(report)}\n`);
  return 0;
}

/** What the bot does unless it is told otherwise. */
function defaults() {
  const id = '5c0a1e00-0000-4000-8000-000000000001';
  const { turnsAtATime, turnsPerMinute, jobConcurrency } = loadConfig(
    {
      PIMLICO_TENANT_ID: id,
      PIMLICO_BOT_APP_ID: id,
      PIMLICO_SELF_SERVICE_APP_ID: id,
      PIMLICO_READER_APP_ID: id,
      PIMLICO_MANAGED_IDENTITY_CLIENT_ID: id,
      PIMLICO_PUBLIC_URL: 'https://bot.contoso.example',
    },
    String,
  );
  return { turnsAtATime, turnsPerMinute, jobConcurrency };
}

try {
  process.exitCode = await main();
} catch (thrown) {
  const isUsage = (thrown as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`simulate: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
