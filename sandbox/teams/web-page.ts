/** A form, with what it sends when nobody changes anything. */
export interface WebForm {
  readonly method: 'GET' | 'POST';
  readonly action: URL;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** What a browser without script makes of a page. */
export interface WebPage {
  readonly title: string;
  /** Visible words, a line for each block. */
  readonly text: string;
  readonly forms: readonly WebForm[];
  /** Where the page goes on by itself, at once. */
  readonly refresh: URL | null;
}

type Attributes = ReadonlyMap<string, string>;

const TAG = /<!--[\s\S]*?(?:-->|$)|<!(?:"[^"]*"|[^">])*>|<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/g;
const ATTRIBUTE = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi;
const REFRESH = /^\s*0*(?:\.0*)?\s*[;,]\s*url\s*=\s*(['"]?)(.*?)\1\s*$/is;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  rarr: '→',
};

/** Elements whose words nobody sees. */
const UNSEEN: ReadonlySet<string> = new Set(['script', 'style', 'title', 'template', 'svg']);
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo cite code em i input kbd label mark q s small span strong sub sup time u var wbr'.split(' '),
);
/** Inputs that send nothing, or only when they are pressed. */
const SILENT: ReadonlySet<string> = new Set(['submit', 'button', 'reset', 'image', 'file']);

interface OpenForm {
  readonly method: 'GET' | 'POST';
  readonly action: URL;
  readonly fields: [string, string][];
  isPressed: boolean;
}

class PageReader {
  readonly #at: URL;
  readonly forms: OpenForm[] = [];
  refresh: URL | null = null;
  title = '';
  text = '';
  #form: OpenForm | null = null;
  /** The unseen element we are in. */
  #unseen: string | null = null;

  constructor(at: URL) {
    this.#at = at;
  }

  words(raw: string): void {
    if (this.#unseen === 'title') this.title += decode(raw);
    if (this.#unseen === null) this.text += decode(raw.replaceAll(/\s+/g, ' '));
  }

  tag(isEnd: boolean, name: string, attributes: Attributes): void {
    if (this.#unseen !== null) {
      if (isEnd && name === this.#unseen) this.#unseen = null;
      return;
    }
    if (!INLINE.has(name)) this.text += '\n';
    if (isEnd) {
      if (name === 'form') this.#form = null;
      return;
    }
    if (UNSEEN.has(name)) this.#unseen = name;
    if (name === 'meta') this.#meta(attributes);
    if (name === 'form') this.#openForm(attributes);
    if (name === 'input' || name === 'button') this.#field(name, attributes);
  }

  #meta(attributes: Attributes): void {
    if (attributes.get('http-equiv')?.toLowerCase() !== 'refresh') return;
    const target = REFRESH.exec(attributes.get('content') ?? '')?.[2];
    if (target !== undefined && URL.canParse(target, this.#at)) this.refresh = new URL(target, this.#at);
  }

  #openForm(attributes: Attributes): void {
    const method = attributes.get('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET';
    const action = attributes.get('action') ?? '';
    if (!URL.canParse(action, this.#at)) return;
    this.#form = { method, action: new URL(action, this.#at), fields: [], isPressed: false };
    this.forms.push(this.#form);
  }

  #field(element: string, attributes: Attributes): void {
    const form = this.#form;
    if (form === null || attributes.has('disabled')) return;
    const type = attributes.get('type')?.toLowerCase() ?? (element === 'button' ? 'submit' : 'text');
    const name = attributes.get('name') ?? '';
    // The form is sent with its first button, which adds its own value.
    const isPressed = type === 'submit' && !form.isPressed;
    if (isPressed) form.isPressed = true;
    const isChosen = attributes.has('checked') || (type !== 'checkbox' && type !== 'radio');
    if (name === '' || (SILENT.has(type) ? !isPressed : !isChosen)) return;
    const fallback = type === 'checkbox' || type === 'radio' ? 'on' : '';
    form.fields.push([name, attributes.get('value') ?? fallback]);
  }
}

/** Reads a page that came from that address. Forms without a button that submits them are left out: nobody could. */
export function readPage(html: string, at: URL): WebPage {
  const reader = new PageReader(at);
  let from = 0;
  for (const match of html.matchAll(TAG)) {
    reader.words(html.slice(from, match.index));
    from = match.index + match[0].length;
    const [, slash, name, attributes = ''] = match;
    if (name !== undefined) reader.tag(slash === '/', name.toLowerCase(), readAttributes(attributes));
  }
  reader.words(html.slice(from));
  const lines = reader.text.split('\n').map((line) => line.replaceAll(/[ \u00a0]+/g, ' ').trim());
  return {
    title: reader.title.replaceAll(/\s+/g, ' ').trim(),
    text: lines.filter((line) => line !== '').join('\n'),
    forms: reader.forms.filter((form) => form.isPressed),
    refresh: reader.refresh,
  };
}

function readAttributes(text: string): Attributes {
  const found = [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]): [string, string] => {
    return [name.toLowerCase(), decode(double ?? single ?? bare ?? '')];
  });
  // The first of two counts.
  return new Map(found.toReversed());
}

function decode(text: string): string {
  return text.replaceAll(ENTITY, (whole: string, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0 && point <= 0x10_ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}
