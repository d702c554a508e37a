import assert from 'node:assert/strict';

import { actionOf, parseAsk } from '../../../../sandbox/graph/ask.ts';
import { directoryPlane } from '../../../../sandbox/graph/directory-plane.ts';
import type { AccessToken } from '../../../../sandbox/platform/types.ts';
import { SECURITY_READER } from '../a-world.ts';

const CALLER: AccessToken = {
  kind: 'delegated',
  audience: 'https://graph.microsoft.com',
  tenantId: 'tenant',
  appId: 'app',
  principalId: 'person',
  scopes: [],
  roles: [],
  amr: ['pwd'],
  acrs: ['c1'],
  capabilities: ['cp1'],
  expiresAt: Temporal.Instant.from('2026-11-23T09:00:00Z'),
};
const BODY = {
  action: 'SELFACTIVATE',
  principalId: 'A1E0C5D2-1F3B-4A6C-8D70-91B2C3D4E501',
  roleDefinitionId: SECURITY_READER,
  directoryScopeId: '/',
  justification: 'INC-42',
  scheduleInfo: {
    startDateTime: '2026-11-23T09:00:00+01:00',
    expiration: { type: 'AfterDuration', duration: 'PT90M' },
  },
};

describe('parseAsk', () => {
  it('reads enumerations in any case and times with any offset', () => {
    const ask = parseAsk(directoryPlane, 'assignment', BODY, CALLER);
    assert.equal(ask.action, 'selfActivate');
    assert.equal(ask.principalId, 'a1e0c5d2-1f3b-4a6c-8d70-91b2c3d4e501');
    assert.equal(String(ask.schedule?.start), '2026-11-23T08:00:00Z');
    assert.equal(ask.schedule?.expiration.type, 'afterDuration');
    assert.deepEqual(ask.by, {
      principalId: 'person',
      appId: 'app',
      amr: ['pwd'],
      acrs: ['c1'],
      capabilities: ['cp1'],
    });
  });

  const invalid: readonly [title: string, body: unknown][] = [
    ['no body', undefined],
    ['a list', [BODY]],
    ['an unknown action', { ...BODY, action: 'selfDestruct' }],
    ['no principal', { ...BODY, principalId: undefined }],
    ['a principal that is no GUID', { ...BODY, principalId: 'alexw' }],
    ['a role that is an Azure id', { ...BODY, roleDefinitionId: '/providers/Microsoft.Authorization/x' }],
    ['no scope', { ...BODY, directoryScopeId: null }],
    ['a scope that is no path', { ...BODY, directoryScopeId: 'tenant' }],
    ['a start without offset', schedule({ startDateTime: '2026-11-23T08:00:00.0000000' })],
    ['a start that is no time', schedule({ startDateTime: 'soonZ' })],
    ['an unknown expiration', schedule({ expiration: { type: 'someDay' } })],
    ['a duration of nothing', schedule({ expiration: { type: 'afterDuration', duration: 'PT0S' } })],
    ['a duration that is missing', schedule({ expiration: { type: 'afterDuration', duration: null } })],
    ['an end without offset', schedule({ expiration: { type: 'afterDateTime', endDateTime: '2026-11-23T10:00:00' } })],
    ['a recurrence', schedule({ recurrence: { pattern: {} } })],
    ['a justification that is no text', { ...BODY, justification: 42 }],
    ['a ticket that is no object', { ...BODY, ticketInfo: 'INC-42' }],
    ['a validation flag that is no boolean', { ...BODY, isValidationOnly: 'true' }],
    ['a property nobody knows', { ...BODY, duration: 'PT1H' }],
  ];
  for (const [title, body] of invalid) {
    it(`refuses ${title}`, () => {
      assert.throws(() => parseAsk(directoryPlane, 'assignment', body, CALLER), {
        status: 400,
        code: 'InvalidRoleAssignmentRequest',
        message: 'The role assignment request is invalid.',
      });
    });
  }

  it('says that it has no app scopes', () => {
    assert.throws(() => parseAsk(directoryPlane, 'assignment', { ...BODY, appScopeId: '/' }, CALLER), { status: 501 });
  });
});

describe('actionOf', () => {
  it('reads the action of any body or says null', () => {
    assert.equal(actionOf({ action: 'AdminRemove' }), 'adminRemove');
    assert.equal(actionOf({}), null);
    assert.equal(actionOf('adminRemove'), null);
  });
});

function schedule(changes: Readonly<Record<string, unknown>>): unknown {
  return { ...BODY, scheduleInfo: { ...BODY.scheduleInfo, ...changes } };
}
