import type { SurfaceName } from '../pim/model.ts';
import { directoryPlane } from './directory-plane.ts';
import { groupPlane } from './group-plane.ts';
import type { Plane } from './plane.ts';

/** The planes of PIM that Graph serves. */
export const PLANES: readonly Plane[] = [directoryPlane, groupPlane];

export function planeOf(surface: SurfaceName): Plane {
  return surface === 'group' ? groupPlane : directoryPlane;
}
