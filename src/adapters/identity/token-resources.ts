import type { TokenResource } from '../../domain/page-sign-in.ts';

/** The resources that tokens are for; they differ in national clouds only, never with the base URL. */
export interface ResourceSettings {
  readonly graphResource?: string;
  readonly armResource?: string;
}

/** What each resource is called at Entra. */
export function createTokenResources({
  graphResource = 'https://graph.microsoft.com',
  armResource = 'https://management.azure.com',
}: ResourceSettings): Readonly<Record<TokenResource, string>> {
  return { graph: graphResource, arm: armResource };
}
