import { isGuid } from '../src/domain/ids.ts';
import type { Activity } from './activity.ts';
import type { ServiceUrls } from './service-urls.ts';

/** Why an activity with a good token is still refused. Logged as it stands, with ids only. */
export const REFUSALS = [
  'channel-not-teams',
  'service-url-not-allowed',
  'tenant-missing',
  'tenant-contradictory',
  'tenant-foreign',
  'recipient-not-bot',
  'person-unknown',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Activity types that do something on behalf of a person: nobody may be unknown there. */
const OF_A_PERSON = new Set(['message', 'invoke']);

export interface GuardOptions {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly serviceUrls: ServiceUrls;
}

/**
 * Says why an authenticated activity is refused, or null.
 *
 * A channel token proves only that the connector sent the request (teams-platform §8.1): channel, service host, tenant,
 * recipient and person are checked here, for every type, also for the sign-in invokes.
 */
export function refusalOf(activity: Activity, options: GuardOptions): Refusal | null {
  if (activity.channelId !== 'msteams') {
    return 'channel-not-teams';
  }
  if (!options.serviceUrls.isAllowed(activity.serviceUrl)) {
    return 'service-url-not-allowed';
  }
  const tenants = [activity.conversation.tenantId, activity.channelData?.tenant?.id].filter((id) => !!id);
  const [tenant] = tenants;
  if (!tenant) {
    return 'tenant-missing';
  }
  if (tenants.some((id) => id !== tenant)) {
    return 'tenant-contradictory';
  }
  if (tenant.toLowerCase() !== options.tenantId) {
    return 'tenant-foreign';
  }
  if (activity.recipient?.id?.toLowerCase() !== `28:${options.botAppId}`) {
    return 'recipient-not-bot';
  }
  const isKnown = isGuid(activity.from.aadObjectId ?? '');
  return OF_A_PERSON.has(activity.type) && !isKnown ? 'person-unknown' : null;
}
