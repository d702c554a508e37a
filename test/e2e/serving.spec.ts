import { withRulebook } from '../support/rulebook-stage.ts';

/** Only the two on-call leads are in the pilot; one role is denied to them, too. */
const RULEBOOK = `version: 1
served:
  pilotGroup: sg-oncall-leads
  contact: the platform team
  roles: { deny: [{ group: sg-payments-oncall }] }
`;

describe('a pilot', function () {
  this.timeout(60_000);
  const plays = withRulebook(RULEBOOK);

  it('serves its members, and tells others kindly whom to ask while it shows them everything', async () => {
    await plays(`
engineer: activate "Security Reader" for 1h because look
@expect engineer card=error title="I do not serve you yet" contains "ask the platform team"
@expect none engineer card=activation-active
engineer: my roles
@expect engineer card=my-roles contains "Security Reader" contains "not served here: use the portal"
oncall: activate "Global Reader" for 1h
@expect oncall card=activation-active contains "Global Reader"
oncall: activate sg-payments-oncall for 1h because look
@expect oncall card=error title="Not served here" contains "sg-payments-oncall"
oncall: activate "Privileged Role Administrator" for 1h because look
@expect oncall card=error title="Not through me"
@expect none oncall card=step-up
oncall: my roles
@expect oncall card=my-roles contains "Privileged Role Administrator" contains "not served here: use the portal"
`);
  });
});
