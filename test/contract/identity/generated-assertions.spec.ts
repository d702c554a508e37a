import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIdTokenCheck } from '../../../src/adapters/identity/id-token.ts';
import { createAssertionCheck, TEAMS_CLIENTS } from '../../../src/adapters/identity/sso-assertion.ts';
import { AccessError } from '../../../src/errors.ts';
import { commonKinds, signedKind, type Target } from './forged-kinds.ts';
import { type Claims, guid, type Kind, makeKeys, noise, seeded, signRsa } from './forgeries.ts';

const TENANT = '9d5f4a36-0d0c-4f3b-8f5e-2f1f6f0f6a01';
const APP = '6e1f0a2b-1002-4c3d-8e5f-70a1b2c3d402';
const ENGINEER = '4f3a8a1c-1111-4a2b-9c3d-5e6f7a8b9c01';
const NONCE = 'nonce-of-this-browser';
const NOW = Temporal.Instant.from('2026-11-23T08:00:00Z');
const SEED = 20_261_123;

type Verify = (token: string) => Promise<unknown>;

/** A sort of token, its check, and what is wrong with it that no other sort knows. */
interface Sort {
  readonly name: string;
  readonly verify: Verify;
  readonly target: Target;
  readonly kinds: readonly Kind[];
}

describe('generated tokens', () => {
  const keys = makeKeys('the-published-key');
  const stranger = makeKeys('the-published-key');
  const report: string[] = [];
  /** Every token that was tried, so that none counts twice. */
  const tried = new Set<string>();
  let server: Server;
  let loginUrl: string;
  let keyReads = 0;
  let strangerReads = 0;

  before(async () => {
    const publish = ({ publicKey, kid }: typeof keys) =>
      JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] });
    server = createServer(({ url }, response) => {
      const isStranger = url === '/stranger';
      strangerReads += isStranger ? 1 : 0;
      keyReads += isStranger ? 0 : 1;
      response.setHeader('content-type', 'application/json').end(publish(isStranger ? stranger : keys));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    loginUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    await new Promise((resolve) => server.close(resolve));
    for (const line of report) {
      console.log(`      ${line}`);
    }
    console.log(`      ${tried.size} different variants tried`);
  });

  function shared(): Claims {
    const now = Math.floor(NOW.epochMilliseconds / 1000);
    const iss = `${loginUrl}/${TENANT}/v2.0`;
    return { iss, aud: APP, tid: TENANT, oid: ENGINEER, iat: now, nbf: now, exp: now + 3600, ver: '2.0' };
  }

  function targetOf(claims: Claims, required: readonly string[]): Target {
    const now = Math.floor(NOW.epochMilliseconds / 1000);
    return { claims, good: signRsa(keys, claims), keys, stranger, strangerUrl: `${loginUrl}/stranger`, now, required };
  }

  function assertions(): Sort {
    const claims = { ...shared(), azp: TEAMS_CLIENTS[0], scp: 'access_as_user' };
    const target = targetOf(claims, ['iss', 'aud', 'tid', 'oid', 'nbf', 'exp', 'azp', 'scp']);
    const rules = {
      loginUrl,
      tenantId: TENANT,
      audiences: [APP],
      allowedParties: TEAMS_CLIENTS,
      clock: { now: () => NOW },
    };
    const kinds: readonly Kind[] = [
      signedKind(target, 'wrong azp', {
        count: 150,
        layer: /authorised party$/,
        change: (n, random) => ({ azp: [guid(random), APP, `${TEAMS_CLIENTS[0]} `, noise(random, 20)][n % 4] }),
      }),
      signedKind(target, 'no or another scp', {
        count: 150,
        layer: /scope$/,
        change: (n, random) => ({
          scp: ['', 'User.Read', 'access_as_user_not', 'ACCESS_AS_USER', ['access_as_user'], noise(random, 20)][n % 6],
        }),
      }),
      signedKind(target, 'app-only, by roles in place of scp', {
        count: 60,
        layer: /scope$/,
        change: (_n, random) => ({ scp: undefined, oid: guid(random), roles: ['Pimlico.Admin', 'access_as_user'] }),
      }),
      signedKind(target, 'id token in place of an assertion', {
        count: 60,
        layer: /scope$/,
        change: () => ({ scp: undefined, azp: undefined, nonce: NONCE }),
      }),
    ];
    return { name: 'assertion', verify: createAssertionCheck(rules), target, kinds };
  }

  function idTokens(): Sort {
    const claims = { ...shared(), nonce: NONCE, roles: ['Pimlico.Auditor'] };
    const target = targetOf(claims, ['iss', 'aud', 'tid', 'oid', 'nbf', 'exp', 'nonce']);
    const check = createIdTokenCheck({ loginUrl, tenantId: TENANT, clock: { now: () => NOW } });
    const kinds: readonly Kind[] = [
      signedKind(target, 'another nonce', {
        count: 200,
        layer: /nonce$/,
        change: (n, random) => ({
          nonce: [noise(random, 40), NONCE.toUpperCase(), `${NONCE} `, NONCE.slice(1), [NONCE], { NONCE }][n % 6],
        }),
      }),
      signedKind(target, 'assertion in place of an id token', {
        count: 60,
        layer: /nonce$/,
        change: () => ({ nonce: undefined, scp: 'access_as_user', azp: TEAMS_CLIENTS[0] }),
      }),
    ];
    return { name: 'id token', verify: (token) => check(token, { clientId: APP, nonce: NONCE }), target, kinds };
  }

  async function isAccepted(verify: Verify, token: string): Promise<boolean> {
    return verify(token).then(
      () => true,
      () => false,
    );
  }

  /** Tries all of a kind and says how often each layer refused. */
  async function tryKind({ name, verify }: Sort, kind: Kind): Promise<void> {
    const random = seeded(SEED);
    const refusals = new Map<string, number>();
    for (let n = 0; n < kind.count; n += 1) {
      const token = kind.make(n, random);
      tried.add(`${name} ${token}`);
      const error: unknown = await verify(token).then(
        () => assert.fail(`${name}, ${kind.name} number ${n} was accepted: ${token}`),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof AccessError, String(error));
      assert.equal(error.code, 'identity.token_invalid', `${kind.name} number ${n}: ${error.message}: ${token}`);
      assert.match(error.message, kind.layer, `${kind.name} number ${n}: ${token}`);
      const layer = error.message.replace(/^.*: /, '');
      refusals.set(layer, (refusals.get(layer) ?? 0) + 1);
    }
    const layers = [...refusals].map(([layer, count]) => `${layer} ×${count}`).join(', ');
    report.push(`${name}, ${kind.name}: ${kind.count} tried; refused by ${layers}`);
  }

  for (const sortOf of [assertions, idTokens]) {
    it(`are none of them taken, and the untouched one is, before and after (${sortOf.name})`, async () => {
      const sort = sortOf();
      assert.equal(await isAccepted(sort.verify, sort.target.good), true);
      for (const kind of [...commonKinds(sort.target), ...sort.kinds]) {
        await tryKind(sort, kind);
      }
      assert.equal(await isAccepted(sort.verify, sort.target.good), true);
      assert.equal(await isAccepted(sort.verify, signRsa(keys, { ...sort.target.claims, jti: 'another' })), true);
    });
  }

  it('are at least ten thousand different ones, and do not make us ask for keys again and again, or elsewhere', () => {
    assert.ok(tried.size >= 10_000, String(tried.size));
    assert.ok(keyReads <= 6, String(keyReads));
    assert.equal(strangerReads, 0);
  });
});
