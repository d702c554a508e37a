import assert from 'node:assert/strict';
import { printProblem } from '../../../src/documents/yaml-document.ts';
import type { Pack } from '../../../src/domain/break-glass.ts';
import type { Rulebook } from '../../../src/domain/rulebook.ts';
import { readRulebook } from '../../../src/rulebook/rulebook-document.ts';

export const CHANNEL = '19:9a4e7b13c85d4f0296e1b7d3c2f60a8b@thread.tacv2';

/** A rulebook with one of everything that is for emergencies. */
export const BOOK = `version: 1
onCall:
  - name: leads
    entraGroup: sg-oncall-leads
  - name: payments
    rota: rotas/payments.rota.yaml
breakGlass:
  - name: payments
    purpose: Restore payments
    activates:
      - group: sg-breakglass-payments
      - entraRole: Helpdesk Administrator
        on: Branch Madrid
      - azureRole: Contributor
        on: /subscriptions/1
    pulledBy: leads
    window: 1h30m
    secondPerson: true
    alarm:
      channel: ${CHANNEL}
      people: [patti@contoso.com]
    owner: patti@contoso.com
    needs:
      incident: false
      severity: [SEV1, SEV2]
alarms:
  channel: ${CHANNEL}
  people: [07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07]
emergencyAccounts: [emergency1@contoso.com]
`;

export function rulebook(text: string): Rulebook {
  const reading = readRulebook(text);
  assert.ok(reading.isValid, reading.isValid ? '' : reading.problems.map(printProblem).join('\n'));
  return reading.rulebook;
}

/** The only pack of a small rulebook, with further keys as YAML that is indented by four. */
export function pack(more: string, { channel = CHANNEL, window = '1h' } = {}): Pack {
  const [only] = rulebook(`version: 1
onCall: [{ name: leads, entraGroup: sg-oncall-leads }]
breakGlass:
  - name: payments
    purpose: Restore payments
    activates: [{ group: sg-breakglass-payments }]
    pulledBy: Leads
    window: ${window}
    alarm: { channel: "${channel}" }
    owner: patti@contoso.com
${more}`).packs;
  assert.ok(only);
  return only;
}
