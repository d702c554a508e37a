import { z } from 'zod';

/** A button's data is a request id, a version and a nonce, and what was typed: nothing near this size. */
const LARGEST_DATA = 32 * 1024;

/** Endless for what is nested so deep that it cannot be written down. */
function sizeOf(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

const data = z
  .record(z.string().max(200), z.unknown())
  .refine((value) => sizeOf(value) <= LARGEST_DATA)
  .default({});

const execution = z.object({
  action: z.object({ type: z.literal('Action.Execute'), verb: z.string().min(1).max(64), data }),
  trigger: z.string().max(64).nullish(),
  authentication: z.object({ token: z.string().min(1).max(16_384) }).nullish(),
});

/** What a press of a button says: claims of the client, still to be checked. */
export interface PressValue {
  readonly verb: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly isAutomatic: boolean;
  /** The single sign-on token the client sends when it was asked to. */
  readonly token: string | null;
}

/** Reads the value of an `adaptiveCard/action`; null when it is not one. */
export function readPress(value: unknown): PressValue | null {
  const parsed = execution.safeParse(value);
  if (!parsed.success) {
    return null;
  }
  const { action, trigger, authentication } = parsed.data;
  const isAutomatic = trigger === 'automatic';
  return { verb: action.verb, data: action.data, isAutomatic, token: authentication?.token ?? null };
}

const exchange = z.object({ id: z.string().min(1).max(200), token: z.string().min(1).max(16_384) });

/** Reads the value of a `signin/tokenExchange`; null when it is not one. */
export function readExchange(value: unknown): z.output<typeof exchange> | null {
  return exchange.safeParse(value).data ?? null;
}

const failure = z.object({ code: z.string().regex(/^[a-z]{1,40}$/i) });

/** The client's code for why it could not sign in; `unknown` when it is not one. */
export function readFailureCode(value: unknown): string {
  return failure.safeParse(value).data?.code ?? 'unknown';
}
