import { runAudit } from './audit/run.ts';
import { runAsProcess } from './command.ts';

await runAsProcess(runAudit);
