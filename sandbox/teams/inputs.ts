import type { Button, InputField, InputScope } from './card-face.ts';
import { Refusal } from './refusal.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

export type Inputs = Readonly<Record<string, string>>;

/** What the client found before sending: the data, or the messages it shows under the inputs. */
export type Filled = { readonly data: unknown } | { readonly problems: Readonly<Record<string, string>> };

function around(scope: InputScope): InputField[] {
  const inputs: InputField[] = [];
  for (let at: InputScope | null = scope; at !== null; at = at.parent) inputs.push(...at.inputs);
  return inputs;
}

/** Parts what was typed into inputs that this button sends and inputs that are not on its card (yet). */
export function partInputs(button: Button, given: Inputs): { here: Inputs; later: Inputs } {
  const ids = new Set(
    around(button.scope)
      .filter((input) => input.visible)
      .map((input) => input.id),
  );
  const entries = Object.entries(given);
  return {
    here: Object.fromEntries(entries.filter(([id]) => ids.has(id))),
    later: Object.fromEntries(entries.filter(([id]) => !ids.has(id))),
  };
}

/** The set of data that a box searches while somebody types into it, or null. */
export function searchedIn(button: Button, id: string): string | null {
  const input = around(button.scope).find((one) => one.visible && one.id === id);
  const query = asRecord(input?.element['choices.data']);
  const isFiltered = input?.element.style === 'filtered';
  return isFiltered && query?.type === 'Data.Query' ? asText(query.dataset) : null;
}

function choose(element: Json, typed: string): string {
  const choices = asRecords(element.choices);
  const pick = (text: string): string => {
    const wanted = text.trim();
    const found =
      choices.find((choice) => choice.value === wanted) ??
      choices.find((choice) => asText(choice.title)?.toLowerCase() === wanted.toLowerCase());
    if (found === undefined) {
      const titles = choices.map((choice) => `"${String(choice.title)}"`).join(', ');
      throw new Refusal(409, `input ${String(element.id)} has no choice "${wanted}"; it has ${titles || 'none'}`);
    }
    return String(found.value);
  };
  if (element.isMultiSelect !== true || typed === '') return typed === '' ? '' : pick(typed);
  return typed.split(',').map(pick).join(',');
}

function toggle(element: Json, typed: string): string {
  const on = asText(element.valueOn) ?? 'true';
  const off = asText(element.valueOff) ?? 'false';
  if (typed === on || typed === off) return typed;
  if (['true', 'on', 'yes'].includes(typed.toLowerCase())) return on;
  if (['false', 'off', 'no'].includes(typed.toLowerCase())) return off;
  throw new Refusal(409, `input ${String(element.id)} is a toggle: say true or false, not "${typed}"`);
}

const SHAPES: Readonly<Record<string, readonly [RegExp, string]>> = {
  'Input.Number': [/^-?\d+(\.\d+)?$/, 'a number'],
  'Input.Date': [/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-11-23'],
  'Input.Time': [/^\d{2}:\d{2}$/, 'a time such as 14:30'],
};

/** What the control of an input holds once a person typed into it. Refuses what the control could never hold. */
function typedInto(element: Json, typed: string): string {
  const type = String(element.type);
  if (type === 'Input.ChoiceSet') return choose(element, typed);
  if (type === 'Input.Toggle') return toggle(element, typed);
  const shape = SHAPES[type];
  if (shape !== undefined && typed !== '' && !shape[0].test(typed)) {
    throw new Refusal(409, `input ${String(element.id)} takes ${shape[1]}, not "${typed}"`);
  }
  const limit = type === 'Input.Text' && typeof element.maxLength === 'number' ? element.maxLength : null;
  return limit === null ? typed : typed.slice(0, limit);
}

function preset(element: Json): string {
  const value = element.value;
  if (element.type === 'Input.Toggle') {
    const on = asText(element.valueOn) ?? 'true';
    return String(value) === on ? on : (asText(element.valueOff) ?? 'false');
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function isOutside(element: Json, value: string): boolean {
  const { min, max } = element;
  if (element.type === 'Input.Number') {
    return (typeof min === 'number' && Number(value) < min) || (typeof max === 'number' && Number(value) > max);
  }
  if (element.type !== 'Input.Date' && element.type !== 'Input.Time') return false;
  return (typeof min === 'string' && value < min) || (typeof max === 'string' && value > max);
}

function problem(element: Json, value: string): string | null {
  const message = asText(element.errorMessage);
  const isSet =
    element.type === 'Input.Toggle' && element.isRequired === true
      ? value === (asText(element.valueOn) ?? 'true')
      : value !== '';
  if (element.isRequired === true && !isSet) return message ?? 'This input is required';
  if (value === '') return null;
  const regex = element.type === 'Input.Text' ? asText(element.regex) : null;
  if (regex !== null && !new RegExp(regex).test(value)) return message ?? 'This input is not valid';
  return isOutside(element, value) ? (message ?? 'This input is not valid') : null;
}

/**
 * Makes the data an action sends: its own data, overwritten by every input around it that holds something.
 * An input that is required and empty, or not valid, stops the client before anything is sent. `offered` are choices
 * of the bot's that were picked while typing.
 */
export function fillAction(button: Button, given: Inputs, offered: Inputs = {}): Filled {
  if (button.action.associatedInputs === 'none') return { data: button.action.data ?? {} };
  const problems: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const { id, element, visible } of around(button.scope)) {
    const typed = visible ? given[id] : undefined;
    const value = offered[id] ?? (typed === undefined ? preset(element) : typedInto(element, typed));
    const found = problem(element, value);
    if (found !== null) problems[id] = found;
    if (value !== '') values[id] = value;
  }
  if (Object.keys(problems).length > 0) return { problems };
  const data = button.action.data;
  if (typeof data === 'string') return { data };
  return { data: { ...(data as Json | undefined), ...values } };
}
