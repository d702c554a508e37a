/** Writes one ASN.1 value in DER: tag, length, content (X.690 §8.1). */
function value(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  if (size < 0x100) return Buffer.from([0x81, size]);
  return Buffer.from([0x82, size >> 8, size & 0xff]);
}

export function sequence(...content: readonly Buffer[]): Buffer {
  return value(0x30, ...content);
}

export function set(...content: readonly Buffer[]): Buffer {
  return value(0x31, ...content);
}

/** A small, non-negative INTEGER, below 128. */
export function integer(small: number): Buffer {
  return value(0x02, Buffer.from([small]));
}

export function octetString(content: Buffer): Buffer {
  return value(0x04, content);
}

export function bitString(content: Buffer): Buffer {
  return value(0x03, Buffer.from([0]), content);
}

export function utf8(text: string): Buffer {
  return value(0x0c, Buffer.from(text, 'utf8'));
}

/** UTCTime, whole seconds; right until 2049. */
export function utcTime(instant: Temporal.Instant): Buffer {
  const digits = instant.toString({ smallestUnit: 'second' }).replaceAll(/[-:T]/g, '');
  return value(0x17, Buffer.from(digits.slice(2), 'ascii'));
}

/** `[number] EXPLICIT`. */
export function explicit(number: number, content: Buffer): Buffer {
  return value(0xa0 + number, content);
}

/** OBJECT IDENTIFIER from its dotted form; base 128, high bit set on all but the last octet of a component. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...others].flatMap((component) => {
    const digits = [component & 0x7f];
    for (let left = component >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return value(0x06, Buffer.from(octets));
}
