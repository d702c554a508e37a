import type {
  SettingsDocumentNotice,
  SettingsFormNotice,
  SettingsNotice,
} from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { viewSettings } from './settings.ts';
import { viewSettingsDocument } from './settings-document.ts';
import { viewSettingsForm } from './settings-form.ts';

/** Turns a notice about the settings of a role into the words and switches of its card. */
export function viewSettingsCard(
  notice: SettingsNotice | SettingsDocumentNotice | SettingsFormNotice,
  context: CardContext,
) {
  switch (notice.card) {
    case 'settings':
      return viewSettings(notice, context);
    case 'settings-document':
      return viewSettingsDocument(notice, context);
    case 'settings-form':
      return viewSettingsForm(notice, context);
  }
}
