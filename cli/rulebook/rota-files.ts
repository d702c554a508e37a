import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readRota } from '../../src/adapters/on-call/rota-document.ts';
import { printProblem } from '../../src/documents/yaml-document.ts';
import type { OnCallSource } from '../../src/domain/on-call.ts';
import { type Finding, problemAt } from './finding.ts';

/** Everything that is wrong with the rota files of a rulebook in that folder. */
export function findWrongRotas(sources: readonly OnCallSource[], folder: string): readonly Finding[] {
  return sources.flatMap((source) => {
    if (source.kind !== 'rota') {
      return [];
    }
    return problemsOf(path.join(folder, source.file)).map((problem) =>
      problemAt(['onCall', source.name], `${source.file}: ${problem}`),
    );
  });
}

function problemsOf(file: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return [`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`];
  }
  const reading = readRota(text);
  return reading.isValid ? [] : reading.problems.map(printProblem);
}
