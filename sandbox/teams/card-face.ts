import { renderDates, renderMarkdown, renderMentions, type Viewer } from './card-text.ts';
import { asRecord, asRecords, asText, type Json } from './wire.ts';

/** An input as one card carries it. Hidden inputs are sent with their defaults, but nobody can fill them. */
export interface InputField {
  readonly id: string;
  readonly element: Json;
  readonly visible: boolean;
}

/** A card, or a card shown inside one by Action.ShowCard: its actions send its own inputs and those around it. */
export interface InputScope {
  readonly inputs: InputField[];
  readonly parent: InputScope | null;
}

export interface Button {
  readonly title: string;
  readonly action: Json;
  readonly scope: InputScope;
}

/** What a card shows to one person. `offers` also holds buttons that are hidden, folded away or disabled. */
export interface Face {
  readonly card: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly inputs: readonly InputField[];
  readonly offers: readonly Button[];
}

/** What a person opened or toggled on a card since it last changed. */
export interface Unfolding {
  readonly opened: Set<Json>;
  readonly visibility: Map<string, boolean>;
}

const ACTIONS = new Set([
  'Action.Execute',
  'Action.Submit',
  'Action.OpenUrl',
  'Action.OpenUrlDialog',
  'Action.ShowCard',
  'Action.ToggleVisibility',
  'Action.ResetInputs',
  'Action.Popover',
]);

const WORDLESS = new Set(['Image', 'ImageSet', 'Media', 'Icon', 'Rating', 'ProgressBar', 'Component']);

const INPUTS = new Set([
  'Input.Text',
  'Input.Number',
  'Input.Date',
  'Input.Time',
  'Input.Toggle',
  'Input.ChoiceSet',
  'Input.Rating',
]);

/** Where an element's children are, by element type. */
const CHILDREN: Readonly<Record<string, string>> = {
  Container: 'items',
  Column: 'items',
  CarouselPage: 'items',
  TableCell: 'items',
  ColumnSet: 'columns',
  Table: 'rows',
  TableRow: 'cells',
  Carousel: 'pages',
};

/** The type children have when they name none. */
const IMPLIED: Readonly<Record<string, string>> = {
  columns: 'Column',
  rows: 'TableRow',
  cells: 'TableCell',
  pages: 'CarouselPage',
};

interface Place {
  readonly visible: boolean;
  readonly scope: InputScope;
}

const NOBODY: ReadonlySet<string> = new Set();

class CardReader {
  readonly lines: string[] = [];
  readonly buttons: Button[] = [];
  readonly offers: Button[] = [];
  readonly inputs: InputField[] = [];
  named: string | null = null;
  heading: string | null = null;
  readonly #viewer: Viewer;
  readonly #unfolding: Unfolding | null;
  readonly #mentions: ReadonlySet<string>;

  constructor(viewer: Viewer, unfolding: Unfolding | null, mentions: ReadonlySet<string>) {
    this.#viewer = viewer;
    this.#unfolding = unfolding;
    this.#mentions = mentions;
  }

  card(card: Json, place: Place): void {
    for (const element of asRecords(card.body)) this.element(element, place);
    this.#actions(card.actions, place);
  }

  element(element: Json, outer: Place, implied?: string): void {
    const type = asText(element.type) ?? implied ?? '';
    const shown = this.#unfolding?.visibility.get(asText(element.id) ?? '') ?? element.isVisible !== false;
    const place: Place = { visible: outer.visible && shown, scope: outer.scope };
    const before = this.lines.length;
    if (!this.#read(type, element, place)) {
      const fallback = asRecord(element.fallback);
      if (fallback !== null) this.element(fallback, outer);
      return;
    }
    if (element.id === 'title' && this.named === null && this.lines.length > before) {
      this.named = this.lines.slice(before).join('\n');
    }
  }

  /** Says false for an element Teams does not know, whose fallback then takes its place. */
  #read(type: string, element: Json, place: Place): boolean {
    const children = CHILDREN[type];
    if (children !== undefined) {
      for (const child of asRecords(element[children])) this.element(child, place, IMPLIED[children]);
      return true;
    }
    if (INPUTS.has(type)) {
      this.#input(type, element, place);
      return true;
    }
    if (type === 'ActionSet') {
      this.#actions(element.actions, place);
      return true;
    }
    if (type === 'CompoundButton') {
      this.#line(element.title, place, false);
      this.#line(element.description, place, false);
      this.#actions([{ title: element.title, ...asRecord(element.selectAction) }], place);
      return true;
    }
    return this.#readText(type, element, place);
  }

  #readText(type: string, element: Json, place: Place): boolean {
    switch (type) {
      case 'TextBlock': {
        const line = this.#line(element.text, place, true);
        if (element.style === 'heading' && this.heading === null) this.heading = line;
        return true;
      }
      case 'RichTextBlock':
        // Mentions are for TextBlock and FactSet only.
        this.#line(runs(element.inlines), place, false, NOBODY);
        return true;
      case 'FactSet':
        for (const fact of asRecords(element.facts)) {
          this.#line(`${asText(fact.title) ?? ''} ${asText(fact.value) ?? ''}`.trim(), place, true);
        }
        return true;
      case 'Badge':
        this.#line(element.text, place, false);
        return true;
      case 'CodeBlock':
        this.#line(element.codeSnippet, place, false);
        return true;
      case 'ProgressRing':
        this.#line(element.label, place, false);
        return true;
      default:
        if (type.startsWith('Chart.')) this.#line(element.title, place, false);
        return WORDLESS.has(type) || type.startsWith('Chart.');
    }
  }

  #line(value: unknown, place: Place, markdown: boolean, mentions = this.#mentions): string | null {
    const raw = asText(value);
    if (raw === null || !place.visible) return null;
    const named = renderMentions(renderDates(raw, this.#viewer), mentions);
    const line = markdown ? renderMarkdown(named) : named;
    this.lines.push(line);
    return line;
  }

  #input(type: string, element: Json, place: Place): void {
    this.#line(element.label, place, false);
    if (type === 'Input.Toggle') this.#line(element.title, place, false);
    const id = asText(element.id);
    if (id !== null) {
      const field: InputField = { id, element: { ...element, type }, visible: place.visible };
      place.scope.inputs.push(field);
      if (place.visible) this.inputs.push(field);
    }
    const inline = asRecord(element.inlineAction);
    if (inline !== null) this.#actions([inline], place);
  }

  #actions(value: unknown, place: Place): void {
    const opened: Json[] = [];
    for (const listed of asRecords(value)) {
      const action = known(listed);
      if (action === null) continue;
      const button: Button = { title: asText(action.title) ?? '', action, scope: place.scope };
      this.offers.push(button);
      const id = asText(action.id) ?? '';
      const shown = this.#unfolding?.visibility.get(id) ?? action.isVisible !== false;
      const usable = place.visible && shown && action.isEnabled !== false && button.title !== '';
      if (usable) this.buttons.push(button);
      if (asRecord(inner(action)) !== null) opened.push(action);
      this.#actions(action.menuActions, { ...place, visible: usable });
    }
    for (const action of opened) {
      const card = asRecord(inner(action));
      const visible = place.visible && this.#unfolding?.opened.has(action) === true;
      if (card !== null) this.#nested(card, { visible, scope: { inputs: [], parent: place.scope } });
    }
  }

  #nested(card: Json, place: Place): void {
    if (card.type === 'AdaptiveCard') this.card(card, place);
    else this.element(card, place);
  }
}

function inner(action: Json): unknown {
  return action.type === 'Action.Popover' ? action.content : action.card;
}

function known(action: Json): Json | null {
  if (ACTIONS.has(asText(action.type) ?? '')) return action;
  const fallback = asRecord(action.fallback);
  return fallback === null ? null : known(fallback);
}

function runs(inlines: unknown): string {
  if (!Array.isArray(inlines)) return '';
  return inlines.map((run: unknown) => (typeof run === 'string' ? run : (asText(asRecord(run)?.text) ?? ''))).join('');
}

function mentionsOf(card: Json): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const entity of asRecords(asRecord(card.msteams)?.entities)) {
    const text = asText(entity.text);
    if (entity.type === 'mention' && text !== null) texts.add(text);
  }
  return texts;
}

/** Teams renders cards up to version 1.5; of a later one only the fallback text is seen. */
function isSupported(card: Json): boolean {
  const [major, minor] = String(card.version).split('.').map(Number);
  return major === 1 && minor !== undefined && minor <= 5;
}

/** Reads what one person sees of an Adaptive Card, in reading order. */
export function readCard(card: Json, viewer: Viewer, unfolding: Unfolding | null = null): Face {
  const id = asText(card.id);
  if (!isSupported(card)) {
    const text = asText(card.fallbackText) ?? '';
    return { card: id, title: text || null, text, buttons: [], inputs: [], offers: [] };
  }
  const reader = new CardReader(viewer, unfolding, mentionsOf(card));
  reader.card(card, { visible: true, scope: { inputs: [], parent: null } });
  return {
    card: id,
    title: reader.named ?? reader.heading ?? reader.lines[0] ?? null,
    text: reader.lines.join('\n'),
    buttons: reader.buttons,
    inputs: reader.inputs,
    offers: reader.offers,
  };
}

/** Reads a sign-in card that became visible: its buttons open links. */
export function readSignIn(content: Json): Face {
  const text = asText(content.text) ?? '';
  const scope: InputScope = { inputs: [], parent: null };
  const buttons = asRecords(content.buttons).map((button) => ({
    title: asText(button.title) ?? 'Sign in',
    action: { type: 'Action.OpenUrl', url: asText(button.value) },
    scope,
  }));
  return { card: 'sign-in', title: text || null, text, buttons, inputs: [], offers: buttons };
}
