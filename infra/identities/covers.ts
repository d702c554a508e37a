/**
 * Says whether something that Graph answered is as it is wanted. Properties that nobody asked for do not matter; lists are
 * sets, and one entry too many is a difference: it may be a redirect address or a permission that nobody wants.
 */
export function covers(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const list = Array.isArray(found) ? found : [];
    return list.length === wanted.length && wanted.every((one) => list.some((other) => covers(other, one)));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const object = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>;
    return Object.entries(wanted).every(([key, value]) => covers(object[key], value));
  }
  return found === wanted;
}
