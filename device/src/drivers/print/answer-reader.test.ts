import { describe, expect, it } from 'vitest';
import { createAnswerReader } from './answer-reader.ts';
import type { AutomaticStatus } from './automatic-status.ts';

function setUp() {
  const heard: AutomaticStatus[] = [];
  return { heard, reader: createAnswerReader((status) => heard.push(status)) };
}

describe('answer reader', () => {
  it('gives each answer to who asked for its kind', async () => {
    const { reader } = setUp();
    const realtime = reader.nextRealtime();
    const inOrder = reader.nextInOrder();
    reader.onBytes(Uint8Array.of(0x00, 0x12));
    expect(await realtime).toBe(0x12);
    expect(await inOrder).toBe(true);
  });

  it('tells automatic status apart, passes over flow control and what nobody asked for', async () => {
    const { reader, heard } = setUp();
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
    expect(heard).toEqual([{ printer: 0x10, error: 0x00, rollSensor: 0x0f }]);
  });

  it('keeps the packet together over XOFF and an answer to DLE EOT, and starts again with the next', async () => {
    const { reader, heard } = setUp();
    const realtime = reader.nextRealtime();
    reader.onBytes(Uint8Array.of(0x38, 0x13, 0x00, 0x16, 0x00, 0x0f));
    expect(await realtime).toBe(0x16);
    // Broken off after two bytes, as when the printer loses power.
    reader.onBytes(Uint8Array.of(0x18, 0x08));
    reader.onBytes(Uint8Array.of(0x10, 0x00, 0x03, 0x0f));
    expect(heard).toEqual([
      { printer: 0x38, error: 0, rollSensor: 0 },
      { printer: 0x10, error: 0, rollSensor: 0x03 },
    ]);
  });

  it('does not take the rest of a packet for one after the line was lost', () => {
    const { reader, heard } = setUp();
    reader.onBytes(Uint8Array.of(0x10, 0x00));
    reader.fail();
    reader.onBytes(Uint8Array.of(0x0c, 0x0f));
    expect(heard).toEqual([]);
  });

  it('tells everyone when the line is lost', async () => {
    const { reader } = setUp();
    const realtime = reader.nextRealtime();
    const inOrder = reader.nextInOrder();
    reader.fail();
    expect(await realtime).toBeUndefined();
    expect(await inOrder).toBe(false);
  });
});
