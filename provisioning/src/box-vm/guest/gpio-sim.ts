import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The simulated GPIO chip (Documentation/admin-guide/gpio/gpio-sim.rst), as the rig makes it. */
export interface SimulatedChip {
  /** As sysfs names it, e.g. `gpio-sim.0-node0`. */
  readonly label: string;
  /** First line's number now; -1 while it is gone. */
  base(): number;
  /** Level on the line's pin: what a wire on it would carry. */
  level(line: number): 0 | 1;
  /** Takes the chip away, as a driver that is unbound does, or brings it back. */
  setPresent(present: boolean): void;
}

const configRoot = '/sys/kernel/config/gpio-sim';
const sysfsRoot = '/sys/class/gpio';
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8').trim();

/** `name`: of its folder in configfs. */
export function openSimulatedChip(name: string): SimulatedChip {
  const folder = join(configRoot, name);
  const deviceName = (): string => read(folder, 'dev_name');
  const chips = () =>
    readdirSync(sysfsRoot)
      .filter((entry) => entry.startsWith('gpiochip'))
      .map((entry) => ({ label: read(sysfsRoot, entry, 'label'), base: Number(read(sysfsRoot, entry, 'base')) }));
  const label = chips().find((chip) => chip.label.startsWith(deviceName()))?.label ?? '';
  return {
    label,
    base: () => chips().find((chip) => chip.label === label)?.base ?? -1,
    level(line) {
      const device = join('/sys/devices/platform', deviceName(), read(folder, 'bank0/chip_name'));
      return read(device, `sim_gpio${line}`, 'value') === '1' ? 1 : 0;
    },
    setPresent: (present) => writeFileSync(join(folder, 'live'), present ? '1' : '0'),
  };
}

/** A second chip, so that the lamp's is not the only one and not the last. */
export function addSimulatedChip(name: string, lineCount: number): SimulatedChip {
  mkdirSync(join(configRoot, name, 'bank0'), { recursive: true });
  writeFileSync(join(configRoot, name, 'bank0/num_lines'), String(lineCount));
  writeFileSync(join(configRoot, name, 'live'), '1');
  return openSimulatedChip(name);
}
