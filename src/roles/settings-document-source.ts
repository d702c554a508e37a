import { printProblem, readYaml } from '../documents/yaml-document.ts';
import { AccessError } from '../errors.ts';
import { type DocumentContent, documentSchema } from './settings-document-schema.ts';

/** A document of all seventeen rules has about 4,000 characters. */
const LONGEST_DOCUMENT = 100_000;
const MOST_PROBLEMS = 20;

/**
 * Reads the text of a document into what it says, or says line by line why not.
 *
 * @throws {AccessError} settings.invalid
 */
export function readDocument(text: string): DocumentContent {
  const reading = readYaml(text, { schema: documentSchema, longest: LONGEST_DOCUMENT });
  if (reading.isValid) {
    return reading.content;
  }
  const shown = reading.problems.slice(0, MOST_PROBLEMS).map(printProblem);
  const more = reading.problems.length - shown.length;
  const reason = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  throw new AccessError('settings.invalid', reason, { facts: { kind: 'document', reason } });
}
