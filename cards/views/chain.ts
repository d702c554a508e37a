import { z } from 'zod';
import type { ChainFacts } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { durationWords } from '../words.ts';
import { roleWords } from './request.ts';

export const chainShape = { chain: z.string(), chainProblem: z.string() };

/**
 * Says of the first of two activations what comes next, how long this one took until it counted, and what stopped it.
 * `stage` is how far the first one is itself.
 */
export function chainOf(chain: ChainFacts | null, context: CardContext, stage: 'asked' | 'active') {
  if (chain === null) {
    return { chain: '', chainProblem: '' };
  }
  const { phase, problem } = chain;
  return {
    chain: `Step 1 of 2. ${context.isRetired ? pastWords(chain) : stepWords(chain, stage)}`,
    chainProblem: phase === 'stopped' && problem !== null ? errorSentence(problem.code, problem.facts, context) : '',
  };
}

function stepWords(chain: ChainFacts, stage: 'asked' | 'active'): string {
  const next = roleWords(chain.next);
  switch (chain.phase) {
    case 'waiting':
      return stage === 'asked'
        ? `When this is approved and counts, I go on with ${next}.`
        : `When this counts, I go on with ${next}.`;
    case 'sent':
      return `${countedWords(chain)}I have asked for ${next}.`;
    case 'stopped':
      return `${countedWords(chain)}${next} has not been asked for.`;
  }
}

function pastWords(chain: ChainFacts): string {
  const next = roleWords(chain.next);
  switch (chain.phase) {
    case 'waiting':
      return `${next} was to come next.`;
    case 'sent':
      return `${countedWords(chain)}Then ${next} was asked for.`;
    case 'stopped':
      return `${countedWords(chain)}${next} was not asked for.`;
  }
}

function countedWords({ waited }: ChainFacts): string {
  return waited === null ? '' : `Counted after ${durationWords(waited)}. `;
}
