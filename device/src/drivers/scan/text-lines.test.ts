import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextLines } from './text-lines.ts';

async function readAll(chunks: readonly Uint8Array[], endsOnPause = false): Promise<string[]> {
  const scheduler = createVirtualScheduler();
  const heard: string[] = [];
  const lines = await createTextLines({
    scheduler,
    maxLineBytes: 16,
    interByteTimeoutMs: 200,
    endsOnPause,
    onLine: (text) => heard.push(text),
    onRejected: (reason, byteCount) => heard.push(`${reason} ${byteCount}`),
  });
  for (const chunk of chunks) lines.push(chunk);
  scheduler.advance(200);
  expect(scheduler.pendingCount()).toBe(0);
  lines.close();
  return heard;
}

describe('createTextLines', () => {
  it('gives lines of UTF-8, and refuses what is none', async () => {
    const bytes = Buffer.concat([Buffer.from('쿠폰\r'), Buffer.from([0xb0, 0xa1, 0x0d]), Buffer.from('A\r\n')]);
    expect(await readAll([bytes])).toEqual(['쿠폰', 'not-text 2', 'A']);
  });

  it('gives the same however the bytes are cut up', async () => {
    const byte = fc.oneof(fc.constantFrom(0x0d, 0x0a, 0x02, 0x03, 0x00), fc.integer({ min: 0x20, max: 0xff }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(byte, { maxLength: 80 }),
        fc.infiniteStream(fc.nat(7)),
        fc.boolean(),
        async (all, cuts, pause) => {
          const bytes = Buffer.from(all);
          const chunks: Buffer[] = [];
          for (let at = 0; at < bytes.length; ) {
            const length = 1 + (cuts.next().value ?? 0);
            chunks.push(bytes.subarray(at, at + length));
            at += length;
          }
          expect(await readAll(chunks, pause)).toEqual(await readAll([bytes], pause));
        },
      ),
      { numRuns: 150 },
    );
  });
});
