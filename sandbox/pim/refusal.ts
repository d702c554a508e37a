/** A "no" of role management, with the code and the status that Microsoft answers. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** 403 of the directory: the caller's own rights do not reach. */
export function denied(): Refusal {
  return new Refusal('Authorization_RequestDenied', 'Insufficient privileges to complete the operation.', 403);
}

/** 400 for a body that cannot be a request at all. */
export function invalidRequest(): Refusal {
  return new Refusal('InvalidRoleAssignmentRequest', 'The role assignment request is invalid.');
}
