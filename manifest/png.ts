import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Red, green, blue and opacity, each from 0 to 1. */
export type Color = readonly [number, number, number, number];

/** Paints a square picture point by point and encodes it as PNG (8 bits, RGBA). Coordinates go from 0 to 1. */
export function paintPng(size: number, paint: (x: number, y: number) => Color): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const at = row * (1 + size * 4) + 1 + column * 4;
      const color = smooth(size, paint, { row, column });
      for (const [index, part] of color.entries()) {
        rows[at + index] = Math.round(part * 255);
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Reads width and height in pixels from the header of a PNG; null for anything else. */
export function readPngSize(bytes: Buffer): { readonly width: number; readonly height: number } | null {
  const isPng =
    bytes.length >= 24 && bytes.subarray(0, 8).equals(SIGNATURE) && bytes.toString('latin1', 12, 16) === 'IHDR';
  return isPng ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : null;
}

const SAMPLES = 4;

/** The mean of several points within one, so that edges are not jagged; weighted by opacity, or they would be dark. */
function smooth(size: number, paint: (x: number, y: number) => Color, at: { row: number; column: number }): Color {
  const sum = [0, 0, 0, 0] as [number, number, number, number];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = (at.column + ((sample % SAMPLES) + 0.5) / SAMPLES) / size;
    const y = (at.row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size;
    const [red, green, blue, opacity] = paint(x, y);
    sum[0] += red * opacity;
    sum[1] += green * opacity;
    sum[2] += blue * opacity;
    sum[3] += opacity;
  }
  const [red, green, blue, opacity] = sum;
  return opacity === 0 ? [1, 1, 1, 0] : [red / opacity, green / opacity, blue / opacity, opacity / (SAMPLES * SAMPLES)];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
