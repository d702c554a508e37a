import { z } from 'zod';
import type { ChainFacts } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { say } from '../messages.ts';
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
  const { phase, problem, waited } = chain;
  const counted =
    phase === 'waiting' || waited === null
      ? ''
      : say(context, 'chain.counted', { duration: durationWords(waited, context) });
  const words = say(context, keyOf(chain, context, stage), { next: roleWords(chain.next, context) });
  return {
    chain: say(context, 'chain.live', { counted, words }),
    chainProblem: phase === 'stopped' && problem !== null ? errorSentence(problem.code, problem.facts, context) : '',
  };
}

function keyOf({ phase }: ChainFacts, { isRetired }: CardContext, stage: 'asked' | 'active') {
  if (isRetired) {
    return `chain.past.${phase}` as const;
  }
  return phase === 'waiting' ? (`chain.${stage}.waiting` as const) : (`chain.${phase}` as const);
}
