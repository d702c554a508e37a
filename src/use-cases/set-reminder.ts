import type { ActivationRequest } from '../domain/activation.ts';
import { reminderAt } from '../domain/reminder.ts';
import type { Stores } from '../ports/store.ts';

/** Sets the reminder of an activation for the instant its person chose; one that has passed comes at once. */
export async function setReminder(stores: Stores, request: ActivationRequest): Promise<void> {
  const { activeFrom, activeUntil, requesterId, pull } = request;
  // A pull's card counts down, and nothing of it goes on.
  if (activeFrom === null || activeUntil === null || pull !== null) {
    return;
  }
  const person = await stores.people.find(requesterId);
  const dueAt = reminderAt(activeFrom, activeUntil, person?.reminderMinutes ?? null);
  if (dueAt !== null) {
    await stores.timers.set({ kind: 'activation.remind', subject: request.id, dueAt });
  }
}
