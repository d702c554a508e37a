import type { Exchange } from '../platform/types.ts';
import { ArmProblem, invalidContent } from './problem.ts';

/** A JSON object whose property names are found without regard to case, as ARM reads them. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(value: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one]));
  }

  /** The value; `null` and absent are the same. */
  get(name: string): unknown {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  object(name: string): Fields | null {
    const value = this.get(name);
    return isRecord(value) ? new Fields(value) : null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as a JSON object, declared as JSON. */
export function readBody({ headers, json }: Exchange): Fields {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    const message = 'The content media type is not supported. Only application/json is supported.';
    throw new ArmProblem(415, 'UnsupportedMediaType', message);
  }
  if (!isRecord(json)) {
    throw invalidContent('The request content was invalid and could not be deserialized.');
  }
  return new Fields(json);
}

/** What stands under `properties`; a body without it is no resource. */
export function readProperties(exchange: Exchange): Fields {
  const properties = readBody(exchange).object('properties');
  if (properties === null) {
    throw invalidContent("The request content was invalid: 'properties' is missing.");
  }
  return properties;
}
