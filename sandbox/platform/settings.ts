import type { SandboxSettings } from './types.ts';

/** What is set when nobody says otherwise; `sandbox/README.md` gives the reasons. */
export function defaultSettings(): SandboxSettings {
  return {
    listLag: Temporal.Duration.from({ seconds: 2 }),
    auditDelay: Temporal.Duration.from({ minutes: 5 }),
    pageSize: 100,
    policyFailureFormat: 'text',
    wrapErrors: false,
    futureStartStatus: 'Granted',
    policyReadableByEveryone: false,
    groupProvisioning: Temporal.Duration.from({ seconds: 10 }),
    groupListLag: null,
    groupUnlistLag: null,
    groupRepeatDamage: true,
    groupRepeatedDeactivation: 'RoleAssignmentDoesNotExist',
    groupLastOwnerStays: true,
    groupSelfExtension: true,
    azureProvisioning: new Temporal.Duration(),
    azureListLag: null,
    azureUnlistLag: null,
  };
}

type Reader<T> = (value: unknown) => T;

const READERS: { readonly [Key in keyof SandboxSettings]: Reader<SandboxSettings[Key]> } = {
  listLag: duration,
  auditDelay: duration,
  pageSize: positive,
  policyFailureFormat: oneOf('json-list', 'text'),
  wrapErrors: boolean,
  futureStartStatus: oneOf('Granted', 'ScheduleCreated'),
  policyReadableByEveryone: boolean,
  groupProvisioning: duration,
  groupListLag: orNull(duration),
  groupUnlistLag: orNull(duration),
  groupRepeatDamage: boolean,
  groupRepeatedDeactivation: oneOf('RoleAssignmentDoesNotExist', 'BadRequest'),
  groupLastOwnerStays: boolean,
  groupSelfExtension: boolean,
  azureProvisioning: duration,
  azureListLag: orNull(duration),
  azureUnlistLag: orNull(duration),
};

/** Takes settings as they come in JSON, durations as ISO 8601. Changes nothing when one of them is wrong. */
export function readSettings(values: Readonly<Record<string, unknown>>): Partial<SandboxSettings> {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const read = READERS[name as keyof SandboxSettings];
    if (!Object.hasOwn(READERS, name)) throw new RangeError(`There is no setting "${name}".`);
    settings[name] = read(value);
  }
  return settings as Partial<SandboxSettings>;
}

function duration(value: unknown): Temporal.Duration {
  return Temporal.Duration.from(String(value));
}

function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : read(value));
}

function positive(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw new RangeError(`${JSON.stringify(value)} is not a positive whole number.`);
  }
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new RangeError(`${JSON.stringify(value)} is neither true nor false.`);
  return value;
}

function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (value) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new RangeError(`${JSON.stringify(value)} is none of ${words.join(', ')}.`);
    return found;
  };
}
