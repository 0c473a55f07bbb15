import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawNothing, drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { createWorkerPictureReader } from './worker-picture-reader.ts';

/** A thread loads from the disk of a machine that may be busy. */
const timeout = 60_000;

function openReader(program?: 'odd' | 'slow' | 'broken') {
  const scheduler = createVirtualScheduler();
  const entry = program && new URL(`./testing/${program}-picture-worker.ts`, import.meta.url);
  const reader = createWorkerPictureReader({ scheduler, ...(entry && { entry }) });
  onTestFinished(() => reader.stop());
  return { scheduler, reader };
}

const deed = (word: string): Uint8Array => Uint8Array.from(Buffer.from(word));
const answered = { kind: 'read', symbols: [], widthPx: 1, heightPx: 1 };

describe('createWorkerPictureReader with the box’s decoder', { timeout }, () => {
  it('reads pictures of a stream while the thread that asks stays free', async () => {
    const { reader, scheduler } = openReader();
    const jpeg = await toJpeg(await drawSymbol('QRCode', 'SP1:THREAD', 5));
    await reader.start();
    // A turn of this thread's loop comes before the answer: it is not held up.
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    }, 0);
    const read = await reader.read(await toJpeg(drawNothing(1280, 720)));
    clearInterval(turn);
    expect(turns).toBeGreaterThan(0);
    expect(read).toEqual({ kind: 'read', symbols: [], widthPx: 1280, heightPx: 720 });
    const { width: sidePx } = await drawSymbol('QRCode', 'SP1:THREAD', 5);
    expect(await reader.read(jpeg)).toEqual({
      kind: 'read',
      symbols: [{ format: 'QRCode', text: 'SP1:THREAD' }],
      widthPx: sidePx,
      heightPx: sidePx,
    });
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('tells how large a code is, and how bright the picture', async () => {
    const { reader } = openReader();
    await reader.start();
    const found = await reader.inspect(await toJpeg(await drawSymbol('QRCode', 'SP1:LARGE', 6)));
    if (found.kind !== 'inspected') throw new Error(found.kind);
    expect(found.symbols).toEqual([{ format: 'QRCode', text: 'SP1:LARGE', modulePx: expect.any(Number) }]);
    expect(Math.abs((found.symbols[0]?.modulePx ?? 0) - 6)).toBeLessThan(0.3);
    expect(found.meanLuma).toBeGreaterThan(100);
    const dark = await reader.inspect(await toJpeg({ data: new Uint8Array(100 * 100), width: 100, height: 100 }));
    expect(dark).toEqual({ kind: 'inspected', symbols: [], widthPx: 100, heightPx: 100, meanLuma: 0 });
  });

  it('answers for bytes that are no picture, and for half of one', async () => {
    const { reader } = openReader();
    await reader.start();
    const jpeg = await toJpeg(drawNothing());
    for (const bytes of [new Uint8Array(0), deed('text'), Uint8Array.from(jpeg.subarray(0, jpeg.length / 2))]) {
      expect(await reader.read(bytes)).toEqual({ kind: 'no-picture' });
    }
    expect((await reader.read(jpeg)).kind).toBe('read');
  });

  it('leaves what lies beside a picture in a larger buffer with its owner', async () => {
    const { reader } = openReader();
    await reader.start();
    const jpeg = await toJpeg(drawNothing());
    const shared = new Uint8Array(jpeg.length + 10);
    shared.set(jpeg, 5);
    expect((await reader.read(shared.subarray(5, -5))).kind).toBe('read');
    // A buffer that was moved away is empty afterwards.
    expect(shared.length).toBe(jpeg.length + 10);
    expect(Buffer.compare(shared.subarray(5, -5), jpeg)).toBe(0);
  });
});

describe('createWorkerPictureReader', { timeout }, () => {
  it('answers `lost` before it is started and after it has stopped', async () => {
    const { reader } = openReader('odd');
    expect(await reader.read(deed('answer'))).toEqual({ kind: 'lost', detail: 'not started' });
    await reader.start();
    await reader.start();
    const asked = reader.read(deed('forget'));
    expect(await reader.read(deed('answer'))).toEqual({ kind: 'failed', detail: 'not ready for a picture' });
    await reader.stop();
    expect(await asked).toEqual({ kind: 'lost', detail: 'stopped' });
    expect(await reader.read(deed('answer'))).toEqual({ kind: 'lost', detail: 'stopped' });
    await reader.start();
    expect(await reader.read(deed('answer'))).toEqual(answered);
  });

  it.each([['hang'], ['forget']])('ends a thread that does not answer (%s), and starts another', async (how) => {
    const { reader, scheduler } = openReader('odd');
    await reader.start();
    const asked = reader.read(deed(how));
    scheduler.advance(4_999);
    expect(scheduler.pendingCount()).toBe(1);
    scheduler.advance(1);
    expect(await asked).toEqual({ kind: 'lost', detail: 'no answer within 5000 ms' });
    await reader.start();
    expect(await reader.read(deed('answer'))).toEqual(answered);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it.each([
    ['throw', /^out of luck$/],
    ['exit', /^ended with 3$/],
    ['hoard', /memory/],
  ])('outlives a thread that ends by itself (%s), and starts another', async (how, detail) => {
    const { reader, scheduler } = openReader('odd');
    await reader.start();
    expect(await reader.read(deed(how))).toEqual({ kind: 'lost', detail: expect.stringMatching(detail) });
    await reader.start();
    expect(await reader.read(deed('answer'))).toEqual(answered);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('says why it cannot start, and tries again when asked to', async () => {
    const { reader, scheduler } = openReader('broken');
    await expect(reader.start()).rejects.toThrow('no such library');
    await expect(reader.start()).rejects.toThrow('no such library');
    expect(await reader.read(deed('answer'))).toEqual({ kind: 'lost', detail: 'no such library' });
    await reader.stop();
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('gives up on a thread that does not get ready, and can be stopped meanwhile', async () => {
    const { reader, scheduler } = openReader('slow');
    const starting = reader.start();
    await until(() => expect(scheduler.pendingCount()).toBe(1));
    scheduler.advance(30_000);
    await expect(starting).rejects.toThrow('not ready within 30000 ms');
    const again = reader.start();
    again.catch(() => undefined);
    await reader.stop();
    await expect(again).rejects.toThrow('stopped');
    expect(scheduler.pendingCount()).toBe(0);
  });
});
