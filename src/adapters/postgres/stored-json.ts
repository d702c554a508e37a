import { z } from 'zod';
import type { NextActivation } from '../../domain/activation.ts';
import type { BundleItem } from '../../domain/administration.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import { roleDefinitionId } from '../../domain/ids.ts';
import { REQUIREMENTS, type RoleSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';

/** A role in a JSON column. */
export const storedRole: z.ZodType<RoleAtScope> = z.strictObject({
  surface: z.enum(['directory', 'group', 'azure']),
  roleDefinitionId: z.string().transform(roleDefinitionId),
  roleName: z.string(),
  scope: z.strictObject({ id: z.string(), name: z.string() }),
});

export const storedDuration = z.iso.duration().transform((text) => Temporal.Duration.from(text));

export const storedNextActivation: z.ZodType<NextActivation> = z.strictObject({
  role: storedRole,
  duration: storedDuration,
  justification: z.string(),
  ticket: z.string().nullable(),
});

export const storedBundleItems: z.ZodType<readonly BundleItem[]> = z.array(
  z.strictObject({ role: storedRole, duration: storedDuration }),
);

const requires = z.array(z.enum(REQUIREMENTS));
const assignment = z.strictObject({ isPermanentAllowed: z.boolean(), maximumDuration: z.string(), requires });

/** The settings of a role in a JSON column; the order of the keys is restored, which `jsonb` does not keep. */
export const storedSettings: z.ZodType<RoleSettings> = z.strictObject({
  activation: z.strictObject({
    maximumDuration: z.string(),
    requires,
    authenticationContext: z.string().nullable(),
    approval: z.strictObject({
      isRequired: z.boolean(),
      isJustificationRequired: z.boolean(),
      approvers: z.array(z.strictObject({ kind: z.enum(['person', 'group']), id: z.string(), name: z.string() })),
    }),
  }),
  eligibleAssignment: assignment,
  activeAssignment: assignment,
  notifications: z.array(
    z.strictObject({
      rule: z.string(),
      level: z.enum(['All', 'Critical', 'None']),
      isDefaultRecipientsEnabled: z.boolean(),
      recipients: z.array(z.string()),
    }),
  ),
});

/**
 * Reads a JSON column; `what` names it for operators.
 * @throws {AccessError} internal.unexpected when it is not what this program writes: nothing may be done with it
 */
export function readStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    // Not zod's own words: they could repeat what a person typed.
    const places = parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', ');
    throw new AccessError('internal.unexpected', `What is kept of ${what} is not understood (${places})`);
  }
  return parsed.data;
}

/** The fields of a role that are kept, whatever else the one at hand carries. */
export function writtenRole({ surface, roleDefinitionId: id, roleName, scope }: RoleAtScope): RoleAtScope {
  return { surface, roleDefinitionId: id, roleName, scope: { id: scope.id, name: scope.name } };
}

/** A role with its duration, and what else is kept with it, as JSON has it. */
export function writtenItem<Item extends BundleItem>(item: Item) {
  return { ...item, role: writtenRole(item.role), duration: item.duration.toString() };
}
