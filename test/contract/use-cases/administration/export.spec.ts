import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ReportNotice } from '../../../../src/domain/administration-notice.ts';
import type { ExportRecord } from '../../../../src/ports/store.ts';
import { aPerson } from '../../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { auditFacts, errorOf, only, press, refusalOf } from './administration-bench.ts';

describe('exporting assignments', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const stored = async ({ exportId }: ReportNotice): Promise<ExportRecord> => {
    const secretHash = createHash('sha256').update(exportId).digest('hex');
    const found = await product.services.store.now.exports.find(secretHash);
    assert.ok(found);
    return found;
  };

  it('writes the list down as CSV and NDJSON behind a secret of which only the hash is kept', async () => {
    const notice = only(await product.says('admin', 'export "Security Reader"'), 'report');
    assert.deepEqual(
      [notice.title, notice.rows, notice.expiresAt],
      ['Security Reader on Whole tenant', 1, '2026-11-23T09:10:00Z'],
    );
    assert.match(notice.exportId, /^[\w-]{43}$/);
    const { csv, ndjson, fileName, ownerId } = await stored(notice);
    assert.deepEqual([fileName, ownerId], ['assignments-security-reader-whole-tenant', product.seeded.idOf('admin')]);
    const [header, row, end] = csv.split('\r\n');
    assert.equal(
      header,
      '\ufeffprincipalName,userPrincipalName,principalKind,principalId,roleName,scopeName,kind,assignmentType,memberType,' +
        'startsAt,endsAt,surface,roleDefinitionId,scopeId',
    );
    assert.match(
      row ?? '',
      /^Alex Wilber,person-.*,user,.*,Security Reader,Whole tenant,eligible,assigned,direct,,,directory,.*,\/$/,
    );
    assert.equal(end, '');
    const line: unknown = JSON.parse(ndjson.trimEnd());
    assert.equal((line as { principalId: string }).principalId, product.seeded.idOf('engineer'));
    assert.deepEqual(await auditFacts(product, 'export.made'), {
      surface: 'directory',
      scope: '/',
      role: (line as { roleDefinitionId: string }).roleDefinitionId,
      rows: '1',
    });
  });

  it('makes no formula of a name, and keeps it as it is in NDJSON', async () => {
    const names = ['=cmd|calc', '+1', '-1', '@sum', '\t=1', '\r=1', 'a,"b"'];
    const reader = await readerRole(product);
    for (const name of names) {
      const person = aPerson({ name });
      product.seeded.tenant
        .addPeople(person)
        .assign({ ...reader, principalId: person.id, kind: 'eligible', startsAt: null, endsAt: null });
    }
    const { csv, ndjson } = await stored(only(await product.says('admin', 'export "Security Reader"'), 'report'));
    const cells = ["\n'=cmd|calc,", "\n'+1,", "\n'-1,", "\n'@sum,", '\n"\'\t=1",', '\n"\'\r=1",', '\n"a,""b""",'];
    assert.deepEqual(
      cells.filter((cell) => !csv.includes(cell)),
      [],
    );
    const plain = ndjson
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { principalName: string }).principalName);
    assert.deepEqual(
      names.filter((name) => !plain.includes(name)),
      [],
    );
  });

  it('finds a formula behind blanks and line ends as well, and leaves out what no table can hold', async () => {
    const names = [' =1+1', '\n@sum', '\u200b=1', 'a\0b', 'half \ud800'];
    const reader = await readerRole(product);
    for (const name of names) {
      const person = aPerson({ name });
      product.seeded.tenant
        .addPeople(person)
        .assign({ ...reader, principalId: person.id, kind: 'eligible', startsAt: null, endsAt: null });
    }
    const { csv } = await stored(only(await product.says('admin', 'export "Security Reader"'), 'report'));
    const cells = ["\n' =1+1,", '\n"\'\n@sum",', "\n'\u200b=1,", '\nab,', '\nhalf \ufffd,'];
    assert.deepEqual(
      cells.filter((cell) => !csv.includes(cell)),
      [],
    );
  });

  it('reads the list again at the button, which can be pressed again', async () => {
    await product.says('admin', 'who has everything on "Contoso Staging"');
    const card = await product.card('admin', 'who-has');
    const report = only(await press(product, 'admin', [card, 'export']), 'report');
    assert.deepEqual([report.title, report.rows], ['Everything on Contoso Staging', 1]);
    assert.equal(await refusalOf(press(product, 'admin', [card, 'export'])), 'card.stale');
    const again = await product.card('admin', 'who-has');
    assert.equal(only(await press(product, 'admin', [again, 'export']), 'report').rows, 1);
  });

  it('is gone after ten minutes', async () => {
    const { exportId } = only(await product.says('admin', 'export "Security Reader"'), 'report');
    await product.passes('PT10M');
    const secretHash = createHash('sha256').update(exportId).digest('hex');
    assert.equal(await product.services.store.now.exports.find(secretHash), null);
  });

  it('gives nobody a list that they may not see', async () => {
    assert.equal(errorOf(await product.says('newcomer', 'export "Security Reader"'))[0], 'role.rights_missing');
    assert.ok(!(await product.audit()).includes('export.made'));
  });
});

async function readerRole({ services, seeded }: Product) {
  const { rows } = await services.eligibility.read({ principalId: seeded.idOf('engineer') });
  const row = rows.find(({ roleName }) => roleName === 'Security Reader');
  assert.ok(row);
  const { surface, roleDefinitionId, roleName, scope } = row;
  return { surface, roleDefinitionId, roleName, scope };
}
