import assert from 'node:assert/strict';
import { NO_RULEBOOK, type Rulebook } from '../../../../src/domain/rulebook.ts';
import { SERVED_BY_DEFAULT, type Served } from '../../../../src/domain/served.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { CardRecord } from '../../../../src/ports/store.ts';
import { readTenantLog, reconcile } from '../../../../src/use-cases/reconcile/read-feed.ts';
import { ServedPeople } from '../../../../src/use-cases/serving/served-people.ts';
import { aGuid } from '../../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../../support/product.ts';

describe('a request made elsewhere by somebody who is not served', () => {
  let product: Product;
  let rulebook: Rulebook;
  beforeEach(async () => {
    rulebook = NO_RULEBOOK;
    product = await aProduct({ rules: { current: () => rulebook } });
    await readTenantLog(product.services, 'a part');
  });
  const serve = (served: Partial<Served>): void => {
    rulebook = { ...NO_RULEBOOK, served: { ...SERVED_BY_DEFAULT, ...served } };
  };

  /** The engineer asks in the portal, and the log tells of it five minutes later. */
  async function asksInThePortal(): Promise<void> {
    const actor = { principalId: product.seeded.idOf('engineer') };
    const directory = product.seeded.tenant.part('directory');
    const eligible = await directory.listEligible(actor);
    const role = eligible.find(({ roleName }) => roleName === 'Contoso-App-Assignment-Operator');
    assert.ok(role);
    const { id, principalId } = await directory.activate(actor, {
      role,
      startsAt: null,
      duration: Temporal.Duration.from('PT1H'),
      justification: 'asked in the portal',
      ticket: null,
      marker: aGuid(),
    });
    product.feed.tell({ kind: 'waiting', role, principalId, requestId: id });
    await isRead();
  }

  async function isRead(): Promise<void> {
    product.clock.advance('PT5M');
    await reconcile(product.services);
  }

  const asked = async (): Promise<readonly CardRecord[]> => await product.cards('approver');

  it('gives nobody a card', async () => {
    serve({
      people: { allow: null, deny: [{ kind: 'person', person: String(product.seeded.idOf('engineer')) }] },
    });
    await asksInThePortal();
    assert.deepEqual(await asked(), []);
  });

  it('is looked at again where it could not be read for a moment whether they are', async () => {
    const pilotGroup = String(product.seeded.groupId('sg-oncall-leads'));
    product.seeded.tenant.setGroup(pilotGroup, [product.seeded.idOf('engineer')], 'sg-oncall-leads');
    serve({ pilotGroup });
    const { clock, reader, rules, log } = product.services;
    let isAway = true;
    const listMembers = async (group: string) => {
      if (isAway) {
        throw new AccessError('graph.unavailable', 'away', { retryable: true });
      }
      return await reader.listMembers(group);
    };
    const servedPeople = new ServedPeople({ clock, reader: { ...reader, listMembers }, rules, log });
    Object.assign(product.services, { servedPeople });
    await asksInThePortal();
    assert.deepEqual(await asked(), []);
    isAway = false;
    await isRead();
    assert.deepEqual(
      (await asked()).map(({ notice }) => notice.card),
      ['approval-request'],
    );
  });
});
