const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that is safe to send: only {@link html} makes it. */
export class Html {
  readonly #markup: string;

  constructor(strings: TemplateStringsArray, values: readonly Markup[]) {
    this.#markup = strings.reduce((text, part, index) => `${text}${written(values[index - 1] ?? null)}${part}`);
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template. Texts are escaped, wherever they come from; null is nothing. */
type Markup = string | Html | readonly Html[] | null;

function written(value: Markup): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'string') {
    return value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
  }
  return value instanceof Html ? value.toString() : value.map(String).join('');
}

/** Writes markup. Every text put into it is escaped for elements and for attributes in quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Markup[]): Html {
  return new Html(strings, values);
}
