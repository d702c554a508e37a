import seeds from '../seeds/azure-operations.json' with { type: 'json' };

/** Operations by provider and plane, without the provider's name in front: a small part of Azure's. */
export const OPERATIONS: Readonly<
  Record<string, { readonly control: readonly string[]; readonly data: readonly string[] }>
> = seeds;
