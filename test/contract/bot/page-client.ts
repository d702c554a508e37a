import { type Edge, type EdgeOptions, post, type Reply, type Sent, startEdge } from './edge.ts';
import { FakeFlow, LINK } from './page-flow.ts';

export const HOST = 'pimlico.example';
export const FORM = 'application/x-www-form-urlencoded';
export const AT_HOME = { host: HOST };

export const cookieOf = ({ headers }: Reply): string =>
  String((headers['set-cookie'] as string[] | undefined)?.[0] ?? '');

export const titleOf = ({ text }: Reply): string => /<title>(.*) · Pimlico<\/title>/.exec(text)?.[1] ?? '';

/** A browser of one person, and the pages of a bot whose sign-ins are in memory. */
export class PageClient {
  readonly edge: Edge;
  readonly flow: FakeFlow;

  private constructor(edge: Edge, flow: FakeFlow) {
    this.edge = edge;
    this.flow = flow;
  }

  static async open(options: EdgeOptions = {}): Promise<PageClient> {
    const flow = new FakeFlow();
    // Nothing of these pages asks Teams' keys for anything.
    const channel = { metadataUrl: 'http://127.0.0.1:9/openid' };
    return new PageClient(await startEdge(channel, { flow, publicUrl: `https://${HOST}`, ...options }), flow);
  }

  get(path: string, sent: Sent = {}): Promise<Reply> {
    return post(this.edge, undefined, { method: 'GET', path, ...sent, headers: { ...AT_HOME, ...sent.headers } });
  }

  submit(form: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const all = { ...AT_HOME, 'content-type': FORM, ...headers };
    return post(this.edge, form, { path: '/auth/sign-in', headers: all });
  }

  /** Begins the sign-in; gives what the browser comes back with. */
  async begin(): Promise<{ readonly state: string; readonly cookie: string }> {
    const reply = await this.submit(`s=${LINK}`);
    return { state: this.flow.started[0]?.state ?? '', cookie: cookieOf(reply).split(';')[0] ?? '' };
  }

  comeBack(query: string, cookie = ''): Promise<Reply> {
    return this.get(`/auth/callback?${query}`, { headers: cookie === '' ? {} : { cookie } });
  }

  close(): Promise<boolean> {
    return this.edge.close();
  }
}
