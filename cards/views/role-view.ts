import { z } from 'zod';
import { choice } from './fitting.ts';
import { frame } from './frame.ts';
import { sectionsShape } from './sections.ts';

/** What the card of one role is filled from, whether it is about a definition or about a group. */
export const roleView = z.strictObject({
  ...frame,
  title: z.string(),
  name: z.string(),
  kind: z.string(),
  description: z.string(),
  risk: z.string(),
  riskColor: z.string(),
  facts: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  sections: sectionsShape,
  providers: z.array(choice),
  provider: z.string(),
  hasProviders: z.boolean(),
  hasDefinition: z.boolean(),
  hasSummary: z.boolean(),
  hasExport: z.boolean(),
  hasActivate: z.boolean(),
});
export type RoleView = z.infer<typeof roleView>;
