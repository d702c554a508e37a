import type { RenderedCard } from '../../../cards/render.ts';
import { bodyOf, type Json } from '../../support/card-reading.ts';

/** The same card with what stands in containers lifted into its body, in reading order, as people see it. */
export function unboxed(rendered: RenderedCard): RenderedCard {
  const body = bodyOf(rendered).flatMap((element) =>
    element.type === 'Container' ? (element.items as readonly Json[]) : [element],
  );
  return { ...rendered, card: { ...rendered.card, body } };
}
