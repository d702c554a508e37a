import { VERBS } from '../src/domain/notice.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';
import type { Activity } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { readPress } from './press-value.ts';

type Handle = (activity: Activity) => Promise<Verdict>;

/** Carries out each activity as a turn of its own; a press is answered by its verdict, a sentence by its first card. */
export function observeTurns(handle: Handle, telemetry: Telemetry): Handle {
  if (!telemetry.isOn) {
    return handle;
  }
  return (activity) => {
    const begin = beginOf(activity);
    return telemetry.turn(begin, async () => {
      const verdict = await handle(activity);
      telemetry.note({ 'http.response.status_code': verdict.status });
      if (begin.name === 'press' || begin.name === 'refresh') {
        telemetry.answered();
      }
      return verdict;
    });
  };
}

function beginOf({ type, name, value }: Activity): {
  readonly name: string;
  readonly facts?: Readonly<Record<string, string>>;
} {
  if (type === 'message') {
    return { name: 'sentence' };
  }
  if (type !== 'invoke') {
    return { name: 'presence' };
  }
  if (name !== 'adaptiveCard/action') {
    return { name: name?.startsWith('signin/') ? 'sign-in' : 'invoke' };
  }
  const press = readPress(value);
  const verb = VERBS.find((known) => known === press?.verb);
  const facts = verb === undefined ? {} : { 'pimlico.verb': verb };
  return { name: press?.isAutomatic ? 'refresh' : 'press', facts };
}
