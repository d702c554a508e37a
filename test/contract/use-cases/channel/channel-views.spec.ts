import assert from 'node:assert/strict';
import { createRenderer } from '../../../../bot/rendering.ts';
import type { CardReply } from '../../../../bot/turns.ts';
import type { RenderedCard } from '../../../../cards/render.ts';
import { conversationId } from '../../../../src/domain/ids.ts';
import type { Verb } from '../../../../src/domain/notice.ts';
import type { CardRecord } from '../../../../src/ports/store.ts';
import { actionsOf, inputsOf, linesOf } from '../../../support/card-reading.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const HERE = conversationId('19:approvals@thread.tacv2');
const ELSEWHERE = conversationId('19:general@thread.tacv2');
const ROLE = 'Contoso-App-Assignment-Operator';
const WHY = 'the login of payments is broken';
const ASK = `activate ${ROLE} for 2h because ${WHY} INC-42`;

type Drawn = RenderedCard;

const textOf = (drawn: Drawn): string => linesOf(drawn).join('\n');
const buttons = (drawn: Drawn): readonly string[] => actionsOf(drawn).map(({ title }) => String(title));
const refreshed = ({ card }: Drawn) => (card.refresh as { userIds: readonly string[] } | undefined)?.userIds ?? null;

describe('a request in the approvals channel', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    const { store } = product.services;
    const at = product.clock.now();
    const chosen = { conversationId: HERE, teamName: 'Contoso Operations', channelName: 'approvals' };
    await store.now.botSettings.save('approvals-channel', chosen, product.seeded.idOf('admin'), at);
    for (const handle of ['engineer', 'approver', 'approver2', 'contractor', 'admin'] as const) {
      product.channelMembers.set(product.seeded.idOf(handle), { teamsUserId: `29:${handle}` });
    }
  });

  const asked = async (): Promise<CardRecord> => {
    await product.says('engineer', ASK);
    await product.passes('PT1S');
    return await shown();
  };
  const shown = async (): Promise<CardRecord> => {
    const [card, more] = await product.cardsIn(HERE);
    assert.equal(more, undefined);
    assert.ok(card);
    return card;
  };
  const draw = async (reply: CardReply, handle: SeededHandle | null): Promise<Drawn> => {
    const render = createRenderer(product.clock, () => null);
    const person = handle === null ? null : await product.services.store.now.people.find(product.seeded.idOf(handle));
    return render(reply.card, person, reply.step, reply.isOwnView) as Drawn;
  };
  const base = async (): Promise<Drawn> => await draw({ card: await shown(), step: null }, null);
  const reply = async (
    handle: SeededHandle,
    verb: Verb,
    { card, inputs = {}, isAutomatic = false }: { card?: CardRecord; inputs?: object; isAutomatic?: boolean } = {},
  ): Promise<Drawn> => {
    const how = { inputs: { ...inputs }, where: HERE, isAutomatic };
    const { answer } = await product.pressesIn(handle, card ?? (await shown()), verb, how);
    assert.ok(answer.kind === 'done' && answer.reply !== null);
    return await draw(answer.reply, handle);
  };
  const refresh = (handle: SeededHandle) => reply(handle, 'view', { isAutomatic: true });

  describe('what everybody sees', () => {
    it('is one card that names who, role, scope, duration and state, and has nothing to press', async () => {
      await asked();
      const drawn = await base();
      assert.equal(drawn.card.id, 'approval-request');
      const text = textOf(drawn);
      for (const words of ['Alex Wilber', ROLE, 'Whole tenant', '2 hours', 'waits for one of 2 approvers']) {
        assert.ok(text.includes(words), words);
      }
      assert.deepEqual([buttons(drawn), inputsOf(drawn)], [[], []]);
    });

    it('never holds the justification or the ticket, neither in the card nor in what notifications show', async () => {
      await asked();
      assert.doesNotMatch(JSON.stringify(await base()), /payments|INC-42/);
    });

    it('is drawn again by the clients of its approvers and its requester, named as Teams names them', async () => {
      await asked();
      assert.deepEqual(refreshed(await base()), ['29:approver', '29:approver2', '29:engineer']);
    });

    it('names nobody by an object id, and nobody who is not in the channel', async () => {
      product.channelMembers.delete(product.seeded.idOf('approver2'));
      await asked();
      assert.deepEqual(refreshed(await base()), ['29:approver', '29:engineer']);
    });

    it('tells approvers how to get their own view where Teams does not say who is there', async () => {
      product.channelMembers.set(product.seeded.idOf('approver2'), 'unknown');
      await asked();
      assert.match(textOf(await base()), /Refresh card/);
      product.channelMembers.clear();
    });

    it('says nothing of refreshing where everybody who may is named', async () => {
      await asked();
      assert.doesNotMatch(textOf(await base()), /Refresh card/);
    });
  });

  describe('what an approver sees', () => {
    it('is the justification with Approve and Deny, drawn again for them alone', async () => {
      await asked();
      const drawn = await refresh('approver');
      assert.deepEqual(buttons(drawn), ['Approve', 'Deny']);
      assert.match(textOf(drawn), new RegExp(WHY));
      assert.deepEqual(refreshed(drawn), ['29:approver']);
    });

    it('asks for the words in a second step, which no refresh takes away', async () => {
      await asked();
      const step = await reply('approver', 'approve');
      assert.deepEqual([buttons(step), inputsOf(step).map(({ id }) => id)], [['Send', 'Back'], ['justification']]);
      assert.equal('refresh' in step.card, false);
      assert.deepEqual(buttons(await reply('approver', 'back')), ['Approve', 'Deny']);
    });

    it('becomes what everybody sees once they decided, without refresh and buttons', async () => {
      await asked();
      await reply('approver', 'approve');
      const decided = await reply('approver', 'send-approve', { inputs: { justification: 'looks right' } });
      for (const drawn of [decided, await base()]) {
        assert.equal(drawn.card.id, 'approval-decided');
        assert.match(textOf(drawn), /Approved by Megan Bowen/);
        assert.doesNotMatch(JSON.stringify(drawn), /payments|looks right|INC-42/);
        assert.equal('refresh' in drawn.card || 'actions' in drawn.card, false);
      }
      const [request] = product.seeded.tenant.requests();
      assert.equal(request?.state, 'provisioned');
    });

    it('is theirs too when they have no card of their own yet', async () => {
      const card = await asked();
      const own = await product.card('approver', 'approval-request');
      await product.services.store.now.cards.withdraw(own.id);
      const drawn = await reply('approver', 'view', { card, isAutomatic: true });
      assert.deepEqual(buttons(drawn), ['Approve', 'Deny']);
      assert.match(textOf(drawn), new RegExp(WHY));
    });
  });

  describe('what the requester sees', () => {
    it('is Cancel request and Remind approvers, without the justification', async () => {
      await asked();
      const drawn = await refresh('engineer');
      assert.deepEqual(buttons(drawn), ['Cancel request', 'Remind approvers']);
      assert.doesNotMatch(JSON.stringify(drawn), /payments|INC-42/);
    });

    it('cannot approve, whatever their client sends', async () => {
      const card = await asked();
      for (const verb of ['approve', 'send-approve'] as const) {
        await product.pressesIn('engineer', card, verb, { inputs: { justification: 'my own' }, where: HERE });
      }
      assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
    });

    it('takes it back for everybody', async () => {
      await asked();
      await reply('engineer', 'cancel');
      const drawn = await base();
      assert.match(textOf(drawn), /Request canceled/);
      assert.equal('refresh' in drawn.card, false);
    });

    it('reminds the approvers, which changes the card and posts none', async () => {
      await asked();
      await product.passes('PT20M');
      assert.deepEqual(buttons(await reply('engineer', 'remind-approvers')), ['Cancel request', 'Remind approvers']);
      assert.match(textOf(await base()), /Reminder sent/);
      await shown();
    });
  });

  describe('what anybody else sees', () => {
    it('is what stands there for all, also for an administrator', async () => {
      await asked();
      for (const handle of ['contractor', 'admin'] as const) {
        const drawn = await refresh(handle);
        assert.deepEqual([drawn.card.id, buttons(drawn)], ['approval-request', []]);
        assert.doesNotMatch(JSON.stringify(drawn), /payments|INC-42/);
      }
    });

    it('stays that when they send what an approver was offered, and nothing is decided', async () => {
      const card = await asked();
      for (const verb of ['approve', 'deny', 'send-approve', 'send-deny', 'cancel', 'remind-approvers'] as const) {
        const drawn = await reply('contractor', verb, { card, inputs: { justification: 'forged' } });
        assert.deepEqual(buttons(drawn), []);
        assert.doesNotMatch(JSON.stringify(drawn), /payments|INC-42/);
      }
      assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
      assert.deepEqual(await product.cards('contractor'), []);
    });

    it('is nothing at all from another conversation', async () => {
      const card = await asked();
      for (const where of [ELSEWHERE, undefined]) {
        const how = where === undefined ? {} : { where };
        const { answer, notices } = await product.pressesIn('contractor', card, 'view', how);
        assert.equal(answer.kind === 'done' && answer.reply, null);
        assert.equal(notices[0]?.card === 'error' && notices[0].code, 'card.foreign');
      }
    });
  });

  describe('a refresh that a client makes by itself', () => {
    it('decides nothing, whatever verb it carries', async () => {
      const card = await asked();
      for (const verb of ['approve', 'send-approve', 'cancel'] as const) {
        for (const handle of ['approver', 'engineer'] as const) {
          await reply(handle, verb, { card, inputs: { justification: 'automatic' }, isAutomatic: true });
        }
      }
      assert.equal(product.seeded.tenant.requests()[0]?.state, 'awaiting-approval');
    });

    it('asks neither Microsoft nor Teams anything', async () => {
      await asked();
      product.signIns.forget(product.seeded.idOf('approver'));
      product.channelMembers.clear();
      const before = product.seeded.tenant.calls.length;
      assert.deepEqual(buttons(await refresh('approver')), ['Approve', 'Deny']);
      assert.equal(product.seeded.tenant.calls.length, before);
    });

    it('is answered when the request is gone, so that the client stops, and nobody is told', async () => {
      const card = await asked();
      await product.database.pool.query('delete from pimlico.outbox');
      await product.database.pool.query('delete from pimlico.cards where recipient = $1', [HERE]);
      const drawn = await reply('approver', 'view', { card, isAutomatic: true });
      assert.equal('refresh' in drawn.card || 'actions' in drawn.card, false);
      assert.deepEqual(
        (await product.cards('approver')).map(({ notice }) => notice.card),
        ['approval-request'],
      );
    });
  });

  describe('a press that comes late or twice', () => {
    it('is answered with what there is to see now', async () => {
      const card = await asked();
      await product.passes('PT20M');
      await reply('engineer', 'remind-approvers');
      assert.deepEqual(buttons(await reply('approver', 'send-approve', { card, inputs: { justification: 'old' } })), [
        'Approve',
        'Deny',
      ]);
      await reply('approver', 'approve');
      const current = await shown();
      await reply('approver', 'send-approve', { card: current, inputs: { justification: 'ok' } });
      const again = await reply('approver', 'send-approve', { card: current, inputs: { justification: 'ok' } });
      assert.equal(again.card.id, 'approval-decided');
      const audit = await product.audit();
      assert.equal(audit.filter((event) => event === 'approval.decided').length, 1);
    });
  });

  it('signs the approver in first, on the page where the client cannot, and then goes on in the channel', async () => {
    await asked();
    product.signIns.forget(product.seeded.idOf('approver'));
    await reply('approver', 'approve');
    const { answer } = await product.pressesIn('approver', await shown(), 'send-approve', {
      inputs: { justification: 'ok' },
      where: HERE,
    });
    assert.ok(answer.kind === 'sign-in-first' && answer.pageSignInId !== null);
    await product.signsIn('approver', answer.pageSignInId);
    assert.equal((await base()).card.id, 'approval-decided');
  });

  it('shows nobody more than 60 ids, and tells the rest how they see it', async () => {
    const { approvals, requests } = product.services.store.now;
    await product.says('engineer', ASK);
    const [request] = await requests.listOpenOf(product.seeded.idOf('engineer'));
    assert.ok(request);
    const many = Array.from({ length: 70 }, (_, index) => ({
      requestId: request.id,
      approverId: product.seeded.idOf('approver').replace(/.{4}$/, String(1000 + index)) as never,
      approverName: `Approver ${index}`,
      reach: 'asked' as const,
    }));
    for (const { approverId } of many) {
      product.channelMembers.set(approverId, { teamsUserId: `29:${approverId}` });
    }
    await approvals.insertAsks(many);
    await product.passes('PT1S');
    assert.equal(refreshed(await base())?.length, 12);
    await product.passes('PT1M');
    const drawn = await base();
    assert.equal(refreshed(drawn)?.length, 60);
    assert.match(textOf(drawn), /Refresh card/);
  });

  it('stays as it is, with what an approver writes in it, while further looks find nobody new', async () => {
    await product.says('engineer', ASK);
    const [request] = await product.services.store.now.requests.listOpenOf(product.seeded.idOf('engineer'));
    assert.ok(request);
    const absent = Array.from({ length: 40 }, (_, index) => ({
      requestId: request.id,
      approverId: product.seeded.idOf('approver').replace(/.{4}$/, String(1000 + index)) as never,
      approverName: `Approver ${index}`,
      reach: 'asked' as const,
    }));
    await product.services.store.now.approvals.insertAsks(absent);
    await product.passes('PT1S');
    const card = await shown();
    await reply('approver', 'approve', { card });
    await product.passes('PT9S');
    assert.equal((await shown()).version, card.version);
    await reply('approver', 'send-approve', { card, inputs: { justification: 'looks right' } });
    assert.equal((await base()).card.id, 'approval-decided');
  });

  it('is not shown when it was taken back before, nor where no channel is chosen', async () => {
    await product.says('engineer', ASK);
    await product.says('engineer', 'cancel');
    await product.passes('PT1M');
    assert.deepEqual(await product.cardsIn(HERE), []);
    await product.services.store.now.botSettings.remove('approvals-channel');
    await product.says('engineer', ASK);
    await product.passes('PT1M');
    assert.deepEqual(await product.cardsIn(HERE), []);
  });

  it('stays in the channel where it stands when another one is chosen meanwhile', async () => {
    const card = await asked();
    const { store } = product.services;
    const chosen = { conversationId: ELSEWHERE, teamName: 'Contoso Operations', channelName: 'general' };
    await store.now.botSettings.save('approvals-channel', chosen, product.seeded.idOf('admin'), product.clock.now());
    const dueAt = product.clock.now();
    await store.now.timers.set({ kind: 'approval.show-in-channel', subject: card.story, dueAt });
    await product.passes('PT1S');
    assert.deepEqual(await product.cardsIn(ELSEWHERE), []);
    await reply('engineer', 'cancel');
    assert.match(textOf(await base()), /Request canceled/);
  });

  it('shows how it ended when nobody decided', async () => {
    await asked();
    await product.passes('PT25H');
    const drawn = await base();
    assert.match(textOf(drawn), /Nobody decided/);
    assert.equal('refresh' in drawn.card, false);
  });
});
