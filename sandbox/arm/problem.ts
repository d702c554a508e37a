/** An error answer of Azure Resource Manager: `{"error":{"code","message"}}`. */
export class ArmProblem extends Error {
  override readonly name = 'ArmProblem';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What the sandbox has not: always said, never answered with something that only looks right. */
export function notSimulated(what: string): ArmProblem {
  return new ArmProblem(501, 'NotImplemented', `The sandbox does not simulate ${what}.`);
}

export function badRequest(message: string): ArmProblem {
  return new ArmProblem(400, 'BadRequest', message);
}

export function invalidContent(message: string): ArmProblem {
  return new ArmProblem(400, 'InvalidRequestContent', message);
}

export function invalidFilter(filter: string): ArmProblem {
  return new ArmProblem(400, 'InvalidFilter', `The filter '${filter}' is not supported.`);
}

export function notFound(what: string): ArmProblem {
  return new ArmProblem(404, 'ResourceNotFound', `The resource '${what}' was not found.`);
}

/** Another code of PIM than Graph's: lists of others without a right to see them (pim-api §4.2). */
export function insufficientPermissions(principalId: string): ArmProblem {
  const message = `The requestor ${principalId} does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's assignments.`;
  return new ArmProblem(400, 'InsufficientPermissions', message);
}

/** The plain refusal of Azure RBAC. */
export function authorizationFailed(caller: string, action: string, scope: string): ArmProblem {
  const message = `The client '${caller}' with object id '${caller}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return new ArmProblem(403, 'AuthorizationFailed', message);
}
