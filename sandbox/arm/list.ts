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
  query.set('$skiptoken', Buffer.from(`skip:${end}`).toString('base64url'));
  return json(200, { value, nextLink: `${arm.tools.urls.arm}${encodeURI(exchange.path)}?${query}` });
}

function readOffset(token: string | null): number {
  if (token === null) {
    return 0;
  }
  const match = /^skip:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) {
    throw badRequest('The $skiptoken is not valid.');
  }
  return Number(match[1]);
}
