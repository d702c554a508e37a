import type { PrincipalId } from '../../../src/domain/ids.ts';
import type { OnCallPeople } from '../../../src/domain/on-call.ts';
import type { Person } from '../../../src/domain/policy.ts';
import { AccessError } from '../../../src/errors.ts';
import type { OnCall } from '../../../src/ports/on-call.ts';

/** On-call sources in memory, by name in any case: who is on call is whom a test put there. */
export class FakeOnCall implements OnCall {
  /** People whose accounts are disabled. */
  readonly disabled = new Set<PrincipalId>();
  readonly #sources = new Map<string, { readonly name: string; answer: OnCallPeople | 'failing' }>();

  /** Puts these people on call by a source, and nobody else; by default until nobody knows when. */
  put(source: string, people: readonly Person[], until: Temporal.Instant | null = null): this {
    this.#sources.set(source.toLowerCase(), { name: source, answer: { people, until } });
    return this;
  }

  /** From now on the source cannot be read, until people are put there again. */
  fail(source: string): this {
    this.#sources.set(source.toLowerCase(), { name: source, answer: 'failing' });
    return this;
  }

  async listEverybody(source: string): Promise<readonly Person[]> {
    return (await this.read(source)).people;
  }

  async read(source: string): Promise<OnCallPeople> {
    const found = this.#sources.get(source.trim().toLowerCase());
    if (found === undefined) {
      throw new AccessError('oncall.unknown_source', `There is no source ${source}`, { facts: { source } });
    }
    if (found.answer === 'failing') {
      const facts = { source: found.name };
      throw new AccessError('oncall.unavailable', `${found.name} cannot be read`, { facts, retryable: true });
    }
    const { people, until } = found.answer;
    return { people: people.filter(({ id }) => !this.disabled.has(id)), until };
  }
}
