import { describe, expect, it } from 'vitest';
import { createAnswerReader } from './answer-reader.ts';

describe('answer reader', () => {
  it('gives each answer to who asked for its kind', async () => {
    const reader = createAnswerReader();
    const realtime = reader.nextRealtime();
    const inOrder = reader.nextInOrder();
    reader.onBytes(Uint8Array.of(0x00, 0x12));
    expect(await realtime).toBe(0x12);
    expect(await inOrder).toBe(true);
  });

  it('passes over automatic status, flow control and what nobody asked for', async () => {
    const reader = createAnswerReader();
    reader.onBytes(Uint8Array.of(0x12, 0x00));
    const realtime = reader.nextRealtime();
    const inOrder = reader.nextInOrder();
    // Automatic status: its last three bytes look like answers to GS r. Split between two reads.
    reader.onBytes(Uint8Array.of(0x13, 0x10, 0x00, 0x0f));
    reader.onBytes(Uint8Array.of(0x00, 0x11, 0x16));
    expect(await realtime).toBe(0x16);
    let answered = false;
    void inOrder.then(() => {
      answered = true;
    });
    await Promise.resolve();
    expect(answered).toBe(false);
    reader.onBytes(Uint8Array.of(0x03));
    expect(await inOrder).toBe(true);
  });

  it('tells everyone when the line is lost', async () => {
    const reader = createAnswerReader();
    const realtime = reader.nextRealtime();
    const inOrder = reader.nextInOrder();
    reader.fail();
    expect(await realtime).toBeUndefined();
    expect(await inOrder).toBe(false);
  });
});
