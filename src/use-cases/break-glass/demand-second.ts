import type { Pull, PullPerson } from '../../domain/pull.ts';
import { AccessError } from '../../errors.ts';
import { isBefore } from '../facts.ts';
import type { Services } from '../services.ts';
import { demandOnCall } from './plan-pull.ts';

/**
 * Who confirms a pull is on call now, somebody else than its puller, and in time.
 *
 * @throws {AccessError} approval.own_request, breakglass.confirm_over, breakglass.not_on_call, oncall.*
 */
export async function demandSecond(services: Services, { id }: Pick<PullPerson, 'id'>, pull: Pull): Promise<void> {
  if (pull.puller.id === id) {
    throw new AccessError('approval.own_request', 'the puller is not the second person');
  }
  const isOver = pull.secondBy !== null && !isBefore(services.clock.now(), pull.secondBy);
  if (pull.state !== 'waiting' || isOver) {
    throw new AccessError('breakglass.confirm_over', `the pull is ${pull.state}`, { facts: { pack: pull.pack } });
  }
  await demandOnCall(services, id, { name: pull.pack, pulledBy: pull.pulledBy });
}
