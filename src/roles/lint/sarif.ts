import { LINT_RULES, type LintFinding, type LintLevel, type LintRuleId } from './finding.ts';

const LEVELS: Readonly<Record<LintLevel, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

export interface SarifRun {
  readonly findings: readonly LintFinding[];
  /** What could not be judged, and why. */
  readonly notes: readonly string[];
}

/** Puts findings into a log of the Static Analysis Results Interchange Format 2.1.0, which code scanning services read. */
export function toSarif({ findings, notes }: SarifRun): object {
  const ids = Object.keys(LINT_RULES) as LintRuleId[];
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pimlico-roles-lint', rules: ids.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: true,
            toolConfigurationNotifications: notes.map((text) => ({ level: 'note', message: { text: sentence(text) } })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.rule))),
      },
    ],
  };
}

function ruleOf(id: LintRuleId): object {
  const { level, summary, basis } = LINT_RULES[id];
  return {
    id,
    shortDescription: { text: summary },
    help: { text: `Basis: ${basis}.` },
    defaultConfiguration: { level: LEVELS[level] },
  };
}

function resultOf({ file, role, rule, level, text, spot }: LintFinding, ruleIndex: number): object {
  const region = spot === null ? {} : { region: { startLine: spot.line, startColumn: spot.column } };
  const way = spot === null ? {} : { logicalLocations: [{ fullyQualifiedName: spot.path, kind: 'element' }] };
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[level],
    message: { text: sentence(role === null ? text : `${role}: ${text}`) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region }, ...way }],
  };
}

/** Relative to where the command ran, as it was given: code scanning takes that for the root of the repository. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}
