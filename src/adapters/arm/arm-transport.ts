import { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import {
  bearerTokenAuthenticationPolicyName,
  createHttpHeaders,
  createPipelineRequest,
  redirectPolicyName,
} from '@azure/core-rest-pipeline';
import { AccessError } from '../../errors.ts';

export type ArmMethod = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

export interface ArmRequestLine {
  readonly method: ArmMethod;
  /** Path and query, encoded. */
  readonly target: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface ArmAnswer {
  readonly status: number;
  readonly body: string;
  header(name: string): string | null;
}

/** The answer did not come. */
export interface LostAnswer {
  /** False when the request certainly never left, so that nothing can have happened. */
  readonly wasSent: boolean;
  readonly reason: string;
}

export type ArmTransport = (line: ArmRequestLine, token: string, requestId: string) => Promise<ArmAnswer | LostAnswer>;

/** Failures before the first byte of the request could be read by anybody: names, connections, certificates. */
const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_.*|CERT_.*|.*CERT.*|UNABLE_TO_.*)$/;

/** What Microsoft's client would do on its own and here must not: retry, follow redirects, ask for tokens, read bodies. */
const LEFT_OUT = [
  'defaultRetryPolicy',
  redirectPolicyName,
  bearerTokenAuthenticationPolicyName,
  'serializationPolicy',
  'deserializationPolicy',
];

/** The client asks its credential for nothing once its token policy is gone. */
const NO_CREDENTIAL = { getToken: () => Promise.resolve(null) };

/**
 * Makes the way to Azure Resource Manager: the pipeline of Microsoft's `@azure/arm-authorization` client, for all calls, also
 * those which the client has no operation for (approvals, subscriptions).
 *
 * Its typed operations are not used. Their deserialiser turns dates that it cannot read into Invalid Date, a row without
 * `properties` into a row of nothing, rules of an unknown type into rules without content, and reads all pages or none: what
 * we must judge would be gone. Its bearer policy keeps one credential, where each call here has its own token.
 */
export function createArmTransport(armUrl: string, timeoutMs: number): ArmTransport {
  const { origin, protocol } = new URL(armUrl);
  if (protocol !== 'https:') {
    throw new AccessError('config.invalid', 'Azure Resource Manager must be called over https');
  }
  // The subscription only stands in operations that name one by themselves; none is used.
  const client = new AuthorizationManagementClient(NO_CREDENTIAL, '', { endpoint: origin });
  for (const name of LEFT_OUT) {
    client.pipeline.removePolicy({ name });
  }
  client.pipeline.addPolicy(onlyTo(origin), { afterPhase: 'Sign' });
  return async ({ method, target, body }, token, requestId) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = createHttpHeaders({ Accept: 'application/json', Authorization: `Bearer ${token}` });
    if (body !== undefined) {
      headers.set('Content-Type', 'application/json');
    }
    const request = createPipelineRequest({
      method,
      url: `${origin}${target}`,
      headers,
      requestId,
      abortSignal: signal,
    });
    if (body !== undefined) {
      request.body = JSON.stringify(body);
    }
    try {
      return answerOf(await client.sendRequest(request));
    } catch (error) {
      if (error instanceof AccessError) {
        throw error;
      }
      const reason = signal.aborted ? 'TimeoutError' : reasonOf(error);
      return { wasSent: !BEFORE_SENDING.test(reason), reason };
    }
  };
}

/** The last thing before a request leaves: a token goes to our Azure and nowhere else. */
function onlyTo(origin: string): PipelinePolicy {
  return {
    name: 'pimlicoOnlyToArm',
    sendRequest: (request, next) => {
      if (new URL(request.url).origin !== origin) {
        throw new AccessError('internal.unexpected', 'A request for Azure would have left for another host');
      }
      return next(request);
    },
  };
}

function answerOf({ status, headers, bodyAsText }: PipelineResponse): ArmAnswer {
  return { status, body: bodyAsText ?? '', header: (name) => headers.get(name) ?? null };
}

/** The system's code where there is one, else the name; never a text. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') {
    return code;
  }
  return error instanceof Error ? error.name : 'unknown';
}
