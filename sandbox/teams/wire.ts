/** A JSON object whose shape is somebody else's. */
export type Json = Readonly<Record<string, unknown>>;

/** Gives the value when it is a JSON object, else null. */
export function asRecord(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** Gives the objects of a JSON array; anything else is an empty list. */
export function asRecords(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((item): item is Json => asRecord(item) !== null) : [];
}

/** Gives the value when it is a string that is not empty, else null. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Merges a patch into an object, recursively; null removes a key. Arrays are replaced. */
export function merged(base: Json, patch: Json): Json {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const inner = asRecord(value);
    if (value === null) delete result[key];
    else result[key] = inner === null ? value : merged(asRecord(result[key]) ?? {}, inner);
  }
  return result;
}
