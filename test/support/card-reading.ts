import type { RenderedCard } from '../../cards/render.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Every object of a card, itself included, in reading order. */
export function partsOf(value: unknown): Json[] {
  if (Array.isArray(value)) {
    return value.flatMap(partsOf);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return [value as Json, ...Object.values(value).flatMap(partsOf)];
}

export function bodyOf({ card }: RenderedCard): Json[] {
  return card.body as Json[];
}

/** All that can be pressed, in reading order: what stands beside an entry, then what is below the card. */
export function actionsOf({ card }: RenderedCard): Json[] {
  const beside = partsOf(card.body).filter((part) => part.type === 'ActionSet');
  return [...beside.flatMap((part) => part.actions as Json[]), ...((card.actions ?? []) as Json[])];
}

export function buttonsOf(rendered: RenderedCard): unknown[] {
  return actionsOf(rendered).map((action) => action.title);
}

export function inputsOf(rendered: RenderedCard): Json[] {
  return bodyOf(rendered).filter((element) => String(element.type).startsWith('Input.'));
}

export function elementOf(rendered: RenderedCard, id: string): Json | undefined {
  return bodyOf(rendered).find((element) => element.id === id);
}

/** What a person reads in the element of that id; null when the card has none. */
export function textOf(rendered: RenderedCard, id: string): string | null {
  const element = elementOf(rendered, id);
  return element === undefined ? null : textIn(element);
}

/** Everything that stands on the card, without its inputs, one line per element. */
export function linesOf(rendered: RenderedCard): string[] {
  return bodyOf(rendered)
    .filter(({ type }) => !String(type).startsWith('Input.') && type !== 'ActionSet')
    .map(textIn);
}

function textIn(element: Json): string {
  if (element.type === 'RichTextBlock') {
    return (element.inlines as Json[]).map((run) => String(run.text)).join('');
  }
  return String(element.text ?? '');
}
