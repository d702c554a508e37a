import { READER_CASTS } from '../reader-casts.ts';
import { describePeopleContract, describeSurfaceReaderContract } from '../tenant-reader.ts';
import { createFakeBench } from './fake-bench.ts';

for (const surface of ['directory', 'group', 'azure'] as const) {
  describeSurfaceReaderContract(`the fake reader of ${surface}`, READER_CASTS[surface], createFakeBench(surface));
}
describePeopleContract('the fake reader of people', createFakeBench('directory'));
