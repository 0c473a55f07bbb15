import type { BrokerFigures } from './measure-broker.ts';
import type { FleetFigures } from './measure-fleet.ts';

type Row = [string, string, (figures: BrokerFigures) => number, number];

const phases = [
  ['connect', 'all boxes connect, until the operator knows'],
  ['flap', 'all drop and come back'],
  ['config', 'new settings to all, until all have said so'],
] as const;
const rows: readonly Row[] = [
  ...phases.flatMap(([phase, name]): Row[] => [
    [name, 's', (figures) => figures[phase].wallMs / 1_000, 2],
    ['  processor time of the broker', 's', (figures) => figures[phase].brokerCpuMs / 1_000, 2],
    ['  of the operator', 's', (figures) => figures[phase].operatorCpuMs / 1_000, 2],
    ['  of the boxes', 's', (figures) => figures[phase].boxesCpuMs / 1_000, 2],
  ]),
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
