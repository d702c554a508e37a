import assert from 'node:assert/strict';
import type { HistoryEntry } from '../../../../src/domain/administration.ts';
import { AccessError } from '../../../../src/errors.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { only } from './administration-bench.ts';

describe('history', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  const logged = (at: string, what: string, roleName = 'Security Reader'): HistoryEntry => ({
    at: Temporal.Instant.from(at),
    what,
    roleName,
    scopeName: 'Whole tenant',
    byName: 'Alex Wilber',
    justification: null,
    source: 'tenant',
  });
  const log = (...entries: readonly HistoryEntry[]): void => {
    const { tenant, idOf } = product.seeded;
    tenant.directory.history.set(idOf('engineer'), [...entries]);
    tenant.administrators.add(idOf('engineer'));
  };
  const told = async (text: string): Promise<readonly string[]> => {
    const { entries } = only(await product.says('engineer', text), 'history');
    return entries.map(({ at, what, roleName, source }) => `${at} ${what} ${roleName} ${source}`);
  };

  it('tells our own records, newest first, and that the log is missing', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because audit');
    await product.passes('PT2H');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const notice = only(await product.says('engineer', 'history'), 'history');
    assert.deepEqual(
      notice.entries.map(({ at, what, byName, justification }) => [at, what, byName, justification]),
      [
        ['2026-11-23T10:00:00Z', 'ended', null, null],
        ['2026-11-23T09:00:00Z', 'active', 'Alex Wilber', null],
        ['2026-11-23T09:00:00Z', 'asked to activate', 'Alex Wilber', 'audit'],
      ],
    );
    assert.deepEqual(notice.withoutLog, { code: 'graph.forbidden', facts: {} });
    assert.deepEqual([notice.since, notice.roleName], ['2026-10-24T11:00:00Z', null]);
  });

  it('tells a fact once that the log has too, and what only the log has', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because audit');
    log(
      logged('2026-11-23T09:03:00Z', 'active'),
      logged('2026-11-23T08:00:00Z', 'active'),
      logged('2026-11-23T08:59:00Z', 'active', 'Global Reader'),
      logged('2026-11-01T08:00:00Z', 'made eligible'),
    );
    assert.deepEqual(await told('history'), [
      '2026-11-23T09:00:00Z active Security Reader records',
      '2026-11-23T09:00:00Z asked to activate Security Reader records',
      '2026-11-23T08:59:00Z active Global Reader tenant',
      '2026-11-23T08:00:00Z active Security Reader tenant',
      '2026-11-01T08:00:00Z made eligible Security Reader tenant',
    ]);
    assert.equal(only(await product.says('engineer', 'history'), 'history').withoutLog, null);
  });

  it('narrows to the role that is named', async () => {
    log(logged('2026-11-20T08:00:00Z', 'active'), logged('2026-11-21T08:00:00Z', 'active', 'Global Reader'));
    assert.deepEqual(await told('history global reader'), ['2026-11-21T08:00:00Z active Global Reader tenant']);
    const none = only(await product.says('engineer', 'history "User Administrator"'), 'history');
    assert.deepEqual([none.roleName, none.entries], ['User Administrator', []]);
  });

  it('tells what was withdrawn and what PIM refused', async () => {
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 1h because INC-42');
    await product.says('engineer', 'cancel');
    await product.passes('PT5M');
    product.seeded.tenant.failNext('activate', new AccessError('activation.not_eligible', 'no'));
    await product.says('engineer', 'activate Security Reader for 1h because audit');
    assert.deepEqual(await told('history'), [
      '2026-11-23T09:05:00Z asked to activate: refused Security Reader records',
      '2026-11-23T09:00:00Z asked to activate: canceled Contoso-App-Assignment-Operator records',
    ]);
  });

  it('tells who decided and why, and what an undecided request came to', async () => {
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 1h because INC-42');
    await product.passes('PT5M');
    const card = await product.card('approver', 'approval-request');
    await product.presses('approver', card, 'send-deny', { justification: 'not today' });
    await product.passes('PT5M');
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 1h because INC-43');
    await product.passes('PT25H');
    product.signIns.signIn(product.seeded.idOf('engineer'));
    const { entries } = only(await product.says('engineer', 'history'), 'history');
    assert.deepEqual(
      entries.map(({ what, byName, justification }) => [what, byName, justification]),
      [
        ['not decided in time', null, null],
        ['asked to activate', 'Alex Wilber', 'INC-43'],
        ['denied', 'Megan Bowen', 'not today'],
        ['asked to activate', 'Alex Wilber', 'INC-42'],
      ],
    );
  });
});
