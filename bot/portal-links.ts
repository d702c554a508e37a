import { CLOUDS, type Cloud } from './clouds.ts';
import type { RenderCard } from './rendering.ts';

/** Where links of cards lead as they are written: to the portal of the public cloud. */
const WRITTEN = `${CLOUDS.public.portalUrl}/`;

/** Lets every link to the portal lead to the one of the cloud; texts stay as they are. */
export function withPortalOf({ portalUrl }: Pick<Cloud, 'portalUrl'>, render: RenderCard): RenderCard {
  if (portalUrl === CLOUDS.public.portalUrl) {
    return render;
  }
  const moved = (key: string, value: unknown): unknown =>
    key === 'url' && typeof value === 'string' && value.startsWith(WRITTEN)
      ? `${portalUrl}/${value.slice(WRITTEN.length)}`
      : value;
  return (...asked) => {
    const rendered = render(...asked);
    return { ...rendered, card: JSON.parse(JSON.stringify(rendered.card, moved)) as typeof rendered.card };
  };
}
