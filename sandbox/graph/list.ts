import { skipToken } from '../platform/skip-token.ts';
import type { Answer } from '../platform/types.ts';
import { type Filterable, type Json, parseFilter } from './filter.ts';
import { badRequest, notSimulated } from './problem.ts';
import { type Expansion, type Query, type QueryOption, readQuery } from './query.ts';
import { type Call, json } from './route.ts';
import type { Graph } from './tools.ts';

/** An entity as JSON, with what `$expand` may add; a link is followed only when asked for. */
export interface Row {
  readonly json: Json;
  readonly links: Readonly<Record<string, () => Row | readonly Row[] | null>>;
  readonly onSelect?: Json;
}

export interface ListShape {
  /** What stands behind `$metadata#`. */
  readonly context: string;
  readonly filterable: Filterable;
  readonly options: readonly QueryOption[];
}

/** Answers a collection: filter, page, expand, select, in this order; the next link is absolute. */
export function answerList(graph: Graph, call: Call, rows: readonly Row[], shape: ListShape): Answer {
  const query = readQuery(call.exchange.query, shape.options);
  const matching = query.filter === null ? rows : filtered(rows, query.filter, shape.filterable);
  const size = Math.min(graph.world.settings.pageSize, query.top ?? Number.POSITIVE_INFINITY);
  const end = query.offset + size;
  const value = matching.slice(query.offset, end).map((row) => shaped(row, query));
  const next = end < matching.length ? { '@odata.nextLink': nextLink(graph, call, end) } : {};
  return json(200, { '@odata.context': contextUrl(graph, shape.context), ...next, value });
}

/** Answers one entity; of the query options only `$select` and `$expand` make sense. */
export function answerEntity(graph: Graph, call: Call, row: Row, context: string): Answer {
  const query = readQuery(call.exchange.query, ['$select', '$expand']);
  return json(200, { '@odata.context': contextUrl(graph, `${context}/$entity`), ...shaped(row, query) });
}

export function contextUrl(graph: Graph, context: string): string {
  return `${graph.tools.urls.graph}/v1.0/$metadata#${context}`;
}

export function leaf(entity: Json): Row {
  return { json: entity, links: {} };
}

function filtered(rows: readonly Row[], filter: string, filterable: Filterable): readonly Row[] {
  const matches = parseFilter(filter, filterable);
  return rows.filter((row) => matches(row.json));
}

export function shaped(row: Row, query: Pick<Query, 'select' | 'expand'>): Json {
  const chosen = query.select === null ? row.json : pick({ ...row.json, ...row.onSelect }, query.select);
  const expanded = query.expand.map((expansion) => [expansion.name, follow(row, expansion)] as const);
  return { ...chosen, ...Object.fromEntries(expanded) };
}

function follow(row: Row, expansion: Expansion): Json | readonly Json[] | null {
  const link = row.links[expansion.name];
  if (link === undefined) {
    throw notSimulated(`$expand=${expansion.name} here`);
  }
  const target = link();
  if (target === null) {
    return null;
  }
  return 'json' in target ? shaped(target, expansion) : target.map((one) => shaped(one, expansion));
}

function pick(entity: Json, names: readonly string[]): Json {
  const unknown = names.find((name) => !(name in entity));
  if (unknown !== undefined && !/\.(user|group)$/.test(String(entity['@odata.type']))) {
    throw badRequest(`Could not find a property named '${unknown}'.`);
  }
  const kept = Object.entries(entity).filter(([name]) => names.includes(name) || name === '@odata.type');
  return Object.fromEntries(kept);
}

function nextLink(graph: Graph, call: Call, offset: number): string {
  const query = new URLSearchParams(call.exchange.query);
  query.set('$skiptoken', skipToken(offset));
  return `${graph.tools.urls.graph}${encodeURI(call.exchange.path)}?${query}`;
}
