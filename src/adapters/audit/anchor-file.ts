import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import type { ChainHead } from '../postgres/audit-linker.ts';

/** Milliseconds between two anchors. */
export const ANCHOR_EVERY_MS = 10 * 60_000;
/** How every line begins. */
const BEGIN = '{"place":';

/** A head of the chain that was written down outside the database. */
export interface Anchor extends ChainHead {
  /** When, by the clock of the machine. */
  readonly at: Temporal.Instant;
}

const line = z.object({
  place: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string().transform((text) => Temporal.Instant.from(text)),
});

/** Anchors of a file, oldest first; a line that is none is an error. No file is no anchors. */
export async function readAnchors(file: string): Promise<readonly Anchor[]> {
  return anchorsIn(wholeLines(await readText(file)));
}

/** Without a line that was cut off in the writing: it says nothing. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function anchorsIn(text: string): readonly Anchor[] {
  const lines = text.split('\n').filter((one) => one !== '');
  return lines.map((one) => line.parse(JSON.parse(one)));
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return '';
    }
    throw error;
  });
}

export interface AnchorFileOptions {
  readonly file: string;
  readonly log: Log;
  /** Milliseconds between two anchors; ten minutes by default. */
  readonly everyMs?: number;
}

/**
 * Writes heads of the chain to a file, one line each, every now and then and only what is new. Who can change the database and
 * not this file cannot rewrite what is anchored.
 */
export class AnchorFile {
  readonly #options: AnchorFileOptions;
  #newest: Anchor | null = null;
  #written = 0;
  #dueAt = 0;

  constructor(options: AnchorFileOptions) {
    this.#options = options;
  }

  /** Where the chain ended last time; a chain that is shorter by now was cut, or comes from a backup. */
  async open(): Promise<void> {
    const text = await readText(this.#options.file);
    const whole = wholeLines(text);
    this.#written = anchorsIn(whole).at(-1)?.place ?? 0;
    const rest = text.slice(whole.length);
    if (rest !== '' && (rest.startsWith(BEGIN) || BEGIN.startsWith(rest))) {
      await truncate(this.#options.file, Buffer.byteLength(whole));
    } else if (rest !== '') {
      throw new AccessError('config.invalid', `${this.#options.file} ends with something else`);
    }
  }

  async take(head: ChainHead): Promise<void> {
    if (head.place < this.#written && this.#newest === null) {
      this.#options.log.error('audit.behind_anchor', { place: head.place, anchored: this.#written });
    }
    this.#newest = { ...head, at: Temporal.Now.instant() };
    if (performance.now() >= this.#dueAt) {
      await this.write();
    }
  }

  /** Writes the newest head that is not written yet. */
  async write(): Promise<void> {
    const head = this.#newest;
    if (head === null || head.place <= this.#written) {
      return;
    }
    const { file, everyMs = ANCHOR_EVERY_MS } = this.#options;
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify(head)}\n`);
    this.#written = head.place;
    this.#dueAt = performance.now() + everyMs;
  }
}
