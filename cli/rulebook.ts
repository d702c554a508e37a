import { runAsProcess } from './command.ts';
import { runRulebook } from './rulebook/run.ts';

await runAsProcess(runRulebook);
