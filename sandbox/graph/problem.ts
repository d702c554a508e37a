export type ProblemForm = Partial<Pick<GraphProblem, 'details' | 'inner' | 'wrap'>>;

/** An error answer of Graph. `wrap`: as the PIM gateway does it, JSON inside `UnknownError` (pim-api §9.1). */
export class GraphProblem extends Error {
  override readonly name = 'GraphProblem';
  readonly status: number;
  readonly code: string;
  readonly wrap: 'always' | 'never';
  /** The directory's own words for what is wrong where. */
  readonly details: readonly Readonly<Record<string, string>>[];
  /** What `innerError` says beside its ids. */
  readonly inner: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, { wrap, details, inner }: ProblemForm = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.wrap = wrap ?? 'never';
    this.details = details ?? [];
    this.inner = inner ?? {};
  }
}

export function badRequest(message: string): GraphProblem {
  return new GraphProblem(400, 'BadRequest', message);
}

export function notFound(what: string): GraphProblem {
  const message = `Resource '${what}' does not exist or one of its queried reference-property objects are not present.`;
  return new GraphProblem(404, 'Request_ResourceNotFound', message);
}

/** What the sandbox has not: always said, never answered with something that only looks right. */
export function notSimulated(what: string): GraphProblem {
  return new GraphProblem(501, 'NotImplemented', `The sandbox does not simulate ${what}.`);
}

export function invalidFilter(filter: string): GraphProblem {
  return new GraphProblem(400, 'InvalidFilter', `OData query is invalid: Filter '${filter}' is not supported.`);
}
