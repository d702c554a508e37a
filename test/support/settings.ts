import assert from 'node:assert/strict';
import { type Environment, loadConfig } from '../../bot/config.ts';
import { Secret } from '../../src/adapters/identity/secret.ts';
import { AccessError } from '../../src/errors.ts';

export const SETTINGS_ID = '5B1F7C9E-0a52-4c1d-9d0e-3a7c1f2b4d60';

/** The least that a start needs, with secrets. */
export const ENOUGH: Environment = {
  PATH: '/usr/bin',
  PIMLICO_TENANT_ID: SETTINGS_ID,
  PIMLICO_BOT_APP_ID: SETTINGS_ID,
  PIMLICO_BOT_APP_SECRET: 'hush',
  PIMLICO_SELF_SERVICE_APP_ID: SETTINGS_ID,
  PIMLICO_SELF_SERVICE_APP_SECRET: 'hush',
  PIMLICO_READER_APP_ID: SETTINGS_ID,
  PIMLICO_READER_APP_SECRET: 'hush',
};

/** Reads the settings of a start with these changes. */
export const settings = (changes: Environment = {}) =>
  loadConfig({ ...ENOUGH, ...changes }, (text) => new Secret(text));

/** What is wrong with them, a line each; none when nothing is. */
export function settingProblems(changes: Environment): readonly string[] {
  try {
    settings(changes);
  } catch (error) {
    assert.ok(error instanceof AccessError && error.code === 'config.invalid');
    return error.message.split('\n');
  }
  return [];
}
