import { ADMINISTRATION_CASTS } from '../administration-casts.ts';
import { describeRoleAdministrationContract } from '../role-administration.ts';
import { createAdministrationBench } from './administration-bench.ts';
import { describeAdministrationOverTheWire } from './over-the-wire.ts';

const NAMES = { directory: 'Entra roles over Graph', group: 'PIM groups over Graph', azure: 'Azure roles over ARM' };

/** Every row at the scope of the cast's role. */
const EVERYTHING = {
  directory: [
    'active assigned direct: Emergency Access 1 (user), Global Administrator @ Whole tenant',
    'active assigned direct: Patti Fernandez (user), Global Reader @ Whole tenant',
    'active assigned direct: Patti Fernandez (user), Privileged Role Administrator @ Whole tenant',
    'active assigned direct: sg-breakglass-tier0 (group), Security Administrator @ Whole tenant',
    'eligible assigned direct: Alex Wilber (user), Contoso-App-Assignment-Operator @ Whole tenant',
    'eligible assigned direct: Alex Wilber (user), Contoso-App-Configuration-Administrator @ Whole tenant',
    'eligible assigned direct: Alex Wilber (user), Global Reader @ Whole tenant',
    'eligible assigned direct: Alex Wilber (user), Security Reader @ Whole tenant',
    'eligible assigned direct: Alex Wilber (user), User Administrator @ Whole tenant',
    'eligible assigned direct: Diego Siciliani (user), Contoso-App-Configuration-Administrator @ Whole tenant',
    'eligible assigned direct: Lynne Robbins (user), Global Reader @ Whole tenant',
    'eligible assigned direct: Lynne Robbins (user), Privileged Role Administrator @ Whole tenant',
    'eligible assigned direct: Patti Fernandez (user), Privileged Role Administrator @ Whole tenant',
  ],
  group: [
    'eligible assigned direct: Alex Wilber (user), sg-payments-oncall @ Group membership',
    'eligible assigned direct: Isaiah Langer (user), sg-payments-oncall @ Group membership',
    'eligible assigned direct: Lynne Robbins (user), sg-payments-oncall @ Group membership',
  ],
  azure: [
    'active assigned direct: sg-breakglass-payments (group), Contributor @ rg-payments',
    'active assigned inherited: Patti Fernandez (user), User Access Administrator @ mg-contoso',
    'active assigned inherited: Pimlico reader (service-principal), Pimlico Reader @ mg-contoso',
    'eligible assigned direct: Alex Wilber (user), Virtual Machine Operator @ rg-payments',
    'eligible assigned direct: Diego Siciliani (user), Virtual Machine Operator (Contractors) @ rg-payments',
    'eligible assigned direct: sg-payments-oncall (group), Contributor @ rg-payments',
    'eligible assigned inherited: Alex Wilber (user), Reader @ Contoso Production',
  ],
};

for (const surface of ['directory', 'group', 'azure'] as const) {
  const cast = ADMINISTRATION_CASTS[surface];
  describeRoleAdministrationContract(`RoleAdministration: ${NAMES[surface]}`, cast, createAdministrationBench);
  describeAdministrationOverTheWire(NAMES[surface], cast, EVERYTHING[surface]);
}
