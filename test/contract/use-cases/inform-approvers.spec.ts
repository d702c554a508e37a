import assert from 'node:assert/strict';
import { createTenantReader } from '../../../src/adapters/tenant-reader.ts';
import type { AskBackground } from '../../../src/domain/approval-facts.ts';
import type { Surface } from '../../../src/domain/assignment.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import { watchPostedSizes } from '../../support/posted-sizes.ts';
import { aProduct, type Product } from '../../support/product.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';

function backgroundOf({ notice }: CardRecord): AskBackground {
  assert.equal(notice.card, 'approval-request');
  assert.ok(notice.card === 'approval-request' && notice.background !== undefined, 'there is a background');
  return notice.background;
}

describe('what approvers are told besides the request', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });
  const ask = async (): Promise<string> => {
    const [pending] = await product.says('engineer', `activate ${OPERATOR} for 2h because INC-42`);
    return pending?.card === 'activation-pending' ? pending.request.requestId : '';
  };
  const background = async (handle: 'approver' | 'approver2' = 'approver'): Promise<AskBackground> =>
    backgroundOf(await product.card(handle, 'approval-request'));
  /** How often the reader is asked what somebody has. */
  const countReads = (): (() => number) => {
    const { reader } = product.services;
    let reads = 0;
    Object.assign(product.services, {
      reader: {
        ...reader,
        listActive: async (...asked: Parameters<typeof reader.listActive>) => {
          reads += 1;
          return await reader.listActive(...asked);
        },
      },
    });
    return () => reads;
  };

  it('is looked up after the request was made, once for all of them', async () => {
    const reads = countReads();
    await ask();
    assert.equal(reads(), 0, 'the requester does not wait for it');
    await product.passes('PT1S');
    assert.deepEqual(await background('approver2'), await background());
    assert.equal(reads(), 3, 'once on each surface');
  });

  it('is what the role reaches, what the requester has besides, and what they asked for before', async () => {
    await product.says('engineer', 'activate Security Reader for 1h because look');
    const first = await ask();
    await product.says('approver', `deny ${first}: not today`);
    await ask();
    await product.passes('PT1S');
    const { active, past, risk, scope, surface } = await background();
    assert.equal(surface, 'directory');
    assert.equal(risk?.class, 'changes-access');
    assert.match(risk?.operation ?? '', /^microsoft\.directory\//);
    assert.deepEqual(scope, { id: '/', path: [] });
    assert.deepEqual(
      active.roles.map(({ roleName }) => roleName),
      ['Security Reader'],
    );
    assert.deepEqual(active.unread, []);
    assert.deepEqual([past.asked, past.approved, past.denied], [2, 0, 1]);
    assert.equal(past.lastForRole, '2026-11-23T09:00:00Z');
  });

  it('names the place of an Azure role from the management group down', async () => {
    await product.says('engineer', 'activate Contributor on rg-web for 1h because INC-42');
    await product.passes('PT1S');
    const { risk, scope } = await background();
    assert.deepEqual(
      scope.path.map(({ name }) => name),
      ['mg-contoso', 'Contoso Production', 'rg-web'],
    );
    assert.equal(risk?.kind, 'azure');
  });

  it('says what could not be read instead of nothing, and keeps the request going', async () => {
    product.catalogue.learn({ roles: [] });
    await ask();
    product.seeded.tenant.readerFailure = new AccessError('graph.forbidden', 'no right');
    await product.passes('PT1S');
    const { active, risk } = await background();
    assert.equal(risk, null);
    assert.deepEqual(active, { roles: [], further: 0, unread: ['directory', 'group', 'azure'] });
  });

  describe('of a group', () => {
    /** Asks for a group while nobody lets the reader see these surfaces: the rest as the tenant of the tests has it. */
    const askForGroup = async (...refused: readonly Surface[]) => {
      const { services, clock, seeded } = product;
      const { reader } = services;
      const approver = { kind: 'person', id: seeded.idOf('approver'), name: 'Megan Bowen' } as const;
      const policy = aRolePolicy({ isApprovalRequired: true, approvers: [approver] });
      seeded.tenant.setPolicy(seeded.memberOf('sg-payments-oncall'), policy);
      const partOf = (surface: Surface) => ({
        ...reader,
        surface,
        listActive: (id: Parameters<typeof reader.listActive>[0]) => reader.listActive(id, surface),
        listHeldByGroup: async (groupId: string) => {
          if (refused.includes(surface)) {
            throw new AccessError('graph.forbidden', 'no right');
          }
          return (await reader.listHeldByGroup(groupId)).roles.filter((role) => role.surface === surface);
        },
      });
      const readers = (['directory', 'group', 'azure'] as const).map(partOf);
      const parted = createTenantReader({ clock, log: services.log, people: reader, readers });
      Object.assign(services, { reader: parted });
      await product.says('engineer', 'activate sg-payments-oncall for 1h because INC-42');
      await product.passes('PT1S');
      return await background();
    };

    it('says what membership gives, and how far that reaches', async () => {
      const { group, risk } = await askForGroup();
      assert.deepEqual([group?.roles?.map(({ roleName }) => roleName), group?.isRiskPartial], [['Contributor'], false]);
      assert.equal(risk?.kind, 'azure');
    });

    it('says that the risk is judged in part while Entra cannot be read', async () => {
      const { group, risk } = await askForGroup('directory');
      assert.deepEqual([group?.roles?.map(({ roleName }) => roleName), group?.isRiskPartial], [['Contributor'], true]);
      assert.equal(risk?.kind, 'azure');
    });

    for (const refused of [['azure'], ['directory', 'azure']] as const) {
      it(`never says "none" while ${refused.join(' and ')} cannot be read and nothing else is known`, async () => {
        const { group, risk } = await askForGroup(...refused);
        assert.deepEqual([group?.roles, risk], [null, null]);
      });
    }
  });

  it('does not touch the buttons of a card that has it already, also when it is looked up twice', async () => {
    const id = await ask();
    await product.passes('PT1S');
    const before = await product.card('approver', 'approval-request');
    const { timers } = product.services.store.now;
    await timers.set({ kind: 'approval.look', subject: id, dueAt: product.clock.now() });
    await product.passes('PT1S');
    assert.deepEqual(await product.card('approver', 'approval-request'), before);
  });

  it('is not looked up again for those who are asked minutes later, and is for those who are asked much later', async () => {
    const reads = countReads();
    const id = await ask();
    await product.passes('PT1S');
    const askOnceMore = async (): Promise<void> => {
      const { notice, story, recipient, slot } = await product.card('approver2', 'approval-request');
      assert.ok(notice.card === 'approval-request');
      const { background: _, ...bare } = notice;
      const { cards, timers } = product.services.store.now;
      await cards.postMany([{ story, recipient, slot, notice: bare }]);
      await timers.set({ kind: 'approval.look', subject: id, dueAt: product.clock.now() });
      await product.passes('PT1S');
    };
    await askOnceMore();
    assert.equal(reads(), 3);
    assert.deepEqual(await background('approver2'), await background());
    await product.passes('PT6M');
    await askOnceMore();
    assert.equal(reads(), 6);
  });

  it('is put on a few hundred cards at a time, however many waves are asked meanwhile', async () => {
    const id = await ask();
    await product.passes('PT1S');
    const reads = countReads();
    const { notice, story, slot } = await product.card('approver2', 'approval-request');
    assert.ok(notice.card === 'approval-request');
    const { background: _, ...bare } = notice;
    const crowd = Array.from({ length: 600 }, (_, index) =>
      principalId(`aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`),
    );
    const { cards, timers } = product.services.store.now;
    await cards.postMany(crowd.map((recipient) => ({ story, recipient, slot, notice: bare })));
    const sizes = watchPostedSizes(product);
    await timers.set({ kind: 'approval.look', subject: id, dueAt: product.clock.now() });
    await product.passes('PT1S');
    assert.deepEqual([sizes, reads()], [[250, 250, 100], 0]);
    const left = (await cards.findInStory(id, slot)).filter((card) => !('background' in card.notice));
    assert.deepEqual(left, []);
  });

  it('leaves a card alone on which somebody is writing, and is put there when they send nothing', async () => {
    await ask();
    for (const handle of ['approver', 'approver2'] as const) {
      await product.presses(handle, await product.card(handle, 'approval-request'), 'approve');
    }
    const before = await product.card('approver', 'approval-request');
    await product.passes('PT1M');
    const writing = await product.card('approver', 'approval-request');
    assert.deepEqual(writing, before);
    await product.passes('PT10M');
    assert.equal((await background('approver2')).surface, 'directory');
    assert.deepEqual(await background(), await background('approver2'));
  });

  it('takes the words of whoever wrote while it was looked up', async () => {
    await ask();
    const bare = await product.card('approver', 'approval-request');
    await product.presses('approver', bare, 'approve');
    await product.passes('PT1M');
    await product.presses('approver', bare, 'send-approve', { justification: 'fine' });
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'provisioned');
  });

  it('comes to whoever is reminded as well, as it is then', async () => {
    await ask();
    await product.passes('PT1S');
    await product.says('engineer', 'activate Security Reader for 1h because look');
    await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'remind-approvers');
    await product.passes('PT1S');
    assert.deepEqual(
      (await background()).active.roles.map(({ roleName }) => roleName),
      ['Security Reader'],
    );
  });

  it('is not looked up any more once the request is decided', async () => {
    const reads = countReads();
    const id = await ask();
    await product.says('approver', `deny ${id}: not today`);
    assert.ok(!(await product.waiting()).includes('approval.look'));
    await product.services.store.now.timers.set({
      kind: 'approval.look',
      subject: id,
      dueAt: product.clock.now(),
    });
    await product.passes('PT1S');
    assert.equal(reads(), 0);
    assert.equal((await product.card('approver2', 'approval-decided')).notice.card, 'approval-decided');
  });

  it('holds the cards back for three seconds at most, and a press meanwhile shows the card as it is', async () => {
    await ask();
    const { rows } = await product.database.pool.query<{ held: string }>(
      `select extract(epoch from due_at - $1::timestamptz)::text as held from pimlico.outbox o
       join pimlico.cards c on c.id = o.card_id where c.slot = 'approval-request'`,
      [product.clock.now().toString()],
    );
    assert.deepEqual(
      rows.map(({ held }) => Number(held)),
      [3, 3],
    );
    const bare = await product.card('approver', 'approval-request');
    await product.passes('PT1S');
    const { answer } = await product.presses('approver', bare, 'send-approve', { justification: 'fine' });
    assert.equal(answer.kind === 'done' && answer.reply?.card.notice.card, 'approval-request');
    assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
  });
});
