import type { Surface } from '../../src/domain/assignment.ts';
import { CASTS } from './casts.ts';
import type { Part } from './role-management-bench.ts';
import type { ReaderCast } from './tenant-reader.ts';

const APPROVERS = '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1';
const LEADS = '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2';
const PAYMENTS_ONCALL = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
const BREAKGLASS_PAYMENTS = '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4';
const BREAKGLASS_TIER0 = '2a91b3c4-0005-4d5e-8f60-a1b2c3d4e5f5';

const WHOLE = 'Whole tenant';
const userAdministrator: Part = {
  holder: 'engineer',
  roleName: 'User Administrator',
  scopeName: WHOLE,
  maximumHours: 2,
};
const globalReader: Part = { holder: 'oncall', roleName: 'Global Reader', scopeName: WHOLE, maximumHours: 8 };
const production: Part = {
  holder: 'engineer',
  roleName: 'Reader',
  scopeName: 'Contoso Production',
  maximumHours: 8,
};

const branch: Part = {
  holder: 'engineer',
  roleName: 'Helpdesk Administrator',
  scopeName: 'Branch Madrid',
  maximumHours: 4,
};

/** What readers find in the tenant of DESIGN §6. */
export const READER_CASTS: Readonly<Record<Surface, ReaderCast>> = {
  directory: {
    surface: 'directory',
    settings: [
      {
        part: userAdministrator,
        maximumDuration: 'PT2H',
        takes: ['justification', 'ticket', 'mfa', 'approval'],
        approvers: ['person admin'],
      },
      { part: globalReader, maximumDuration: 'PT8H', takes: [], approvers: [] },
      {
        part: CASTS.directory.approved,
        maximumDuration: 'PT4H',
        takes: ['justification', 'approval'],
        approvers: [`group ${APPROVERS}`],
      },
      {
        part: { holder: 'oncall', roleName: 'Privileged Role Administrator', scopeName: WHOLE, maximumHours: 1 },
        maximumDuration: 'PT1H',
        takes: ['justification', 'c1'],
        approvers: [],
      },
    ],
    actions: {
      part: CASTS.directory.approved,
      allowed: [
        'microsoft.directory/servicePrincipals/appRoleAssignedTo/read',
        'microsoft.directory/servicePrincipals/appRoleAssignedTo/update',
        'microsoft.directory/servicePrincipals/standard/read',
      ],
    },
    held: [
      { groupId: BREAKGLASS_TIER0, gives: ['active Security Administrator @ Whole tenant'] },
      { groupId: PAYMENTS_ONCALL, gives: [] },
    ],
    eligible: [
      { part: globalReader, who: ['user Alex Wilber', 'user Lynne Robbins'] },
      { part: branch, who: ['user Alex Wilber'] },
      { part: branch, at: () => '/', who: [] },
    ],
  },
  group: {
    surface: 'group',
    settings: [
      { part: CASTS.group.plain, maximumDuration: 'PT4H', takes: ['justification'], approvers: [] },
      {
        part: CASTS.group.approved,
        maximumDuration: 'PT1H',
        takes: ['justification', 'ticket', 'approval', 'c1'],
        approvers: [`group ${LEADS}`],
      },
    ],
    actions: null,
    held: [{ groupId: PAYMENTS_ONCALL, gives: [] }],
    eligible: [
      { part: CASTS.group.plain, who: ['user Alex Wilber', 'user Isaiah Langer', 'user Lynne Robbins'] },
      { part: CASTS.group.approved, who: ['user Isaiah Langer', 'user Lynne Robbins'] },
    ],
  },
  azure: {
    surface: 'azure',
    settings: [
      { part: CASTS.azure.plain, maximumDuration: 'PT8H', takes: ['justification'], approvers: [] },
      { part: production, maximumDuration: 'PT8H', takes: [], approvers: [] },
      {
        part: CASTS.azure.approved,
        maximumDuration: 'PT4H',
        takes: ['justification', 'approval'],
        approvers: ['person approver'],
      },
    ],
    actions: {
      part: CASTS.azure.plain,
      allowed: [
        'Microsoft.Compute/virtualMachines/deallocate/action',
        'Microsoft.Compute/virtualMachines/instanceView/read',
        'Microsoft.Compute/virtualMachines/powerOff/action',
        'Microsoft.Compute/virtualMachines/read',
        'Microsoft.Compute/virtualMachines/restart/action',
        'Microsoft.Compute/virtualMachines/start/action',
        'Microsoft.Resources/subscriptions/resourceGroups/read',
      ],
    },
    held: [
      { groupId: PAYMENTS_ONCALL, gives: ['eligible Contributor @ rg-payments'] },
      { groupId: BREAKGLASS_PAYMENTS, gives: ['active Contributor @ rg-payments'] },
      { groupId: BREAKGLASS_TIER0, gives: [] },
    ],
    eligible: [
      { part: CASTS.azure.plain, who: ['user Alex Wilber'] },
      { part: production, who: ['user Alex Wilber'] },
      { part: production, at: (id) => `${id}/resourceGroups/rg-payments`, who: ['user Alex Wilber'] },
      { part: CASTS.azure.plain, at: (id) => id.replace(/\/resourceGroups.*$/, ''), who: [] },
    ],
  },
};
