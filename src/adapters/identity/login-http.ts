import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { AccessError } from '../../errors.ts';

/**
 * Makes the way to the token endpoint for MSAL, whose own waits for ever and follows redirects. It does nothing but POST: the
 * endpoints are configured, so that nothing has to be discovered.
 */
export function createLoginHttp(timeoutMs: number): INetworkModule {
  return {
    sendGetRequestAsync: async () => {
      throw new AccessError('internal.unexpected', 'MSAL wanted to discover what it was told');
    },
    sendPostRequestAsync: <T>(url: string, options?: NetworkRequestOptions) => post<T>(url, timeoutMs, options),
  };
}

async function post<T>(
  url: string,
  timeoutMs: number,
  options: NetworkRequestOptions = {},
): Promise<NetworkResponse<T>> {
  const response = await fetch(url, {
    method: 'POST',
    // The body holds the app's secret and the person's code: it goes nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: options.headers ?? {},
    body: options.body ?? '',
  });
  const body = (await response.json()) as T;
  if (!isTokenAnswer(body)) {
    throw new AccessError('graph.unavailable', 'The sign-in service sent neither a token nor a refusal');
  }
  return { headers: Object.fromEntries(response.headers), body, status: response.status };
}

function isTokenAnswer(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('access_token' in body || 'error' in body);
}
