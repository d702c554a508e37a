import { withRulebook } from '../support/rulebook-stage.ts';

/** Each rule needs tokens of both of Microsoft's services. */
const RULEBOOK = `version: 1
served: { roles: { named: [Privileged Role Administrator] } }
separationOfDuties:
  - name: Reading against running
    reason: Who watches must not act.
    sides:
      - { name: reading, roles: [{ entraRole: Security Reader }, { entraRole: Privileged Role Administrator }] }
      - { name: running, roles: [{ azureRole: Virtual Machine Operator }] }
  - name: Looking against changing
    reason: Who looks must not change.
    sides:
      - { name: looking, roles: [{ entraRole: Global Reader }] }
      - { name: changing, roles: [{ azureRole: Contributor }] }
`;

describe('roles that are kept apart across Microsoft’s services', function () {
  this.timeout(60_000);
  const plays = withRulebook(RULEBOOK);

  it('go on by themselves after Continue, with the token that waits for it', async () => {
    await plays(`
engineer: activate Security Reader for 1h because INC-1 audit
@clock +46m
engineer: [Continue]
@clock +15m
@expect engineer card=activation-active event=send contains "Security Reader"
engineer: activate "Virtual Machine Operator" for 1h because INC-1 audit
@expect engineer card=error title="Not beside what you hold" contains "Security Reader"
@clock +10m
engineer: deactivate Security Reader
engineer: activate "Virtual Machine Operator" for 1h because INC-1 audit
@expect engineer card=activation-active contains "Virtual Machine Operator"
`);
  });

  it('are activated after a sign-in, which brings the tokens to look with', async () => {
    await plays(`
oncall: activate "Privileged Role Administrator" for 30m because INC-2 rights
@expect oncall card=step-up
@stepup oncall ok
@expect oncall card=activation-active contains "Privileged Role Administrator"
`);
  });

  it('are refused when a group would give one at once that was named', async () => {
    await plays(`
oncall: activate "Global Reader" for 1h
@expect oncall card=activation-active
oncall: activate Contributor on rg-payments for 30m because INC-77 down ticket INC-77
@expect oncall card=choose-role
oncall: [Choose] choice="Contributor on rg-payments, through sg-breakglass-payments"
@expect oncall card=error title="Not beside what you hold" contains "Global Reader"
`);
  });
});
