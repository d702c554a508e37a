import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');

/** What writes to Teams: our own connector, the ways of the SDK around it, and its address. */
const WRITES: Readonly<Record<string, RegExp>> = {
  'a call of the connector': /\bconnector\b[?!]?\.(?:createConversation|send|update|delete)\b/,
  'a send of the SDK':
    /\.(?:sendActivit(?:y|ies)|sendTraceActivity|updateActivity|deleteActivity|replyToActivity|sendToConversation|continueConversation(?:Async)?)\s*\(/,
  "the connector's address": /v3\/conversations/,
};

/** The outbox's own sender, what opens its chats, the pacing in front of the connector with the right host, and the connector. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'a call of the connector': [
    'bot/chat-opening.ts',
    'bot/delivery-attempt.ts',
    'bot/host-finder.ts',
    'bot/paced-connector.ts',
  ],
  'a send of the SDK': [],
  "the connector's address": ['bot/connector.ts'],
};

const sources = globSync(['bot/**/*.ts', 'src/**/*.ts', 'cards/**/*.ts'], { cwd: ROOT }).map((file) => ({
  file: file.replaceAll(path.sep, '/'),
  // Words in comments call nothing.
  code: readFileSync(path.join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
}));

describe('messages', () => {
  it('are sent, changed and removed by the outbox and nothing else', () => {
    for (const [what, pattern] of Object.entries(WRITES)) {
      const found = sources.filter(({ code }) => pattern.test(code)).map(({ file }) => file);
      assert.deepEqual(found.toSorted(), [...(MAY[what] ?? [])].toSorted(), what);
    }
  });

  it('reach the connector through the pacing', () => {
    const makers = sources.filter(({ code }) => /\bcreateConnector\(/.test(code)).map(({ file }) => file);
    assert.deepEqual(makers.toSorted(), ['bot/app.ts', 'bot/connector.ts']);
    const app = sources.find(({ file }) => file === 'bot/app.ts');
    assert.match(app?.code ?? '', /pacedConnector\(\s*createConnector\(/);
  });
});
