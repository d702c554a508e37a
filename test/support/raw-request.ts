import { request } from 'node:http';

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** One request exactly as it is written: no client tidies up path or host, and no redirect is followed. */
export async function askRaw(
  origin: string,
  { method, target, headers = {}, body }: Asked & { readonly method: string; readonly target: string },
): Promise<Answered> {
  const { hostname, port } = new URL(origin);
  const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const options = { hostname, port, method, path: target, headers: { ...form, ...headers }, agent: false };
  const sent = request(options, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
  });
  sent.on('error', reject);
  sent.end(body);
  return await promise;
}
