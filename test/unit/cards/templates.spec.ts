import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { CardContext } from '../../../cards/context.ts';
import { renderNotice } from '../../../cards/render.ts';
import { TEMPLATES } from '../../../cards/templates.ts';
import { activationActiveView } from '../../../cards/views/activation-active.ts';
import { activationDeniedView } from '../../../cards/views/activation-denied.ts';
import { activationEndedView } from '../../../cards/views/activation-ended.ts';
import { activationFormView } from '../../../cards/views/activation-form.ts';
import { activationPendingView } from '../../../cards/views/activation-pending.ts';
import { activationScheduledView } from '../../../cards/views/activation-scheduled.ts';
import { activeView } from '../../../cards/views/active.ts';
import { alarmView } from '../../../cards/views/alarm.ts';
import { approvalDecidedView } from '../../../cards/views/approval-decided.ts';
import { approvalRequestView } from '../../../cards/views/approval-request.ts';
import { approvalSharedView } from '../../../cards/views/approval-shared.ts';
import { approvalsView } from '../../../cards/views/approvals.ts';
import { approvalsChannelView } from '../../../cards/views/approvals-channel.ts';
import { assignmentChangeView } from '../../../cards/views/assignment-change.ts';
import { assignmentFormView } from '../../../cards/views/assignment-form.ts';
import { breakGlassActiveView } from '../../../cards/views/break-glass-active.ts';
import { breakGlassConfirmView } from '../../../cards/views/break-glass-confirm.ts';
import { breakGlassPacksView } from '../../../cards/views/break-glass-packs.ts';
import { breakGlassReviewView } from '../../../cards/views/break-glass-review.ts';
import { breakGlassReviewsView } from '../../../cards/views/break-glass-reviews.ts';
import { bundlesView } from '../../../cards/views/bundles.ts';
import { canView } from '../../../cards/views/can.ts';
import { checkView } from '../../../cards/views/check.ts';
import { chooseRoleView } from '../../../cards/views/choose-role.ts';
import { compareView } from '../../../cards/views/compare.ts';
import { errorView } from '../../../cards/views/error.ts';
import { expiryReminderView } from '../../../cards/views/expiry-reminder.ts';
import { extensionRequestedView } from '../../../cards/views/extension-requested.ts';
import { helpView } from '../../../cards/views/help.ts';
import { historyView } from '../../../cards/views/history.ts';
import { myRolesView } from '../../../cards/views/my-roles.ts';
import { pausedView } from '../../../cards/views/paused.ts';
import { pendingView } from '../../../cards/views/pending.ts';
import { policyChangeView } from '../../../cards/views/policy-change.ts';
import { preferencesView } from '../../../cards/views/preferences.ts';
import { reportView } from '../../../cards/views/report.ts';
import { roleView } from '../../../cards/views/role-view.ts';
import { rolesChangeView } from '../../../cards/views/roles-change.ts';
import { rolesDriftView } from '../../../cards/views/roles-drift.ts';
import { runbookView } from '../../../cards/views/runbook.ts';
import { runbooksView } from '../../../cards/views/runbooks.ts';
import { settingsView } from '../../../cards/views/settings.ts';
import { settingsDocumentView } from '../../../cards/views/settings-document.ts';
import { settingsFormView } from '../../../cards/views/settings-form.ts';
import { signInView } from '../../../cards/views/sign-in.ts';
import { signedOutView } from '../../../cards/views/signed-out.ts';
import { stepUpView } from '../../../cards/views/step-up.ts';
import { threadNoteView } from '../../../cards/views/thread-note.ts';
import { whichRoleView } from '../../../cards/views/which-role.ts';
import { whoApprovesView } from '../../../cards/views/who-approves.ts';
import { whoHasView } from '../../../cards/views/who-has.ts';
import { viewOf } from '../../../cards/views.ts';
import { type Notice, VERBS } from '../../../src/domain/notice.ts';
import { actionsOf, bodyOf, inputsOf, linesOf, partsOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES, SIGN_IN_ID } from '../../support/notices.ts';
import { EXPORT_ID } from './administration-bases.ts';
import { ALL_BASES, ALL_NOTICES } from './administration-notices.ts';
import { unboxed } from './lines.ts';

// The bundle works without a browser; the package's own entry does not load as an ES module.
// Its types come as source that our compiler settings refuse, so what is used of them is written out.
interface ParsedCard {
  hostConfig: object;
  parse(json: object, context: SerializationContext): void;
  validateProperties(): { readonly validationEvents: readonly { readonly message: string }[] };
}
interface SerializationContext {
  readonly eventCount: number;
  getEventAt(index: number): { readonly message: string };
}
const RENDERER: string = 'adaptivecards/dist/adaptivecards.js';
const AC = createRequire(import.meta.url)(RENDERER) as {
  readonly AdaptiveCard: new () => ParsedCard;
  readonly HostConfig: new (settings: object) => object;
  readonly SerializationContext: new (version: object) => SerializationContext;
  readonly Versions: { readonly v1_5: object };
};

const SCHEMAS = {
  help: helpView,
  preferences: preferencesView,
  'my-roles': myRolesView,
  active: activeView,
  pending: pendingView,
  approvals: approvalsView,
  'activation-form': activationFormView,
  'choose-role': chooseRoleView,
  'activation-pending': activationPendingView,
  'activation-active': activationActiveView,
  'activation-scheduled': activationScheduledView,
  'activation-ended': activationEndedView,
  'activation-denied': activationDeniedView,
  'approval-request': approvalRequestView,
  'approval-decided': approvalDecidedView,
  'expiry-reminder': expiryReminderView,
  'sign-in': signInView,
  paused: pausedView,
  'signed-out': signedOutView,
  'approvals-channel': approvalsChannelView,
  'thread-note': threadNoteView,
  'step-up': stepUpView,
  alarm: alarmView,
  error: errorView,
  'assignment-change': assignmentChangeView,
  'assignment-form': assignmentFormView,
  'break-glass-active': breakGlassActiveView,
  'break-glass-confirm': breakGlassConfirmView,
  'break-glass-packs': breakGlassPacksView,
  'break-glass-review': breakGlassReviewView,
  'break-glass-reviews': breakGlassReviewsView,
  bundles: bundlesView,
  'extension-requested': extensionRequestedView,
  history: historyView,
  'policy-change': policyChangeView,
  report: reportView,
  'roles-change': rolesChangeView,
  'roles-drift': rolesDriftView,
  settings: settingsView,
  'settings-document': settingsDocumentView,
  'settings-form': settingsFormView,
  'who-approves': whoApprovesView,
  'who-has': whoHasView,
  role: roleView,
  can: canView,
  compare: compareView,
  'which-role': whichRoleView,
  runbooks: runbooksView,
  runbook: runbookView,
  check: checkView,
} as const;

/** What Microsoft's own renderer finds wrong with a card. */
function faultsOf(json: Readonly<Record<string, unknown>>): string[] {
  const card = new AC.AdaptiveCard();
  // Teams shows six buttons; the renderer's own default is five.
  card.hostConfig = new AC.HostConfig({ actions: { maxActions: 6 } });
  const context = new AC.SerializationContext(AC.Versions.v1_5);
  // Its check of `lang` keeps state between calls (a global regular expression), so that it refuses every second card.
  card.parse({ ...json, lang: undefined }, context);
  const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message).filter(
    // Teams takes it in cards of 1.5 (teams-platform §3.6, §3.8); clients that do not know it show the choices alone.
    (message) => message !== 'Property "choices.data" is supported in version 1.6, but you are using version 1.5.',
  );
  return [...parsing, ...card.validateProperties().validationEvents.map((event) => event.message)];
}

const CONTEXTS = {
  live: aRenderContext(),
  retired: aRenderContext({ isRetired: true }),
  'for nobody': aRenderContext({ refreshUserIds: null }),
  'in a channel': aRenderContext({ isShared: true, refreshUserIds: null, timeZone: 'UTC', locale: 'en-US' }),
  'without a page of its own': aRenderContext({ publicUrl: null }),
  'in the step of approving': aRenderContext({ step: 'approve' }),
} as const;

/** What approvers see of a request is not what a channel sees of it. */
function schemaOf({ card }: Notice, { isShared }: CardContext) {
  const isApproval = card === 'approval-request' || card === 'approval-decided';
  return isShared && isApproval ? approvalSharedView : SCHEMAS[card];
}

function labelOf(notice: Notice, index: number): string {
  return `${notice.card} (form ${index + 1})`;
}

describe('templates', () => {
  it('exist for every card, each with the card’s id, version 1.5 and a title', () => {
    assert.deepEqual(Object.keys(TEMPLATES).sort(), ALL_BASES.map(({ card }) => card).sort());
    for (const notice of ALL_BASES) {
      const { card } = renderNotice(notice, aRenderContext());
      assert.equal(card.id, notice.card);
      assert.equal(card.version, '1.5');
      assert.equal(card.type, 'AdaptiveCard');
      assert.equal(card.lang, 'en');
      assert.equal(bodyOf({ card, summary: '' })[0]?.id, 'title');
    }
  });

  it('would be reported by the lint if they were wrong', () => {
    const broken = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'Badge' }, { type: 'TextBlock', size: 'Huge' }],
    };
    assert.equal(faultsOf(broken).length > 1, true);
  });

  for (const [state, context] of Object.entries(CONTEXTS)) {
    describe(state, () => {
      for (const [index, notice] of ALL_NOTICES.entries()) {
        it(`draws ${labelOf(notice, index)} without a fault`, () => {
          const rendered = renderNotice(notice, context);
          assert.deepEqual(faultsOf(rendered.card), []);
          assert.doesNotMatch(JSON.stringify(rendered), /\$\{|undefined|\[object|"null|null"/);
          schemaOf(notice, context).parse(viewOf(notice, context));

          const ids = partsOf(rendered.card).flatMap((part) => (typeof part.id === 'string' ? [part.id] : []));
          assert.deepEqual(ids, [...new Set(ids)]);
          assert.deepEqual(
            linesOf(unboxed(rendered)).filter((line) => line.trim() === '' || /: $/.test(line)),
            [],
          );
          assert.notEqual(rendered.summary, '');
        });
      }
    });
  }
});

describe('actions', () => {
  const LINKS = [
    `https://pimlico.contoso.example/auth/sign-in?s=${SIGN_IN_ID}`,
    `https://pimlico.contoso.example/export?id=${EXPORT_ID}`,
    'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles',
  ];

  it('are Action.Execute with a known verb and tiny data, or a link to our own page or the portal', () => {
    for (const notice of ALL_NOTICES) {
      const rendered = renderNotice(notice, aRenderContext());
      const links = actionsOf(rendered).filter((action) => action.type === 'Action.OpenUrl');
      for (const { title, url } of links) {
        assert.ok(LINKS.includes(String(url)), String(url));
        assert.notEqual(title, '');
      }
      for (const action of actionsOf(rendered).filter((candidate) => !links.includes(candidate))) {
        assert.equal(action.type, 'Action.Execute');
        assert.ok((VERBS as readonly unknown[]).includes(action.verb), String(action.verb));
        assert.notEqual(action.title, '');
        const data = action.data as Record<string, unknown>;
        assert.deepEqual([data.s, data.c, data.v, data.n], ['7F3K', 'requester', 3, 'nonce-0001']);
      }
    }
  });

  it('send inputs along exactly when the card has some that they need', () => {
    for (const notice of ALL_NOTICES) {
      const rendered = renderNotice(notice, aRenderContext());
      for (const action of actionsOf(rendered).filter(
        (candidate) => candidate.type === 'Action.Execute' && candidate.associatedInputs !== 'auto',
      )) {
        assert.equal(action.associatedInputs, 'none');
        // Opening the form of a list has nothing to do with what is chosen on it.
        assert.deepEqual(action.verb === 'open-form' ? [] : inputsOf(rendered), []);
      }
    }
  });

  it('go, with inputs and refresh, when the card is retired, and nothing is added', () => {
    for (const notice of ALL_NOTICES) {
      const retired = renderNotice(notice, aRenderContext({ isRetired: true }));
      assert.equal(retired.card.id, notice.card);
      assert.equal('actions' in retired.card, false);
      assert.equal('refresh' in retired.card, false);
      assert.deepEqual(inputsOf(retired), []);
      const lines = linesOf(unboxed(retired));
      assert.doesNotMatch(lines.join('\n'), /\bpress\b|\bbutton/i);
      const ids = (drawn: typeof retired) => partsOf(drawn.card.body).flatMap((part) => part.id ?? []);
      const live = new Set(ids(renderNotice(notice, aRenderContext())));
      assert.deepEqual(
        ids(retired).filter((id) => !live.has(id)),
        [],
      );
      assert.ok(lines.length >= 1);
    }
  });
});

describe('refresh', () => {
  const REFRESHING = new Set([
    'help',
    'my-roles',
    'active',
    'pending',
    'approvals',
    'activation-pending',
    'activation-active',
    'activation-scheduled',
    'activation-ended',
    'approval-request',
    'expiry-reminder',
    'sign-in',
    'step-up',
    'error',
    'assignment-change',
    'policy-change',
    'roles-change',
    'break-glass-confirm',
    'break-glass-active',
    'role',
    'can',
    'which-role',
  ]);

  for (const notice of ALL_BASES) {
    const isRefreshing = REFRESHING.has(notice.card);
    it(`${isRefreshing ? 'is carried by' : 'is missing from'} ${notice.card}`, () => {
      const { card } = renderNotice(notice, aRenderContext());
      assert.equal('refresh' in card, isRefreshing);
    });
  }

  it('is carried by every card that can change something and holds no input: else a copy of it would offer that for ever', () => {
    for (const notice of ALL_NOTICES) {
      const drawn = renderNotice(notice, aRenderContext());
      const presses = actionsOf(drawn).map(({ verb }) => String(verb ?? ''));
      const isChanging = presses.some((verb) => !/^(?:show-.*|open-.*|export|)$/.test(verb));
      if (isChanging && inputsOf(drawn).length === 0) {
        assert.ok('refresh' in drawn.card, notice.card);
      }
    }
  });

  it('never stands on a card with inputs, nor on one with nothing to name', () => {
    for (const notice of ALL_NOTICES) {
      const live = renderNotice(notice, aRenderContext());
      if (inputsOf(live).length > 0) {
        assert.equal('refresh' in live.card, false, notice.card);
      }
      assert.equal('refresh' in renderNotice(notice, aRenderContext({ refreshUserIds: null })).card, false);
      assert.equal('refresh' in renderNotice(notice, aRenderContext({ step: 'deny' })).card, false);
    }
  });

  it('asks for a view, for one person', () => {
    const { card } = renderNotice(BASES['activation-pending'], aRenderContext());
    assert.deepEqual(card.refresh, {
      action: {
        type: 'Action.Execute',
        title: 'Refresh',
        verb: 'view',
        data: { s: '7F3K', c: 'requester', v: 3, n: 'nonce-0001' },
      },
      userIds: ['29:engineer'],
    });
  });
});
