import { ArmProblem, notSimulated } from './problem.ts';

/** The api-versions of a kind of resource: those that are served, and those that only Microsoft has. */
export interface Versions {
  readonly served: readonly string[];
  readonly elsewhere: readonly string[];
}

/** Pim-api §0.3, §4.1. */
export const VERSIONS = {
  pim: {
    served: ['2020-10-01'],
    elsewhere: ['2020-10-01-preview', '2022-04-01-preview', '2024-02-01-preview', '2024-09-01-preview'],
  },
  approvals: { served: ['2021-01-01-preview'], elsewhere: [] },
  access: {
    served: ['2022-04-01'],
    elsewhere: ['2015-07-01', '2018-01-01-preview', '2018-07-01', '2020-04-01-preview', '2022-05-01-preview'],
  },
  elevation: { served: ['2015-07-01'], elsewhere: [] },
  alerts: { served: ['2022-08-01-preview'], elsewhere: [] },
  subscriptions: { served: ['2020-01-01', '2021-01-01', '2022-01-01', '2022-12-01'], elsewhere: [] },
  resources: { served: ['2021-04-01', '2022-09-01', '2023-07-01', '2024-03-01', '2024-07-01'], elsewhere: [] },
  managementGroups: { served: ['2020-05-01', '2021-04-01', '2023-04-01'], elsewhere: [] },
} as const satisfies Record<string, Versions>;

/** Refuses a missing or unknown api-version as ARM does; one that the sandbox has not is 501. */
export function checkVersion(query: URLSearchParams, versions: Versions): void {
  const version = query.get('api-version')?.toLowerCase() ?? '';
  if (version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    throw new ArmProblem(400, 'MissingApiVersionParameter', message);
  }
  if (versions.served.includes(version)) {
    return;
  }
  if (versions.elsewhere.includes(version)) {
    throw notSimulated(`api-version ${version} here`);
  }
  const message = `The api-version '${version}' is invalid. The supported versions are '${versions.served.join(',')}'.`;
  throw new ArmProblem(400, 'InvalidApiVersionParameter', message);
}
