import { checkConfig } from '@scanpay/shared/config.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { DeviceConfigSchema } from './config.ts';
import { createRepeatFilter } from './drivers/scan/repeat-filter.ts';
import { createScanner } from './pick-instruments.ts';

const readScanners = (...scanners: object[]) =>
  checkConfig(DeviceConfigSchema.properties.scanners, scanners, 'box.json');

const create = (scanner: object) => {
  const [config] = readScanners(scanner);
  if (config === undefined) throw new Error('no scanner');
  const repeats = createRepeatFilter({ clock: createVirtualScheduler(), windowMs: 0 });
  const ignore = () => undefined;
  return createScanner(config, repeats, { onScan: ignore, onState: ignore, onRejected: ignore }, []);
};

describe('the uplink of the configuration', () => {
  const read = (uplink: object) => checkConfig(DeviceConfigSchema.properties.uplink, uplink, 'box.json');

  it('has its usual timing where nothing is said, and keeps to bounds', () => {
    expect(read({})).toEqual({ pingDeadlineMs: 1_000, longestReconnectDelayMs: 15_000 });
    expect(read({ longestReconnectDelayMs: 1_000 })).toMatchObject({ longestReconnectDelayMs: 1_000 });
    expect(() => read({ longestReconnectDelayMs: 100 })).toThrow('longestReconnectDelayMs');
    expect(() => read({ pingDeadlineMs: 1 })).toThrow('pingDeadlineMs');
  });
});

describe('the scanners of the configuration', () => {
  it('need no more than a path', () => {
    expect(readScanners({ kind: 'serial', path: '/dev/ttyACM0' }, { kind: 'keyboard', path: '/dev/input/x' })).toEqual([
      {
        kind: 'serial',
        path: '/dev/ttyACM0',
        baudRate: 9600,
        format: '8N1',
        dialect: 'plain',
        trigger: 'scanner',
        lineEnd: 'marked',
        interByteTimeoutMs: 200,
      },
      { kind: 'keyboard', path: '/dev/input/x', interByteTimeoutMs: 200 },
    ]);
  });

  it.each([
    [{ kind: 'serial', path: '/dev/x', format: '9N1' }, '/0/format: must be one of 8N1, 8E1, 8O1, 8N2, 7E1, 7O1, 7N2'],
    [
      { kind: 'serial', path: '/dev/x', dialect: 'zebra' },
      '/0/dialect: must be one of plain, honeywell, zebra-ssi, newland',
    ],
    [{ kind: 'serial', path: '/dev/x', trigger: 'hand' }, '/0/trigger: must be one of scanner, box'],
    [{ kind: 'keyboard', path: 'event5' }, '/0/path: must match pattern'],
    [{ kind: 'wedge', path: '/dev/x' }, '/0/kind: must be one of serial, keyboard, camera'],
  ])('are refused by the key at fault: %j', (scanner, detail) => {
    expect(() => readScanners(scanner)).toThrow(`box.json: ${detail}`);
  });

  it('cannot have the box open a trigger it has no words for', () => {
    const serial = { kind: 'serial', path: '/dev/x', trigger: 'box' };
    expect(() => create(serial)).toThrow(/scanner \/dev\/x: trigger "box" needs a dialect/);
    expect(create({ ...serial, dialect: 'newland' }).awaitScan).toBeDefined();
  });
});
