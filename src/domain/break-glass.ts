import type { ConversationId } from './ids.ts';
import type { NamedRole } from './named-role.ts';

/** Who is told of an alarm: everybody who reads a channel, and people by object id or sign-in name. */
export interface AlarmRoute {
  readonly channel: ConversationId;
  readonly people: readonly string[];
}

/** What on-call leads may pull in an emergency. */
export interface Pack {
  /** Typed exactly, in any case. */
  readonly name: string;
  /** What it is for, in a line. */
  readonly purpose: string;
  readonly activates: readonly NamedRole[];
  /** Name of the on-call source whose people may pull it. */
  readonly pulledBy: string;
  /** The longest that it is pulled for. */
  readonly window: Temporal.Duration;
  /** Whether a second on-call lead must confirm, which is PIM's approval. */
  readonly needsSecondPerson: boolean;
  readonly alarm: AlarmRoute;
  /** Who reviews every use beside the puller, by object id or sign-in name. */
  readonly owner: string;
  /** Words of which one must be given, such as `SEV1`; empty asks for none. */
  readonly severities: readonly string[];
  readonly isIncidentNeeded: boolean;
}

/** What is typed to pull a pack for a time such as `30m`, with the first of its severities. */
export function pullSentence({ name, severities, isIncidentNeeded }: Pack, time: string): string {
  const reason = [...severities.slice(0, 1), ...(isIncidentNeeded ? ['INC-99'] : []), 'what is broken'];
  return `breakglass ${name} for ${time} because ${reason.join(' ')}`;
}
