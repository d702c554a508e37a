import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';

import { createPageLimits, type PageLimits } from '../../../bot/pages/address-limit.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import type { Reply } from './edge.ts';
import { FORM, HOST, PageClient, titleOf } from './page-client.ts';
import { LINK } from './page-flow.ts';

const OTHER_LINK = 'f'.repeat(32);

/** A connection as somebody sends it by hand. */
interface Line {
  send(text: string): void;
  /** What came back until the other side closed the connection. */
  readonly closed: Promise<string>;
  hangUp(): void;
}

function dial(url: string): Line {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const parts: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(Buffer.concat(parts).toString('utf8')));
  return { send: (text) => void socket.write(text), closed: promise, hangUp: () => socket.destroy() };
}

const FIRST_HALF = 's=0123456789abcdef';
const SECOND_HALF = LINK.slice(16);
const LENGTH = FIRST_HALF.length + SECOND_HALF.length;
const HEAD = ['POST /auth/sign-in HTTP/1.1', `host: ${HOST}`, `content-type: ${FORM}`, `content-length: ${LENGTH}`];
const halfSent = (from: string): string => `${[...HEAD, `x-forwarded-for: ${from}`].join('\r\n')}\r\n\r\n${FIRST_HALF}`;

/** The usual limits, changed, and a promise of the moment at which so many requests were let in. */
function watched(changes: Partial<PageLimits>, count: number) {
  const full = Promise.withResolvers<void>();
  const usual = { ...createPageLimits(createFakeClock()), ...changes };
  let seen = 0;
  const mayPass = (address: string): boolean => {
    seen += 1;
    if (seen === count) {
      full.resolve();
    }
    return usual.mayPass(address);
  };
  return { limits: { ...usual, mayPass }, full: full.promise };
}

describe('the limits of the sign-in pages', () => {
  let page: PageClient;
  let lines: Line[];

  const open = async (pageLimits?: PageLimits): Promise<void> => {
    page = await PageClient.open(pageLimits === undefined ? {} : { pageLimits });
  };
  const halves = (count: number, from = '203.0.113.7'): void => {
    for (let index = 0; index < count; index += 1) {
      const line = dial(page.edge.url);
      line.send(halfSent(from));
      lines.push(line);
    }
  };
  beforeEach(() => {
    lines = [];
  });
  afterEach(async () => {
    for (const line of lines) {
      line.hangUp();
    }
    await page.close();
  });

  it('answer others while 100 forms of one address are half sent', async () => {
    const unlimited = { mayPass: () => true, openForm: () => ({ kind: 'open', close: () => undefined }) as const };
    const { limits, full } = watched({ ...unlimited, formWithinMs: 600_000 }, 100);
    await open(limits);
    halves(100);
    await full;
    const looked = await page.get(`/auth/sign-in?s=${LINK}`);
    const begun = await page.submit(`s=${LINK}`);
    assert.deepEqual([looked.status, begun.status, page.flow.started.length], [200, 200, 1]);
  });

  it('let one address have 8 forms open, and others besides', async () => {
    const { limits, full } = watched({ formWithinMs: 600_000 }, 8);
    await open(limits);
    halves(8);
    await full;
    const from = (address: string): Promise<Reply> => page.submit(`s=${LINK}`, { 'x-forwarded-for': address });
    const ninth = await from('203.0.113.7');
    assert.deepEqual([ninth.status, titleOf(ninth)], [429, 'Too many requests']);
    assert.equal((await from('203.0.113.8')).status, 200);
  });

  it('read a form that comes in two parts, and count it no more when it is read', async () => {
    const { limits, full } = watched({ formWithinMs: 600_000 }, 8);
    await open(limits);
    halves(8);
    await full;
    for (const line of lines) {
      line.send(SECOND_HALF);
    }
    // One more request behind each, after whose answer the connection is closed.
    for (const line of lines) {
      line.send(`GET /auth/style.css HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n\r\n`);
    }
    const answers = await Promise.all(lines.map(({ closed }) => closed));
    assert.deepEqual(answers.map((text) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]).sort(), [
      '200',
      '410',
      '410',
      '410',
      '410',
      '410',
      '410',
      '410',
    ]);
    const next = await page.submit(`s=${LINK}`, { 'x-forwarded-for': '203.0.113.7' });
    assert.equal(next.status, 410);
  });

  it('answer 408 to a form that dawdles, close its connection, and give its place back', async () => {
    await open({ ...createPageLimits(createFakeClock()), formWithinMs: 30 });
    halves(8);
    const answers = await Promise.all(lines.map(({ closed }) => closed));
    for (const text of answers) {
      assert.match(text, /^HTTP\/1\.1 408 /);
      assert.match(text, /\r\nconnection: close\r\n/i);
      assert.match(text, /<title>This took too long · Pimlico<\/title>/);
    }
    assert.deepEqual(page.flow.started, []);
    assert.equal((await page.submit(`s=${LINK}`, { 'x-forwarded-for': '203.0.113.7' })).status, 200);
  });

  it('let one link be asked for 20 times a minute, whoever asks and however', async () => {
    await open();
    let asked = 0;
    const from = () => {
      asked += 1;
      return { 'x-forwarded-for': `198.51.100.${asked}` };
    };
    const look = (link: string): Promise<Reply> => page.get(`/auth/sign-in?s=${link}`, { headers: from() });
    for (let index = 0; index < 19; index += 1) {
      assert.equal((await look(LINK)).status, 200);
    }
    assert.equal((await page.submit(`s=${LINK}`, from())).status, 200);
    const late = await look(LINK);
    const submitted = await page.submit(`s=${LINK}`, from());
    assert.deepEqual([late.status, titleOf(late)], [429, 'This link was used too often']);
    assert.deepEqual([submitted.status, page.flow.looked.length, page.flow.started.length], [429, 19, 1]);
    assert.equal((await look(OTHER_LINK)).status, 404);
    page.edge.clock.advance({ seconds: 3 });
    assert.deepEqual([(await look(LINK)).status, (await look(LINK)).status], [200, 429]);
  });

  it('let one sign-in come back 20 times a minute, whoever comes', async () => {
    await open();
    const { state } = await page.begin();
    const back = (index: number): Promise<Reply> =>
      page.get(`/auth/callback?code=abc&state=${state}`, { headers: { 'x-forwarded-for': `198.51.100.${index}` } });
    for (let index = 0; index < 20; index += 1) {
      assert.equal((await back(index)).status, 400);
    }
    assert.deepEqual([(await back(20)).status, page.flow.finished.length], [429, 20]);
  });

  it('do not let words that are no link count for anything', async () => {
    await open();
    for (let index = 0; index < 21; index += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${index}` };
      assert.equal((await page.get('/auth/sign-in?s=x', { headers })).status, 404);
    }
  });
});
