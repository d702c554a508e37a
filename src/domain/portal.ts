import type { Surface } from './assignment.ts';

/*
 * Pages of PIM in the portal of the public cloud, where people can go on by themselves. Their addresses are not in Microsoft's
 * documentation: the portal shows them, and public pages of others lead there (seen 2026-11-23).
 */
const PIM = 'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon';

/** Where roles are activated. */
export const ACTIVATION_PAGE = `${PIM}/ActivationMenuBlade/~/aadmigratedroles`;

const SECTIONS: Readonly<Record<Surface, string>> = {
  directory: 'aadmigratedroles',
  group: 'aadgroup',
  azure: 'azurerbac',
};

/** Where requests for roles of one part of PIM are decided. */
export function approvalPage(surface: Surface): string {
  return `${PIM}/ApproveRequestMenuBlade/~/${SECTIONS[surface]}`;
}
