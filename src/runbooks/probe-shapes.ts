import { z } from 'zod';
import { LONGEST_TEXT } from '../rulebook/role-shapes.ts';

/*
 * Where checks may look. A path of a document is put behind the address of Microsoft's service with the person's own token, so it
 * must not be able to name another host, climb out, or carry anything but what is read.
 */

/** A part of a path: what ARM lets names be made of, and never only dots. */
const AZURE_PATH = /^(?:\{scope\}|(?=\/))(?:\/(?!\.+(?:\/|$))[A-Za-z0-9._()-]+)*$/;
const GRAPH_PATH = /^(?:\/(?!\.+(?:[/?]|$))(?:\{scope\}|[A-Za-z0-9._$@()'=,-])+)+(?:\?[A-Za-z0-9$=&,_-]+)?$/;
const GRAPH_VERSION = /^\/(?:v1\.0|beta)(?:\/|\?|$)/i;

export const azurePath = z
  .string()
  .max(LONGEST_TEXT)
  .regex(
    AZURE_PATH,
    'must be a path of Azure such as {scope}/providers/Microsoft.Compute/virtualMachines/vm-01: no address, no “..”, no query',
  );

export const graphPath = z
  .string()
  .max(LONGEST_TEXT)
  .regex(GRAPH_PATH, 'must be a path of Microsoft Graph such as /groups/{scope}/members?$top=1: no address, no “..”')
  .refine((path) => !GRAPH_VERSION.test(path), 'must be without the version of Graph');

export const azureOperation = z
  .string()
  .max(LONGEST_TEXT)
  .regex(
    /^[A-Za-z][\w.-]*(?:\/[\w.-]+)+$/,
    'must be one operation of Azure, such as Microsoft.Compute/virtualMachines/read',
  );
