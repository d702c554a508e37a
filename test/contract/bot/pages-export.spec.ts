import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createPageLimits, type PageLimits } from '../../../bot/pages/address-limit.ts';
import { createPageExports } from '../../../bot/pages/exports.ts';
import { createPages } from '../../../bot/pages/pages.ts';
import { createPageServer, isForPages } from '../../../bot/pages/serve.ts';
import { exportLink } from '../../../cards/export-link.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { ExportRecord, Store } from '../../../src/ports/store.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import { post, type Reply, type Sent } from './edge.ts';
import { FORM, HOST, titleOf } from './page-client.ts';
import { FakeFlow } from './page-flow.ts';

const SECRET = 'A_-9'.repeat(10).concat('xyz');
const HOSTILE = `Patti "<script>alert(1)</script>" O'Hara & co`;
const CSV = 'role,who\r\n"Contributor","Zoë, \'=1+1"\r\n';
const NDJSON = '{"role":"Contributor","who":"Zoë"}\n{"role":"Reader","who":"Ana"}\n';
const OWNER = principalId('00000000-0000-4000-8000-000000000001');

/** A store with one list, which tells what it was asked for. */
class ListStore {
  asked: string[] = [];
  lists: ExportRecord[];
  failure: Error | null = null;
  /** Of who asked for the list. */
  locale = 'en-GB';
  readonly store: Store;

  constructor(clock: FakeClock) {
    this.lists = [
      {
        secretHash: createHash('sha256').update(SECRET).digest('hex'),
        ownerId: OWNER,
        fileName: 'assignments-rg-payments',
        csv: CSV,
        ndjson: NDJSON,
        expiresAt: clock.now().add({ minutes: 10 }),
      },
    ];
    const exports = {
      find: async (hash: string) => {
        this.asked.push(hash);
        if (this.failure !== null) {
          throw this.failure;
        }
        const found = this.lists.find(({ secretHash }) => secretHash === hash);
        const isOver = found !== undefined && Temporal.Instant.compare(found.expiresAt, clock.now()) <= 0;
        return isOver ? null : (found ?? null);
      },
    };
    const owner = () => ({ name: HOSTILE, timeZone: 'Europe/Madrid', locale: this.locale });
    const people = { find: async (id: string) => (id === OWNER ? owner() : null) };
    // Only what the pages may ask for: anything else fails.
    this.store = { now: { exports, people } } as unknown as Store;
  }
}

describe('the page of an export', () => {
  let clock: FakeClock;
  let list: ListStore;
  let server: Server;
  let url: string;
  const errors: string[] = [];

  const open = async (changes: Partial<PageLimits> = {}): Promise<void> => {
    const log = { info: () => undefined, warn: () => undefined, error: (event: string) => void errors.push(event) };
    const pages = createPages({
      flow: new FakeFlow(),
      exports: createPageExports(list.store),
      clock,
      log,
      publicUrl: () => `https://${HOST}`,
      loginUrl: 'https://login.invalid',
    });
    const serve = createPageServer(pages, { ...createPageLimits(clock), ...changes });
    server = createServer((req, res) => {
      if (isForPages(req.url ?? '')) {
        void serve(req, res);
        return;
      }
      res.statusCode = 418;
      res.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const close = () => new Promise((resolve) => server.close(resolve));
  const get = (path: string, sent: Sent = {}): Promise<Reply> =>
    post({ url }, undefined, { method: 'GET', path, ...sent, headers: { host: HOST, ...sent.headers } });
  const submit = (form: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    post({ url }, form, { path: '/export', headers: { host: HOST, 'content-type': FORM, ...headers } });

  beforeEach(async () => {
    errors.length = 0;
    clock = createFakeClock('2026-11-23T08:00:00Z');
    list = new ListStore(clock);
    await open();
  });
  afterEach(() => close());

  it('shows what the list is, whose and until when, and sends nothing of it', async () => {
    const reply = await get(`/export?id=${SECRET}`);
    assert.equal(reply.status, 200);
    assert.equal(titleOf(reply), 'Your list is ready');
    assert.match(reply.text, /assignments-rg-payments<\/bdi>: 2 rows\./);
    assert.match(reply.text, /can be fetched until Mon 23 Nov, 09:10 \(Europe\/Madrid\)\./);
    assert.match(reply.text, /<form method="post" action="\/export">/);
    assert.match(reply.text, new RegExp(`<input type="hidden" name="id" value="${SECRET}">`));
    assert.deepEqual(
      [...reply.text.matchAll(/<button [^>]*name="format" value="(\w+)">([^<]*)</g)].map(([, value, text]) => [
        value,
        text,
      ]),
      [
        ['csv', 'Download as CSV'],
        ['ndjson', 'Download as NDJSON'],
      ],
    );
    assert.doesNotMatch(reply.text, /Contributor|<script|javascript:/);
    assert.match(reply.text, /Patti &quot;&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot; O&#39;Hara &amp; co/);
    assert.deepEqual(
      [reply.headers['content-security-policy'], reply.headers['cache-control'], reply.headers['referrer-policy']],
      [
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'no-store',
        'no-referrer',
      ],
    );
    assert.deepEqual([reply.headers['set-cookie'], reply.headers['x-robots-tag']], [undefined, 'noindex']);
  });

  it('speaks the language of who asked for the list', async () => {
    list.locale = 'es-ES';
    const { text } = await get(`/export?id=${SECRET}`);
    assert.match(text, /<html lang="es">/);
    assert.match(text, /assignments-rg-payments<\/bdi>: 2 filas\./);
    assert.match(text, /se puede descargar hasta: lun 23 nov, 09:10 \(Europe\/Madrid\)\./);
  });

  it('is what the link on the card leads to', async () => {
    const link = new URL(exportLink(`https://${HOST}`, SECRET));
    assert.equal((await get(`${link.pathname}${link.search}`)).status, 200);
  });

  const FILES = [
    ['csv', CSV, 'text/csv; charset=utf-8; header=present'],
    ['ndjson', NDJSON, 'application/x-ndjson; charset=utf-8'],
  ] as const;
  for (const [format, content, type] of FILES) {
    it(`gives the list as ${format}, to be kept and neither shown nor cached`, async () => {
      const reply = await submit(`id=${SECRET}&format=${format}`, { 'sec-fetch-site': 'same-origin' });
      const { headers } = reply;
      assert.equal(reply.status, 200);
      assert.equal(reply.text, content);
      assert.deepEqual(
        [headers['content-type'], headers['content-disposition'], headers['cache-control']],
        [type, `attachment; filename="assignments-rg-payments.${format}"`, 'no-store'],
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['content-length'], String(Buffer.byteLength(content)));
      assert.match(String(headers['content-security-policy']), /^default-src 'none'/);
    });
  }

  it('looks a list up under the hash of its secret only, and changes nothing however often it is asked', async () => {
    const replies = [
      await get(`/export?id=${SECRET}`, { method: 'HEAD' }),
      await get(`/export?id=${SECRET}`),
      await submit(`id=${SECRET}&format=csv`),
      await get(`/export?id=${SECRET}&format=csv`),
      await submit(`id=${SECRET}&format=csv`),
    ];
    assert.deepEqual(
      replies.map(({ status, text }) => [status, text === CSV]),
      [
        [200, false],
        [200, false],
        [200, true],
        [200, false],
        [200, true],
      ],
    );
    assert.equal(replies[0]?.text, '');
    const hash = createHash('sha256').update(SECRET).digest('hex');
    assert.deepEqual(new Set(list.asked), new Set([hash]));
  });

  it('says that a list is gone once it has expired, or when nobody knows it', async () => {
    const other = SECRET.replace('A', 'B');
    const unknown = [await get(`/export?id=${other}`), await submit(`id=${other}&format=csv`)];
    clock.advance({ minutes: 10 });
    const expired = [await get(`/export?id=${SECRET}`), await submit(`id=${SECRET}&format=csv`)];
    for (const reply of [...unknown, ...expired]) {
      assert.deepEqual([reply.status, titleOf(reply)], [410, 'This list is gone']);
      assert.equal(reply.headers['content-disposition'], undefined);
    }
  });

  it('says so when the person who asked is not known any more', async () => {
    list.lists = list.lists.map((one) => ({ ...one, ownerId: principalId('00000000-0000-4000-8000-000000000009') }));
    assert.equal((await get(`/export?id=${SECRET}`)).status, 410);
  });

  const NO_IDS = [
    '',
    '?',
    '?id=',
    '?id=short',
    `?id=${SECRET}x`,
    `?id=${SECRET}&id=${SECRET}`,
    `?id=%00${SECRET}`,
    '?s=x',
  ];
  for (const query of NO_IDS) {
    it(`asks nobody about an address that cannot be one of ours: "${query.replace(SECRET, '…')}"`, async () => {
      const shown = await get(`/export${query}`);
      const sent = await submit(`${query.slice(1)}&format=csv`);
      assert.deepEqual([shown.status, sent.status], [404, 404]);
      assert.deepEqual(list.asked, []);
    });
  }

  it('takes no other kind of file', async () => {
    for (const format of [
      '',
      '&format=',
      '&format=xlsx',
      '&format=CSV',
      '&format=csv&format=csv',
      '&format=__proto__',
    ]) {
      const reply = await submit(`id=${SECRET}${format}`);
      assert.deepEqual([reply.status, titleOf(reply)], [400, 'This cannot be read'], format);
    }
    assert.deepEqual(list.asked, []);
  });

  it('takes no form of another site, no other content and no other method', async () => {
    const form = `id=${SECRET}&format=csv`;
    const replies = [
      await submit(form, { origin: 'https://evil.example' }),
      await submit(form, { 'sec-fetch-site': 'cross-site' }),
      await submit(form, { 'content-type': 'application/json' }),
      await submit(`${form}&x=${'x'.repeat(5_000)}`),
      await get(`/export?id=${SECRET}`, { method: 'DELETE' }),
      await get(`/export?id=${SECRET}`, { headers: { host: 'evil.example' } }),
      await get(`/export/${SECRET}`),
    ];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [403, 403, 415, 413, 405, 421, 418],
    );
    assert.equal(replies[4]?.headers.allow, 'GET, HEAD, POST');
    assert.deepEqual(list.asked, []);
  });

  it('makes a safe name of whatever the list is called', async () => {
    const names = [
      ['a"b\r\nset-cookie: x=1', 'a-b-set-cookie-x-1'],
      ['../../etc/passwd', 'etc-passwd'],
      ['ñ漢', 'export'],
      ['x'.repeat(500), 'x'.repeat(100)],
    ] as const;
    const [first] = list.lists;
    assert.ok(first !== undefined);
    for (const [fileName, safe] of names) {
      list.lists = [{ ...first, fileName }];
      const { headers } = await submit(`id=${SECRET}&format=csv`);
      assert.equal(headers['content-disposition'], `attachment; filename="${safe}.csv"`);
      assert.equal(headers['set-cookie'], undefined);
    }
  });

  it('says one row for one, and none for an empty list', async () => {
    const [first] = list.lists;
    assert.ok(first !== undefined);
    const texts: string[] = [];
    for (const ndjson of ['{}\n', '']) {
      list.lists = [{ ...first, ndjson }];
      texts.push(/<\/bdi>: ([^<]*)</.exec((await get(`/export?id=${SECRET}`)).text)?.[1] ?? '');
    }
    assert.deepEqual(texts, ['1 row.', '0 rows.']);
  });

  it('counts each use of one link, by its address and by its form, and lets another link pass', async () => {
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await get(`/export?id=${SECRET}`)).status, 200);
      assert.equal((await submit(`id=${SECRET}&format=csv`)).status, 200);
    }
    const replies = [
      await get(`/export?id=${SECRET}`, { headers: { 'x-forwarded-for': '203.0.113.9' } }),
      await submit(`id=${SECRET}&format=csv`),
      await get(`/export?id=${SECRET.replace('A', 'B')}`),
    ];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [429, 429, 410],
    );
    clock.advance({ minutes: 1 });
    assert.equal((await get(`/export?id=${SECRET}`)).status, 200);
  });

  it('asks nobody anything for an address that asks too often', async () => {
    await close();
    await open({ mayPass: () => false });
    const replies = [await get(`/export?id=${SECRET}`), await submit(`id=${SECRET}&format=csv`)];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [429, 429],
    );
    assert.deepEqual(list.asked, []);
  });

  it('says when its records cannot be reached, and tells nobody why', async () => {
    list.failure = new AccessError('internal.database_unavailable', 'Database unavailable: secret host');
    const shown = await get(`/export?id=${SECRET}`);
    list.failure = new RangeError('secret detail');
    const sent = await submit(`id=${SECRET}&format=csv`);
    assert.deepEqual([shown.status, sent.status], [503, 500]);
    assert.doesNotMatch(shown.text + sent.text, /secret/);
    assert.deepEqual(errors, ['page.failed', 'page.failed']);
  });
});
