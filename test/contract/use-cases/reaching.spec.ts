import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { conversationId } from '../../../src/domain/ids.ts';
import type { ActivationPendingNotice, Notice } from '../../../src/domain/notice.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { aRolePolicy } from '../../support/fakes/builders.ts';
import type { SeededHandle } from '../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../support/product.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';
const ASK = `activate ${OPERATOR} for 1h because INC-42`;

describe('who will be asked, told before PIM is asked', () => {
  let product: Product;
  /** Each delivery with how often PIM had been asked by then, and what the cards said at that instant. */
  let told: { readonly asked: number; readonly notices: readonly Notice[] }[];

  beforeEach(async () => {
    told = [];
    product = await aProduct();
    const { delivery, store } = product.services;
    const deliver = delivery.deliver.bind(delivery);
    delivery.deliver = async (cards) => {
      const found = await Promise.all(cards.map((card) => store.now.cards.find(card)));
      told.push({
        asked: product.seeded.tenant.requests().length,
        notices: found.flatMap((card) => (card === null ? [] : [card.notice])),
      });
      await deliver(cards);
    };
  });

  const chat = async (handle: SeededHandle, deadReason: string | null) =>
    await product.services.store.now.conversations.save({
      id: conversationId(`a:chat-${handle}`),
      kind: 'personal',
      principalId: product.seeded.idOf(handle),
      serviceUrl: 'https://smba.trafficmanager.net/emea/',
      deadReason,
    });
  const announced = () =>
    told.flatMap(({ asked, notices }) => notices.flatMap((one) => (isSending(one) ? [{ asked, one }] : [])));
  const waiting = async (): Promise<CardRecord> => await product.card('engineer', 'activation-pending');

  it('asks at once, and says nothing first, where everybody can be reached or was never tried', async () => {
    await chat('approver', null);
    const [notice] = await product.says('engineer', ASK);
    assert.deepEqual(told, []);
    assert.deepEqual(notice?.card === 'activation-pending' && notice.approvers, [
      { name: 'Megan Bowen', reach: 'asked' },
      { name: 'Adele Vance', reach: 'asked' },
    ]);
  });

  it('names who will be asked and who cannot be, before PIM is asked, and lets PIM’s answer take the card’s place', async () => {
    await chat('approver', 'MessageWritesBlocked');
    await product.says('engineer', ASK);
    const [first, ...others] = announced();
    assert.deepEqual([first?.asked, others], [0, []]);
    assert.deepEqual(first?.one.approvers, [
      { name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' },
      { name: 'Adele Vance', reach: 'asked' },
    ]);
    const cards = (await product.cards('engineer')).filter(({ notice }) => notice.card === 'activation-pending');
    assert.deepEqual(
      cards.map(({ notice, isRetired }) => [isSending(notice), isRetired]),
      [[false, false]],
    );
    assert.deepEqual(pendingOf(cards[0]).approvers, first?.one.approvers);
  });

  it('names whoever is among their own approvers, though everybody else can be reached', async () => {
    const { tenant, idOf } = product.seeded;
    tenant.setGroup('sg-app-approvers', [idOf('engineer'), idOf('approver')]);
    await product.says('engineer', ASK);
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.approvers, one.leftOut]),
      [[0, [{ name: 'Megan Bowen', reach: 'asked' }], [{ name: 'Alex Wilber', why: 'requester' }]]],
    );
  });

  it('names who cannot decide and groups that count for nothing, though everybody else can be reached', async () => {
    const { tenant, idOf } = product.seeded;
    tenant.disable(idOf('approver'));
    await product.says('engineer', ASK);
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.leftOut]),
      [[0, [{ name: 'Megan Bowen', why: 'disabled' }]]],
    );
  });

  it('names a group whose members are hidden', async () => {
    product.seeded.tenant.hideMembers('sg-app-approvers');
    await product.says('engineer', ASK);
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.approvers, one.leftOut]),
      [[0, [], [{ name: 'sg-app-approvers', why: 'hidden' }]]],
    );
  });

  it('gives also whoever is thought unreachable their card: a block is lifted without a word', async () => {
    await chat('approver', 'MessageWritesBlocked');
    await product.says('engineer', ASK);
    assert.equal((await product.card('approver', 'approval-request')).notice.card, 'approval-request');
  });

  it('takes guests without a chat for unreachable, and those with one not', async () => {
    const { tenant, idOf } = product.seeded;
    tenant.invite(idOf('approver'), idOf('approver2'));
    await chat('approver2', null);
    await product.says('engineer', ASK);
    assert.deepEqual(announced()[0]?.one.approvers, [
      { name: 'Megan Bowen', reach: 'unreachable', why: 'guest' },
      { name: 'Adele Vance', reach: 'asked' },
    ]);
  });

  it('says nothing first of somebody for whom the bot can be installed', async () => {
    product = await aProduct({ installer: { install: async () => 'installed' } });
    await chat('approver', 'uninstalled');
    const [notice] = await product.says('engineer', ASK);
    assert.equal(notice?.card === 'activation-pending' && notice.approvers[0]?.reach, 'asked');
  });

  it('sends also where nobody can be reached, and says so', async () => {
    await chat('approver', 'MessageWritesBlocked');
    await chat('approver2', 'uninstalled');
    await product.says('engineer', ASK);
    assert.deepEqual(
      announced()[0]?.one.approvers.map(({ why }) => why),
      ['blocked', 'removed'],
    );
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('names the approvals channel, for as long as the bot can write there', async () => {
    const { botSettings, conversations } = product.services.store.now;
    const approvals = conversationId('19:approvals@thread.tacv2');
    const channel = { teamName: 'Contoso Operations', channelName: 'approvals' };
    await botSettings.save(
      'approvals-channel',
      { conversationId: approvals, ...channel },
      product.seeded.idOf('admin'),
      product.clock.now(),
    );
    await chat('approver', 'MessageWritesBlocked');
    await product.says('engineer', ASK);
    const place = { kind: 'channel', principalId: null, serviceUrl: 'https://smba.invalid/' } as const;
    await conversations.save({ id: approvals, ...place, deadReason: 'teamDeleted' });
    await product.says('engineer', 'cancel');
    await product.says('engineer', ASK);
    assert.deepEqual(
      announced().map(({ one }) => one.channel),
      [{ ...channel, isThere: false }, undefined],
    );
  });

  it('takes the card out of use when PIM refuses', async () => {
    await chat('approver', 'MessageWritesBlocked');
    product.seeded.tenant.failNext('activateAll', new AccessError('activation.refused_by_policy', 'no'));
    await product.says('engineer', ASK);
    assert.equal(announced().length, 1);
    const cards = (await product.cards('engineer')).filter(({ notice }) => isSending(notice));
    assert.deepEqual(
      cards.map(({ isRetired }) => isRetired),
      [true],
    );
  });

  it('takes the card out of use when nobody can tell what became of it', async () => {
    await chat('approver', 'MessageWritesBlocked');
    const { delivery } = product.services;
    const deliver = delivery.deliver.bind(delivery);
    delivery.deliver = async () => {
      throw new AccessError('internal.unexpected', 'the process ended here');
    };
    await product.says('engineer', ASK).catch(() => undefined);
    delivery.deliver = deliver;
    assert.equal(product.seeded.tenant.requests().length, 0);
    assert.equal(isSending((await waiting()).notice), true);
    await product.passes('PT1M');
    await assert.rejects(waiting, /holds no live activation-pending/);
  });

  it('converges with what the tenant holds when the process ended after PIM was asked', async () => {
    await chat('approver', 'MessageWritesBlocked');
    product.seeded.tenant.failNext('activateAll', new AccessError('activation.in_doubt', 'cut'), { afterEffect: true });
    await product.says('engineer', ASK);
    assert.equal(isSending((await waiting()).notice), false);
  });

  it('asks PIM after two seconds when Teams does not take the card, and logs what becomes of it', async () => {
    const errors: string[] = [];
    const { log } = product.services;
    log.error = (event) => void errors.push(event);
    await chat('approver', 'MessageWritesBlocked');
    const { delivery } = product.services;
    const deliver = delivery.deliver.bind(delivery);
    const { promise: stuck, reject } = Promise.withResolvers<void>();
    delivery.deliver = async (cards) => {
      delivery.deliver = deliver;
      await deliver(cards);
      await stuck;
    };
    await product.says('engineer', ASK);
    assert.deepEqual([announced().length, product.seeded.tenant.requests().length, errors], [1, 1, []]);
    assert.equal(isSending((await waiting()).notice), false);
    reject(new Error('cut'));
    await setImmediate();
    assert.deepEqual(errors, ['announcement.failed']);
  });

  it('tells it of each role of a sentence that wants it', async () => {
    await chat('approver', 'MessageWritesBlocked');
    const other = 'Contoso-App-Configuration-Administrator';
    await product.says('engineer', `activate ${OPERATOR}, ${other} and Security Reader for 1h because INC-42`);
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.request.roleName]),
      [
        [0, OPERATOR],
        [0, other],
      ],
    );
  });

  it('tells it of a later start', async () => {
    await chat('approver', 'MessageWritesBlocked');
    await product.says('engineer', `activate ${OPERATOR} at 14:30 for 1h because INC-42`);
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.request.startsAt]),
      [[0, '2026-11-23T13:30:00Z']],
    );
  });

  it('tells it of the activation that follows another one', async () => {
    await product.says('engineer', ASK);
    const ask = await product.card('approver', 'approval-request');
    await product.presses('approver', ask, 'send-approve', { justification: 'fine' });
    await chat('approver', 'MessageWritesBlocked');
    await product.passes('PT50M');
    await product.says('engineer', 'continue');
    assert.deepEqual(announced(), []);
    await product.passes('PT10M');
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.request.roleName]),
      [[1, OPERATOR]],
    );
  });

  it('tells it of the second of two steps when that is asked for', async () => {
    const { tenant, groupId, idOf } = product.seeded;
    await chat('approver', 'MessageWritesBlocked');
    const [held] = (await tenant.reader.listHeldByGroup(groupId('sg-payments-oncall'))).roles;
    assert.ok(held);
    const approvers = [
      { kind: 'person', id: idOf('approver'), name: 'Megan Bowen' },
      { kind: 'person', id: idOf('approver2'), name: 'Adele Vance' },
    ] as const;
    tenant.setPolicy(held, aRolePolicy({ isApprovalRequired: true, approvers }));
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    assert.deepEqual(announced(), []);
    await product.passes('PT1M');
    assert.deepEqual(
      announced().map(({ asked, one }) => [asked, one.request.roleName]),
      [[1, 'Contributor']],
    );
  });

  it('tells it on the form as well', async () => {
    await chat('approver', 'MessageWritesBlocked');
    const [form] = await product.says('engineer', `activate ${OPERATOR} for 1h`);
    assert.deepEqual(form?.card === 'activation-form' && form.outlook, {
      approvers: [
        { name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' },
        { name: 'Adele Vance', reach: 'asked' },
      ],
      areKnown: true,
      leftOut: [],
    });
    const [other] = await product.says('engineer', 'activate Security Reader for 1h');
    assert.equal(other?.card === 'activation-form' && other.outlook, null);
  });

  describe('a request that nobody could approve', () => {
    const refusal = async () => {
      const [notice] = await product.says('engineer', ASK);
      assert.equal(notice?.card, 'error');
      const { code, facts } = notice?.card === 'error' ? notice : { code: null, facts: {} };
      assert.deepEqual([code, product.seeded.tenant.requests().length], ['activation.nobody_can_approve', 0]);
      return JSON.parse((facts as Record<string, string>).why ?? 'null');
    };

    it('is refused for an empty group', async () => {
      product.seeded.tenant.setGroup('sg-app-approvers', []);
      assert.deepEqual(await refusal(), [{ name: 'sg-app-approvers', why: 'empty' }]);
    });

    it('is refused when only the requester is left', async () => {
      const { tenant, idOf } = product.seeded;
      tenant.setGroup('sg-app-approvers', [idOf('engineer')]);
      assert.deepEqual(await refusal(), [{ name: 'Alex Wilber', why: 'requester' }]);
    });

    it('is refused when every account is disabled', async () => {
      const { tenant, idOf } = product.seeded;
      tenant.disable(idOf('approver'), idOf('approver2'));
      assert.deepEqual(await refusal(), [
        { name: 'Megan Bowen', why: 'disabled' },
        { name: 'Adele Vance', why: 'disabled' },
      ]);
    });

    it('is not refused for what was kept of a group that was mended meanwhile', async () => {
      const { reader } = product.seeded.tenant;
      const expand = reader.expandApprovers.bind(reader);
      reader.expandApprovers = async (approvers, how) => (how?.isFresh === true ? await expand(approvers, how) : []);
      const [notice] = await product.says('engineer', ASK);
      assert.deepEqual(notice?.card === 'activation-pending' && notice.approvers.map(({ name }) => name), [
        'Megan Bowen',
        'Adele Vance',
      ]);
    });

    it('is not refused when the members of a group are hidden', async () => {
      product.seeded.tenant.hideMembers('sg-app-approvers');
      const [notice] = await product.says('engineer', ASK);
      assert.deepEqual(notice?.card === 'activation-pending' && notice.approvers, []);
      assert.equal(product.seeded.tenant.requests().length, 1);
    });
  });
});

function isSending(notice: Notice): notice is ActivationPendingNotice {
  return notice.card === 'activation-pending' && notice.phase === 'sending';
}

function pendingOf(card: CardRecord | undefined): ActivationPendingNotice {
  assert.equal(card?.notice.card, 'activation-pending');
  return card?.notice as ActivationPendingNotice;
}
