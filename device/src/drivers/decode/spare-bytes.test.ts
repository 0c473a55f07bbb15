import { expect, it } from 'vitest';
import { createSpareBytes } from './spare-bytes.ts';

it('lends the same bytes again once they are back', async () => {
  const spare = createSpareBytes();
  const first = await spare.lend(8, async (bytes) => bytes);
  expect(await spare.lend(8, async (bytes) => bytes)).toBe(first);
});

it('never lends bytes that someone still has', async () => {
  const spare = createSpareBytes();
  await spare.lend(8, async (outer) => {
    outer.fill(1);
    await spare.lend(8, async (inner) => inner.fill(2));
    expect([...outer]).toEqual(Array(8).fill(1));
  });
});

it('gives as many as are asked for', async () => {
  const spare = createSpareBytes();
  for (const length of [8, 3, 0]) expect(await spare.lend(length, async (bytes) => bytes.length)).toBe(length);
});

it('has them back when the use of them fails', async () => {
  const spare = createSpareBytes();
  const first = await spare.lend(8, async (bytes) => bytes);
  await expect(spare.lend(8, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await spare.lend(8, async (bytes) => bytes)).toBe(first);
});
