import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { type Color, paintPng } from './png.ts';

const CLEAR: Color = [1, 1, 1, 0];
const WHITE: Color = [1, 1, 1, 1];
/** `accentColor` of the manifest, #2B4C9B. */
const ACCENT: Color = [0x2b / 255, 0x4c / 255, 0x9b / 255, 1];

type Shape = (x: number, y: number) => boolean;

/** A key whose bow is a clock: access, for a time. Drawn upright within the unit square. */
const ringAt = { x: 0.5, y: 0.36 };

function isKey(weight: number): Shape {
  const outer = 0.235;
  return (x, y) => {
    const fromCentre = Math.hypot(x - ringAt.x, y - ringAt.y);
    const isRing = fromCentre <= outer && fromCentre >= outer - weight;
    const isShaft = Math.abs(x - 0.5) <= weight / 2 && y >= ringAt.y + outer - weight / 2 && y <= 0.86;
    const isTooth = x >= 0.5 && x <= 0.5 + weight * 2.1 && y <= 0.86 && isRow(y, 0.86, weight);
    const isUpperTooth = x >= 0.5 && x <= 0.5 + weight * 1.6 && isRow(y, 0.86 - weight * 1.75, weight);
    return isRing || isShaft || isTooth || isUpperTooth || isHand(x, y, weight);
  };
}

function isRow(y: number, bottom: number, weight: number): boolean {
  return y <= bottom && y >= bottom - weight;
}

/** Hands at three o'clock. */
function isHand(x: number, y: number, weight: number): boolean {
  const half = weight * 0.38;
  const isMinute = Math.abs(x - ringAt.x) <= half && y <= ringAt.y + half && y >= ringAt.y - 0.125;
  const isHour = Math.abs(y - ringAt.y) <= half && x >= ringAt.x - half && x <= ringAt.x + 0.095;
  return isMinute || isHour;
}

/** 192 × 192, for the store and the app's tile: a solid square, whose corners Teams rounds. */
export function drawColorIcon(): Buffer {
  const key = isKey(0.062);
  return paintPng(192, (x, y) => (key(x, y) ? WHITE : ACCENT));
}

/** 32 × 32, white on transparent, for the app bar. */
export function drawOutlineIcon(): Buffer {
  const key = isKey(0.092);
  // The key fills the small square better when it is drawn a little larger.
  return paintPng(32, (x, y) => (key(0.5 + (x - 0.5) * 0.82, 0.49 + (y - 0.5) * 0.82) ? WHITE : CLEAR));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(new URL('./icons/color.png', import.meta.url), drawColorIcon());
  writeFileSync(new URL('./icons/outline.png', import.meta.url), drawOutlineIcon());
}
