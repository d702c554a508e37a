import type { Clock } from './clauses/clock.ts';
import type { Time } from './clauses/time.ts';
import type { Token } from './tokens.ts';

/** A part of the sentence that was recognised, in the order in which it was said. */
export type Piece =
  | { readonly kind: 'words'; readonly tokens: Token[]; readonly isJoined: boolean }
  | { readonly kind: 'scope'; readonly tokens: Token[] }
  | { readonly kind: 'action'; readonly tokens: Token[] }
  | { readonly kind: 'person'; readonly tokens: Token[] }
  | { readonly kind: 'role'; readonly tokens: Token[] }
  | { readonly kind: 'unread'; readonly tokens: Token[] }
  | { readonly kind: 'duration'; readonly seconds: number | null; readonly said: string }
  | { readonly kind: 'calendar'; readonly length: Temporal.Duration; readonly said: string }
  | { readonly kind: 'permanent' }
  /** `as eligible`, `as code`: one word that says how. */
  | { readonly kind: 'mode'; readonly mode: string }
  | { readonly kind: 'start'; readonly time: Time; readonly said: string }
  | { readonly kind: 'until'; readonly time: Time; readonly rangeFrom: Clock | null; readonly said: string }
  | { readonly kind: 'ticket'; readonly ticket: string };

/** Pieces that go on until the next clause. */
export type OpenPiece = Extract<Piece, { tokens: Token[] }>;

/** What a reader made of the words at one place. */
export type ClauseReading =
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[]; readonly next: number; readonly isOpen: boolean }
  | { readonly kind: 'justification'; readonly from: number };
