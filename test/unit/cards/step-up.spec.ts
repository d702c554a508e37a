import assert from 'node:assert/strict';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import type { SignedOutNotice, StepUpNotice } from '../../../src/domain/notice.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { actionsOf, buttonsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, aStepUpSubject, BASES, SIGN_IN_ID } from '../../support/notices.ts';
import { unboxed } from './lines.ts';

type Phase = StepUpNotice['phase'];

const LINK = 'https://pimlico.contoso.example/auth/sign-in?s=0123456789abcdef0123456789abcdef';
const PORTAL = 'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles';

const draw = (notice: Partial<StepUpNotice>, overrides: Partial<RenderContext> = {}) =>
  unboxed(renderNotice({ ...BASES['step-up'], ...notice }, aRenderContext(overrides)));
const ended = (phase: Phase, notice: Partial<StepUpNotice> = {}, overrides: Partial<RenderContext> = {}) =>
  draw({ pageSignInId: null, phase, ...notice }, overrides);
const refused = (code: ErrorCode, overrides: Partial<RenderContext> = {}) =>
  ended('refused', { problem: { code, facts: {} } }, overrides);
const linksOf = (drawn: ReturnType<typeof draw>) => actionsOf(drawn).filter(({ type }) => type === 'Action.OpenUrl');

describe('the step-up card that waits', () => {
  it('says for what, why, until when, and how it goes on', () => {
    const drawn = draw({});
    assert.deepEqual(linesOf(drawn), [
      'A sign-in is needed to activate this role',
      'This role asks for a stronger sign-in each time it is activated.',
      'Role: Privileged Role Administrator',
      'Scope: Whole tenant',
      'Duration: 30 minutes',
      'Request 7F3K',
      'The link works until: today 15:05',
      'The page opens in your browser. Sign in with the account that you use in Teams, and I go on by myself. I keep no password and no lasting sign-in.',
    ]);
    assert.equal(drawn.summary, 'A sign-in is needed to activate Privileged Role Administrator');
  });

  it('links to the page, makes a new link and cancels the request', () => {
    assert.deepEqual(actionsOf(draw({})), [
      { type: 'Action.OpenUrl', title: 'Sign in', url: LINK, style: 'positive' },
      {
        type: 'Action.Execute',
        title: 'New link',
        verb: 'new-link',
        data: { s: '7F3K', c: 'requester', v: 3, n: 'nonce-0001' },
        associatedInputs: 'none',
      },
      {
        type: 'Action.Execute',
        title: 'Cancel request',
        verb: 'cancel-step-up',
        data: { s: '7F3K', c: 'requester', v: 3, n: 'nonce-0001' },
        style: 'destructive',
        associatedInputs: 'none',
      },
    ]);
  });

  const titles: readonly (readonly [StepUpNotice['purpose'], string])[] = [
    ['activate', 'A sign-in is needed to activate this role'],
    ['approve', 'A sign-in is needed to decide this request'],
    ['sentence', 'A sign-in is needed to do what you wrote'],
    ['press', 'A sign-in is needed to do what you chose'],
    ['admin', 'A sign-in is needed to act as an administrator'],
  ];
  for (const [purpose, title] of titles) {
    const canCancel = purpose === 'activate';
    it(`for ${purpose}: “${title}”, ${canCancel ? 'to be canceled' : 'with nothing to cancel'}`, () => {
      const drawn = draw({ purpose });
      assert.equal(textOf(drawn, 'title'), title);
      assert.deepEqual(buttonsOf(drawn), ['Sign in', 'New link', ...(canCancel ? ['Cancel request'] : [])]);
    });
  }

  const reasons: readonly (readonly [StepUpNotice['why'], string])[] = [
    ['context', 'This role asks for a stronger sign-in each time it is activated.'],
    ['mfa', 'This role asks for multi-factor authentication, which your sign-in so far did not include.'],
    [
      'azure-mfa',
      'Azure itself asks for multi-factor authentication before anything is changed, whatever the role says.',
    ],
    ['approver', 'Deciding about a role that can change access asks the approver to sign in once more.'],
    ['entra', "Your organization's sign-in rules ask you to sign in once more."],
    ['admin', 'What administrators do here happens with a sign-in of its own, kept apart from the everyday one.'],
  ];
  for (const [why, sentence] of reasons) {
    it(`tells why: ${why}`, () => assert.equal(textOf(draw({ why }), 'why'), sentence));
  }

  it('tells approvers whose request it is', () => {
    const drawn = draw({ purpose: 'approve', why: 'approver' });
    assert.equal(textOf(drawn, 'role-1-requester'), 'Who: Lynne Robbins');
    assert.equal(
      drawn.summary,
      "A sign-in is needed to decide Lynne Robbins's request for Privileged Role Administrator",
    );
    assert.equal(textOf(draw({}), 'role-1-requester'), null);
  });

  it('names every role of a sentence', () => {
    const drawn = draw({
      roles: [aStepUpSubject(), aStepUpSubject({ requestId: '9QXM', scopeName: 'Branch Madrid' })],
    });
    assert.equal(textOf(drawn, 'title'), 'A sign-in is needed to activate these roles');
    assert.equal(textOf(drawn, 'why'), 'These roles ask for a stronger sign-in each time they are activated.');
    assert.equal(textOf(drawn, 'role-2-scope'), 'Scope: Branch Madrid');
    assert.equal(textOf(drawn, 'role-2-request'), 'Request 9QXM');
    assert.equal(drawn.summary, 'A sign-in is needed to activate these roles');
  });

  it('says how many roles are left out', () => {
    const roles = Array.from({ length: 60 }, () => aStepUpSubject());
    const lines = linesOf(draw({ roles }));
    const shown = lines.filter((line) => line.startsWith('Role: ')).length;
    assert.ok(shown >= 8);
    assert.ok(lines.includes(`… and ${60 - shown} more.`));
  });

  it('says that the page is not set up where there is none', () => {
    const drawn = draw({}, { publicUrl: null });
    assert.deepEqual(buttonsOf(drawn), ['Cancel request']);
    assert.equal(
      textOf(drawn, 'how'),
      'My sign-in page is not set up, so this cannot go on here. Please tell whoever runs this bot.',
    );
    assert.equal(textOf(drawn, 'until'), null);
    assert.deepEqual(buttonsOf(draw({ purpose: 'admin' }, { publicUrl: null })), []);
  });

  for (const pageSignInId of [null, '', 'x', `${SIGN_IN_ID}&s=x`, 'https://evil.example', `${SIGN_IN_ID}\n`]) {
    it(`has no link for the id ${JSON.stringify(pageSignInId)}, and offers a new one`, () => {
      const drawn = draw({ pageSignInId });
      assert.deepEqual(buttonsOf(drawn), ['New link', 'Cancel request']);
      assert.equal(textOf(drawn, 'how'), 'The link was lost. Ask for a new one.');
      assert.equal(textOf(drawn, 'until'), null);
    });
  }

  it('tells of the past when it is retired', () => {
    const drawn = draw({}, { isRetired: true });
    assert.deepEqual(linesOf(drawn), [
      'A sign-in was needed to activate this role',
      'The role asked for a stronger sign-in before it was activated.',
      'Role: Privileged Role Administrator',
      'Scope: Whole tenant',
      'Duration: 30 minutes',
      'Request 7F3K',
    ]);
    assert.equal(drawn.summary, 'A sign-in was needed to activate this role');
    assert.doesNotMatch(JSON.stringify(drawn.card), /auth\/sign-in/);
  });
});

describe('the step-up card that is over', () => {
  const ends: readonly (readonly [Phase, string, string, readonly string[]])[] = [
    ['done', 'Signed in', 'Thank you. I go on with the activation by myself and tell you here.', []],
    ['cancelled', 'The sign-in was canceled', 'The sign-in was not completed, so nothing was done.', ['New link']],
    [
      'expired',
      'The sign-in link has expired',
      'The link worked until Sun 22 Nov, 15:05 (Europe/Madrid). The sign-in was not finished by then, so nothing was done.',
      ['New link'],
    ],
    [
      'wrong-person',
      'Somebody else signed in',
      'The account on the sign-in page was not yours, so nothing was done. Use the account that you use in Teams.',
      ['New link'],
    ],
    ['refused', 'The sign-in was not accepted', 'Nothing was done.', ['New link']],
    ['replaced', 'A newer sign-in link was made', 'Only the newest link works. Nothing was done with this one.', []],
  ];
  for (const [phase, title, outcome, buttons] of ends) {
    it(`${phase}: says so, and offers ${buttons.length === 0 ? 'nothing' : buttons.join(', ')}`, () => {
      const drawn = ended(phase);
      assert.equal(textOf(drawn, 'title'), title);
      assert.equal(textOf(drawn, 'outcome'), outcome);
      assert.equal(textOf(drawn, 'why'), null);
      assert.equal(textOf(drawn, 'until'), null);
      assert.deepEqual(buttonsOf(drawn), buttons);
      assert.equal(textOf(drawn, 'next'), buttons.length === 0 ? null : 'You can try again with a new link.');
      assert.equal('refresh' in drawn.card, buttons.length > 0);
      assert.equal(drawn.summary, title);
    });

    it(`${phase}: keeps the role, and no link to the page even when an id is left`, () => {
      const drawn = ended(phase, { pageSignInId: SIGN_IN_ID });
      assert.equal(textOf(drawn, 'role-1-name'), 'Role: Privileged Role Administrator');
      assert.deepEqual(linksOf(drawn), []);
    });

    it(`${phase}: has nothing to use when it is retired or without a page`, () => {
      assert.deepEqual(buttonsOf(ended(phase, {}, { isRetired: true })), []);
      assert.deepEqual(buttonsOf(ended(phase, {}, { publicUrl: null })), []);
    });
  }

  it('refused: tells why', () => {
    assert.equal(
      textOf(refused('identity.token_invalid'), 'problem'),
      'It was not used, and nothing was done. Sign in again.',
    );
    assert.equal(
      textOf(refused('identity.token_invalid', { isRetired: true }), 'problem'),
      'It was not used, and nothing was done.',
    );
  });

  it('tells why only where it was refused', () => {
    const drawn = ended('cancelled', { problem: { code: 'activation.mfa_not_accepted', facts: {} } });
    assert.equal(textOf(drawn, 'problem'), null);
    assert.deepEqual(buttonsOf(drawn), ['New link']);
  });

  for (const code of ['identity.device_blocked', 'identity.access_blocked', 'identity.admin_unavailable'] as const) {
    it(`refused with ${code}: offers no new link, for it would end the same`, () => {
      assert.deepEqual(buttonsOf(refused(code)), []);
      assert.equal(textOf(refused(code), 'next'), null);
    });
  }

  it('refused with activation.step_up_not_accepted: offers no new link', () => {
    assert.deepEqual(buttonsOf(refused('activation.step_up_not_accepted')), []);
  });

  it('refused with activation.mfa_not_accepted: leads to the portal instead of a new link', () => {
    assert.deepEqual(actionsOf(refused('activation.mfa_not_accepted')), [
      { type: 'Action.OpenUrl', title: 'Open the portal', url: PORTAL },
    ]);
    assert.deepEqual(actionsOf(refused('activation.mfa_not_accepted', { isRetired: true })), []);
  });
});

describe('the sign-in card', () => {
  const signIn = (overrides: object, context: Partial<RenderContext> = {}) =>
    renderNotice({ ...BASES['sign-in'], ...overrides }, aRenderContext(context));

  it('links to the page besides, where a sign-in is kept there', () => {
    assert.deepEqual(
      actionsOf(signIn({ pageSignInId: SIGN_IN_ID })).map(({ type, title, verb, url }) => [type, title, verb ?? url]),
      [
        ['Action.Execute', 'Sign in', 'sign-in'],
        ['Action.OpenUrl', 'Open sign-in page', LINK],
      ],
    );
  });

  it('has no link without an id of ours, without a page, or when it is retired', () => {
    assert.deepEqual(buttonsOf(signIn({})), ['Sign in']);
    assert.deepEqual(buttonsOf(signIn({ pageSignInId: 'javascript:alert(1)' })), ['Sign in']);
    assert.deepEqual(buttonsOf(signIn({ pageSignInId: SIGN_IN_ID }, { publicUrl: null })), ['Sign in']);
    assert.deepEqual(buttonsOf(signIn({ pageSignInId: SIGN_IN_ID }, { isRetired: true })), []);
  });

  it('tells a block from a sign-in that was too weak', () => {
    assert.match(textOf(signIn({ reason: 'blocked' }), 'reason') ?? '', /Conditional Access rule/);
    assert.match(textOf(signIn({ reason: 'stronger' }), 'reason') ?? '', /ask for a stronger sign-in/);
  });
});

describe('the card about a sign-out', () => {
  const drawOut = (overrides: Partial<SignedOutNotice>, context: Partial<RenderContext> = {}) =>
    renderNotice({ ...BASES['signed-out'], ...overrides }, aRenderContext(context));

  it('says what is forgotten and what stays', () => {
    const drawn = drawOut({});
    assert.deepEqual(linesOf(drawn), [
      'Signed out',
      'Everything that I kept of your sign-ins is forgotten, and so is what you wrote and had not signed in for.',
      'Roles that are active stay active. When you ask me for something, you sign in again.',
    ]);
    assert.deepEqual(buttonsOf(drawn), []);
    assert.equal(drawn.summary, 'You are signed out');
  });

  it('says how many activations no longer go on by themselves', () => {
    assert.equal(
      textOf(drawOut({ waiting: 1 }), 'continuing'),
      '1 role cannot go on without asking: I ask you when the access ends.',
    );
    assert.equal(
      textOf(drawOut({ waiting: 2, personName: 'Diego Siciliani' }), 'continuing'),
      '2 roles cannot go on without asking: I ask them when the access ends.',
    );
    assert.equal(
      textOf(drawOut({ waiting: 2 }, { isRetired: true }), 'continuing'),
      '2 roles could no longer go on without asking.',
    );
  });

  it('tells the administrator who was signed out, and the person who did it', () => {
    const told = drawOut({ personName: 'Diego Siciliani' });
    const theirs = drawOut({ byName: 'Patti Fernandez' });
    assert.equal(told.summary, 'Diego Siciliani is signed out');
    assert.match(textOf(told, 'who') ?? '', /the sign-ins of Diego Siciliani is forgotten/);
    assert.equal(theirs.summary, 'Patti Fernandez signed you out');
    assert.match(textOf(theirs, 'who') ?? '', /^Patti Fernandez signed you out\. /);
  });
});

describe('the error card with a page to go on', () => {
  const error = (context: Partial<RenderContext> = {}) =>
    renderNotice({ ...BASES.error, code: 'activation.azure_mfa_required', facts: {} }, aRenderContext(context));

  it('links to the portal', () => {
    assert.deepEqual(actionsOf(error()), [{ type: 'Action.OpenUrl', title: 'Open the portal', url: PORTAL }]);
  });

  it('has no link when it is retired', () => {
    assert.deepEqual(actionsOf(error({ isRetired: true })), []);
  });
});
