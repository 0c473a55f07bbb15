import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogRing } from './log-ring.ts';
import { openProcessHost } from './process-host.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-host-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () =>
  openProcessHost({
    dataDir: join(folder, 'data'),
    logFile: join(folder, 'box.log'),
    nowMs: () => 7,
    machine: { look: async () => wellBox.machine },
    certificate: () => null,
    restart: () => undefined,
  });
const messages = (lines: readonly string[]): string[] => lines.map((line) => JSON.parse(line).msg);

describe('the host', () => {
  it('writes the log as before, and keeps its end for the next run', () => {
    const first = open();
    first.log.info({}, 'one');
    first.log.error({}, 'two');
    expect(messages(readFileSync(join(folder, 'box.log'), 'utf8').trim().split('\n'))).toEqual(['one', 'two']);
    first.end();
    const second = open();
    second.log.info({}, 'three');
    expect(messages(second.host.readLog())).toEqual(['one', 'two', 'three']);
    expect(second.host.lastFatal()).toBeNull();
  });

  it('remembers how a run ended that could not go on', () => {
    const first = open();
    first.end(new Error('SQLITE_FULL'));
    expect(open().host.lastFatal()).toEqual({ atMs: 7, reason: 'Error: SQLITE_FULL' });
    writeFileSync(join(folder, 'data', 'last-fatal.json'), '{"atMs":"soon"}');
    expect(open().host.lastFatal()).toBeNull();
  });

  it('takes no harm from a disk that takes nothing', () => {
    writeFileSync(join(folder, 'data'), 'not a folder');
    const host = open();
    host.log.info({}, 'one');
    expect(() => host.end(new Error('x'))).not.toThrow();
  });
});

describe('createLogRing', () => {
  it('keeps no more than its bound, the newest lines, whole', () => {
    const ring = createLogRing({ path: join(folder, 'ring'), maxChars: 100 });
    for (let index = 0; index < 1_000; index++) ring.write(`line ${index}\n`);
    const lines = ring.lines();
    expect(lines.join('').length).toBeLessThanOrEqual(100);
    expect(lines.length).toBeGreaterThan(7);
    expect(lines.at(-1)).toBe('line 999');
    ring.write(`${'x'.repeat(5_000)}\n`);
    expect(ring.lines()).toEqual(['x'.repeat(100)]);
  });
});
