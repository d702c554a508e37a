import { z } from 'zod';

/** A list in which nothing may be there twice. `keyOf` gets what may be wrong elsewhere. */
export function once<T>(items: z.ZodArray<z.ZodType<T>>, keyOf: (item: unknown) => string | null, told: Told) {
  return items.superRefine(
    (given, context) => {
      const seen = new Set<string>();
      for (const [index, item] of (Array.isArray(given) ? given : []).entries()) {
        const key = keyOf(item);
        if (key !== null && seen.has(key)) {
          context.addIssue({ code: 'custom', path: [index, ...told.at], message: told.message });
        }
        seen.add(key ?? '');
      }
    },
    { when: () => true },
  );
}

interface Told {
  /** Where in the item. */
  readonly at: readonly string[];
  readonly message: string;
}

/** A name as it is compared, in what may be wrong elsewhere; null where there is none. */
export const nameOf = (item: unknown): string | null => {
  const read = z.looseObject({ name: z.string() }).safeParse(item);
  return read.success ? read.data.name.trim().toLowerCase() : null;
};
/** A text as it is compared, likewise. */
export const textOf = (item: unknown): string | null => (typeof item === 'string' ? item.trim().toLowerCase() : null);
/** All that an item says, as it is compared. */
export const contentOf = (item: unknown): string | null => JSON.stringify(item)?.toLowerCase() ?? null;
