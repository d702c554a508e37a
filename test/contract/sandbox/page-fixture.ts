import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { RunningSandbox } from '../../../sandbox/start.ts';

/** What a page of the fixture answers instead of its own. */
export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** A request as the pages got it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const STRICT = "default-src 'none'; form-action 'self'";

/**
 * The least bot that signs people in on pages of its own: a page with one button, on to the login by a refresh, and back. It
 * redeems nothing: what the login sent back is what a test looks at.
 */
export class PageFixture {
  readonly asked: Asked[] = [];
  /** Other answers, by path without query. */
  readonly pages = new Map<string, Page>();
  readonly url: string;
  readonly #sandbox: RunningSandbox;
  readonly #server: Server;

  private constructor(sandbox: RunningSandbox, server: Server) {
    this.#sandbox = sandbox;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(sandbox: RunningSandbox): Promise<PageFixture> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PageFixture(sandbox, server);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  reset(): void {
    this.asked.length = 0;
    this.pages.clear();
  }

  link(id = 'one'): string {
    return `${this.url}/auth/sign-in?s=${id}`;
  }

  /** Where the page sends browsers. */
  authorizeUrl(): string {
    const { urls, tenantId, apps } = this.#sandbox;
    const query = new URLSearchParams({
      client_id: apps.selfService.clientId,
      response_type: 'code',
      redirect_uri: `${this.url}/auth/callback`,
      scope: 'https://graph.microsoft.com/.default openid',
      claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
      code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
      code_challenge_method: 'S256',
      state: 'state-1',
    });
    return `${urls.login}/${tenantId}/oauth2/v2.0/authorize?${query}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    this.asked.push({ method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
    const path = url.split('?')[0] ?? '';
    const page =
      this.pages.get(`${method} ${path}`) ?? this.pages.get(path) ?? this.#page(method, new URL(url, this.url));
    response.writeHead(page.status ?? 200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
    response.end(page.body ?? '');
  }

  #page(method: string, url: URL): Page {
    if (url.pathname === '/auth/callback') {
      const { searchParams } = url;
      return { body: `<title>Back</title><p>${searchParams.has('code') ? 'code' : searchParams.get('error')}</p>` };
    }
    if (method === 'POST') {
      return {
        headers: {
          'set-cookie': 'verifier=v1; HttpOnly; SameSite=Lax; Path=/auth; Max-Age=300',
          'content-security-policy': STRICT,
        },
        body: `<meta http-equiv="refresh" content="0;url=${this.authorizeUrl().replaceAll('&', '&amp;')}">`,
      };
    }
    const button = '<button type="submit">Continue to sign in</button>';
    const form = `<form method="post" action="/auth/sign-in"><input type="hidden" name="s" value="one">${button}</form>`;
    return {
      headers: { 'content-security-policy': STRICT },
      body: `<title>Sign in</title><p>For Lynne Robbins</p>${form}`,
    };
  }
}
