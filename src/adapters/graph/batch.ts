import { z } from 'zod';
import { AccessError, asAccessError } from '../../errors.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { asJson, inDoubt, isSuccess, refusal, shortPause, unavailable, writeOutcome } from './answers.ts';
import type { GraphCaller, GraphWrite } from './graph-caller.ts';
import type { GraphAnswer, GraphRequestLine, LostAnswer } from './graph-transport.ts';

/** Graph takes no more parts than this (pim-api §10). */
const MOST_PARTS = 20;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const batchAnswer = z.object({ responses: z.array(z.unknown()) });
const partAnswer = z.object({
  id: scalar,
  status: z.number(),
  headers: z.record(z.string(), scalar).nullish(),
  body: z.unknown(),
});

type Answer = GraphAnswer | LostAnswer | AccessError;

/**
 * Carries out several writes in as few round trips as Graph allows, each as if it were alone: what it answered, or its error,
 * in the order of `writes`. A part is repeated only after an answer that certainly refused it, and only once.
 * Never rejects; a part without an answer is `activation.in_doubt`.
 */
export async function writeAll<T>(
  graph: GraphCaller,
  tokens: BearerTokens,
  writes: readonly GraphWrite<T>[],
): Promise<readonly (T | AccessError | null)[]> {
  const outcomes: (T | AccessError | null)[] = [];
  for (let at = 0; at < writes.length; at += MOST_PARTS) {
    const some = writes.slice(at, at + MOST_PARTS);
    const answers = await answersOf(graph, tokens, some);
    outcomes.push(...some.map((write, index) => outcomeOf(write, answers[index])));
  }
  return outcomes;
}

function outcomeOf<T>(write: GraphWrite<T>, answer: Answer | undefined): T | AccessError | null {
  if (answer instanceof AccessError) {
    return answer;
  }
  try {
    return writeOutcome(write, answer ?? { wasSent: true, reason: 'no answer in the batch' }, write.answer);
  } catch (error) {
    return asAccessError(error);
  }
}

async function answersOf(
  graph: GraphCaller,
  tokens: BearerTokens,
  writes: readonly GraphWrite<unknown>[],
): Promise<readonly Answer[]> {
  const answers = [...(await send(graph, tokens, writes))];
  const again = answers.flatMap((answer, index) => (isRepeatable(writes[index], answer) ? [index] : []));
  if (again.length === 0) {
    return answers;
  }
  const refused = again.map((index) => answers[index]);
  const pauses = refused.flatMap((answer) => pauseOf(answer) ?? []);
  if (pauses.length > 0) {
    await graph.pause(Math.max(...pauses));
  }
  if (pauses.length < refused.length) {
    await dropToken(tokens);
  }
  const repeated = await send(
    graph,
    tokens,
    again.map((index) => writes[index] as GraphWrite<unknown>),
  );
  for (const [position, index] of again.entries()) {
    answers[index] = repeated[position] as Answer;
  }
  return answers;
}

/** Throttled for a moment, or refused because of the token: in either case nothing was done. */
function isRepeatable(write: GraphWrite<unknown> | undefined, answer: Answer): boolean {
  if (write === undefined || answer instanceof AccessError || !('status' in answer)) {
    return false;
  }
  return shortPause(answer) !== null || (answer.status === 401 && refusal(write, answer).code === 'graph.unauthorized');
}

function pauseOf(answer: Answer | undefined): number | null {
  return answer === undefined || answer instanceof AccessError ? null : shortPause(answer);
}

async function dropToken(tokens: BearerTokens): Promise<void> {
  try {
    tokens.reject(await tokens.token());
  } catch {
    // The next use of the tokens fails the same way, and says so.
  }
}

/** One round trip; the answers stand where their writes do. */
async function send(
  graph: GraphCaller,
  tokens: BearerTokens,
  writes: readonly GraphWrite<unknown>[],
): Promise<readonly Answer[]> {
  const line: GraphRequestLine = {
    method: 'POST',
    version: 'v1.0',
    path: '/$batch',
    body: { requests: writes.map(toPart) },
  };
  const all = (answer: Answer) => writes.map(() => answer);
  let answer: GraphAnswer | LostAnswer;
  try {
    answer = await graph.exchange(tokens, line);
    const pauseMs = shortPause(answer);
    if (pauseMs !== null) {
      await graph.pause(pauseMs);
      answer = await graph.exchange(tokens, line);
    }
  } catch (error) {
    return all(asAccessError(error));
  }
  if (!('status' in answer)) {
    return all(answer.wasSent ? inDoubt(line, answer.reason) : unavailable(line, answer.reason));
  }
  if (!isSuccess(answer)) {
    const error = refusal(line, answer);
    return all(error.code === 'graph.unavailable' ? inDoubt(line, String(answer.status)) : error);
  }
  const parts = readParts(answer.body);
  for (const part of parts.values()) {
    if (part.status === 429) {
      graph.noteThrottled(part);
    }
  }
  return writes.map((_, index) => parts.get(String(index)) ?? { wasSent: true, reason: 'no answer in the batch' });
}

function toPart({ method, path, body }: GraphWrite<unknown>, index: number): Readonly<Record<string, unknown>> {
  const part = { id: String(index), method, url: path };
  return body === undefined ? part : { ...part, headers: { 'Content-Type': 'application/json' }, body };
}

/** By the id, since Graph answers in any order. One that cannot be read says nothing about the others. */
function readParts(body: string): ReadonlyMap<string, GraphAnswer> {
  const batch = batchAnswer.safeParse(asJson(body));
  const parts = new Map<string, GraphAnswer>();
  for (const row of batch.success ? batch.data.responses : []) {
    const part = partAnswer.safeParse(row);
    if (part.success) {
      const { id, status, headers, body: inner } = part.data;
      parts.set(id, { status, headers: new Headers(headers ?? {}), body: JSON.stringify(inner ?? null) });
    }
  }
  return parts;
}
