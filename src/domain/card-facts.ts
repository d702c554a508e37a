import type { ErrorCode } from '../errors.ts';
import type { Surface } from './assignment.ts';

/** A role as cards name it: `scopeName` is what people call the scope. */
export interface RoleFacts {
  readonly roleName: string;
  readonly scopeName: string;
}

/** What did not work, for a card that says so among other things. */
export interface ProblemFacts {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
}

/** A person whom a card calls by name, so that Teams tells them. */
export interface Mention {
  /** As Teams names them (`29:…`), or their object id. */
  readonly id: string;
  readonly name: string;
}

/** A part of PIM that could not be read just now: what the card shows is not everything. */
export interface UnreadPart {
  readonly surface: Surface;
  readonly code: ErrorCode;
}
