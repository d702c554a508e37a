import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

import { drawColorIcon, drawOutlineIcon } from '../../../manifest/draw-icons.ts';

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity of each point. */
  readonly points: readonly (readonly number[])[];
}

/** Reads a PNG of the kind we write: RGBA, 8 bits, one data chunk, rows without a filter. */
function readPicture(png: Buffer): Picture {
  assert.equal(png.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
  assert.equal(png.subarray(12, 16).toString('latin1'), 'IHDR');
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const dataAt = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(dataAt + 4, dataAt + 4 + png.readUInt32BE(dataAt - 4)));
  const points = Array.from({ length: width * height }, (_, index) => {
    const at = Math.floor(index / width) * (1 + width * 4) + 1 + (index % width) * 4;
    return [...rows.subarray(at, at + 4)];
  });
  return { width, height, points };
}

const icon = (name: string): Buffer => readFileSync(new URL(`../../../manifest/icons/${name}`, import.meta.url));

describe('the icons', () => {
  it('have the sizes that Teams demands', () => {
    const color = readPicture(icon('color.png'));
    const outline = readPicture(icon('outline.png'));
    assert.deepEqual([color.width, color.height], [192, 192]);
    assert.deepEqual([outline.width, outline.height], [32, 32]);
  });

  it('are white on transparent in outline', () => {
    const { points } = readPicture(icon('outline.png'));
    const seen = points.filter(([, , , opacity]) => opacity !== 0);
    assert.ok(seen.length > 100 && seen.length < points.length / 2, `${seen.length} points`);
    assert.ok(seen.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255));
  });

  it('fill the whole square in colour', () => {
    const { points } = readPicture(icon('color.png'));
    assert.ok(points.every(([, , , opacity]) => opacity === 255));
    assert.deepEqual(points[0], [0x2b, 0x4c, 0x9b, 255]);
  });

  it('are what the drawing makes', () => {
    assert.deepEqual(readPicture(drawColorIcon()), readPicture(icon('color.png')));
    assert.deepEqual(readPicture(drawOutlineIcon()), readPicture(icon('outline.png')));
  });
});
