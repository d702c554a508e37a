import type { OnCallPeople, OnCallSource } from '../../domain/on-call.ts';
import type { Person } from '../../domain/policy.ts';
import { everybodyIn, onCallAt } from '../../domain/rota.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { Rules } from '../../ports/rulebook.ts';
import type { TenantReader } from '../../ports/tenant-reader.ts';
import { createRotaFiles } from './rota-file.ts';

export interface OnCallSettings {
  readonly rules: Rules;
  readonly reader: Pick<TenantReader, 'findPerson' | 'listMembers'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'error' | 'warn'>;
  /** That of the rulebook: paths of rota files begin there. */
  readonly folder: string;
  /** Milliseconds between two looks at a rota file that is new or has changed. */
  readonly settleMs?: number;
}

/** Asks the sources of the rulebook in force who is on call, each time afresh: an old answer would let the wrong people in. */
export function createOnCall(settings: OnCallSettings): OnCall {
  return new RulebookOnCall(settings);
}

class RulebookOnCall implements OnCall {
  readonly #settings: OnCallSettings;
  readonly #rotas: ReturnType<typeof createRotaFiles>;

  constructor(settings: OnCallSettings) {
    this.#settings = settings;
    this.#rotas = createRotaFiles(settings);
  }

  async read(name: string): Promise<OnCallPeople> {
    return await this.#ask(name, async (source) => {
      if (source.kind === 'entra-group') {
        return { people: await this.#settings.reader.listMembers(source.group), until: null };
      }
      const { people, until } = onCallAt(await this.#rotas.read(source.file), this.#settings.clock.now());
      return { people: await this.#find(source, people), until };
    });
  }

  async listEverybody(name: string): Promise<readonly Person[]> {
    return await this.#ask(name, async (source) =>
      source.kind === 'entra-group'
        ? await this.#settings.reader.listMembers(source.group)
        : await this.#find(source, everybodyIn(await this.#rotas.read(source.file))),
    );
  }

  async #ask<T>(name: string, read: (source: OnCallSource) => Promise<T>): Promise<T> {
    const wanted = name.trim().toLowerCase();
    const source = this.#settings.rules.current().onCall.find((one) => one.name.toLowerCase() === wanted);
    if (source === undefined) {
      const facts = { source: name };
      throw new AccessError('oncall.unknown_source', `The rulebook has no on-call source “${name}”`, { facts });
    }
    try {
      return await read(source);
    } catch (thrown) {
      throw this.#unavailable(source, asAccessError(thrown));
    }
  }

  async #find({ name }: OnCallSource, people: readonly string[]): Promise<readonly Person[]> {
    const { reader, log } = this.#settings;
    const found = new Map<string, Person>();
    for (const named of people) {
      const person = await reader.findPerson(named);
      if (person === null) {
        log.warn('oncall.person_left_out', { source: name, person: named });
      } else {
        found.set(person.id, person);
      }
    }
    return [...found.values()];
  }

  /** Whatever went wrong: while it is not known who is on call, nobody is. */
  #unavailable({ name, kind }: OnCallSource, error: AccessError): AccessError {
    this.#settings.log.error('oncall.unreadable', { source: name, kind, code: error.code, problems: error.message });
    return new AccessError('oncall.unavailable', `The on-call source “${name}” cannot be read: ${error.message}`, {
      cause: error,
      facts: { source: name },
      retryable: error.retryable,
      ...(error.retryAfter !== null && { retryAfter: error.retryAfter }),
    });
  }
}
