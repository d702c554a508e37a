import { z } from 'zod';

/** One line "Label: value" of a card. */
export const factRow = z.strictObject({ id: z.string(), label: z.string(), value: z.string() });
export type FactRow = z.infer<typeof factRow>;

/** Makes the lines of a card; what has no value gets none. */
export function factRows(rows: readonly (readonly [id: string, label: string, value: string])[]): FactRow[] {
  return rows.filter(([, , value]) => value !== '').map(([id, label, value]) => ({ id, label, value }));
}
