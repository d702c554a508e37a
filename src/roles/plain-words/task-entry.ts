import type { Task } from '../tasks/task.ts';
import type { Entry } from './word-index.ts';
import { readWords, stemsOf } from './words.ts';

/** A task as words find it: once for each way of saying it. */
export function taskEntries(task: Task): readonly Entry<Task>[] {
  const around = stemsOf(task.area);
  return [task.task, ...task.also].map((said) => {
    const { verbs, concepts, text } = readWords(said);
    const own = [...new Set(concepts.flatMap(({ ways }) => ways[0] ?? []))];
    return { value: task, verbs, own, above: [], service: [], around, type: null, text };
  });
}
