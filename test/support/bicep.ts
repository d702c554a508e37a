import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What a Bicep file declares, as far as it can be told without Microsoft's compiler, which is in no package registry. */
export interface BicepFile {
  readonly params: ReadonlyMap<string, { readonly hasDefault: boolean; readonly isSecure: boolean }>;
  readonly vars: readonly string[];
  readonly resources: readonly { readonly symbol: string; readonly type: string; readonly version: string }[];
  readonly modules: readonly BicepModule[];
  readonly outputs: ReadonlyMap<string, string>;
  /** Without comments; texts stay. */
  readonly code: string;
  /** Brackets that do not match, strings that do not end: a line each. */
  readonly problems: readonly string[];
}

interface BicepModule {
  readonly symbol: string;
  readonly file: string;
  readonly params: readonly string[];
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

export function readBicep(file: string): BicepFile {
  return parseBicep(readFileSync(file, 'utf8'), file);
}

/** Takes a template apart; modules lie beside `file`. */
export function parseBicep(text: string, file: string): BicepFile {
  const code = withoutComments(text);
  const blank = withoutTexts(code);
  const params = new Map(
    [...blank.matchAll(/((?:^@.*\n)*)^param (\w+) [^\n=]+(=)?/gm)].map(([, decorators = '', name = '', set]) => [
      name,
      { hasDefault: set !== undefined, isSecure: /@secure/.test(decorators) },
    ]),
  );
  const modules = [...code.matchAll(/^module (\w+) '([^']+)' = \{/gm)].map(([, symbol = '', name = '']) => ({
    symbol,
    file: path.join(path.dirname(file), name),
    params: keysOf(bodyAt(blank, blank.indexOf('params:', blank.indexOf(`module ${symbol} `)))),
  }));
  return {
    params,
    vars: names(blank, /^var (\w+) =/gm),
    resources: [...code.matchAll(/^resource (\w+) '([\w./]+)@([\w-]+)'/gm)].map(
      ([, symbol = '', type = '', version = '']) => ({ symbol, type, version }),
    ),
    modules,
    outputs: new Map(
      [...code.matchAll(/^output (\w+) \w+ = (.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
    ),
    code,
    problems: balanceOf(blank),
  };
}

function names(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(({ 1: name = '' }) => name);
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\/.*$| \/\/ .*$/gm, '');
}

/** Texts become empty; what is put into them stays as code behind them. */
function withoutTexts(code: string): string {
  return code.replace(/'(?:\\.|[^'\\\n])*'/g, (text) => {
    const put = [...text.matchAll(/\$\{([^}]*)\}/g)].map(({ 1: inner = '' }) => inner);
    return `''${put.length === 0 ? '' : ` /*${put.join(' ')}*/`}`;
  });
}

function balanceOf(blank: string): readonly string[] {
  const open: string[] = [];
  const problems: string[] = [];
  for (const [index, line] of blank.split('\n').entries()) {
    if (line.replaceAll("''", '').includes("'")) {
      problems.push(`line ${index + 1}: a text does not end`);
    }
    for (const sign of line.replace(/\/\*.*?\*\//g, '')) {
      if ('([{'.includes(sign)) {
        open.push(sign);
      } else if (PAIRS[sign] !== undefined && open.pop() !== PAIRS[sign]) {
        problems.push(`line ${index + 1}: ${sign} closes nothing`);
      }
    }
  }
  return open.length === 0 ? problems : [...problems, `${open.join(' ')} is not closed`];
}

/** The text between the next brace and the one that closes it. */
function bodyAt(text: string, from: number): string {
  const start = text.indexOf('{', from);
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    depth += text[index] === '{' ? 1 : text[index] === '}' ? -1 : 0;
    if (depth === 0) {
      return text.slice(start + 1, index);
    }
  }
  return '';
}

function keysOf(body: string): readonly string[] {
  return names(body, /^\s*(\w+):/gm);
}

/** Names that are used as values: what is before a dot, a bracket or an end, and is no key, function or keyword. */
export function usesOf({ code }: BicepFile, name: string): number {
  const inTexts = [...code.matchAll(/\$\{([^}]*)\}/g)].map(({ 1: inner = '' }) => inner).join('\n');
  const outside = code.replace(/'(?:\\.|[^'\\\n])*'/g, "''").replace(/^(?:param|var|output|module|resource) \w+/gm, '');
  const word = new RegExp(`(?<![\\w.])${name}(?!\\w|:)`, 'g');
  return (inTexts.match(word) ?? []).length + (outside.match(word) ?? []).length;
}
