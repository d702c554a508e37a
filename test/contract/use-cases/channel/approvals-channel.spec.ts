import assert from 'node:assert/strict';
import { noteLostCard } from '../../../../bot/channel/lost-card.ts';
import type { Channel, ChannelType } from '../../../../src/domain/channel.ts';
import { conversationId } from '../../../../src/domain/ids.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const HERE = conversationId('19:approvals@thread.tacv2');
const GROUP_CHAT = conversationId('19:group@thread.v2');

const aChannel = (type: ChannelType): Channel => ({
  id: HERE,
  teamId: '19:team@thread.tacv2',
  teamName: 'Contoso Operations',
  name: 'approvals',
  type,
});

describe('the approvals channel', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });
  const settings = () => product.services.store.now.botSettings;
  const knows = (type: ChannelType) => product.services.store.now.channels.save(aChannel(type));
  const choose = async (): Promise<void> => {
    product.page.behave({ appRoles: ['Pimlico.Admin'] });
    await product.says('admin', 'approvals channel here', HERE);
    await product.signsIn('admin');
  };

  it('is the channel in which an administrator says so, after a sign-in of their own for it', async () => {
    await knows('standard');
    const [offered] = await product.says('admin', 'approvals channel here', HERE);
    assert.equal(offered?.card === 'step-up' && offered.purpose, 'admin');
    assert.equal(await settings().find('approvals-channel'), null);
    product.page.behave({ appRoles: ['Pimlico.Admin'] });
    await product.signsIn('admin');
    assert.deepEqual(await settings().find('approvals-channel'), {
      conversationId: HERE,
      teamName: 'Contoso Operations',
      channelName: 'approvals',
    });
    const { notice } = await product.card('admin', 'approvals-channel');
    assert.deepEqual(notice, {
      card: 'approvals-channel',
      says: 'set',
      channel: { teamName: 'Contoso Operations', channelName: 'approvals' },
      byName: null,
      isUnreachable: false,
    });
    assert.ok((await product.audit()).includes('approvals_channel.chosen'));
  });

  it('is told to the channel itself, with who chose it', async () => {
    await knows('standard');
    await choose();
    const [told] = await product.cardsIn(HERE);
    assert.equal(told?.notice.card === 'approvals-channel' && told.notice.byName, 'Patti Fernandez');
    assert.equal(told?.notice.card === 'approvals-channel' && told.notice.says, 'announced');
  });

  it('is refused to whoever is no administrator of the bot, whatever else they are', async () => {
    await knows('standard');
    product.page.behave({ appRoles: ['Pimlico.Auditor'] });
    await product.says('engineer', 'approvals channel here', HERE);
    await product.signsIn('engineer');
    const { notice } = await product.card('engineer', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'identity.admin_required');
    assert.equal(await settings().find('approvals-channel'), null);
    assert.deepEqual(await product.cardsIn(HERE), []);
  });

  for (const [type, code] of [
    ['private', 'channel.private'],
    ['shared', 'channel.shared'],
    ['unknown', 'channel.type_unknown'],
  ] as const) {
    it(`is never one that Teams calls ${type}, and the reason is said before anybody signs in`, async () => {
      await knows(type);
      const [refused] = await product.says('admin', 'approvals channel here', HERE);
      assert.equal(refused?.card === 'error' && refused.code, code);
      assert.equal(await settings().find('approvals-channel'), null);
    });
  }

  it('is no chat, neither of two nor of a group', async () => {
    for (const where of [undefined, GROUP_CHAT]) {
      const [refused] = await product.says('admin', 'approvals channel here', where);
      assert.equal(refused?.card === 'error' && refused.code, 'channel.not_a_channel');
    }
  });

  it('is not kept when it became private while the administrator signed in', async () => {
    await knows('standard');
    product.page.behave({ appRoles: ['Pimlico.Admin'] });
    await product.says('admin', 'approvals channel here', HERE);
    await knows('private');
    await product.signsIn('admin');
    const { notice } = await product.card('admin', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'channel.private');
    assert.equal(await settings().find('approvals-channel'), null);
  });

  it('is told to anybody who asks, and whether it can be written to', async () => {
    const [none] = await product.says('engineer', 'approvals channel');
    assert.equal(none?.card === 'approvals-channel' && none.channel, null);
    await knows('standard');
    await choose();
    const [known] = await product.says('engineer', 'which is the approvals channel?');
    assert.deepEqual(known?.card === 'approvals-channel' && [known.says, known.channel?.channelName], [
      'is',
      'approvals',
    ]);
    const { conversations } = product.services.store.now;
    const place = { kind: 'channel', principalId: null, serviceUrl: 'https://smba.invalid/' } as const;
    await conversations.save({ id: HERE, ...place, deadReason: 'BotNotInConversationRoster' });
    const [dead] = await product.says('engineer', 'approvals channel');
    assert.equal(dead?.card === 'approvals-channel' && dead.isUnreachable, true);
  });

  it('is told to be out of reach to whoever chose it, and to an operator, when the bot may not write there', async () => {
    await knows('standard');
    await choose();
    const [announced] = await product.cardsIn(HERE);
    assert.ok(announced);
    const complaints: unknown[] = [];
    const { store, log } = product.services;
    const error = (event: string): void => void complaints.push(event);
    await noteLostCard({ store, log: { ...log, error } }, announced, 'BotNotInConversationRoster');
    const { notice } = await product.card('admin', 'approvals-channel');
    assert.equal(notice.card === 'approvals-channel' && notice.isUnreachable, true);
    assert.deepEqual(complaints, ['approvals-channel.unreachable']);
    assert.deepEqual(await noteLostCard({ store, log }, announced, 'BotNotInConversationRoster'), []);
  });

  it('shows from its choice on what waits already, too', async () => {
    await knows('standard');
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42');
    await choose();
    await product.passes('PT1S');
    const shown = (await product.cardsIn(HERE)).map(({ notice }) => notice.card);
    assert.deepEqual(shown.sort(), ['approval-request', 'approvals-channel']);
  });

  it('is given up by an administrator from anywhere', async () => {
    await knows('standard');
    await choose();
    const [offered] = await product.says('admin', 'approvals channel off');
    assert.equal(offered?.card, 'step-up');
    assert.notEqual(await settings().find('approvals-channel'), null);
    await product.signsIn('admin');
    assert.equal(await settings().find('approvals-channel'), null);
    assert.ok((await product.audit()).includes('approvals_channel.dropped'));
  });
});
