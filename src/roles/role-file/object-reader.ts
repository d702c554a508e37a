import { typoDistance } from '../../domain/distance.ts';
import type { JsonMember, JsonNode, JsonObject, Place } from './json-source.ts';
import type { RoleFileProblem, Spot } from './role-file.ts';

/** Of keys that nobody knows in one object so many are told one by one. */
const MOST_UNKNOWN = 20;

/** Longer keys are cut where they are told. */
const LONGEST_TOLD = 60;

/** Collects what is known of one role while it is read. */
export interface RoleNotes {
  readonly problems: RoleFileProblem[];
  readonly spots: Map<string, Spot>;
}

/** Reads the members of one object whatever the case of their keys; what it is not asked for, it tells at the end. */
export interface ObjectReader {
  /** The key as it is written; null where there is none. */
  keyOf(name: string): string | null;
  /** The value and where it stands; null where it is absent or null. */
  value(name: string): { readonly node: JsonNode; readonly path: string } | null;
  /** `''` where it is absent, null or no text. `part` is its way in the model. */
  text(name: string, part: string): string;
  /** Null where it is absent, null or neither true nor false. */
  flag(name: string): boolean | null;
  /** Empty where it is absent, null or no list of texts. */
  texts(name: string, part: string): readonly string[];
  /** Empty where it is absent, null or no list of objects. */
  objects(name: string, part: string): readonly { readonly node: JsonObject; readonly path: string }[];
  /** Tells keys that were not asked for and are not among these. */
  refuseOthers(ignored: readonly string[]): void;
}

/** Makes a reader of an object. Of keys that come twice the first counts here: that there are two is told elsewhere. */
export function readObject(object: JsonObject, path: string, notes: RoleNotes): ObjectReader {
  const members = new Map<string, JsonMember>();
  for (const member of object.members) {
    const key = member.key.toLowerCase();
    members.set(key, members.get(key) ?? member);
  }
  const asked = new Map<string, string>();
  const wrong = (at: Place, way: string, text: string): void =>
    void notes.problems.push({ rule: 'shape', text, spot: spotAt(at, way), isUnderstood: false });

  function value(name: string): { readonly node: JsonNode; readonly path: string } | null {
    asked.set(name.toLowerCase(), name);
    const member = members.get(name.toLowerCase());
    return member === undefined || isNull(member.value)
      ? null
      : { node: member.value, path: stepInto(path, member.key) };
  }

  function items(name: string, what: string): readonly { readonly node: JsonNode; readonly path: string }[] {
    const found = value(name);
    if (found === null) {
      return [];
    }
    if (found.node.kind !== 'array') {
      wrong(found.node.at, found.path, `${name} must be a list of ${what}, in square brackets`);
      return [];
    }
    return found.node.items.map((node, index) => ({ node, path: `${found.path}[${index}]` }));
  }

  return {
    keyOf: (name) => members.get(name.toLowerCase())?.key ?? null,
    value,
    text(name, part) {
      const found = value(name);
      if (found === null) {
        return '';
      }
      notes.spots.set(part, spotAt(found.node.at, found.path));
      if (found.node.kind === 'scalar' && typeof found.node.value === 'string') {
        return found.node.value;
      }
      wrong(found.node.at, found.path, `${name} must be text, in double quotes`);
      return '';
    },
    flag(name) {
      const found = value(name);
      if (found === null) {
        return null;
      }
      if (found.node.kind === 'scalar' && typeof found.node.value === 'boolean') {
        return found.node.value;
      }
      wrong(found.node.at, found.path, `${name} must be true or false, without quotes`);
      return null;
    },
    texts(name, part) {
      const found = value(name);
      if (found !== null) {
        notes.spots.set(part, spotAt(found.node.at, found.path));
      }
      const texts: string[] = [];
      for (const { node, path: way } of items(name, 'texts')) {
        if (node.kind === 'scalar' && typeof node.value === 'string') {
          notes.spots.set(`${part}.${texts.length}`, spotAt(node.at, way));
          texts.push(node.value);
        } else {
          wrong(node.at, way, `${name} must hold texts in double quotes, and nothing else`);
        }
      }
      return texts;
    },
    objects(name, part) {
      const found = value(name);
      if (found !== null) {
        notes.spots.set(part, spotAt(found.node.at, found.path));
      }
      return items(name, 'objects').flatMap(({ node, path: way }) => {
        if (node.kind === 'object') {
          return [{ node, path: way }];
        }
        wrong(node.at, way, `${name} must hold objects, in braces, and nothing else`);
        return [];
      });
    },
    refuseOthers(ignored) {
      const known = new Map([...ignored.map((name) => [name.toLowerCase(), name] as const), ...asked]);
      const unknown = object.members.filter(({ key }) => !known.has(key.toLowerCase()) && !key.includes('@odata.'));
      for (const { key, at } of unknown.slice(0, MOST_UNKNOWN)) {
        wrong(at, stepInto(path, key), `there is no key “${shorten(key)}” here${nearest(key, asked)}`);
      }
      const next = unknown[MOST_UNKNOWN];
      if (next !== undefined) {
        const more = unknown.length - MOST_UNKNOWN;
        wrong(next.at, path, `there are ${more.toLocaleString('en-US')} more keys here that nobody knows`);
      }
    },
  };
}

/** Tells keys that come twice, in any case, anywhere below: readers of JSON take one of them without a word. */
export function findDuplicateKeys(node: JsonNode, path: string): readonly RoleFileProblem[] {
  if (node.kind === 'array') {
    return node.items.flatMap((item, index) => findDuplicateKeys(item, `${path}[${index}]`));
  }
  if (node.kind === 'scalar') {
    return [];
  }
  const first = new Map<string, JsonMember>();
  return node.members.flatMap((member): readonly RoleFileProblem[] => {
    const way = stepInto(path, member.key);
    const earlier = first.get(member.key.toLowerCase());
    first.set(member.key.toLowerCase(), earlier ?? member);
    const below = findDuplicateKeys(member.value, way);
    if (earlier === undefined) {
      return below;
    }
    const same = earlier.key === member.key ? 'comes twice' : `is “${shorten(earlier.key)}” again`;
    const text = `the key “${shorten(member.key)}” ${same}: the first is in line ${earlier.at.line}, column ${earlier.at.column}`;
    return [{ rule: 'duplicate-key', text, spot: spotAt(member.at, way), isUnderstood: false }, ...below];
  });
}

/** Where something stands, and the way there. */
export function spotAt({ line, column }: Place, path: string): Spot {
  return { line, column, path };
}

function stepInto(path: string, key: string): string {
  return /^[A-Za-z_]\w{0,59}$/.test(key) ? `${path}.${key}` : `${path}['${shorten(key).replaceAll("'", "\\'")}']`;
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function nearest(key: string, known: ReadonlyMap<string, string>): string {
  const near = [...known].find(([lowered]) => typoDistance(key.toLowerCase(), lowered, 2) <= 2);
  return near === undefined ? '' : `; did you mean “${near[1]}”?`;
}

function shorten(key: string): string {
  return key.length > LONGEST_TOLD ? `${key.slice(0, LONGEST_TOLD)}…` : key;
}
