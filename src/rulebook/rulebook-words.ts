import type { Rulebook } from '../domain/rulebook.ts';
import { type DutyRule, type JudgedRole, standing } from '../domain/separation-of-duties.ts';
import { type Change, diffBreakGlass } from './break-glass-differences.ts';
import { explainBreakGlass } from './break-glass-words.ts';
import { dutyInWords } from './role-words.ts';
import { diffServed, explainServed } from './served-words.ts';

function ruleInWords({ name, reason, sides }: DutyRule): readonly string[] {
  return [`${name}: ${reason}`, ...sides.map((side) => `    ${side.name}: ${side.duties.map(dutyInWords).join('; ')}`)];
}

/** What a rulebook demands, in words, a line each. */
export function explainRulebook(rulebook: Rulebook): readonly string[] {
  const { version, separationOfDuties } = rulebook;
  const rules = separationOfDuties.flatMap((rule) => ruleInWords(rule).map((line) => `  ${line}`));
  return [
    `Rulebook ${version}`,
    rules.length === 0
      ? 'Nothing is forbidden beyond what PIM itself forbids.'
      : 'Nobody may hold roles of more than one side of these at a time:',
    ...rules,
    ...explainServed(rulebook.served),
    ...explainBreakGlass(rulebook),
  ];
}

/** What of a rulebook is about one role: which roles its holder must not have beside it. */
export function explainRole({ separationOfDuties }: Rulebook, role: JudgedRole): readonly string[] {
  return separationOfDuties.flatMap((rule) => {
    const { own, against } = standing(rule, role);
    return own.length === 0
      ? []
      : [
          `${role.roleName} on ${role.scope.name} is on the side “${own.map(({ name }) => name).join('” and “')}” of ${rule.name}.`,
          ...against.map(
            ({ name, duties }) => `  Not beside ${name}: ${duties.map(dutyInWords).join('; ')}. ${rule.reason}`,
          ),
        ];
  });
}

/** A difference between two rulebooks, and whether it allows more. */
export interface RulebookDifference extends Change {
  /** Name of the rule, or of the other part. */
  readonly rule: string;
}

/** What another rulebook would change, rule by rule and pack by pack. */
export function diffRulebooks(before: Rulebook, after: Rulebook): readonly RulebookDifference[] {
  const byName = ({ separationOfDuties }: Rulebook): ReadonlyMap<string, DutyRule> =>
    new Map(separationOfDuties.map((rule) => [rule.name, rule]));
  const [old, fresh] = [byName(before), byName(after)];
  const rules = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((rule) =>
    diffRule(rule, old.get(rule), fresh.get(rule)),
  );
  const served = diffServed(before.served, after.served).map((change) => ({ rule: 'What is served', ...change }));
  return [...rules, ...served, ...diffBreakGlass(before, after)];
}

function diffRule(
  rule: string,
  before: DutyRule | undefined,
  after: DutyRule | undefined,
): readonly RulebookDifference[] {
  if (before === undefined || after === undefined) {
    return [{ rule, what: before === undefined ? 'is new' : 'is gone', allowsMore: before !== undefined }];
  }
  const [old, fresh] = [itemsOf(before), itemsOf(after)];
  return [
    ...fresh
      .difference(old)
      .values()
      .map((item) => ({ rule, what: `now has ${item}`, allowsMore: false })),
    ...old
      .difference(fresh)
      .values()
      .map((item) => ({ rule, what: `no longer has ${item}`, allowsMore: true })),
    ...(before.reason === after.reason ? [] : [{ rule, what: 'gives another reason', allowsMore: null }]),
  ];
}

function itemsOf({ sides }: DutyRule): ReadonlySet<string> {
  return new Set(
    sides.flatMap(({ name, duties }) => duties.map((duty) => `${dutyInWords(duty)} on the side “${name}”`)),
  );
}
