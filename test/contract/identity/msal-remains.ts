import { queryObjects } from 'node:v8';
import { ConfidentialClientApplication, TokenCache } from '@azure/msal-node';
import { createPageBench, refusal } from './page-bench.ts';

// A program of its own: looking for objects walks the whole heap, which is small only here.
const bench = await createPageBench();
const count = () => [ConfidentialClientApplication, TokenCache].map((made) => Number(queryObjects(made)));
const before = count();
const alive = new ConfidentialClientApplication({ auth: { clientId: 'c', clientSecret: 's' } });
const control = count();
await bench.complete(bench.signIn({ resources: ['graph', 'arm'] }));
await bench.begin(bench.signIn({ id: 'page-2' }));
await refusal(bench.complete(bench.signIn({ id: 'page-3' }), { person: 'engineer' }));
const after = count();
const isHeld = bench.signIns.isHeld('page-1');
await bench.close();
process.stdout.write(JSON.stringify({ before, control, after, isHeld, isAlive: alive !== null }));
