import type { BrokerFigures } from './measure-broker.ts';
import type { FleetFigures } from './measure-fleet.ts';

const rows: readonly [string, string, (figures: BrokerFigures) => number, number][] = [
  ['all boxes connect: until the operator knows', 's', ({ connectMs }) => connectMs / 1_000, 2],
  ['  time of the broker’s processor', 's', ({ connectCpuMs }) => connectCpuMs / 1_000, 2],
  ['all drop and come back', 's', ({ flapMs }) => flapMs / 1_000, 2],
  ['  time of the broker’s processor', 's', ({ flapCpuMs }) => flapCpuMs / 1_000, 2],
  ['new settings to all: until all have said so', 's', ({ configMs }) => configMs / 1_000, 2],
  ['  time of the broker’s processor', 's', ({ configCpuMs }) => configCpuMs / 1_000, 2],
  ['memory of the broker for each box', 'kB', ({ kbPerBox }) => kbPerBox, 0],
  ['memory of the broker without boxes', 'MB', ({ startMb }) => startMb, 0],
];

/** A table: each figure at both brokers, and their ratio. */
export function formatFigures({ boxes, embedded, mosquitto }: FleetFigures): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, unit, read, digits]) => {
    const own = read(embedded);
    const other = mosquitto === null ? null : read(mosquitto);
    const cells = [
      own.toFixed(digits).padStart(9),
      (other?.toFixed(digits) ?? '–').padStart(9),
      unit.padEnd(3),
      (other === null || other <= 0 ? '–' : (own / other).toFixed(2)).padStart(6),
    ];
    return `${name.padEnd(width)} ${cells.join(' ')}`;
  });
  const head = `${`${boxes} boxes`.padEnd(width)} ${'embedded'.padStart(9)} ${'mosquitto'.padStart(9)}      ratio`;
  return [head, ...lines].join('\n');
}
