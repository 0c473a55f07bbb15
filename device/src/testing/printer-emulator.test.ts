import { connect } from 'node:net';
import { until } from '@scanpay/shared/testing/until.ts';
import { describe, expect, it } from 'vitest';
import { createPrinterEmulator, serveTcpPrinter } from './printer-emulator.ts';

const fromHex = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function setUp() {
  const slips: string[] = [];
  const problems: string[] = [];
  const answers: number[] = [];
  const emulator = createPrinterEmulator({
    onReceipt: (bytes) => slips.push(Buffer.from(bytes).toString('hex')),
    onProblem: (problem) => problems.push(problem),
  });
  return {
    emulator,
    slips,
    problems,
    answers,
    receive: (hex: string) => emulator.receive(fromHex(hex), (answer) => answers.push(...answer)),
  };
}

describe('printer emulator', () => {
  it('hands out a slip at each cut, however the bytes are split', () => {
    const { receive, slips } = setUp();
    for (const byte of ['1b', '40', '41', '0a', '1d', '56', '42', '00', '42', '0a', '1d', '56', '01', '43'])
      receive(byte);
    expect(slips).toEqual(['1b40410a1d564200', '420a1d5601']);
  });

  it('does not take data for a cut', () => {
    const { receive, slips } = setUp();
    receive('1d286b0700 315030 1d564200');
    expect(slips).toEqual([]);
    receive('1d5600');
    expect(slips).toHaveLength(1);
  });

  it('answers DLE EOT wherever it stands, and leaves it out of the slip', () => {
    const { receive, slips, answers } = setUp();
    receive('1d286b0500 315030 4110');
    receive('04');
    receive('01 42 0a 1d5600');
    expect(answers).toEqual([0x12]);
    expect(slips).toEqual(['1d286b050031503041420a1d5600']);
  });

  it('answers GS r in order: not while it is stopped', () => {
    const { receive, emulator, answers } = setUp();
    emulator.set({ paperOut: true });
    receive('410a 1d7201 100401 100402 100403 100404');
    expect(answers).toEqual([0x1a, 0x32, 0x12, 0x7e]);
    emulator.set({ paperOut: false });
    expect(answers.slice(4)).toEqual([0x00]);
  });

  it('stops in the middle of a slip and carries on from there', () => {
    const { receive, emulator, slips } = setUp();
    emulator.setAfter(3, { coverOpen: true });
    receive('4142434445 0a 1d5600');
    expect(emulator.condition.coverOpen).toBe(true);
    expect(slips).toEqual([]);
    emulator.set({ coverOpen: false });
    expect(slips).toEqual(['41424344450a1d5600']);
  });

  it('says of itself what changes once GS a has switched that on, until it is switched off', () => {
    const { receive, emulator, answers } = setUp();
    emulator.set({ coverOpen: true });
    expect(answers).toEqual([]);
    receive('1d610e');
    expect(answers).toEqual([]);
    emulator.set({ coverOpen: false });
    emulator.set({ paperOut: true });
    emulator.set({ paperOut: true });
    expect(answers).toEqual([0x10, 0, 0, 0x0f, 0x18, 0, 0x0f, 0x0f]);
    emulator.powerCycle();
    emulator.set({ paperOut: false });
    expect(answers).toHaveLength(8);
  });

  it('forgets its buffer when it is switched off', () => {
    const { receive, emulator, slips } = setUp();
    receive('41');
    emulator.powerCycle();
    receive('420a1d5600');
    expect(slips).toEqual(['420a1d5600']);
  });

  it('reports what it does not know, and what it cannot keep', () => {
    const { receive, emulator, problems } = setUp();
    receive('1b5a');
    expect(problems).toEqual(['unknown byte 1b']);
    emulator.set({ coverOpen: true });
    emulator.receive(new Uint8Array(200_000), () => {});
    expect(problems).toContain('the buffer overflows');
  });

  it('keeps its condition over connections', async () => {
    const { emulator } = setUp();
    const server = await serveTcpPrinter(emulator);
    emulator.set({ nearEnd: true });
    for (let round = 0; round < 2; round += 1) {
      const socket = connect(server.port, '127.0.0.1');
      const received: number[] = [];
      socket.on('data', (bytes) => received.push(...bytes));
      socket.write(fromHex('100404'));
      await until(() => expect(received).toEqual([0x1e]));
      socket.destroy();
    }
    await server.close();
  });
});
