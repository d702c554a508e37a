import type { Surface } from './assignment.ts';

/** What differs between the parts of PIM about role settings, as data: nobody else asks which part it is. */
export interface SettingsWords {
  /** What people and documents call this part of PIM. */
  readonly name: string;
  /** Who approves when approval is on and nobody is named; null where PIM then has nobody (pim-api §7.1). */
  readonly defaultApprovers: string | null;
  /** Who may read the settings, for a card that says whom to ask. */
  readonly readers: string;
  /** Who may change them. */
  readonly writers: string;
}

/** For groups Microsoft does not say whether there are default approvers: taken as none, so that nobody is locked out. */
export const SETTINGS_WORDS: Readonly<Record<Surface, SettingsWords>> = {
  directory: {
    name: 'Microsoft Entra roles',
    defaultApprovers: 'Privileged Role Administrators',
    readers: 'Global Reader, Security Reader or Privileged Role Administrator',
    writers: 'Privileged Role Administrator',
  },
  group: {
    name: 'PIM for Groups',
    defaultApprovers: null,
    readers: 'Owner of the group, Global Reader or Privileged Role Administrator',
    writers: 'Owner of the group or Privileged Role Administrator',
  },
  azure: {
    name: 'Azure resources',
    defaultApprovers: null,
    readers: 'Reader, User Access Administrator or Owner at the scope',
    writers: 'User Access Administrator or Owner at the scope',
  },
};
