import type { Answer, AppRegistration, Tenant, User } from '../platform/types.ts';
import { findPerson } from './tenant.ts';

export interface SignInPageOptions {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  readonly path: string;
  readonly query: URLSearchParams;
}

const STYLE =
  'body{font:16px system-ui;max-width:28rem;margin:3rem auto;padding:0 1rem}label{display:block;padding:.4rem 0}' +
  'button{font:inherit;padding:.5rem 1rem;margin:1rem .5rem 0 0}';

/** The sandbox's sign-in page: one form that sends the same request again with the person who was picked. No script. */
export function signInPage({ tenant, app, path, query }: SignInPageOptions): Answer {
  const hint = query.get('login_hint');
  const hinted = hint === null ? undefined : findPerson(tenant, hint);
  const hidden = [...query]
    .filter(([name]) => !name.startsWith('sandbox_'))
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`);
  const people = [...tenant.users.values()].map((user, index) =>
    personField(user, hinted ? user === hinted : index === 0),
  );
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in (sandbox)</title><style>${STYLE}</style></head>
<body>
<h1>Sign in</h1>
<p>${escapeHtml(app.displayName)} asks for access. Going on consents to it.</p>
<form method="get" action="${escapeHtml(path)}">
${hidden.join('\n')}
<fieldset><legend>Who are you?</legend>
${people.join('\n')}
</fieldset>
<label><input type="checkbox" name="sandbox_mfa" value="1" checked> Complete multi-factor authentication</label>
<button type="submit">Continue</button>
<button type="submit" name="sandbox_deny" value="1">Cancel</button>
</form>
</body>
</html>
`;
  // No form-action: Chromium applies it to the redirect that answers the form, too.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  return { status: 200, headers, body };
}

/** Entra's own page for what cannot be mended by signing in: it says why and leads nowhere. */
export function refusalPage(message: string): Answer {
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in to your account (sandbox)</title><style>${STYLE}</style></head>
<body>
<h1>You cannot access this right now</h1>
<p>Your sign-in was successful but does not meet the criteria to access this resource.</p>
<p>${escapeHtml(message)}</p>
</body>
</html>
`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    body,
  };
}

function personField(user: User, isChecked: boolean): string {
  const checked = isChecked ? ' checked' : '';
  const text = `${escapeHtml(user.displayName)} (${escapeHtml(user.userPrincipalName)})`;
  return `<label><input type="radio" name="sandbox_person" value="${escapeHtml(user.handle)}"${checked}> ${text}</label>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
