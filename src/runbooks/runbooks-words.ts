import type { Runbook, Runbooks } from '../domain/runbook.ts';

/** What another document changes, one line for each runbook: what it says is in the file, and people in it stay unnamed. */
export function diffRunbooks(before: Runbooks, after: Runbooks): readonly string[] {
  const [old, fresh] = [byName(before), byName(after)];
  const changed = [...fresh].filter(([name, one]) => {
    const was = old.get(name);
    return was !== undefined && JSON.stringify(was) !== JSON.stringify(one);
  });
  return [
    ...[...fresh.keys()].filter((name) => !old.has(name)).map((name) => `${name} is new`),
    ...changed.map(([name]) => `${name} has changed`),
    ...[...old.keys()].filter((name) => !fresh.has(name)).map((name) => `${name} is gone`),
  ];
}

function byName({ all }: Runbooks): ReadonlyMap<string, Runbook> {
  return new Map(all.map((one) => [one.name, one]));
}
