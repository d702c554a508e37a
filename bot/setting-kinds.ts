import { z } from 'zod';
import type { PauseExtent } from '../src/domain/bot-setting.ts';
import { readNamePattern } from '../src/roles/name-pattern.ts';
import { APPROVER_NAMES } from '../src/use-cases/serving/hide-approvers.ts';
import { isLocale } from './activity.ts';
import { CLOUD_NAMES } from './clouds.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Says whether an address to listen on is reachable from this machine only. */
export function isLoopbackAddress(address: string): boolean {
  return isLoopback(address) || address === '::1';
}

/** Says whether a host name, without its port, is this machine and nothing else. */
export function isLoopback(hostName: string): boolean {
  return LOOPBACK.has(hostName);
}

export const guid = (what: string) =>
  z
    .guid({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a GUID') })
    .transform((text) => text.toLowerCase())
    .describe(what);

export const secret = (what: string) => z.string().min(1, 'must not be empty').optional().describe(what);

function readUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** TLS everywhere but on this machine, and nothing in a URL that would end up in a log. */
function isAcceptableUrl(text: string): boolean {
  const url = readUrl(text);
  if (url === null || url.username !== '' || url.password !== '') {
    return false;
  }
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Where the cloud's own is not used. */
export const serviceAddress = (what: string) =>
  z
    .string()
    .refine(isAcceptableUrl, 'must be an https URL without credentials (http on this machine only)')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe(what);

export const cloudName = z
  .enum(CLOUD_NAMES, { error: `must be one of ${CLOUD_NAMES.join(', ')}` })
  .default('public')
  .describe(
    'Cloud that the tenant is in: `public` (GCC too), `gcch` for GCC High, `dod`, or `china`. It decides every address of Microsoft, what tokens are for, who signs what Teams sends, and where links to the portal lead.',
  );

export const locale = z
  .string()
  .refine(isLocale, 'must be a language tag such as en-GB or es-ES')
  .default('en-US')
  .describe(
    'Language (English or Spanish) and habits of date and clock for what several people read, and for people whose client does not tell theirs, such as `es-ES`.',
  );

export const timeZone = z
  .string()
  .refine(isTimeZone, 'must be the name of a time zone such as Europe/Madrid')
  .default('UTC')
  .describe('Time zone for the same, such as `Europe/Madrid`.');

function isTimeZone(text: string): boolean {
  return text === 'UTC' || Intl.supportedValuesOf('timeZone').includes(text);
}

/** A file or a folder that there need not be. */
export const optionalPath = (what: string) => z.string().min(1, 'must not be empty').optional().describe(what);

/** The origin and nothing behind it: paths are ours to choose. */
export const publicUrl = z
  .string()
  .refine(isAcceptableUrl, 'must be an https URL without credentials (http on this machine only)')
  .refine((text) => isOrigin(text), 'must be an origin: no path, no query')
  .transform((text) => new URL(text).origin)
  .optional()
  .describe(
    'Where browsers reach the bot, such as `https://pimlico.contoso.com`: its sign-in pages are under `/auth` there, `/auth/callback` is the redirect address of the self-service and the admin app. A proxy in front has to pass the host name on. Required unless the bot listens on this machine only; there it is `http://localhost` and the port.',
  );

function isOrigin(text: string): boolean {
  const url = readUrl(text);
  return url === null || (url.pathname === '/' && !/[?#]/.test(text));
}

const CONTEXT = /^c(?:[1-9]|[1-9]\d)$/;

export const approverContext = z
  .string()
  .regex(CONTEXT, 'must be the id of an authentication context, c1 to c99')
  .optional()
  .describe(
    'Authentication context that approvers have to meet before their decision is sent, such as `c1`. Without it approvers are only asked for what Microsoft asks for.',
  );

/** For which roles approvers have to meet the context: names or ids where it is a list. */
export type ApproverContextRoles = 'access-changing' | 'all' | readonly string[];

export const approverContextRoles = z
  .string()
  .transform((text): ApproverContextRoles => {
    const trimmed = text.trim();
    return trimmed === 'access-changing' || trimmed === 'all' ? trimmed : trimmed.split(',').map((name) => name.trim());
  })
  .refine((roles) => typeof roles === 'string' || roles.every((role) => role !== ''), 'must not have an empty name')
  .default('access-changing')
  .describe(
    'For which roles: `access-changing` (those that can change who has access), `all`, or names or ids of roles, separated by commas.',
  );

const HOST_PORT = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[::1\])(?::\d{1,5})?$/;

export const hostList = z
  .string()
  .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
  .refine((hosts) => hosts.every((host) => HOST_PORT.test(host)), 'must be host names, separated by commas')
  .optional()
  .describe(
    "Hosts that may be the serviceUrl of an activity, exactly; `host:port` for another port. Left out, the cloud's own; shorten it to the one of your region if you like.",
  );

export const databaseUrl = z
  .string()
  .refine((text) => /^postgres(ql)?:$/.test(readUrl(text)?.protocol ?? ''), 'must be a postgres URL')
  .optional()
  .describe('PostgreSQL to use. Set it in production; without it a PostgreSQL of our own is kept in the data folder.');

export const databaseAuth = z
  .enum(['password', 'entra'], { error: 'must be password or entra' })
  .default('password')
  .describe(
    'How the bot proves itself to PostgreSQL: `password`, as `PIMLICO_DATABASE_URL` has it, or `entra` on Azure: a token of the managed identity for each new connection, over TLS, and no password anywhere.',
  );

export const clockUrl = z
  .string()
  .refine((text) => isAcceptableUrl(text) && isLoopback(readUrl(text)?.hostname ?? ''), 'must be on this machine')
  .optional()
  .describe(
    'Clock to follow instead of the system clock. For the sandbox only: a host other than loopback is refused.',
  );

export const otlpUrl = z
  .string()
  .refine(isAcceptableUrl, 'must be an https URL without credentials (http on this machine only)')
  .transform((text) => text.replace(/\/+$/, ''))
  .optional()
  .describe(
    'OpenTelemetry collector (OTLP over HTTP, JSON) that traces and metrics are sent to, such as `http://localhost:4318`. Without it nothing is traced.',
  );

/** A container, and nothing behind it: names of blobs are ours to choose. */
export const containerUrl = z
  .string()
  .refine(isAcceptableUrl, 'must be an https URL without credentials (http on this machine only)')
  .refine((text) => readUrl(text)?.search === '' && readUrl(text)?.pathname !== '/', 'must be a container: no query')
  .transform((text) => text.replace(/\/+$/, ''))
  .optional()
  .describe(
    'Container of Azure Blob Storage that the same heads are written to by the managed identity (Storage Blob Data Contributor there), such as `https://contoso.blob.core.windows.net/pimlico-anchors`; lock its immutability policy.',
  );

/** Where signed events are sent. */
export const webhookUrl = (what: string) =>
  z
    .string()
    .refine(isAcceptableUrl, 'must be an https URL without credentials (http on this machine only)')
    .optional()
    .describe(what);

/** 24 to 64 bytes in base64, as Standard Webhooks has it. */
const WEBHOOK_KEY = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** The key that they are signed with. */
export const webhookSecret = (what: string) =>
  z
    .string()
    .refine(
      (text) => (text.startsWith('whsec_') ? WEBHOOK_KEY.test(text) : text.length >= 24),
      'must have 24 characters at least, or be `whsec_` and the base64 of 24 to 64 bytes',
    )
    .optional()
    .describe(
      `${what} \`whsec_\` and base64 for a key in bytes, as Standard Webhooks has it, or any 24 characters or more.`,
    );

export const namePattern = z
  .string()
  .transform((text, context) => {
    const reading = readNamePattern(text);
    if (!reading.isValid) {
      context.addIssue({ code: 'custom', message: reading.problem });
      return z.NEVER;
    }
    return reading.pattern;
  })
  .optional()
  .describe(
    'Regular expression (RE2) that the whole name of each role in those files must match, such as `Contoso-[A-Z][A-Za-z-]+`: what does not is not applied.',
  );

export const wholeNumber = (smallest: number, largest: number, fallback: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= smallest && n <= largest, `must be from ${smallest} to ${largest}`)
    .default(fallback)
    .describe(what);

export const onOff = (isOn: boolean, what: string) =>
  z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .transform((text) => text === 'on')
    .default(isOn)
    .describe(what);

export const pausedOutside = z
  .enum(['off', 'on', 'everything'], { error: 'must be on, off or everything' })
  .transform(
    (text): PauseExtent | null => ({ off: null, on: 'usual' as const, everything: 'everything' as const })[text],
  )
  .default(null)
  .describe(
    'Whether the bot is paused from outside: on, off or everything, which stops break-glass packs too. It shows, and takes access back, but gives none, and `resume` changes nothing about it.',
  );

export const approverNames = z
  .enum(APPROVER_NAMES, { error: 'must be names, count or none' })
  .default('names')
  .describe(
    "What requesters are shown of a role's approvers: names, count (how many there are) or none. Approvers see each other all the same. Cards that were sent before keep what they say.",
  );
