import { type Anchor, readAnchors } from '../../src/adapters/audit/anchor-file.ts';
import { type AuditVerdict, verifyAudit } from '../../src/adapters/postgres/audit-verify.ts';
import { UsageError } from '../command.ts';
import { type Asked, type AuditTools, demandNothingElse } from './asked.ts';

const [INTACT, BROKEN] = [0, 1];

/** Computes the chain again, and says whether it holds. */
export async function verify({ values, words }: Asked, { pool, context }: AuditTools): Promise<number> {
  demandNothingElse(words);
  const anchors = await anchorsOf(values.anchors ?? []);
  const verdict = await verifyAudit(pool, anchors);
  context.out(values.json ? `${JSON.stringify(verdict)}\n` : inWords(verdict));
  return verdict.broken === null ? INTACT : BROKEN;
}

function inWords({
  broken,
  linked,
  unlinked,
  oldestUnlinkedAt,
  erased,
  anchoredAt,
  anchoredPlace,
}: AuditVerdict): string {
  const proof =
    anchoredAt === null
      ? 'No anchor was given: whoever can change the whole database could have made the chain anew, and nothing here would show it.'
      : `Anchored up to link ${anchoredPlace}. Not provable since ${anchoredAt}, when that was written down outside.`;
  const tail = unlinked === 0 ? '' : ` ${unlinked} more wait to be linked, the oldest of ${oldestUnlinkedAt}.`;
  const gone = erased === 0 ? '' : ` ${erased} personal fields were erased.`;
  return broken === null
    ? `Intact: ${linked} records.${tail}${gone}\n${proof}\n`
    : `Broken: ${broken}\nUp to there ${linked} records are intact.\n${proof}\n`;
}

async function anchorsOf(files: readonly string[]): Promise<readonly Anchor[]> {
  const all: Anchor[] = [];
  for (const file of files) {
    const found = await readAnchors(file).catch((error: unknown) => {
      throw new UsageError(`${file} is no file of anchors: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (found.length === 0) {
      throw new UsageError(`${file} holds no anchors.`);
    }
    all.push(...found);
  }
  return all.toSorted((a, b) => a.place - b.place);
}
