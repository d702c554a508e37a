import type { CardId } from '../domain/ids.ts';
import type { TimerKind } from './store.ts';
import type { TraceParent } from './telemetry.ts';

/** A timer whose instant has come. */
export interface DueTimer {
  readonly kind: TimerKind;
  readonly subject: string;
  readonly dueAt: Temporal.Instant;
  readonly attempt: number;
  /** The trace of the turn that set it, where somebody traces. */
  readonly trace?: TraceParent;
}

/**
 * What runs behind the chat. Every handler is safe to run twice; none of them writes as a person from the job's own identity
 * (a waiting token in this replica's memory is the person's).
 */
export interface JobHandlers {
  /** Brings due cards to people. */
  deliver(cards: readonly CardId[]): Promise<void>;
  fireTimer(timer: DueTimer): Promise<void>;
}
