import assert from 'node:assert/strict';
import { readScript, readStep, ScriptError } from '../../../cli/conversation/script.ts';

describe('readStep', () => {
  it('reads what a person says, in 1:1 chat and in a channel', () => {
    assert.deepEqual(readStep('engineer: activate Security Reader: now'), {
      kind: 'say',
      person: 'engineer',
      chat: 'personal',
      text: 'activate Security Reader: now',
    });
    assert.deepEqual(readStep('engineer@approvals: my roles'), {
      kind: 'say',
      person: 'engineer',
      chat: '#approvals',
      text: 'my roles',
    });
  });

  it('reads a press with its inputs', () => {
    assert.deepEqual(readStep('approver: [Approve] justification="looks \\"right\\"" choice=2h'), {
      kind: 'press',
      person: 'approver',
      button: 'Approve',
      inputs: { justification: 'looks "right"', choice: '2h' },
    });
  });

  it('reads a press on what a person sees in a channel', () => {
    assert.deepEqual(readStep('approver@approvals: [Deny]'), {
      kind: 'press',
      person: 'approver',
      chat: '#approvals',
      button: 'Deny',
      inputs: {},
    });
  });

  it('reads what is typed into a box that searches', () => {
    assert.deepEqual(readStep('engineer: [Activate] role~="security r" duration=1h justification="a~=b"'), {
      kind: 'press',
      person: 'engineer',
      button: 'Activate',
      inputs: { duration: '1h', justification: 'a~=b' },
      typing: { role: 'security r' },
    });
  });

  const DURATIONS: readonly (readonly [text: string, iso: string])[] = [
    ['+1h50m', 'PT1H50M'],
    ['+90s', 'PT90S'],
    ['+PT2H', 'PT2H'],
    ['+1d', 'PT24H'],
    ['+P1DT1H', 'PT25H'],
  ];
  for (const [text, iso] of DURATIONS) {
    it(`reads @clock ${text}`, () => {
      const step = readStep(`@clock ${text}`);
      assert.equal(
        step.kind === 'clock' && step.duration.total('seconds'),
        Temporal.Duration.from(iso).total('seconds'),
      );
    });
  }

  it('reads expectations', () => {
    assert.deepEqual(readStep('@expect none approver card=expiry-reminder contains "a b" contains c'), {
      kind: 'expect',
      expectation: { isNone: true, to: 'approver', fields: { card: 'expiry-reminder' }, contains: ['a b', 'c'] },
    });
  });

  it('reads settings of the sandbox', () => {
    assert.deepEqual(readStep('@setting policyFailureFormat=json-list pageSize=2'), {
      kind: 'setting',
      settings: { policyFailureFormat: 'json-list', pageSize: '2' },
    });
    assert.throws(() => readStep('@setting', 4), /line 4: write @setting name=value/);
  });

  it('reads faults and their end', () => {
    assert.deepEqual(readStep('@fault throttle service=graph after=1'), {
      kind: 'fault',
      name: 'throttle',
      settings: { service: 'graph', after: '1' },
    });
    assert.deepEqual(readStep('@fault throttle off'), { kind: 'fault', name: 'throttle', settings: null });
  });

  it('reads forged presses, crashes and consent', () => {
    assert.deepEqual(readStep('@forge contractor [Approve] of approver'), {
      kind: 'forge',
      person: 'contractor',
      button: 'Approve',
      of: 'approver',
    });
    assert.deepEqual(readStep('@crash after 3'), { kind: 'crash', at: 'after', nth: 3 });
    assert.deepEqual(readStep('@consent engineer no'), { kind: 'consent', person: 'engineer', consented: false });
  });

  it('reads sign-ins on the page, by another person and once more', () => {
    assert.deepEqual(readStep('@stepup oncall ok'), {
      kind: 'stepup',
      person: 'oncall',
      outcome: 'ok',
      as: null,
      isAgain: false,
    });
    assert.deepEqual(readStep('@stepup oncall fail as=engineer'), {
      kind: 'stepup',
      person: 'oncall',
      outcome: 'fail',
      as: 'engineer',
      isAgain: false,
    });
    assert.deepEqual(readStep('@stepup oncall again'), {
      kind: 'stepup',
      person: 'oncall',
      outcome: 'ok',
      as: null,
      isAgain: true,
    });
  });

  it('reads what somebody does in the portal, and an outage', () => {
    assert.deepEqual(readStep('@portal engineer activate "Virtual Machine Operator (Contractors)" duration=PT1H'), {
      kind: 'portal',
      person: 'engineer',
      action: 'activate',
      role: 'Virtual Machine Operator (Contractors)',
      details: { duration: 'PT1H' },
    });
    const down = readStep('@outage 8h');
    assert.equal(down.kind === 'outage' && down.duration.toString(), 'PT8H');
    assert.deepEqual(readStep('@portal emergency sign-in "Azure Portal"'), {
      kind: 'portal',
      person: 'emergency',
      action: 'sign-in',
      role: 'Azure Portal',
      details: {},
    });
    assert.throws(() => readStep('@portal engineer steal X'), ScriptError);
    assert.throws(() => readStep('@portal engineer approve'), ScriptError);
  });

  it('reads who can be written to', () => {
    assert.deepEqual(readStep('@uninstall approver'), { kind: 'uninstall', person: 'approver', shape: null });
    assert.deepEqual(readStep('@block approver shape=ConversationBlockedByUser'), {
      kind: 'block',
      person: 'approver',
      shape: 'ConversationBlockedByUser',
    });
    for (const line of ['@block', '@unblock approver shape=x', '@install approver now', '@delete-team a=b']) {
      assert.throws(
        () => readStep(line, 7),
        (thrown) => thrown instanceof ScriptError && thrown.line === 7,
      );
    }
  });

  for (const line of [
    'hello',
    '@clock soon',
    '@crash sometime 1',
    '@expect',
    '@expect engineer colour=red',
    '@nothing',
    '@stepup',
    '@stepup oncall',
    '@stepup oncall maybe',
    '@stepup oncall ok fail',
    '@stepup oncall ok as=',
    '@stepup oncall as=engineer',
  ]) {
    it(`refuses "${line}"`, () => {
      assert.throws(() => readStep(line), ScriptError);
    });
  }
});

describe('readScript', () => {
  it('skips comments and empty lines and keeps line numbers', () => {
    const lines = readScript('# a comment\n\nengineer: hi\n  @restart\n');
    assert.deepEqual(
      lines.map((line) => [line.number, line.step.kind]),
      [
        [3, 'say'],
        [4, 'restart'],
      ],
    );
  });
});
