import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { createLineGuard } from './line-guard.ts';

function createGuard(maxLineBytes = 10, endsOnPause = false) {
  const scheduler = createVirtualScheduler();
  const rejected: [string, number][] = [];
  const passed: string[] = [];
  const guard = createLineGuard({
    scheduler,
    maxLineBytes,
    interByteTimeoutMs: 200,
    endsOnPause,
    onRejected: (reason, byteCount) => rejected.push([reason, byteCount]),
  });
  guard.on('data', (bytes: Buffer) => passed.push(bytes.toString('latin1')));
  const write = (text: string): void => {
    guard.write(Buffer.from(text, 'latin1'));
  };
  return { scheduler, rejected, passed, guard, write };
}

describe('createLineGuard', () => {
  it('ends every line with LF, whatever it ended with, and drops empty ones', () => {
    const { passed, write, rejected } = createGuard();
    write('one\rtwo\nthree\r\n\r\n\n\rfour\r');
    write('\nfive\r');
    write('six\n');
    expect(passed.join('')).toBe('one\ntwo\nthree\nfour\nfive\nsix\n');
    expect(rejected).toEqual([]);
  });

  it('takes STX and ETX off a line, and a NUL before it', () => {
    const { passed, write, rejected } = createGuard();
    write('\u0002one\u0003\u0002two\u0003\r\n\u0000three\r\u0002\u0003');
    expect(passed.join('')).toBe('one\ntwo\nthree\n');
    expect(rejected).toEqual([]);
  });

  it('ends a line at a pause when the scanner sends no end, and still at an end', () => {
    const { passed, write, rejected, scheduler } = createGuard(10, true);
    write('SP1:');
    scheduler.advance(199);
    write('A');
    scheduler.advance(200);
    write('SP1:B\r');
    scheduler.advance(200);
    write('01234567890');
    scheduler.advance(200);
    expect(passed).toEqual(['SP1:A\n', 'SP1:B\n']);
    expect(rejected).toEqual([['too-long', 11]]);
  });

  it('puts a line together that comes byte by byte within the time', () => {
    const { passed, write, scheduler } = createGuard();
    for (const byte of 'SP1:ABC\r') {
      write(byte);
      scheduler.advance(199);
    }
    expect(passed).toEqual(['SP1:ABC\n']);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('gives up a line that stops, and takes the next one whole', () => {
    const { passed, write, rejected, scheduler } = createGuard();
    write('SP1:');
    scheduler.advance(200);
    expect(rejected).toEqual([['half-line', 4]]);
    write('SP1:X\r');
    expect(passed).toEqual(['SP1:X\n']);
  });

  it('lets a line of the limit through and drops a longer one, telling once how long it was', () => {
    const { passed, write, rejected } = createGuard(10);
    write('0123456789\r0123456789a\rnext\r');
    expect(passed).toEqual(['0123456789\n', 'next\n']);
    expect(rejected).toEqual([['too-long', 11]]);
  });

  it('drops a megabyte without a line end when it pauses', () => {
    const { passed, write, rejected, scheduler } = createGuard(10);
    for (let at = 0; at < 1024; at += 1) write('x'.repeat(1024));
    expect(rejected).toEqual([]);
    scheduler.advance(200);
    expect(rejected).toEqual([['too-long', 1_048_576]]);
    write('good\r');
    expect(passed).toEqual(['good\n']);
  });

  it('tells of the line it was in when the port goes, and leaves no timer', () => {
    const { write, rejected, scheduler, guard } = createGuard();
    write('SP1');
    guard.destroy();
    expect(rejected).toEqual([['half-line', 3]]);
    expect(scheduler.pendingCount()).toBe(0);
  });
});
