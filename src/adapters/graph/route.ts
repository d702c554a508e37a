import type { GraphRequestLine } from './graph-transport.ts';

const WORD = /^\$?[A-Za-z.]+$/;
const FUNCTION = /^([A-Za-z.]+)\(/;

/** Method and route of a call, with a placeholder for whatever is not a word of Graph's own: ids and names of anybody. */
export function routeOf({ method, path }: Pick<GraphRequestLine, 'method' | 'path'>): string {
  const [bare = ''] = path.split('?');
  const segments = bare.split('/').map((segment) => {
    const called = FUNCTION.exec(segment)?.[1];
    if (called !== undefined) {
      return `${called}()`;
    }
    return segment === '' || WORD.test(segment) ? segment : '{id}';
  });
  return `${method} ${segments.join('/')}`;
}
