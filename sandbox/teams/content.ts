import { type Face, readCard, readSignIn, type Unfolding } from './card-face.ts';
import { renderMarkdown, renderMentions, type Viewer } from './card-text.ts';
import type { Content } from './chats.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';
const SIGN_IN = 'application/vnd.microsoft.card.oauth';

/** Why a message is refused: a status of the connector, its error code and a text. */
export interface ContentProblem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const bad = (message: string): ContentProblem => ({ status: 400, code: 'BadArgument', message });

function words(activity: Json): string {
  const text = asText(activity.text) ?? '';
  const mentions = asRecords(activity.entities)
    .filter((entity) => entity.type === 'mention')
    .map((entity) => asText(entity.text) ?? '');
  const named = renderMentions(text, new Set(mentions));
  const format = activity.textFormat ?? 'markdown';
  if (format === 'xml') return named.replace(/<br\s*\/?>/gi, '\n').replace(/<[^>]+>/g, '');
  return format === 'markdown' ? renderMarkdown(named) : named;
}

function problemOfCard(card: Json | null): ContentProblem | null {
  if (card?.type !== 'AdaptiveCard')
    return bad('The attachment is no Adaptive Card: content.type must be AdaptiveCard');
  if (typeof card.version !== 'string' || !/^1\.\d$/.test(card.version)) return bad('The Adaptive Card has no version');
  return null;
}

/** Reads what a message of the bot carries, or says why Teams would not take it. */
export function readContent(activity: Json): Content | ContentProblem {
  const attachments = asRecords(activity.attachments);
  const text = words(activity);
  const [attachment] = attachments;
  if (attachment === undefined) {
    return text === '' ? bad('The message has neither text nor attachment') : { text, card: null, signIn: null };
  }
  if (attachments.length > 1) {
    return { status: 501, code: 'NotImplemented', message: 'The sandbox shows one attachment per message' };
  }
  const content = asRecord(attachment.content);
  if (attachment.contentType === SIGN_IN) {
    return content === null ? bad('The sign-in card is empty') : { text, card: null, signIn: content };
  }
  if (attachment.contentType !== ADAPTIVE) {
    const message = `The sandbox does not know attachments of type ${String(attachment.contentType)}`;
    return { status: 501, code: 'NotImplemented', message };
  }
  return problemOfCard(content) ?? { text, card: content, signIn: null };
}

/** Reads what one person sees of a message. */
export function readFace(content: Content, viewer: Viewer, unfolding: Unfolding | null = null): Face {
  const face = cardFace(content, viewer, unfolding);
  if (content.text === '' || face === null) {
    return face ?? { card: null, title: null, text: content.text, buttons: [], inputs: [], offers: [] };
  }
  return { ...face, text: face.text === '' ? content.text : `${content.text}\n${face.text}` };
}

function cardFace({ card, signIn }: Content, viewer: Viewer, unfolding: Unfolding | null): Face | null {
  if (card !== null) return readCard(card, viewer, unfolding);
  return signIn === null ? null : readSignIn(signIn);
}
