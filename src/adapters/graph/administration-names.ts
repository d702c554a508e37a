/** A name as it compares: case, dashes, underscores and white space do not tell two apart. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-‐‑–—_]+/g, ' ')
    .trim();
}

/** Says whether two texts are the same name. Resembling is not enough: an administrator's change is never a guess. */
export function isSameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

/**
 * Spellings of one name to ask a directory for that compares exactly: as typed, in small letters, and with the dashes that
 * people leave out when they speak.
 */
export function spellingsOf(name: string): readonly string[] {
  const typed = name.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
  const dashed = typed.replaceAll(/[ ‐‑–—]/g, '-');
  return [...new Set([typed, typed.toLowerCase(), dashed, dashed.toLowerCase()])];
}
