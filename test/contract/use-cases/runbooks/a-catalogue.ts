import assert from 'node:assert/strict';
import { printProblem } from '../../../../src/documents/yaml-document.ts';
import type { Notice } from '../../../../src/domain/notice.ts';
import { NO_RUNBOOKS, type Runbooks } from '../../../../src/domain/runbook.ts';
import { readRunbooks } from '../../../../src/runbooks/runbooks-document.ts';
import { aProduct, type Product } from '../../../support/product.ts';

/** A product whose runbooks a test writes, about roles of the seeded tenant. */
export interface RunbookBench {
  readonly product: Product;
  readonly paymentsScope: string;
  /** Puts a document in force, with `$RG` for rg-payments. */
  keep(text: string): void;
}

const CATALOGUE = `version: 1
runbooks:
  - name: restart-vm
    title: Restart a machine of payments
    words: [reboot]
    role: { azureRole: Virtual Machine Operator, on: '$RG' }
    duration: 30m
    steps: [Say so., { text: Restart it., link: 'https://portal.azure.com/' }]
    checks:
      - { name: Read vm-pay-01, azureResource: '{scope}/providers/Microsoft.Compute/virtualMachines/vm-pay-01', apiVersion: 2024-07-01 }
      - { name: Restart, azureOperation: Microsoft.Compute/virtualMachines/restart/action }
      - { name: Delete, azureOperation: Microsoft.Compute/virtualMachines/delete, expects: refused }
  - name: assign-users
    title: Assign users
    role: { entraRole: Contoso-App-Assignment-Operator }
    duration: 9h
    steps: [Assign them.]
  - name: web-contributor
    title: Change the web site
    role: { azureRole: Owner, on: '$RG' }
    steps: [Change it.]
  - name: payments-contributor
    title: Repair payments
    role: { azureRole: Contributor, on: '$RG' }
    steps: [Repair it.]
  - name: read-log
    title: Read the log
    role: { entraRole: Global Reader }
    steps: [Read it.]
    checks: [{ name: Audit log, graph: '/auditLogs/directoryAudits?$top=1' }]
`;

/** A bench with five runbooks. */
export async function aRunbookBench(): Promise<RunbookBench> {
  let runbooks: Runbooks = NO_RUNBOOKS;
  const product = await aProduct({ runbooks: { current: () => runbooks } });
  const { rows } = await product.services.roles.listEligible({ principalId: product.seeded.idOf('engineer') });
  const paymentsScope = rows.find(({ roleName }) => roleName === 'Virtual Machine Operator')?.scope.id;
  assert.ok(paymentsScope);
  const keep = (text: string): void => {
    const reading = readRunbooks(text.replaceAll('$RG', paymentsScope));
    assert.ok(reading.isValid, reading.isValid ? '' : reading.problems.map(printProblem).join('\n'));
    runbooks = reading.content;
  };
  keep(CATALOGUE);
  return { product, paymentsScope, keep };
}

/** The one card of a name that an answer has. */
export function only<Name extends Notice['card']>(
  notices: readonly Notice[],
  card: Name,
): Extract<Notice, { readonly card: Name }> {
  const [notice, ...others] = notices;
  assert.equal(notice?.card, card);
  assert.deepEqual(others, []);
  return notice as Extract<Notice, { readonly card: Name }>;
}
