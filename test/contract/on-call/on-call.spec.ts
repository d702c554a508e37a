import { fakeBench, fakeGroupBench, fakeRotaBench, LEADS, sandboxGroupBench, sandboxRotaBench } from './benches.ts';
import { onCallContract } from './on-call.ts';

onCallContract('the fake of who is on call', fakeBench);
onCallContract('on call by a group of the fake tenant', fakeGroupBench);
onCallContract('on call by a group’s display name', sandboxGroupBench(LEADS.name.toUpperCase()));
onCallContract('on call by a group’s object id', sandboxGroupBench(LEADS.id.toUpperCase()));
onCallContract('on call by a rota, with people of the fake tenant', fakeRotaBench);
onCallContract('on call by a rota, with people of the sandbox', sandboxRotaBench);
