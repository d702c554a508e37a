import assert from 'node:assert/strict';
import { roleDefinitionId } from '../../../../src/domain/ids.ts';
import type { Notice } from '../../../../src/domain/notice.ts';
import { NO_RULEBOOK, type Rulebook } from '../../../../src/domain/rulebook.ts';
import { OFF_UNTIL_NAMED, SERVED_BY_DEFAULT, type Served } from '../../../../src/domain/served.ts';
import { AccessError } from '../../../../src/errors.ts';
import { findApprovers } from '../../../../src/use-cases/approvers.ts';
import { noteReachedAgain, noteUnreachable } from '../../../../src/use-cases/next-wave.ts';
import { ServedPeople } from '../../../../src/use-cases/serving/served-people.ts';
import { aRolePolicy } from '../../../support/fakes/builders.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { entra } from '../../../support/rulebooks.ts';

const READ = 'activate Security Reader for 1h because x';
const OPERATE = 'activate Contoso-App-Assignment-Operator for 1h because x';
const NOTHING = { allow: null, deny: [] } as const;

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('what the bot serves', () => {
  let product: Product;
  let rulebook: Rulebook;
  beforeEach(async () => {
    rulebook = NO_RULEBOOK;
    product = await aProduct({ rules: { current: () => rulebook } });
  });
  const serve = (served: Partial<Served>): void => {
    rulebook = { ...NO_RULEBOOK, served: { ...SERVED_BY_DEFAULT, ...served } };
  };
  const person = (handle: SeededHandle) => ({ kind: 'person', person: String(product.seeded.idOf(handle)) }) as const;
  const groupId = (name: string) => product.seeded.groupId(name as 'sg-app-approvers');

  describe('of roles', () => {
    it('is not those that can give anybody anything, without any rulebook, before a sign-in is asked for', async () => {
      const [notice] = await product.says('oncall', 'activate "Privileged Role Administrator" for 30m because x');
      assert.deepEqual(notice?.card === 'error' && [notice.code, notice.facts.roleName], [
        'serving.role_off',
        'Privileged Role Administrator',
      ]);
      assert.deepEqual(product.seeded.tenant.requests(), []);
    });

    it('is such a role once it is named', async () => {
      serve({ named: [OFF_UNTIL_NAMED[1].id] });
      const notices = await product.says('oncall', 'activate "Privileged Role Administrator" for 30m because x');
      assert.deepEqual(told(notices), ['step-up']);
    });

    it('is no group that gives one to its members at once, or lets them activate it', async () => {
      for (const kind of ['active', 'eligible'] as const) {
        product = await aProduct({ rules: { current: () => rulebook } });
        product.seeded.tenant.assign({
          surface: 'directory',
          roleDefinitionId: roleDefinitionId(OFF_UNTIL_NAMED[0].id),
          roleName: 'Global Administrator',
          scope: { id: '/', name: 'Whole tenant' },
          principalId: groupId('sg-payments-oncall'),
          kind,
          startsAt: null,
          endsAt: null,
        });
        const [notice] = await product.says('engineer', 'activate sg-payments-oncall for 1h because x');
        assert.deepEqual(notice?.card === 'error' && [notice.code, notice.facts.given], [
          'serving.role_off',
          'Global Administrator',
        ]);
        const [mine] = await product.says('engineer', 'my roles');
        assert.ok(mine?.card === 'my-roles');
        const group = mine.roles.find(({ roleName }) => roleName === 'sg-payments-oncall');
        assert.equal(group?.isServed, false);
      }
    });

    it('is refused for a denied one, is not offered, and is shown all the same', async () => {
      serve({ roles: { allow: null, deny: [entra('Security Reader')] } });
      assert.deepEqual(told(await product.says('engineer', READ)), ['serving.role_not_served']);
      const [form] = await product.says('engineer', 'activate');
      assert.ok(form?.card === 'activation-form');
      assert.ok(!form.roles.some(({ roleName }) => roleName === 'Security Reader'));
      assert.ok(form.roles.some(({ roleName }) => roleName === 'Global Reader'));
      const [mine] = await product.says('engineer', 'my roles');
      assert.ok(mine?.card === 'my-roles');
      const unserved = mine.roles.filter(({ isServed }) => isServed === false).map(({ roleName }) => roleName);
      assert.deepEqual(unserved, ['Security Reader']);
      assert.deepEqual(product.seeded.tenant.requests(), []);
    });

    it('is refused of a bundle too, and the others of it go on', async () => {
      await product.says('engineer', 'bundle save morning: Security Reader and Global Reader for 1h');
      serve({ roles: { allow: [entra('Global Reader')], deny: [] } });
      const notices = await product.says('engineer', 'bundle run morning because x');
      assert.deepEqual(told(notices).sort(), ['activation-active', 'serving.role_not_served']);
    });

    it('lets access be given back, continue no longer, and a request be withdrawn', async () => {
      await product.says('engineer', READ);
      await product.says('engineer', OPERATE);
      await product.passes('PT10M');
      serve({ roles: { allow: [], deny: [] } });
      const [open] = (await product.services.store.now.requests.listOpenOf(product.seeded.idOf('engineer'))).filter(
        ({ state }) => state === 'pending',
      );
      await product.says('engineer', `cancel ${open?.id}`);
      assert.ok(told(await product.says('engineer', 'deactivate Security Reader')).includes('activation-ended'));
      assert.deepEqual(await product.services.store.now.requests.listOpenOf(product.seeded.idOf('engineer')), []);
    });

    it('refuses a yes to what was asked for before, and takes a no', async () => {
      await product.says('engineer', OPERATE);
      const card = await product.card('approver', 'approval-request');
      serve({ roles: { allow: null, deny: [entra('Contoso-App-Assignment-Operator')] } });
      const { notices } = await product.presses('approver', card, 'send-approve', { justification: 'fine' });
      assert.deepEqual(told(notices), ['serving.role_not_served']);
      await product.presses('approver', card, 'send-deny', { justification: 'no' });
      assert.ok((await product.audit()).includes('approval.decided'));
    });

    it('is for administrators as well: what they give, lengthen and set, and not what they take away', async () => {
      product.page.behave({ appRoles: [] });
      const saysAsAdmin = async (text: string): Promise<readonly Notice[]> => {
        await product.says('admin', text);
        await product.signsIn('admin');
        return (await product.cards('admin')).map(({ notice }) => notice);
      };
      const given = await saysAsAdmin(
        'assign "Privileged Role Administrator" to "Diego Siciliani" for 10 days because x',
      );
      assert.ok(told(given).includes('serving.role_off'));
      const taken = await saysAsAdmin('remove "Lynne Robbins" from "Privileged Role Administrator"');
      assert.ok(told(taken).includes('assignment-change'));
    });
  });

  it('is not a denied scope, nor what reaches it from above', async () => {
    const scopes = { allow: null, deny: ['Branch Madrid'] };
    serve({ scopes });
    const madrid = 'activate Helpdesk Administrator on "Branch Madrid" for 1h because x';
    assert.deepEqual(told(await product.says('engineer', madrid)), ['serving.scope_not_served']);
    const lisbon = 'activate Helpdesk Administrator on "Branch Lisbon" for 1h because x';
    assert.deepEqual(told(await product.says('engineer', lisbon)), ['activation-active']);
  });

  describe('of people', () => {
    it('is only the members of the pilot group: others read everything, and whom to ask', async () => {
      product.seeded.tenant.setGroup(
        groupId('sg-oncall-leads'),
        [product.seeded.idOf('contractor')],
        'sg-oncall-leads',
      );
      serve({ pilotGroup: 'SG-oncall-leads', contact: 'the platform team' });
      const [notice] = await product.says('engineer', READ);
      assert.deepEqual(notice?.card === 'error' && [notice.code, notice.facts], [
        'serving.person_not_served',
        { contact: 'the platform team' },
      ]);
      const [mine] = await product.says('engineer', 'my roles');
      assert.ok(mine?.card === 'my-roles' && mine.roles.every(({ isServed }) => isServed === false));
      const asked = 'activate Contoso-App-Configuration-Administrator for 1h because x';
      assert.deepEqual(told(await product.says('contractor', asked)), ['activation-pending']);
      // Approvers need not be in the pilot themselves.
      const card = await product.card('approver', 'approval-request');
      await product.presses('approver', card, 'send-approve', { justification: 'fine' });
      assert.ok((await product.audit()).includes('approval.decided'));
    });

    it('is nobody while the group is empty, and the log says so at the start', async () => {
      product.seeded.tenant.setGroup(groupId('sg-oncall-leads'), [], 'sg-oncall-leads');
      serve({ pilotGroup: groupId('sg-oncall-leads') });
      assert.deepEqual(told(await product.says('engineer', READ)), ['serving.person_not_served']);
      const lines: string[] = [];
      const note = (event: string): void => void lines.push(event);
      const { clock, rules } = product.services;
      const { reader } = product.seeded.tenant;
      const log = { info: note, warn: note, error: note };
      await new ServedPeople({ clock, reader, rules, log }).lookAtPilotGroup();
      serve({ pilotGroup: 'sg-nowhere' });
      await new ServedPeople({ clock, reader, rules, log }).lookAtPilotGroup();
      assert.deepEqual(lines, ['serving.pilot_group_empty', 'serving.pilot_group_unknown']);
    });

    it('is nobody while it cannot be read who is in a group, and that is said', async () => {
      serve({ pilotGroup: 'sg-nowhere' });
      assert.deepEqual(told(await product.says('engineer', READ)), ['serving.people_unknown']);
      serve({ people: { allow: null, deny: [{ kind: 'group', group: 'sg-nowhere' }] } });
      assert.deepEqual(told(await product.says('engineer', READ)), ['serving.people_unknown']);
    });

    it('is kept for five minutes, for members who come and go', async () => {
      const { tenant, idOf } = product.seeded;
      const leads = groupId('sg-oncall-leads');
      serve({ pilotGroup: leads });
      assert.deepEqual(told(await product.says('engineer', READ)), ['serving.person_not_served']);
      tenant.setGroup(leads, [idOf('engineer')], 'sg-oncall-leads');
      await product.passes('PT4M');
      assert.deepEqual(told(await product.says('engineer', READ)), ['serving.person_not_served']);
      await product.passes('PT2M');
      assert.deepEqual(told(await product.says('engineer', READ)), ['activation-active']);
    });

    it('is whoever is named, by id or sign-in name in any case; who is denied as well is not', async () => {
      const id = product.seeded.idOf('engineer');
      const { userPrincipalName } = product.seeded.principal('engineer');
      serve({ people: { allow: [{ kind: 'person', person: String(userPrincipalName).toUpperCase() }], deny: [] } });
      assert.deepEqual(told(await product.says('engineer', READ)), ['activation-active']);
      const both = { allow: [{ kind: 'person', person: id }], deny: [{ kind: 'person', person: id }] } as const;
      serve({ people: both });
      const next = 'activate Global Reader for 1h';
      assert.deepEqual(told(await product.says('engineer', next)), ['serving.person_not_served']);
      assert.deepEqual(told(await product.says('oncall', next)), ['serving.person_not_served']);
      serve({ people: { ...both, deny: [] } });
      assert.deepEqual(told(await product.says('engineer', next)), ['activation-active']);
    });

    it('does not let an approver who is denied say yes', async () => {
      await product.says('engineer', OPERATE);
      const card = await product.card('approver', 'approval-request');
      serve({ people: { ...NOTHING, deny: [{ kind: 'person', person: product.seeded.idOf('approver') }] } });
      const { notices } = await product.presses('approver', card, 'send-approve', { justification: 'fine' });
      assert.deepEqual(told(notices), ['serving.person_not_served']);
    });

    it('asks no approver who is denied, and says that they decide in the portal only', async () => {
      serve({ people: { ...NOTHING, deny: [person('approver')] } });
      const [pending] = await product.says('engineer', OPERATE);
      assert.deepEqual(pending?.card === 'activation-pending' && pending.approvers, [
        { name: 'Megan Bowen', reach: 'unreachable', why: 'not-served' },
        { name: 'Adele Vance', reach: 'asked' },
      ]);
      assert.deepEqual(await product.cards('approver'), []);
      const { notice } = await product.card('approver2', 'approval-request');
      assert.deepEqual(notice.card === 'approval-request' && notice.otherApprovers, []);
      await product.passes('PT16M');
      await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'remind-approvers');
      assert.ok((await product.audit()).includes('approval.reminded'));
      assert.deepEqual(await product.cards('approver'), []);
      const [who] = await product.says('engineer', 'who approves Contoso-App-Assignment-Operator');
      assert.deepEqual(who?.card === 'who-approves' && who.approvers[0]?.why, 'not-served');
    });

    it('lets an approver who is denied see what waits for them, and say no', async () => {
      serve({ people: { ...NOTHING, deny: [person('approver')] } });
      await product.says('engineer', OPERATE);
      const [open] = await product.services.store.now.requests.listOpenOf(product.seeded.idOf('engineer'));
      const [list] = await product.says('approver', 'approvals');
      assert.equal(list?.card === 'approvals' && list.requests.length, 1);
      await product.says('approver', `deny ${open?.id}: no`);
      assert.ok((await product.audit()).includes('approval.decided'));
    });

    it('keeps an approver who is denied as such, whatever becomes of a card that they opened themselves', async () => {
      serve({ people: { ...NOTHING, deny: [person('approver')] } });
      await product.says('engineer', OPERATE);
      const { services, seeded } = product;
      const [open] = await services.store.now.requests.listOpenOf(seeded.idOf('engineer'));
      assert.ok(open);
      const ask = { requestId: open.id, approverId: seeded.idOf('approver') };
      await noteUnreachable(services, { ...ask, why: 'blocked' });
      await noteReachedAgain(services, ask);
      const found = await services.store.now.approvals.findAsk(ask.requestId, ask.approverId);
      assert.deepEqual([found?.reach, found?.why], ['unreachable', 'not-served']);
    });

    it('gives an approver who is denied no place in a wave', async () => {
      serve({ people: { ...NOTHING, deny: [person('approver')] } });
      Object.assign(product.services, { approverWaves: { size: 1, pause: Temporal.Duration.from('PT10M') } });
      const [pending] = await product.says('engineer', OPERATE);
      assert.deepEqual(
        pending?.card === 'activation-pending' && pending.approvers.map(({ reach }) => reach).toSorted(),
        ['asked', 'unreachable'],
      );
    });

    it('asks everybody while it cannot be read who is denied', async () => {
      serve({ people: { ...NOTHING, deny: [{ kind: 'group', group: 'sg-nowhere' }] } });
      const { people } = await findApprovers(
        product.services,
        aRolePolicy({
          isApprovalRequired: true,
          approvers: [{ kind: 'group', id: groupId('sg-app-approvers'), name: 'sg-app-approvers' }],
        }),
        product.seeded.idOf('engineer'),
      );
      assert.deepEqual(
        people.map(({ unreachable }) => unreachable),
        [null, null],
      );
    });

    it('is told of a requester to those only whom PIM asks', async () => {
      await product.says('engineer', OPERATE);
      const [open] = await product.services.store.now.requests.listOpenOf(product.seeded.idOf('engineer'));
      serve({ people: { ...NOTHING, deny: [person('engineer')] } });
      const notices = await product.says('contractor', `approve ${open?.id}: fine`);
      assert.ok(!JSON.stringify(notices).includes('Alex Wilber'));
      assert.ok(!told(notices).includes('serving.other_not_served'));
    });

    it('does not let anybody approve for a requester who is not served any more, and takes a no', async () => {
      await product.says('engineer', OPERATE);
      const card = await product.card('approver', 'approval-request');
      serve({ people: { ...NOTHING, deny: [person('engineer')] }, contact: 'the platform team' });
      const { notices } = await product.presses('approver', card, 'send-approve', { justification: 'fine' });
      const [refused] = notices;
      assert.deepEqual(refused?.card === 'error' && [refused.code, refused.facts], [
        'serving.other_not_served',
        { name: 'Alex Wilber' },
      ]);
      assert.ok(product.seeded.tenant.requests().every(({ state }) => state === 'awaiting-approval'));
      await product.presses('approver', card, 'send-deny', { justification: 'no' });
      assert.ok((await product.audit()).includes('approval.decided'));
    });

    describe('whom administrators give access to', () => {
      beforeEach(() => {
        product.page.behave({ appRoles: [] });
      });
      const ASSIGN = 'assign "Security Reader" to "Diego Siciliani" for 10 days because x';
      const saysAsAdmin = async (text: string): Promise<readonly Notice[]> => {
        await product.says('admin', text);
        await product.signsIn('admin');
        return (await product.cards('admin')).map(({ notice }) => notice);
      };

      it('is nobody who is not served', async () => {
        serve({ people: { ...NOTHING, deny: [person('contractor')] } });
        const notices = await saysAsAdmin(ASSIGN);
        assert.ok(told(notices).includes('serving.other_not_served'));
        assert.ok(!told(notices).includes('assignment-change'));
      });

      it('is nobody who was left out before it was confirmed', async () => {
        await saysAsAdmin(ASSIGN);
        const card = await product.card('admin', 'assignment-change');
        serve({ people: { ...NOTHING, deny: [person('contractor')] } });
        await product.presses('admin', card, 'confirm-assignment');
        await product.signsIn('admin');
        const notices = (await product.cards('admin')).map(({ notice }) => notice);
        assert.ok(told(notices).includes('serving.other_not_served'));
        assert.ok(!product.seeded.tenant.calls.includes('change'));
      });

      it('is no group with a member who is not served, by their sign-in name too', async () => {
        const assign = 'assign "Security Reader" to "sg-oncall-leads" for 10 days because x';
        const leads = groupId('sg-oncall-leads');
        const { userPrincipalName } = product.seeded.principal('contractor');
        product.seeded.tenant.setGroup(leads, [product.seeded.idOf('contractor')], 'sg-oncall-leads');
        serve({ people: { ...NOTHING, deny: [{ kind: 'person', person: String(userPrincipalName) }] } });
        assert.ok(told(await saysAsAdmin(assign)).includes('serving.other_not_served'));
        serve({ people: { ...NOTHING, deny: [person('engineer')] } });
        assert.ok(told(await saysAsAdmin(assign)).includes('assignment-change'));
      });

      it('is no group whose members cannot be read', async () => {
        serve({ people: { ...NOTHING, deny: [person('engineer')] } });
        const { clock, rules, log } = product.services;
        const listMembers = async (): Promise<never> => {
          throw new AccessError('graph.forbidden', 'hidden members');
        };
        const reader = { ...product.seeded.tenant.reader, listMembers };
        Object.assign(product.services, { servedPeople: new ServedPeople({ clock, reader, rules, log }) });
        const assign = 'assign "Security Reader" to "sg-oncall-leads" for 10 days because x';
        assert.ok(told(await saysAsAdmin(assign)).includes('serving.people_unknown'));
      });
    });
  });
});
