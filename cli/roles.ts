import { runAsProcess } from './command.ts';
import { runRoles } from './roles/run.ts';

await runAsProcess(runRoles);
