import { runAsProcess } from '../cli/command.ts';
import { identities } from './identities/run.ts';

await runAsProcess(identities);
