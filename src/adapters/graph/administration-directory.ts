import { z } from 'zod';
import type { HistoryEntry, Principal } from '../../domain/administration.ts';
import type { ContextBacking } from '../../domain/role-settings.ts';
import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HistoryOptions, TenantDirectory } from '../../ports/role-administration.ts';
import type { Actor } from '../../ports/role-management.ts';
import { graphTokensOf } from '../identity/actor-tokens.ts';
import type { BearerTokens, TokenSource } from '../identity/token-source.ts';
import { readHistory } from './audit-history.ts';
import type { GraphSettings } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { withQuery } from './paths.ts';
import { findPrincipals } from './principals.ts';

export interface TenantDirectorySettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: TokenSource;
}

const POLICIES = withQuery('/identity/conditionalAccess/policies', { select: 'id,displayName,state,conditions' });

const conditionalAccessPolicy = z.object({
  state: z.string(),
  conditions: z
    .object({
      applications: z.object({ includeAuthenticationContextClassReferences: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});

/** What keeps the actor, or the whole tenant, from looking at Conditional Access: no statement follows from it. */
const UNSEEN: ReadonlySet<ErrorCode> = new Set([
  'graph.forbidden',
  'graph.license_missing',
  'graph.not_found',
  'graph.throttled',
  'identity.consent_missing',
]);

/** People, groups, PIM's log and Conditional Access over Graph, each call with the token of the person who asks. */
export function createTenantDirectory(settings: TenantDirectorySettings): TenantDirectory {
  return new GraphTenantDirectory(settings);
}

class GraphTenantDirectory implements TenantDirectory {
  readonly #graph: GraphCaller;
  readonly #tokens: TokenSource;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(settings: TenantDirectorySettings) {
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
  }

  async findPrincipals(actor: Actor, words: string): Promise<readonly Principal[]> {
    return await findPrincipals(this.#graph, this.#tokensOf(actor), words);
  }

  async listHistory(actor: Actor, options: HistoryOptions): Promise<readonly HistoryEntry[]> {
    return await readHistory(this.#graph, this.#tokensOf(actor), { ...options, now: this.#clock.now() });
  }

  async readContextBacking(actor: Actor, context: string): Promise<ContextBacking> {
    const policies = await this.#readPolicies(actor);
    if (policies === null) {
      return 'unchecked';
    }
    const isTargeted = policies.some(
      ({ conditions, state }) =>
        state.toLowerCase() === 'enabled' &&
        conditions?.applications?.includeAuthenticationContextClassReferences?.includes(context) === true,
    );
    return isTargeted ? 'targeted' : 'not-targeted';
  }

  async #readPolicies(actor: Actor) {
    try {
      return await this.#graph.readAll(this.#tokensOf(actor), POLICIES, conditionalAccessPolicy);
    } catch (error) {
      if (error instanceof AccessError && UNSEEN.has(error.code)) {
        return null;
      }
      throw error;
    }
  }

  #tokensOf(actor: Actor): BearerTokens {
    return graphTokensOf(this.#tokens, actor);
  }
}
