import { z } from 'zod';
import type { CardContext } from '../context.ts';

/**
 * What every button sends back: a claim, looked up again by whoever reads it. Where there is only one thing to choose, the
 * card has no input and its buttons carry the answer under the name that the input would have.
 */
export const pressData = z.strictObject({
  s: z.string(),
  c: z.string(),
  v: z.number(),
  n: z.string(),
  role: z.string().optional(),
  assignment: z.string().optional(),
  request: z.string().optional(),
  meaning: z.string().optional(),
});
type FixedChoice = Pick<z.infer<typeof pressData>, 'role' | 'assignment' | 'request' | 'meaning'>;

/** The part that all views share. `summary` is the notification, plain text. */
export const frame = {
  summary: z.string(),
  isLive: z.boolean(),
  hasRefresh: z.boolean(),
  refreshUserIds: z.array(z.string()),
  data: pressData,
};
const frameView = z.strictObject(frame).omit({ summary: true });
export type Frame = z.infer<typeof frameView>;

/** Fills the shared part. */
export function frameOf(context: CardContext, fixed: FixedChoice = {}): Frame {
  const { story, slot, version, nonce, refreshUserIds } = context;
  const isLive = !context.isRetired;
  return {
    isLive,
    hasRefresh: isLive && refreshUserIds !== null && context.step === null,
    refreshUserIds: [...(refreshUserIds ?? [])],
    data: { s: story, c: slot, v: version, n: nonce, ...fixed },
  };
}
