import { Refusal } from '../pim/refusal.ts';
import type { Answer, Exchange, Tenant, User } from '../platform/types.ts';
import { json } from './route.ts';

type Handler = (exchange: Exchange) => Answer;

/** A route for tests and scripts, which answers what it refuses with the code and the words. */
export function refusing(handle: Handler): Handler {
  return (exchange) => {
    try {
      return handle(exchange);
    } catch (error) {
      if (error instanceof Refusal) {
        return json(error.status, { error: { code: error.code, message: error.message } });
      }
      throw error;
    }
  };
}

/** Who is called so in tests and scripts. */
export function personCalled(tenant: Tenant, handle: unknown): User {
  const user = [...tenant.users.values()].find((one) => one.handle === handle);
  if (user === undefined) {
    throw new Refusal('BadRequest', `There is no person ${String(handle)}.`);
  }
  return user;
}
