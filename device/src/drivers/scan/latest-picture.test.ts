import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PictureReader, PictureReading } from '../../ports/picture-reader.ts';
import { createLatestPicture } from './latest-picture.ts';

const picture = (number: number): Buffer => Buffer.of(number);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A reader that answers when the test says so. */
function openBench() {
  const told: number[] = [];
  const asked: number[] = [];
  let answer: (() => void) | undefined;
  let mostAtOnce = 0;
  let inWork = 0;
  const pictures: Pick<PictureReader, 'read'> = {
    read([number = 0]) {
      asked.push(number);
      inWork += 1;
      mostAtOnce = Math.max(mostAtOnce, inWork);
      return new Promise<PictureReading>((resolve) => {
        answer = () => {
          inWork -= 1;
          answer = undefined;
          resolve({ kind: 'read', symbols: [], widthPx: number, heightPx: 1 });
        };
      });
    },
  };
  const latest = createLatestPicture({
    pictures,
    onReading: (reading, atMs) => {
      if (reading.kind === 'read') expect(reading.widthPx).toBe(atMs);
      told.push(atMs);
    },
  });
  const show = (number: number): void => latest.show(picture(number), number);
  return { latest, told, asked, show, answer: () => answer?.(), mostAtOnce: () => mostAtOnce };
}

describe('createLatestPicture', () => {
  it('looks at the first, and of those that come meanwhile only at the last', async () => {
    const { told, asked, show, answer } = openBench();
    for (const number of [1, 2, 3, 4]) show(number);
    expect(asked).toEqual([1]);
    answer();
    await settle();
    expect(asked).toEqual([1, 4]);
    answer();
    await settle();
    expect(told).toEqual([1, 4]);
    show(5);
    expect(asked).toEqual([1, 4, 5]);
  });

  it('tells nothing of what was shown before it was cleared, and is clear only when the reader is free', async () => {
    const { latest, told, asked, show, answer } = openBench();
    show(1);
    show(2);
    let isClear = false;
    const clearing = latest.clear().then(() => {
      isClear = true;
    });
    await settle();
    expect(isClear).toBe(false);
    answer();
    await clearing;
    expect([asked, told]).toEqual([[1], []]);
    show(3);
    answer();
    await settle();
    expect(told).toEqual([3]);
  });

  it('keeps to one in work and to the order of the stream, whatever comes when; the last one is always looked at', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('show', 'answer', 'settle'), { maxLength: 60 }), async (steps) => {
        const { told, show, answer, mostAtOnce } = openBench();
        let shown = 0;
        for (const step of steps) {
          if (step === 'answer') answer();
          if (step === 'settle') await settle();
          if (step === 'show') {
            shown += 1;
            show(shown);
          }
        }
        for (let round = 0; round < 3; round += 1) {
          answer();
          await settle();
        }
        expect(told.at(-1) ?? 0).toBe(shown);
        expect(told).toEqual([...new Set(told)].sort((left, right) => left - right));
        expect(mostAtOnce()).toBeLessThanOrEqual(1);
      }),
      { seed: 20261126, numRuns: 200 },
    ));
});
