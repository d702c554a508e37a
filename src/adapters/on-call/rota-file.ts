import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { printProblem } from '../../documents/yaml-document.ts';
import type { Rota } from '../../domain/rota.ts';
import { AccessError } from '../../errors.ts';
import { readRota } from './rota-document.ts';

const SETTLE_MS = 200;
const MOST_LOOKS = 5;

export interface RotaFilesOptions {
  /** Where paths begin that are not whole. */
  readonly folder: string;
  /** Milliseconds between two looks at a file that is new or has changed; 200 by default. */
  readonly settleMs?: number;
}

/** Rotas of files, as they are now. */
export interface RotaFiles {
  /** @throws {AccessError} config.invalid, with everything that is wrong with the file */
  read(file: string): Promise<Rota>;
}

/**
 * Reads rota files whenever they are asked for. One that is wrong or away is an error from then on, whatever it said before: an
 * old rota would call on people who are on call no longer. One that changed must be the same at two looks in a row, since a file
 * that is half written may be valid and lack its exceptions.
 */
export function createRotaFiles({ folder, settleMs = SETTLE_MS }: RotaFilesOptions): RotaFiles {
  const known = new Map<string, { readonly text: string; readonly rota: Rota }>();
  return {
    async read(file) {
      const place = path.resolve(folder, file);
      let text = await textOf(place);
      const before = known.get(place);
      if (before?.text === text) {
        return before.rota;
      }
      for (let looks = 1; ; looks += 1) {
        await pause(settleMs);
        const again = await textOf(place);
        if (again === text) {
          break;
        }
        if (looks === MOST_LOOKS) {
          throw new AccessError('config.invalid', `The rota ${place} is being written`, { retryable: true });
        }
        text = again;
      }
      const rota = parse(place, text);
      known.set(place, { text, rota });
      return rota;
    },
  };
}

async function textOf(place: string): Promise<string> {
  try {
    return await readFile(place, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new AccessError('config.invalid', `The rota ${place} cannot be read (${code}).`, { cause: error });
  }
}

function parse(place: string, text: string): Rota {
  const reading = readRota(text);
  if (reading.isValid) {
    return reading.rota;
  }
  const lines = reading.problems.map((problem) => `  ${printProblem(problem)}`);
  throw new AccessError('config.invalid', [`The rota ${place} is wrong:`, ...lines].join('\n'));
}
