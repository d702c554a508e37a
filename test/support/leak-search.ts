/** Where something secret could turn up. */
export const PLACES = ['logs', 'errors', 'cards', 'database'] as const;
export type Place = (typeof PLACES)[number];

/** One piece of what a place holds. */
export interface Held {
  readonly place: Place;
  /** Line, card or table: for whoever has to find it again. */
  readonly where: string;
  readonly text: string;
}

/** Something that may stand only where `allowed` says. */
export interface Needle {
  readonly kind: string;
  readonly value: string;
  readonly allowed: readonly Place[];
}

export interface Finding {
  readonly place: Place;
  readonly where: string;
  readonly kind: string;
}

/** Everything that has the form of a JWT, whoever made it; the signature may have been cut off. */
const JWT = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}/;
const SHORTEST = 12;
const PIECE = 24;

/**
 * A secret as it is and as it may have been packed (percent, base64 of either alphabet, hex) or cut. Of a token the signature
 * counts as well, as its head and much of its body say nothing.
 */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  // Base64 of a text that begins elsewhere in a longer one: what is the same for every beginning.
  const shifted = [0, 1, 2].map((skip) => {
    const packed = Buffer.concat([Buffer.alloc(skip), bytes]).toString('base64url');
    return packed.slice(skip === 0 ? 0 : 4, -4);
  });
  const signature = value.split('.').length === 3 ? (value.split('.')[2] ?? '') : value;
  const pieces = signature.length >= 2 * PIECE ? [signature.slice(0, PIECE), signature.slice(-PIECE)] : [];
  const packed = shifted.flatMap((text) => [text, text.replaceAll('-', '+').replaceAll('_', '/')]);
  const forms = [value, encodeURIComponent(value), bytes.toString('hex'), ...packed, ...pieces];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

/** Looks for every needle in every text, and for anything like a JWT. A needle too short to be told from chance is an error. */
export function findLeaks(held: readonly Held[], needles: readonly Needle[]): readonly Finding[] {
  const short = needles.filter(({ value }) => value.length < SHORTEST);
  if (short.length > 0) {
    throw new Error(`too short to look for: ${short.map(({ kind }) => kind).join(', ')}`);
  }
  const findings: Finding[] = [];
  const sought = needles.map((needle) => ({ ...needle, forms: formsOf(needle.value) }));
  for (const { place, where, text } of held) {
    for (const { kind, allowed, forms } of sought) {
      if (!allowed.includes(place) && forms.some((form) => text.includes(form))) {
        findings.push({ place, where, kind });
      }
    }
    if (JWT.test(text)) {
      findings.push({ place, where, kind: 'anything like a JWT' });
    }
  }
  return findings;
}
