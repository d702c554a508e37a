/** Where people begin a sign-in, and where Entra sends them back to. */
export const SIGN_IN_PATH = '/auth/sign-in';
export const CALLBACK_PATH = '/auth/callback';
export const STYLE_PATH = '/auth/style.css';

/** Where people fetch a list that they asked for as a file. */
export const EXPORT_PATH = '/export';

/** Pages that the app package names: what the bot is, what it keeps, and on which terms. */
export const ABOUT_PATHS = { '/': 'home', '/privacy': 'privacy', '/terms': 'terms' } as const;
export type AboutPage = (typeof ABOUT_PATHS)[keyof typeof ABOUT_PATHS];

/** What every app registration that people sign in to has to name as its redirect address. */
export function redirectUri(publicUrl: string): string {
  return `${publicUrl}${CALLBACK_PATH}`;
}
