import type { JobHandlers } from '../src/ports/jobs.ts';
import { fireTimer } from '../src/use-cases/fire-timer.ts';
import { createLeaveToHolder, type LeavingServices } from '../src/use-cases/leave-to-holder.ts';
import type { Services } from '../src/use-cases/services.ts';
import { type Resumption, resumeTurn } from './resume-turn.ts';

interface JobSurroundings {
  /** Which tokens wait in other replicas. */
  readonly holders: LeavingServices['elsewhere'];
  readonly resumption: Resumption;
}

/** What jobs do: deliver cards and fire timers, each where the token for it is. */
export function createJobHandlers(services: Services, { holders, resumption }: JobSurroundings): JobHandlers {
  const leaveToHolder = createLeaveToHolder({ ...services, elsewhere: holders });
  return {
    deliver: (cards) => services.delivery.deliver(cards),
    async fireTimer(timer) {
      if (!(await leaveToHolder(timer))) {
        await (timer.kind === 'turn.resume' ? resumeTurn(services, timer, resumption) : fireTimer(services, timer));
      }
    },
  };
}
