import type { AlarmRoute } from '../../../../src/domain/break-glass.ts';
import { type CardId, conversationId } from '../../../../src/domain/ids.ts';
import type { Notice } from '../../../../src/domain/notice.ts';
import { NO_RULEBOOK } from '../../../../src/domain/rulebook.ts';
import type { Webhook, WebhookEvent } from '../../../../src/ports/webhook.ts';
import { type Alarm, raiseAlarm, resolveRoute } from '../../../../src/use-cases/alarms/raise-alarm.ts';
import type { Services } from '../../../../src/use-cases/services.ts';
import { aProduct, type Product } from '../../../support/product.ts';

export const SECURITY = conversationId('19:security@thread.tacv2');

export const A_NOTICE: Notice = {
  card: 'error',
  code: 'breakglass.pack_broken',
  facts: { name: 'payments' },
  suggestions: [],
  reference: null,
};

export interface AlarmBench extends Product {
  /** Lines of the log, such as `error alarm.undelivered`. */
  readonly lines: readonly string[];
  raises(alarm?: Partial<Alarm>, route?: Partial<AlarmRoute>): Promise<void>;
  /** Cards of everybody by recipient, as they were posted: the slot and whether somebody has it. */
  posted(): Promise<readonly { readonly id: CardId; readonly recipient: string; readonly slot: string }[]>;
  /** Teams takes the cards of this recipient. */
  takes(recipient: string): Promise<void>;
  facts(event: string): Promise<readonly Readonly<Record<string, string>>[]>;
}

/** The product with a log that is taken down, and the way out that is given. */
export async function anAlarmBench(
  alarmWebhook: Services['alarmWebhook'] = null,
  rules: Services['rules'] = { current: () => NO_RULEBOOK },
): Promise<AlarmBench> {
  const lines: string[] = [];
  const says = (level: string) => (event: string) => void lines.push(`${level} ${event}`);
  const log = { error: says('error'), warn: says('warn'), info: says('info') };
  const product = await aProduct({ alarmWebhook, log, rules });
  const { services, database, seeded } = product;
  return {
    ...product,
    lines,
    async raises(alarm = {}, route = {}) {
      const to = await resolveRoute(services, { channel: SECURITY, people: [seeded.idOf('oncall')], ...route });
      await services.store.transaction(async (stores) =>
        raiseAlarm(services, stores, { story: 'A1B2', notice: A_NOTICE, to, ...alarm }),
      );
    },
    async posted() {
      const { rows } = await database.pool.query(
        'select id, recipient, slot from pimlico.cards order by recipient, slot',
      );
      return rows;
    },
    async takes(recipient) {
      await database.pool.query('update pimlico.cards set activity_id = $2 where recipient = $1', [recipient, 'act-1']);
    },
    async facts(event) {
      const { rows } = await database.pool.query<{ facts: Readonly<Record<string, string>> }>(
        'select facts from pimlico.audit where event = $1 order by position',
        [event],
      );
      return rows.map(({ facts }) => facts);
    },
  };
}

/** A way out that takes down what it is sent, and fails as often as it is told to. */
export function aWebhook(failures: readonly Error[] = []): {
  readonly sent: readonly WebhookEvent[];
  readonly webhook: Webhook;
} {
  const sent: WebhookEvent[] = [];
  const waiting = [...failures];
  return {
    sent,
    webhook: {
      async send(events: readonly WebhookEvent[]) {
        const failure = waiting.shift();
        if (failure !== undefined) {
          throw failure;
        }
        sent.push(...events);
      },
    },
  };
}
