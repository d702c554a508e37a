import type { Surface } from '../../src/domain/assignment.ts';
import type { AdministrationCast } from './role-administration.ts';

/** What administrators find in the tenant of DESIGN §6. */
export const ADMINISTRATION_CASTS: Readonly<Record<Surface, AdministrationCast>> = {
  directory: {
    surface: 'directory',
    words: 'Contoso-App-Configuration-Administrator',
    sloppyWords: 'contoso app configuration administrator',
    scopeWords: null,
    roleName: 'Contoso-App-Configuration-Administrator',
    scopeName: 'Whole tenant',
    holders: ['Alex Wilber', 'Diego Siciliani'],
    other: 'active assigned direct: sg-breakglass-tier0 (group), Security Administrator @ Whole tenant',
    maximumDuration: 'PT2H',
    isPermanentAllowed: true,
  },
  group: {
    surface: 'group',
    words: 'sg-payments-oncall member',
    sloppyWords: 'SG payments ONCALL members',
    scopeWords: null,
    roleName: 'sg-payments-oncall',
    scopeName: 'Group membership',
    holders: ['Alex Wilber', 'Isaiah Langer', 'Lynne Robbins'],
    other: null,
    maximumDuration: 'PT4H',
    isPermanentAllowed: false,
  },
  azure: {
    surface: 'azure',
    words: 'Virtual Machine Operator',
    sloppyWords: 'virtual-machine  operator',
    scopeWords: 'rg-payments in Contoso Production',
    roleName: 'Virtual Machine Operator',
    scopeName: 'rg-payments',
    holders: ['Alex Wilber'],
    other: 'eligible assigned inherited: Alex Wilber (user), Reader @ Contoso Production',
    maximumDuration: 'PT8H',
    isPermanentAllowed: false,
  },
};
