import { runRulebook } from './rulebook/run.ts';

process.exitCode = await runRulebook(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
