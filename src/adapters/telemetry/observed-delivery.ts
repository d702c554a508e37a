import type { CardId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JobHandlers } from '../../ports/jobs.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

interface Sending {
  readonly from: string | null;
  readonly card: string;
  readonly operation: string;
  readonly attempt: number;
  readonly since: number;
}

/** The outbox, with a step for each attempt to bring a card, in the trace of what caused it, whoever brings it and when. */
export function observeOutbox(outbox: Outbox, telemetry: Telemetry): Outbox {
  if (!telemetry.isOn) {
    return outbox;
  }
  const underWay = new Map<CardId, Sending>();
  return {
    ...outbox,
    async claim(cards, limit) {
      const entries = await outbox.claim(cards, limit);
      const since = Date.now();
      for (const { card, operation, attempt } of entries) {
        underWay.set(card.id, { from: card.trace ?? null, card: card.notice.card, operation, attempt, since });
      }
      return entries;
    },
    async settle(card, version, result) {
      const sending = underWay.get(card);
      underWay.delete(card);
      await outbox.settle(card, version, result);
      if (sending !== undefined) {
        const { from, since, operation, attempt } = sending;
        const facts = {
          'pimlico.card': sending.card,
          'pimlico.operation': operation,
          'pimlico.attempt': attempt,
          'pimlico.result': result.kind,
        };
        telemetry.tell({ name: 'deliver', from, since, facts });
      }
      if (result.kind === 'delivered') {
        telemetry.answered();
      }
    },
  };
}

/** What runs behind the chat, counted; a timer is a turn in the trace of what set it. */
export function observeJobs(handlers: JobHandlers, telemetry: Telemetry, clock: Pick<Clock, 'now'>): JobHandlers {
  if (!telemetry.isOn) {
    return handlers;
  }
  const counted = async (task: 'deliver' | 'timer', work: () => Promise<void>): Promise<void> => {
    let result = 'failed';
    try {
      await work();
      result = 'done';
    } finally {
      telemetry.count('pimlico_jobs_total', { task, result });
    }
  };
  return {
    deliver: (cards) => counted('deliver', () => handlers.deliver(cards)),
    async fireTimer(timer) {
      const { kind, dueAt, attempt, trace = null } = timer;
      const seconds = Math.max(0, dueAt.until(clock.now()).total('seconds'));
      telemetry.record('pimlico_timer_lateness_seconds', seconds, { kind });
      const facts = { 'pimlico.timer': kind, 'pimlico.attempt': attempt };
      await counted('timer', () =>
        telemetry.turn({ name: 'timer', facts, from: trace }, () => handlers.fireTimer(timer)),
      );
    },
  };
}
