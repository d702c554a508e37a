import { z } from 'zod';
import { principalId, pullId, requestId } from '../../domain/ids.ts';
import { VERBS } from '../../domain/notice.ts';
import type { PageSignIn, PageSignInPurpose } from '../../domain/page-sign-in.ts';
import { AccessError } from '../../errors.ts';
import { selected } from './selected.ts';

/** A row of `pimlico.page_sign_ins`; PostgreSQL itself checks the words of `app`, `resources`, `keep` and `state`. */
export interface PageSignInRow {
  readonly id: string;
  readonly principal_id: string;
  readonly app: PageSignIn['app'];
  readonly claims: string | null;
  readonly required_context: string | null;
  readonly resources: PageSignIn['resources'];
  readonly keep: PageSignIn['keep'];
  readonly purpose: unknown;
  readonly story: string | null;
  readonly state: PageSignIn['state'];
  readonly created_at: Temporal.Instant;
  readonly expires_at: Temporal.Instant;
}

/** What a sign-in's row is read from. */
export const PAGE_SIGN_IN_COLUMNS = selected<PageSignInRow>({
  id: true,
  principal_id: true,
  app: true,
  claims: true,
  required_context: true,
  resources: true,
  keep: true,
  purpose: true,
  story: true,
  state: true,
  created_at: true,
  expires_at: true,
});

const press = z.strictObject({
  verb: z.enum(VERBS),
  story: z.string(),
  slot: z.string(),
  version: z.number().int().positive(),
  nonce: z.string(),
  inputs: z.record(z.string(), z.string()),
});

const purpose = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('requests'), requestIds: z.array(z.string().min(1).transform(requestId)) }),
  z.strictObject({ kind: z.literal('sentence'), signInId: z.string().min(1) }),
  z.strictObject({ kind: z.literal('pull'), pullId: z.string().min(1).transform(pullId) }),
  z.strictObject({ kind: z.literal('press'), press }),
]);

/**
 * Reads a sign-in from a row.
 * @throws {AccessError} internal.unexpected when the row does not say what goes on in a way this program knows: nothing may
 */
export function pageSignInOf(row: PageSignInRow): PageSignIn {
  return {
    id: row.id,
    principalId: principalId(row.principal_id),
    app: row.app,
    claims: row.claims,
    requiredContext: row.required_context,
    resources: row.resources,
    keep: row.keep,
    purpose: purposeOf(row),
    story: row.story,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

function purposeOf(row: PageSignInRow): PageSignInPurpose {
  const parsed = purpose.safeParse(row.purpose);
  if (!parsed.success) {
    // Not zod's own words: they could repeat what a person typed.
    const places = parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', ');
    throw new AccessError('internal.unexpected', `The purpose of a kept sign-in is not understood (${places})`);
  }
  return parsed.data;
}
