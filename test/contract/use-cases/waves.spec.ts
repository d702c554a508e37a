import assert from 'node:assert/strict';
import { conversationId, type PrincipalId, principalId } from '../../../src/domain/ids.ts';
import type { ActivationPendingNotice } from '../../../src/domain/notice.ts';
import { NO_RULEBOOK } from '../../../src/domain/rulebook.ts';
import { noteUnreachable } from '../../../src/use-cases/next-wave.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { watchPostedSizes } from '../../support/posted-sizes.ts';
import { aProduct, type Product } from '../../support/product.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';
const ASK = `activate ${OPERATOR} for 1h because INC-42`;
const APPROVERS = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';

const crowdId = (index: number): PrincipalId =>
  principalId(`aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`);

describe('approvers asked in waves', () => {
  let product: Product;

  beforeEach(async () => {
    product = await aProduct();
  });

  /** Makes a group of approvers of so many people, with the two seeded ones at its end. */
  const crowd = (size: number): readonly PrincipalId[] => {
    const { tenant, idOf } = product.seeded;
    const ids = Array.from({ length: size - 2 }, (_, index) => crowdId(index));
    const people = ids.map((id, index) => ({ id, name: `Crowd ${index}`, userPrincipalName: `crowd${index}@c` }));
    tenant.addPeople(...people);
    const all = [...ids, idOf('approver'), idOf('approver2')];
    tenant.setGroup('sg-app-approvers', all);
    // As Microsoft lists them: the seeded ones last.
    const expand = tenant.reader.expandApprovers;
    tenant.reader.expandApprovers = async (approvers) =>
      (await expand(approvers)).toSorted((a, b) => all.indexOf(a.id) - all.indexOf(b.id));
    return all;
  };

  const asked = async (): Promise<readonly string[]> => {
    const { rows } = await product.database.pool.query<{ recipient: string }>(
      "select recipient from pimlico.cards where slot = 'approval-request' and not is_retired order by created_at, id",
    );
    return rows.map(({ recipient }) => recipient);
  };
  const card = async (): Promise<ActivationPendingNotice> => {
    const { notice } = await product.card('engineer', 'activation-pending');
    assert.equal(notice.card, 'activation-pending');
    return notice as ActivationPendingNotice;
  };
  const chat = async (id: PrincipalId, deadReason: string | null) =>
    await product.services.store.now.conversations.save({
      id: conversationId(`a:chat-${id}`),
      kind: 'personal',
      principalId: id,
      serviceUrl: 'https://smba.trafficmanager.net/emea/',
      deadReason,
    });

  it('asks as many as the setting says at once, however the group is made', async () => {
    crowd(8);
    await product.says('engineer', ASK);
    assert.equal((await asked()).length, 8);
    assert.equal((await card()).nextAskAt, undefined);
    assert.equal((await product.waiting()).includes('approval.next-wave'), false);
  });

  it('asks some of a larger group, and the rest ten minutes later while nobody has decided', async () => {
    crowd(12);
    await product.says('engineer', ASK);
    assert.equal((await asked()).length, 8);
    const { approvers, nextAskAt } = await card();
    assert.deepEqual(
      Object.entries(Object.groupBy(approvers, ({ reach }) => reach)).map(([reach, of]) => [reach, of?.length]),
      [
        ['asked', 8],
        ['waiting', 4],
      ],
    );
    assert.equal(nextAskAt, '2026-11-23T09:10:00Z');
    await product.passes('PT9M59S');
    assert.equal((await asked()).length, 8);
    await product.passes('PT1S');
    assert.equal((await asked()).length, 12);
    assert.deepEqual([(await card()).nextAskAt, (await card()).approvers.length], [undefined, 12]);
  });

  it('asks nobody more once it is decided', async () => {
    crowd(12);
    await product.says('engineer', ASK);
    assert.equal((await asked()).includes(product.seeded.idOf('approver')), false);
    // Somebody who was not asked yet decides as well as anybody: from their list.
    const [list] = await product.says('approver', 'approvals');
    assert.equal(list?.card === 'approvals' && list.requests.length, 1);
    const { id } = (await product.services.store.now.requests.listPendingFor(product.seeded.idOf('approver')))[0] ?? {};
    const approvals = await product.card('approver', 'approvals');
    await product.presses('approver', approvals, 'approve', { request: String(id) });
    const own = await product.card('approver', 'approval-request');
    await product.presses('approver', own, 'send-approve', { justification: 'fine' });
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    const before = (await asked()).length;
    await product.passes('PT20M');
    assert.equal((await asked()).length, before);
  });

  it('asks first whom the role names, whoever is on call and those who decided lately', async () => {
    const people = crowd(12);
    const { tenant, idOf } = product.seeded;
    const role = (await tenant.roleManagement.listEligible({ principalId: idOf('engineer') })).find(
      (item) => item.roleName === OPERATOR,
    );
    assert.ok(role);
    await product.says('engineer', ASK);
    const ask = (await product.services.store.now.requests.listOpenOf(idOf('engineer')))[0];
    assert.ok(ask);
    await product.services.store.now.requests.change(ask.id, ['pending'], {
      state: 'denied',
      decidedBy: people[7] ?? null,
      decidedAt: product.clock.now(),
    });
    tenant.setPolicy(
      role,
      aRolePolicy({
        isApprovalRequired: true,
        approvers: [
          { kind: 'group', id: APPROVERS, name: 'sg-app-approvers' },
          { kind: 'person', id: idOf('admin'), name: 'Patti Fernandez' },
        ],
      }),
    );
    product.onCall
      .put('leads', [{ id: idOf('approver2'), name: 'Adele Vance', userPrincipalName: 'a@c' }])
      .fail('other');
    const source = (name: string) => ({ name, kind: 'group', group: name }) as never;
    product.services.rules.current = () => ({ ...NO_RULEBOOK, onCall: [source('leads'), source('other')] });
    await product.database.pool.query("update pimlico.cards set is_retired = true where slot = 'approval-request'");
    await product.says('engineer', ASK);
    const first = await asked();
    assert.deepEqual([...first].sort(), [idOf('approver2'), idOf('admin'), people[7]].map(String).sort());
  });

  it('asks those first who can be reached, and the others as well', async () => {
    const people = crowd(12);
    for (const id of people.slice(0, 9)) {
      await chat(id, 'MessageWritesBlocked');
    }
    await product.says('engineer', ASK);
    const { approvers, nextAskAt } = await card();
    const of = (wanted: string) => approvers.filter(({ reach }) => reach === wanted).length;
    assert.deepEqual([of('asked'), of('unreachable'), of('waiting'), nextAskAt], [3, 5, 4, '2026-11-23T09:10:00Z']);
  });

  it('calls the next wave at once where nobody at all is known to be reached', async () => {
    for (const id of crowd(12)) {
      await chat(id, 'MessageWritesBlocked');
    }
    await product.says('engineer', ASK);
    assert.equal((await card()).nextAskAt, '2026-11-23T09:00:00Z');
    await product.passes('PT0S');
    assert.equal((await asked()).length, 12);
  });

  it('calls the next wave at once when it turns out that nobody of the first can be reached', async () => {
    crowd(12);
    await product.says('engineer', ASK);
    const [ask] = await product.services.store.now.requests.listOpenOf(product.seeded.idOf('engineer'));
    assert.ok(ask);
    for (const id of await asked()) {
      await noteUnreachable(product.services, { requestId: ask.id, approverId: id as PrincipalId, why: 'blocked' });
    }
    await product.passes('PT0S');
    assert.equal((await asked()).length, 12);
  });

  it('reminds everybody who was asked so far, and nobody who waits', async () => {
    crowd(12);
    await product.says('engineer', ASK);
    await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'remind-approvers');
    const { rows } = await product.database.pool.query<{ of: number }>(
      "select count(*)::integer as of from pimlico.cards where slot like 'approval-request:%'",
    );
    assert.equal(rows[0]?.of, 8);
    assert.equal((await card()).nextAskAt, '2026-11-23T09:10:00Z');
  });

  it('asks everybody at once where waves are off', async () => {
    product = await aProduct({ approverWaves: { size: 0, pause: Temporal.Duration.from({ minutes: 10 }) } });
    crowd(12);
    await product.says('engineer', ASK);
    assert.equal((await asked()).length, 12);
  });

  it('asks 5,000 a few hundred at a time, each once, with small cards', async () => {
    crowd(5_000);
    await product.says('engineer', ASK);
    assert.equal((await asked()).length, 8);
    const first = await card();
    assert.deepEqual(first.further, { waiting: 4_962 });
    assert.equal(JSON.stringify(first).length < 4_000, true);
    const sizes = watchPostedSizes(product);
    await product.passes('PT10M');
    const all = await asked();
    assert.deepEqual([all.length, new Set(all).size], [5_000, 5_000]);
    assert.equal(Math.max(...sizes), 250);
    assert.deepEqual((await card()).further, { asked: 4_970 });
    const size = await product.database.pool.query<{ most: number }>(
      "select max(length(notice::text))::integer as most from pimlico.cards where story like '%' and slot = 'approval-request'",
    );
    assert.equal((size.rows[0]?.most ?? 0) < 4_000, true);
  });
});
