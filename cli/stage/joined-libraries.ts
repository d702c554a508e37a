import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Loaded before a program (`--import`), lets our own files get their libraries from where `joinLibraries` put them.
const { STAGE_LIBRARIES = '' } = process.env;
const joined = JSON.parse(readFileSync(STAGE_LIBRARIES, 'utf8')) as Readonly<Record<string, string>>;

registerHooks({
  resolve(specifier, context, next) {
    const url = joined[specifier];
    const isOurs = context.parentURL !== undefined && !context.parentURL.includes('/node_modules/');
    return isOurs && url !== undefined ? { url, format: 'module', shortCircuit: true } : next(specifier, context);
  },
});
