import { createTenant } from '../../../sandbox/identity/tenant.ts';
import type { DirectoryRoles } from '../../../sandbox/pim/directory-surface.ts';
import type { RoleManagement } from '../../../sandbox/pim/engine.ts';
import type { Actor, Ask } from '../../../sandbox/pim/model.ts';
import { Refusal } from '../../../sandbox/pim/refusal.ts';
import { seedDirectory } from '../../../sandbox/pim/seed.ts';
import { defaultSettings } from '../../../sandbox/platform/settings.ts';
import type { SandboxSettings, World } from '../../../sandbox/platform/types.ts';

export const OPERATOR = '3b1c6f0a-52d8-4f7e-9a64-0c8e7d2b1a01';
export const CONFIGURATION = '3b1c6f0a-52d8-4f7e-9a64-0c8e7d2b1a02';
export const SECURITY_READER = '5d6b6bb7-de71-4623-b4af-95380a352509';
export const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451';
export const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
export const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
export const HELPDESK = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
export const MADRID = '/administrativeUnits/4c82d5e6-0001-4f70-9a8b-c1d2e3f4a5b1';

/** The seeded tenant at eight o'clock, with a clock that is moved by hand. */
export interface AWorld {
  readonly world: World;
  readonly pim: RoleManagement;
  readonly roles: DirectoryRoles;
  id(handle: string): string;
  as(handle: string, token?: Partial<Actor>): Actor;
  /** An activation that breaks no rule of most roles, changed as said. */
  activation(handle: string, role: string, changes?: Partial<Ask>): Ask;
  pass(duration: string): void;
}

export function aWorld(settings: Partial<SandboxSettings> = {}): AWorld {
  let now = Temporal.Instant.from('2026-11-23T08:00:00Z');
  const world: World = {
    tenant: createTenant(),
    clock: {
      now: () => now,
      set: async (instant) => {
        now = instant;
      },
    },
    settings: {
      ...defaultSettings(),
      listLag: Temporal.Duration.from('PT0S'),
      auditDelay: Temporal.Duration.from('PT0S'),
      policyFailureFormat: 'json-list',
      ...settings,
    },
  };
  const { pim, roles } = seedDirectory(world);
  const id = (handle: string): string => {
    const user = [...world.tenant.users.values()].find((one) => one.handle === handle);
    return user?.id ?? `nobody called ${handle}`;
  };
  const as = (handle: string, token: Partial<Actor> = {}): Actor => ({
    principalId: id(handle),
    appId: 'app',
    amr: ['pwd', 'mfa'],
    acrs: [],
    capabilities: [],
    ...token,
  });
  return {
    world,
    pim,
    roles,
    id,
    as,
    activation: (handle, role, changes = {}) => ({
      kind: 'assignment',
      action: 'selfActivate',
      subject: { surface: 'directory', role, scope: '/' },
      principalId: id(handle),
      justification: 'INC-42',
      ticket: { number: null, system: null },
      schedule: lasting('PT1H'),
      customData: null,
      targetScheduleId: null,
      isValidationOnly: false,
      by: as(handle),
      ...changes,
    }),
    pass: (duration) => {
      now = now.add(Temporal.Duration.from(duration));
    },
  };
}

export function lasting(duration: string, start: string | null = null): NonNullable<Ask['schedule']> {
  return {
    start: start === null ? null : Temporal.Instant.from(start),
    expiration: { type: 'afterDuration', duration: Temporal.Duration.from(duration) },
  };
}

/** The refusal as one line, `400 Code: message`, or `allowed`. */
export function outcome(act: () => unknown): string {
  try {
    act();
    return 'allowed';
  } catch (error) {
    if (error instanceof Refusal) {
      return `${error.status} ${error.code}: ${error.message}`;
    }
    throw error;
  }
}
