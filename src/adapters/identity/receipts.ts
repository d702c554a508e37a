import type { PrincipalId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** Something of a person that is being proved. It counts from the moment it came in. */
export interface Receipt {
  readonly principalId: PrincipalId;
  readonly receivedAt: Temporal.Instant;
  /** Whether the person was forgotten meanwhile, so that it may not be kept. */
  readonly isVoid: boolean;
}

/** What is being proved now, so that a sign-out reaches it too and it does not bring the person back. */
export class Receipts {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #open = new Set<{ -readonly [Key in keyof Receipt]: Receipt[Key] }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Runs the proof with its receipt. */
  async during<T>(principalId: PrincipalId, prove: (receipt: Receipt) => Promise<T>): Promise<T> {
    const receipt = { principalId, receivedAt: this.#clock.now(), isVoid: false };
    this.#open.add(receipt);
    try {
      return await prove(receipt);
    } finally {
      this.#open.delete(receipt);
    }
  }

  forget(principalId: PrincipalId, receivedBefore?: Temporal.Instant): void {
    for (const receipt of this.#open) {
      if (receipt.principalId === principalId && isReceivedBefore(receipt, receivedBefore)) {
        receipt.isVoid = true;
      }
    }
  }
}

/** Whether a sign-out as of `instant` reaches it; one without an instant reaches everything. */
export function isReceivedBefore(
  { receivedAt }: Pick<Receipt, 'receivedAt'>,
  instant: Temporal.Instant | undefined,
): boolean {
  return instant === undefined || Temporal.Instant.compare(receivedAt, instant) < 0;
}
