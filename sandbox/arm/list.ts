import { readSkipToken, skipToken } from '../platform/skip-token.ts';
import type { Answer } from '../platform/types.ts';
import { badRequest } from './problem.ts';
import { json } from './route.ts';
import type { Arm, Call } from './tools.ts';

/** Answers a page of rows; `nextLink` is absolute and repeats the query. */
export function answerList(arm: Arm, { exchange }: Call, rows: readonly unknown[]): Answer {
  const offset = readOffset(exchange.query.get('$skiptoken'));
  const end = offset + arm.world.settings.pageSize;
  const value = rows.slice(offset, end);
  if (end >= rows.length) {
    return json(200, { value });
  }
  const query = new URLSearchParams(exchange.query);
  query.set('$skiptoken', skipToken(end));
  return json(200, { value, nextLink: `${arm.tools.urls.arm}${encodeURI(exchange.path)}?${query}` });
}

function readOffset(token: string | null): number {
  const offset = readSkipToken(token);
  if (offset === null) {
    throw badRequest('The $skiptoken is not valid.');
  }
  return offset;
}
