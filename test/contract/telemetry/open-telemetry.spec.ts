import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTelemetry } from '../../../src/adapters/telemetry/open-telemetry.ts';
import type { OpenTelemetry } from '../../../src/adapters/telemetry/telemetry-options.ts';
import type { Log } from '../../../src/ports/log.ts';
import { noTelemetry } from '../../../src/ports/telemetry.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { seriesOf } from '../../support/telemetry.ts';

/** Says which modules of the SDK are read while the whole bot is imported. */
const IMPORTED = `
  import { registerHooks } from 'node:module';
  const found = [];
  registerHooks({ resolve(name, context, next) {
    if (name.startsWith('@opentelemetry/')) found.push(name);
    return next(name, context);
  } });
  await import('./bot/app.ts');
  const { openTelemetry } = await import('./src/adapters/telemetry/open-telemetry.ts');
  await openTelemetry({ isScraped: false, otlpUrl: null, replica: 'r', log: console });
  const whenOff = found.splice(0);
  const { close } = await openTelemetry({ isScraped: true, otlpUrl: null, replica: 'r', log: console });
  await close();
  console.log(JSON.stringify({ whenOff, isReadWhenOn: found.includes('@opentelemetry/sdk-metrics') }));`;

describe('openTelemetry', () => {
  const lines: string[] = [];
  const note = (event: string): void => void lines.push(event);
  const log: Log = { error: note, warn: note, info: note };
  const common = { replica: 'here', log };

  const oneTurn = ({ telemetry }: OpenTelemetry): Promise<string> =>
    telemetry.turn({ name: 'sentence' }, async () => 'done');

  afterEach(() => {
    lines.length = 0;
  });

  it('reads nothing of the SDK from the disk when it is off', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', IMPORTED], {
      encoding: 'utf8',
    });
    assert.deepEqual(JSON.parse(stdout || stderr), { whenOff: [], isReadWhenOn: true });
  }).timeout(20_000);

  it('is nobody when nobody asked', async () => {
    const { telemetry, print } = await openTelemetry({ ...common, isScraped: false, otlpUrl: null });
    assert.equal(telemetry, noTelemetry);
    assert.equal(print, null);
  });

  it('prints metrics as text without a collector', async () => {
    const opened = await openTelemetry({ ...common, isScraped: true, otlpUrl: null });
    opened.telemetry.count('pimlico_deliveries_total', { result: 'dead' });
    opened.telemetry.record('pimlico_time_to_first_answer_seconds', 0.2, { turn: 'press' });
    const text = (await opened.print?.()) ?? '';
    assert.equal(seriesOf(text).get('pimlico_deliveries_total{result="dead"}'), 1);
    assert.match(text, /^# TYPE pimlico_time_to_first_answer_seconds histogram$/m);
    await opened.close();
  });

  it('sends what is left of traces and metrics when it is closed', async () => {
    const collector = await startOtlpReceiver();
    const opened = await openTelemetry({ ...common, isScraped: false, otlpUrl: collector.url });
    await oneTurn(opened);
    opened.telemetry.count('pimlico_deliveries_total', { result: 'dead' });
    await opened.close();
    assert.deepEqual(
      collector.spans.map(({ name, sender }) => [name, sender]),
      [['sentence', 'here']],
    );
    assert.ok(collector.bodies.some((body) => body.includes('pimlico_deliveries_total')));
    await collector.close();
    assert.deepEqual(lines, []);
  });

  it('says so once when the collector refuses, and the work goes on', async () => {
    const collector = await startOtlpReceiver(() => 400);
    const opened = await openTelemetry({ ...common, isScraped: false, otlpUrl: collector.url });
    assert.equal(await oneTurn(opened), 'done');
    await opened.close();
    assert.deepEqual(lines, ['telemetry.export_failed', 'telemetry.export_failed'], 'traces and metrics');
    await collector.close();
  });

  describe('with a collector that never answers', () => {
    let silent: Server;
    before(async () => {
      silent = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(silent, 'listening');
    });
    after(async () => {
      silent.closeAllConnections();
      silent.close();
      await once(silent, 'close');
    });

    it('closes without waiting for it to time out', async () => {
      const otlpUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const opened = await openTelemetry({ ...common, isScraped: false, otlpUrl, flushWithinMs: 20 });
      assert.equal(await oneTurn(opened), 'done');
      await opened.close();
      assert.deepEqual(lines, [], 'the exporter gave up first');
    });
  });
});
