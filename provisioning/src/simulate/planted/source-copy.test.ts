import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { plantedFaults } from './plant-faults.ts';
import { copySources } from './source-copy.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

it.each(plantedFaults.map((fault) => [fault.name, fault] as const))('%s: the line is there, once', (_name, fault) => {
  const text = readFileSync(join(root, fault.file), 'utf8');
  expect(text.split(fault.before)).toHaveLength(2);
});

it('names every planted fault once', () => {
  expect(new Set(plantedFaults.map(({ name }) => name)).size).toBe(plantedFaults.length);
});

it('changes the copy, and gives the file back', () => {
  const copy = copySources(root);
  try {
    const [fault] = plantedFaults;
    if (fault === undefined) throw new RangeError('no planted fault');
    const original = readFileSync(join(root, fault.file), 'utf8');
    copy.plant(fault);
    expect(readFileSync(join(copy.root, fault.file), 'utf8')).toBe(original.replace(fault.before, () => fault.after));
    copy.restore(fault);
    expect(readFileSync(join(copy.root, fault.file), 'utf8')).toBe(original);
    expect(realpathSync(join(copy.root, 'node_modules/@scanpay/device'))).toBe(realpathSync(join(copy.root, 'device')));
    expect(() => copy.plant({ ...fault, before: 'nowhere in it' })).toThrow('plant it anew');
  } finally {
    copy.remove();
  }
  expect(existsSync(copy.root)).toBe(false);
});
