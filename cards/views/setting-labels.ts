import { type Listener, retold } from '../messages.ts';
import { wordsText } from '../plain-text.ts';

/**
 * The portal's name of a setting in the reader's language. Those of notifications are put together of up to three parts: whom
 * it goes to, when, and what of it is set.
 */
export function settingLabel(label: string, reader: Listener): string {
  const said = retold(reader, 'settings-labels', label);
  const [whole, what] = label.split(/: (?=[^:]*$)/);
  const [to, when] = (whole ?? '').split(', ');
  if (said !== label || when === undefined) {
    return wordsText(said);
  }
  const about = `${retold(reader, 'settings-labels', to ?? '')}, ${retold(reader, 'settings-labels', when)}`;
  return wordsText(what === undefined ? about : `${about}: ${retold(reader, 'settings-labels', what)}`);
}
