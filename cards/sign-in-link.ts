// The ids of our sign-ins: 128 random bits in hexadecimal.
const SIGN_IN_ID = /^[0-9a-f]{32}$/;

/**
 * The address of one sign-in on the bot's own page. Empty when there is no page, or when the id is not one that we made: an
 * address is never built from anything else.
 */
export function signInLink(publicUrl: string | null, pageSignInId: string | null): string {
  if (publicUrl === null || pageSignInId === null || !SIGN_IN_ID.test(pageSignInId)) {
    return '';
  }
  return `${publicUrl}/auth/sign-in?s=${pageSignInId}`;
}
