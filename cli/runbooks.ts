import { runAsProcess } from './command.ts';
import { runRunbooks } from './runbooks/run.ts';

await runAsProcess(runRunbooks);
