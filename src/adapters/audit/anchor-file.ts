import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Log } from '../../ports/log.ts';
import type { ChainHead } from '../postgres/audit-linker.ts';

const ANCHOR_EVERY_MS = 10 * 60_000;

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
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return '';
    }
    throw error;
  });
  const lines = text.split('\n').filter((one) => one !== '');
  return lines.map((one) => line.parse(JSON.parse(one)));
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
  #newest: ChainHead | null = null;
  #written = 0;
  #dueAt = 0;

  constructor(options: AnchorFileOptions) {
    this.#options = options;
  }

  /** Where the chain ended last time; a chain that is shorter by now was cut, or comes from a backup. */
  async open(): Promise<void> {
    const anchors = await readAnchors(this.#options.file);
    this.#written = anchors.at(-1)?.place ?? 0;
  }

  async take(head: ChainHead): Promise<void> {
    if (head.place < this.#written && this.#newest === null) {
      this.#options.log.error('audit.behind_anchor', { place: head.place, anchored: this.#written });
    }
    this.#newest = head;
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
    await appendFile(file, `${JSON.stringify({ ...head, at: Temporal.Now.instant().toString() })}\n`);
    this.#written = head.place;
    this.#dueAt = performance.now() + everyMs;
  }
}
