import type { ClientConfig } from 'pg';
import { AccessError } from '../../errors.ts';

/** A server that takes tokens of Entra in place of a password (Azure Database for PostgreSQL). */
export interface TokenDatabase {
  /** Names server, user and database, and no password. */
  readonly url: string;
  /** Asked for each new connection; those that are open outlive it. */
  token(): Promise<string>;
}

/** Where a database is: a URL with whatever it holds, or one whose password is a token. */
export type DatabaseAddress = string | TokenDatabase;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Makes what `pg` connects with. A token goes nowhere but over TLS with a certificate that is checked, unless the server is
 * on this machine: whoever reads it could be the product for an hour.
 */
export function connectionOf(address: DatabaseAddress): ClientConfig {
  if (typeof address === 'string') {
    return { connectionString: address };
  }
  const { hostname, port, username, pathname } = new URL(address.url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port === '' ? {} : { port: Number(port) }),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: LOOPBACK.has(hostname) ? false : { rejectUnauthorized: true },
    password(this: Connecting | undefined) {
      return tokenOf(address, this);
    },
  };
}

/** The client of `pg` that asks: it waits for the password in the middle of a sign-in. */
interface Connecting {
  readonly connection?: { readonly stream: { destroy(): void } };
}

async function tokenOf(address: TokenDatabase, client: Connecting | undefined): Promise<string> {
  try {
    return await address.token();
  } catch (cause) {
    // The client only says that it failed: the server would wait for an answer for a minute, and hold up others meanwhile.
    client?.connection?.stream.destroy();
    const message = 'There is no token for the database';
    throw new AccessError('internal.database_unavailable', message, { cause, retryable: true });
  }
}
