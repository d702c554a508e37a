import { type Listener, say } from './messages.ts';
import type { AdaptiveCardJson } from './render.ts';

/** What was pressed, as the client says it. */
export interface PressedButton {
  readonly verb: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The second step of a decision is named by its first. */
const FIRST_STEPS: Readonly<Record<string, string>> = { 'send-approve': 'approve', 'send-deny': 'deny' };

/** Keys under which elements hold what can be pressed. */
const PRESSABLE: ReadonlySet<string> = new Set(['actions', 'selectAction', 'inlineAction', 'refresh']);

/**
 * Shows a card while something that was pressed on it is under way: its own words and its id, nothing to press, nothing to fill
 * in, no refresh, and which button it was.
 */
export function inProgress(card: AdaptiveCardJson, pressed: PressedButton, reader: Listener): AdaptiveCardJson {
  const button = titleOf(card, pressed);
  const text = button === null ? say(reader, 'shared.in-progress') : say(reader, 'shared.in-progress-with', { button });
  const { body, ...rest } = withoutPressables(card) as AdaptiveCardJson;
  const note = {
    type: 'RichTextBlock',
    id: 'in-progress',
    separator: true,
    inlines: [{ type: 'TextRun', text, weight: 'Bolder' }],
  };
  return { ...rest, body: [...(Array.isArray(body) ? body : []), note] };
}

/** The title of the button that was pressed; of several with one verb the one with the same data. */
function titleOf(card: AdaptiveCardJson, { verb, data }: PressedButton): string | null {
  const wanted = FIRST_STEPS[verb] ?? verb;
  const buttons = executionsOf(card).filter((action) => action.verb === wanted);
  const isSame = (action: AdaptiveCardJson): boolean =>
    Object.entries((action.data ?? {}) as object).every(([name, value]) => data[name] === value);
  const title = (buttons.find(isSame) ?? buttons[0])?.title;
  return typeof title === 'string' ? title : null;
}

function executionsOf(node: unknown): readonly AdaptiveCardJson[] {
  if (Array.isArray(node)) {
    return node.flatMap(executionsOf);
  }
  if (typeof node !== 'object' || node === null) {
    return [];
  }
  const object = node as AdaptiveCardJson;
  const inner = Object.entries(object).flatMap(([name, value]) => (name === 'refresh' ? [] : executionsOf(value)));
  return object.type === 'Action.Execute' ? [object, ...inner] : inner;
}

function withoutPressables(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.filter((item) => !isPressable(item)).map(withoutPressables);
  }
  if (typeof node !== 'object' || node === null) {
    return node;
  }
  const kept = Object.entries(node).filter(([name, value]) => !(PRESSABLE.has(name) || isPressable(value)));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutPressables(value)]));
}

function isPressable(item: unknown): boolean {
  const type = typeof item === 'object' && item !== null && 'type' in item ? String(item.type) : '';
  return type === 'ActionSet' || type.startsWith('Input.') || type.startsWith('Action.');
}
