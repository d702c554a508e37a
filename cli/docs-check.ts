import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { settingsTable } from '../bot/settings.ts';
import { errorTable } from '../cards/error-docs.ts';
import { permissionsTable } from '../infra/identities/permissions.ts';
import { metricsTable } from '../src/ports/metrics.ts';
import { lintRulesTable } from '../src/roles/lint/rules-table.ts';

const HELP = `Usage: npm run docs:check [-- --write]

Compares the papers with the code: the tables of errors, settings, permissions, metrics and lint rules, and the glossary's names.

  --write   puts the generated tables into the papers instead
  --help    this text

Exits 1 with what differs.`;

interface Generated {
  readonly file: string;
  readonly name: string;
  make(): string;
}

const TABLES: readonly Generated[] = [
  { file: 'docs/errors.md', name: 'errors', make: errorTable },
  { file: 'README.md', name: 'settings', make: settingsTable },
  { file: 'docs/operations.md', name: 'metrics', make: metricsTable },
  { file: 'README.md', name: 'permissions', make: permissionsTable },
  { file: 'docs/role-files.md', name: 'lint-rules', make: lintRulesTable },
];

function markers(name: string): readonly [start: string, end: string] {
  return [`<!-- ${name}: generated -->`, `<!-- /${name} -->`];
}

/** The part of a paper between its markers; null when the markers are missing. */
function section(
  text: string,
  name: string,
): { readonly before: string; readonly body: string; readonly after: string } | null {
  const [start, end] = markers(name);
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) {
    return null;
  }
  const begin = from + start.length;
  return { before: text.slice(0, begin), body: text.slice(begin, to), after: text.slice(to) };
}

function checkTable({ file, name, make }: Generated, write: boolean): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const part = section(text, name);
  if (part === null) {
    return [`${file}: the markers of "${name}" are missing`];
  }
  const wanted = `\n${make().trim()}\n`;
  if (part.body === wanted) {
    return [];
  }
  if (write) {
    writeFileSync(file, `${part.before}${wanted}${part.after}`);
    return [];
  }
  return [`${file}: the table "${name}" differs from the code (npm run docs:check -- --write)`];
}

/** Every exported type of the domain has a row in the glossary, and every row that names one exists. */
function checkGlossary(): readonly string[] {
  const glossary = readFileSync('docs/glossary.md', 'utf8');
  const nouns = new Set<string>();
  for (const file of readdirSync('src/domain').filter((name) => name.endsWith('.ts') && !name.endsWith('notice.ts'))) {
    const source = readFileSync(`src/domain/${file}`, 'utf8');
    for (const match of source.matchAll(/^export (?:interface|type|class) (\w+)/gm)) {
      nouns.add(match[1] ?? '');
    }
  }
  const named = new Set([...glossary.matchAll(/`([A-Z]\w+)`/g)].map((match) => match[1] ?? ''));
  const missing = [...nouns].filter((noun) => !named.has(noun));
  const stale = [...named].filter((noun) => !nouns.has(noun));
  return [
    ...missing.map((noun) => `docs/glossary.md: no row for ${noun} of src/domain`),
    ...stale.map((noun) => `docs/glossary.md: ${noun} is not in src/domain`),
  ];
}

function main(): number {
  const { values } = parseArgs({ options: { write: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const problems = [...TABLES.flatMap((table) => checkTable(table, values.write ?? false)), ...checkGlossary()];
  for (const problem of problems) {
    process.stderr.write(`${problem}\n`);
  }
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = main();
