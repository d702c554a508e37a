import seeds from '../seeds/azure-operations.json' with { type: 'json' };

/** An operation of a provider, whose name is left out in front. */
export interface Operation {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
}

export type Plane = 'control' | 'data';

/** Operations by provider and plane: a small part of Azure's, under their names and with words of the sandbox's own. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<Plane, readonly Operation[]>>>> = Object.fromEntries(
  Object.entries(seeds).map(([provider, { control, data }]) => [
    provider,
    { control: control.map(toOperation), data: data.map(toOperation) },
  ]),
);

function toOperation([name = '', displayName = '', description = '']: readonly string[]): Operation {
  return { name, displayName, description };
}
