import { isPerson, type RecipientId } from '../src/domain/ids.ts';
import type { BotInstaller } from '../src/ports/bot-installer.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Delivery } from '../src/ports/delivery.ts';
import type { Log } from '../src/ports/log.ts';
import type { Outbox } from '../src/ports/outbox.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';
import type { Acquaintances } from './acquaintances.ts';
import { noteLostCard } from './channel/lost-card.ts';
import type { Connector } from './connector.ts';
import { createDelivery } from './delivery.ts';
import { UNREACHABLE_REASONS } from './delivery-outcome.ts';
import { createInvitations } from './invitations.ts';
import { createSmallRenderer, type Region, type RenderCard } from './rendering.ts';
import type { ServiceUrls } from './service-urls.ts';
import { noteReached, noteUndeliverable } from './undeliverable.ts';

/** What the composition root has put together before anything can be sent. */
export interface MessagingParts {
  readonly outbox: Outbox;
  readonly installer: BotInstaller | null;
  readonly connector: Connector;
  readonly acquaintances: Acquaintances;
  readonly serviceUrls: ServiceUrls;
  readonly render: RenderCard;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly config: Region & { readonly botAppId: string };
  /** Where people are written to whose chat was never seen. */
  serviceUrl(): string;
  /** Makes due again what waits for somebody who can be written to. */
  resume(recipient: RecipientId): Promise<void>;
}

/** Makes the delivery of this replica out of its parts. */
export function openDelivery(parts: MessagingParts): Delivery {
  const { outbox, installer, connector, acquaintances, serviceUrls, render, clock, log, telemetry, config } = parts;
  const { store } = acquaintances;
  return createDelivery({
    outbox,
    connector,
    invitations: createInvitations({ installer, store, clock }),
    store,
    clock,
    log,
    render,
    renderSmaller: createSmallRenderer(render, config),
    botAppId: config.botAppId,
    serviceUrl: parts.serviceUrl,
    isAllowed: serviceUrls.isAllowed,
    onUndeliverable: (card, { why, reason }) =>
      isPerson(card.recipient)
        ? noteUndeliverable({ clock, store }, card, why)
        : noteLostCard({ store, log }, card, reason),
    onReached: (card) => noteReached({ clock, store }, card),
    onReachable: parts.resume,
    count: (result) => telemetry.count('pimlico_deliveries_total', { result }),
  });
}

/** Brings what waits for people, or for a channel, that can be written to again. */
export function resuming(outbox: Outbox): (recipient: RecipientId) => Promise<void> {
  return (recipient) => outbox.resume(recipient, UNREACHABLE_REASONS);
}
