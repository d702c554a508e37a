import type { RoleDefinition } from '../../domain/role-definition.ts';
import { type JsonNode, type JsonObject, readJson } from './json-source.ts';
import { findDuplicateKeys, type RoleNotes, readObject, spotAt } from './object-reader.ts';
import { readCliRole, readFlatRole, readRestRole } from './read-azure-role.ts';
import { readGraphRole } from './read-directory-role.ts';
import {
  type RoleFileProblem,
  type RoleFileReading,
  type RoleFileShape,
  type RoleInFile,
  SHAPE_WORDS,
} from './role-file.ts';
import { decodeRoleFile } from './role-file-text.ts';

/** Which keys show which shape; any one of them is enough. */
const MARKS: readonly (readonly [RoleFileShape, readonly string[]])[] = [
  ['rest', ['properties']],
  ['cli', ['permissions']],
  ['powershell', ['actions', 'notactions', 'dataactions', 'notdataactions']],
  ['graph', ['rolepermissions']],
];

const READERS: Readonly<Record<RoleFileShape, (node: JsonObject, path: string, notes: RoleNotes) => RoleDefinition>> = {
  powershell: readFlatRole,
  cli: readCliRole,
  rest: readRestRole,
  graph: readGraphRole,
};

/**
 * Reads the role definitions of a file, in any of the shapes: one, a list, or `{"value": […]}`. The shape is found first, since
 * `name` means two things. Null, an empty list and nothing at all are the same; keys may be in any case.
 *
 * Never throws. A role that is only partly understood is given with its problems, see `obstacles`.
 */
export function readRoleFile(bytes: Uint8Array): RoleFileReading {
  const decoded = decodeRoleFile(bytes);
  return decoded.isValid ? readRoleText(decoded.text) : { roles: [], problems: [decoded.problem] };
}

/** The same of a text. */
export function readRoleText(text: string): RoleFileReading {
  if (text.trim() === '') {
    return fail({ rule: 'json', text: 'the file is empty', spot: null, isUnderstood: false });
  }
  const json = readJson(text);
  if (!json.isValid) {
    const spot = spotAt(json.at, '$');
    return fail({ rule: json.why, text: json.text, spot, isUnderstood: false });
  }
  const { items, problems } = openContainer(json.root);
  const roles: RoleInFile[] = [];
  const own: RoleFileProblem[] = [...findDuplicateKeys(json.root, '$'), ...problems];
  for (const { node, path } of items) {
    const shape = findShape(node);
    if (shape.isFound) {
      roles.push(readRole(node as JsonObject, path, shape.shape));
    } else {
      own.push({ rule: 'shape', text: shape.text, spot: spotAt(node.at, path), isUnderstood: false });
    }
  }
  return { roles, problems: [...own, ...findMixture(roles)] };
}

function fail(problem: RoleFileProblem): RoleFileReading {
  return { roles: [], problems: [problem] };
}

interface Item {
  readonly node: JsonNode;
  readonly path: string;
}

function openContainer(root: JsonNode): {
  readonly items: readonly Item[];
  readonly problems: readonly RoleFileProblem[];
} {
  if (root.kind === 'array') {
    return { items: itemsOf(root.items, '$'), problems: [] };
  }
  const value = root.kind === 'object' ? root.members.find(({ key }) => key.toLowerCase() === 'value') : undefined;
  if (root.kind !== 'object' || value?.value.kind !== 'array' || findShape(root).isFound) {
    return { items: [{ node: root, path: '$' }], problems: [] };
  }
  const notes: RoleNotes = { problems: [], spots: new Map() };
  const reader = readObject(root, '$', notes);
  reader.value('value');
  const next = ['nextLink', '@odata.nextLink'].find((name) => reader.value(name) !== null);
  reader.refuseOthers(['count']);
  if (next !== undefined) {
    const text = `this is one page of several (${next}): get the others and put them together`;
    notes.problems.push({ rule: 'shape', text, spot: spotAt(root.at, '$'), isUnderstood: false });
  }
  return { items: itemsOf(value.value.items, `$.${value.key}`), problems: notes.problems };
}

function itemsOf(nodes: readonly JsonNode[], path: string): readonly Item[] {
  return nodes.map((node, index) => ({ node, path: `${path}[${index}]` }));
}

type Finding =
  | { readonly isFound: true; readonly shape: RoleFileShape }
  | { readonly isFound: false; readonly text: string };

function findShape(node: JsonNode): Finding {
  if (node.kind !== 'object') {
    return { isFound: false, text: 'a role definition is an object, in braces' };
  }
  const keys = new Set(node.members.map(({ key }) => key.toLowerCase()));
  const shapes = MARKS.filter(([, marks]) => marks.some((mark) => keys.has(mark))).map(([shape]) => shape);
  const [shape, other] = shapes;
  if (shape === undefined) {
    const text =
      'this is no role definition: it has none of properties (REST), permissions (Azure CLI), Actions or DataActions (PowerShell) and rolePermissions (Graph)';
    return { isFound: false, text };
  }
  if (other === undefined) {
    return { isFound: true, shape };
  }
  const names = shapes.map((each) => SHAPE_WORDS[each]).join(' and ');
  const why = shapes.includes('graph')
    ? 'no role is of Entra and of Azure at once; make two files'
    : 'which one counts would be a guess; keep one';
  return { isFound: false, text: `this is in several shapes at once, ${names}: ${why}` };
}

function readRole(node: JsonObject, path: string, shape: RoleFileShape): RoleInFile {
  const notes: RoleNotes = { problems: [], spots: new Map([['', spotAt(node.at, path)]]) };
  const definition = READERS[shape](node, path, notes);
  return { definition, shape, spots: notes.spots, problems: notes.problems };
}

/** A list that a tool printed is of one shape. */
function findMixture(roles: readonly RoleInFile[]): readonly RoleFileProblem[] {
  const [first] = roles;
  const stranger = roles.find(({ shape }) => shape !== first?.shape);
  if (first === undefined || stranger === undefined) {
    return [];
  }
  const text = `this list begins in ${SHAPE_WORDS[first.shape]} and goes on in ${SHAPE_WORDS[stranger.shape]}: make two files`;
  return [{ rule: 'shape', text, spot: stranger.spots.get('') ?? null, isUnderstood: false }];
}
