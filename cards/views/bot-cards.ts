import type { HelpNotice, PreferencesNotice } from '../../src/domain/notice.ts';
import type { PausedNotice } from '../../src/domain/serving-notice.ts';
import type { CardContext } from '../context.ts';
import { viewHelp } from './help.ts';
import { viewPaused } from './paused.ts';
import { viewPreferences } from './preferences.ts';

type BotNotice = HelpNotice | PausedNotice | PreferencesNotice;

/** Views of the cards about the bot itself. */
export function viewBotCard(notice: BotNotice, context: CardContext) {
  switch (notice.card) {
    case 'help':
      return viewHelp(notice, context);
    case 'paused':
      return viewPaused(notice, context);
    case 'preferences':
      return viewPreferences(notice, context);
  }
}
