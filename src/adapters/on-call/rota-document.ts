import { z } from 'zod';
import { type DocumentProblem, readYaml } from '../../documents/yaml-document.ts';
import type { Rota, Rotation, WeeklyHours } from '../../domain/rota.ts';
import { DAYS, EVERY, type RotaContent, rotaSchema } from './rota-schema.ts';

const LONGEST_ROTA = 1_000_000;

export type RotaReading =
  | { readonly isValid: true; readonly rota: Rota }
  | { readonly isValid: false; readonly problems: readonly DocumentProblem[] };

/** Reads a rota strictly, or tells everything that is wrong with it. */
export function readRota(text: string): RotaReading {
  const reading = readYaml<RotaContent>(text, { schema: rotaSchema, longest: LONGEST_ROTA });
  return reading.isValid ? { isValid: true, rota: toRota(reading.content) } : reading;
}

/** JSON Schema of rotas, for editors. What only this program can check, such as names of time zones, it does not tell. */
export function rotaJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(rotaSchema, { io: 'input' }), title: 'Pimlico rota' };
}

function toRota({ timeZone, rotations, exceptions }: RotaContent): Rota {
  return {
    timeZone,
    rotations: rotations.map(({ name, starts, every, people, during = [] }) => ({
      name,
      starts: Temporal.PlainDateTime.from(starts),
      every: toEvery(every),
      people,
      during: during.map(toHours),
    })),
    exceptions: exceptions.map(({ rotation, from, to, person = null }) => ({
      rotation,
      from: Temporal.PlainDateTime.from(from),
      to: Temporal.PlainDateTime.from(to),
      person,
    })),
  };
}

function toEvery(text: string): Rotation['every'] {
  const [, count, unit] = EVERY.exec(text) ?? [];
  const number = Number(count);
  return unit === 'hour' ? { hours: number } : { days: unit === 'week' ? number * 7 : number };
}

function toHours({ days, from, to }: NonNullable<RotaContent['rotations'][number]['during']>[number]): WeeklyHours {
  return {
    days: days.map((day) => DAYS.indexOf(day) + 1),
    from: Temporal.PlainTime.from(from),
    to: Temporal.PlainTime.from(to),
  };
}
