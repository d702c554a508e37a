import type { ActivationSettings, RoleSettings, SettingsApprover } from '../../../src/domain/role-settings.ts';
import { NOTIFICATION_RULES } from '../../../src/domain/settings-canonical.ts';

export const MEGAN: SettingsApprover = {
  kind: 'person',
  id: '11111111-1111-4111-8111-111111111111',
  name: 'Megan Bowen',
};
export const ADELE: SettingsApprover = {
  kind: 'person',
  id: '22222222-2222-4222-8222-222222222222',
  name: 'Adele Vance',
};
export const APPROVERS: SettingsApprover = {
  kind: 'group',
  id: '33333333-3333-4333-8333-333333333333',
  name: 'sg-app-approvers',
};

/** Changes to Microsoft's defaults; parts of the activation may be given alone. */
export type Changes = Partial<Omit<RoleSettings, 'activation'>> & {
  readonly activation?: Partial<Omit<ActivationSettings, 'approval'>> & {
    readonly approval?: Partial<ActivationSettings['approval']>;
  };
};

/** Microsoft's defaults of a directory role, in their canonical spelling. */
export function aRoleSettings({ activation = {}, ...rest }: Changes = {}): RoleSettings {
  return {
    eligibleAssignment: { isPermanentAllowed: true, maximumDuration: 'P365D', requires: [] },
    activeAssignment: { isPermanentAllowed: true, maximumDuration: 'P180D', requires: ['Justification'] },
    notifications: NOTIFICATION_RULES.map((rule) => ({
      rule,
      level: 'All',
      isDefaultRecipientsEnabled: true,
      recipients: [],
    })),
    ...rest,
    activation: {
      maximumDuration: 'PT8H',
      requires: ['Justification'],
      authenticationContext: null,
      ...activation,
      approval: { isRequired: false, isJustificationRequired: true, approvers: [], ...activation.approval },
    },
  };
}
