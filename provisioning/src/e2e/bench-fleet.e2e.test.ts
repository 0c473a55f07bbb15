import { isMosquittoInstalled } from '@scanpay/shared/testing/mosquitto-process.ts';
import { expect, it } from 'vitest';
import { formatFigures } from '../bench-fleet/format-figures.ts';
import { checkOpenFiles, measureFleet } from '../bench-fleet/measure-fleet.ts';

it('measures a small fleet at both brokers: real certificates, real processes', { timeout: 240_000 }, async () => {
  const figures = await measureFleet(12, () => undefined);
  const brokers = [figures.embedded, ...(figures.mosquitto === null ? [] : [figures.mosquitto])];
  expect(brokers).toHaveLength(isMosquittoInstalled() ? 2 : 1);
  for (const { connect, flap, config, startMb } of brokers) {
    for (const { wallMs } of [connect, flap, config]) expect(wallMs).toBeGreaterThan(0);
    expect(connect.boxesCpuMs).toBeGreaterThan(0);
    expect(startMb).toBeGreaterThan(0);
  }
  expect(formatFigures(figures)).toContain('12 boxes');
});

it('says what it needs where it may not open so many connections', () => {
  expect(() => checkOpenFiles(100_000_000)).toThrow('ulimit -n');
});
