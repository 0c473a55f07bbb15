import { afterReading } from '@scanpay/shared/after-reading.ts';
import type { Command } from './command-queue.ts';
import type { DialectLine } from './dialect.ts';
import { type AnswerFilter, createPacedDialect } from './paced-dialect.ts';

const soh = 0x01;
const stx = 0x02;
const etx = 0x03;

/** Between two commands, when their answers are not waited for: 50 ms and some. */
const commandGapMs = 60;

/** `~ SOH 0000 # Tag SubTag Data ; ETX`; `#`: forgotten at power-off, where `@` would wear the scanner's memory. */
const set = (text: string, pauseMs = commandGapMs): Command => ({
  bytes: Buffer.from(`~\u00010000#${text};\u0003`, 'latin1'),
  pauseMs: Math.max(pauseMs, commandGapMs),
});

/** A tone of so many hertz and milliseconds, at the loudest, and the silence after it. */
const tone = (hertz: number, ms: number): Command => set(`BEEPON${hertz}F${ms}T20V`, ms + 120);
const led = (colour: 'red' | 'green', ms: number): Command => set(`LEDONS${colour === 'red' ? 0 : 2}C${ms}D`);

const high = 2700;
const low = 800;

/**
 * Newland (NLS-HR, NLS-FM, NLS-EM …) with the unified command set, on a serial line. As the manuals have it; not tried
 * on hardware.
 *
 * - Frame and answer: NLS-HR52 User Manual, "Use of Programming Command", and "Programming with Serial Commands" with
 *   its example; FM530 User Manual, chapter 13. The answer is the same text framed by `STX SOH 0000 … ACK ; ETX` (NAK:
 *   data out of range, ENQ: no such command).
 * - `SCNTRG1`/`SCNTRG0` start and stop reading: Programming Guide Based on Newland Unified Commands Set V1.0.0, p. 8.
 * - `BEEPON…F…T` and `LEDONS…C…D`: NLS-FM430 User Guide (UM10054), p. 38; with volume `…V` as the FM3281 has it. A
 *   scanner without them answers ENQ and goes on.
 */
export const newlandDialect = createPacedDialect({
  signs: {
    approved: [led('green', 1500), tone(high, 300)],
    recheck: [tone(high, 100), tone(high, 100)],
    declined: [led('red', 1500), tone(low, 250), tone(low, 250), tone(low, 250)],
    refused: [led('red', 700), tone(low, 100), tone(low, 100), tone(low, 100)],
    unknown: [tone(low, 500), tone(high, 500), tone(low, 500)],
  },
  openTrigger: set('SCNTRG1'),
  closeTrigger: set('SCNTRG0'),
  createAnswerFilter: createNewlandAnswerFilter,
});

/** Longer than the answer to any command given here. */
const maxAnswerBytes = 64;

/** Takes `STX SOH … ETX` out of the stream; a lone STX may be the prefix of a scan and goes on to the text. */
function createNewlandAnswerFilter({ scheduler, interByteTimeoutMs, onText }: DialectLine): AnswerFilter {
  let held: number[] = [];
  let cancelTimeout: (() => void) | undefined;

  const letGo = (): void => {
    // What began like an answer and is none was a scan, or noise; the line reader tells which.
    const bytes = Buffer.from(held);
    held = [];
    if (bytes.length > 0) onText(bytes);
  };

  const take = (byte: number, text: number[]): void => {
    if (held.length === 0 && byte !== stx) {
      text.push(byte);
      return;
    }
    if (held.length === 1 && byte !== soh) {
      held = [];
      text.push(stx);
      take(byte, text);
      return;
    }
    held.push(byte);
    if (byte === etx) held = [];
    else if (held.length > maxAnswerBytes) {
      text.push(...held);
      held = [];
    }
  };

  return {
    push(bytes) {
      cancelTimeout?.();
      const text: number[] = [];
      for (const byte of bytes) take(byte, text);
      if (text.length > 0) onText(Buffer.from(text));
      if (held.length > 0) cancelTimeout = afterReading(scheduler, interByteTimeoutMs, letGo);
    },
    close() {
      cancelTimeout?.();
      held = [];
    },
  };
}
