import { AccessError } from '../../src/errors.ts';
import type { RoleKnowledge } from '../../src/ports/role-catalogue.ts';
import { type CommandContext, tenantConfig, UsageError } from '../command.ts';
import { openTenant } from './tenant.ts';

/**
 * What the reader sees of roles and operations.
 * @throws {UsageError} when no tenant is told: most who see that want a folder instead
 */
export async function readKnowledge(context: CommandContext): Promise<RoleKnowledge> {
  try {
    return await openTenant(tenantConfig(context)).catalogue.current();
  } catch (error) {
    if (error instanceof AccessError && error.code === 'config.invalid') {
      const hint = 'No tenant is told. Say --data DIR to go by a folder, or tell the tenant as for the bot:';
      throw new UsageError(`${hint}\n${error.message}`);
    }
    throw error;
  }
}
