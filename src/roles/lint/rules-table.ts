import { LINT_RULES, type LintRule } from './finding.ts';

const KINDS: Readonly<Record<LintRule['of'], string>> = {
  file: 'files',
  both: 'Azure, Entra',
  azure: 'Azure',
  directory: 'Entra',
};

/** The table of rules in `docs/role-files.md`. */
export function lintRulesTable(): string {
  const rows = Object.entries(LINT_RULES).map(([id, { level, of, summary, basis }]) =>
    row([`\`${id}\``, level, KINDS[of], summary, basis]),
  );
  return [row(['Rule', 'Level', 'Of', 'What it objects to', 'Basis']), row(Array(5).fill('---')), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
