import type { PauseExtent } from './bot-setting.ts';

/** Whether the bot acts, as whoever changed it is told. Plain data, as in `notice.ts`. */
export interface PausedNotice {
  readonly card: 'paused';
  readonly isPaused: boolean;
  /** The rest is of a pause: null and empty when there is none. */
  readonly stops: PauseExtent | null;
  readonly reason: string;
  readonly byName: string | null;
  readonly since: string | null;
  /** A setting of whoever runs the bot pauses it as well, and goes on doing so. */
  readonly isPausedOutside: boolean;
}
