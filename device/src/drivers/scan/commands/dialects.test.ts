import { until as untilSeen } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ScanSign } from '../../../ports/scanner.ts';
import { openPtyPair, type PtyPair } from '../../../testing/pty.ts';
import { playHoneywell, playNewland, playZebraSsi } from '../../../testing/scanner-emulators.ts';
import { createRepeatFilter } from '../repeat-filter.ts';
import { createSerialScanner } from '../serial-scanner.ts';
import type { DialectName } from './dialects.ts';

const signs: readonly ScanSign[] = ['approved', 'declined', 'recheck', 'unknown', 'refused'];

/** A box's scanner and what the emulated one on its line is told; time passes only as the test says. */
async function openRig<E>(dialect: DialectName, play: (pair: PtyPair, scheduler: VirtualScheduler) => E) {
  const scheduler = createVirtualScheduler();
  const [texts, rejections, states]: [string[], string[], string[]] = [[], [], []];
  const pair = await openPtyPair();
  const scanner = createSerialScanner({
    scheduler,
    device: pair.path,
    baudRate: 115_200,
    dialect,
    trigger: 'box',
    repeats: createRepeatFilter({ clock: scheduler, windowMs: 0 }),
    events: {
      onScan: ({ text }) => texts.push(text),
      onRejected: (reason) => rejections.push(reason),
      onState: ({ kind, detail }) => states.push(`${kind} ${detail}`),
    },
  });
  const emulated = play(pair, scheduler);
  await scanner.start();
  onTestFinished(async () => {
    await scanner.stop();
    expect(scheduler.pendingCount()).toBeLessThanOrEqual(1);
    pair.close();
  });
  /** Lets time pass in small steps, with a turn of the event loop in each, until it holds. */
  const until = async (holds: () => void, stepMs = 20): Promise<void> => {
    await vi.waitFor(
      () => {
        scheduler.advance(stepMs);
        holds();
      },
      { timeout: 20_000, interval: 1 },
    );
  };
  return { scheduler, texts, rejections, states, pair, scanner, emulated, until };
}

describe('honeywellDialect', () => {
  it('gives each sign by its count of tones, with a pause after each', async () => {
    const { scanner, emulated, until, scheduler } = await openRig('honeywell', playHoneywell);
    const counts: number[] = [];
    for (const sign of signs) {
      const before = emulated.commands.length;
      scanner.show?.(sign);
      await until(() => expect(scheduler.pendingCount()).toBe(0));
      await untilSeen(() => expect(emulated.commands.length).toBeGreaterThan(before));
      await until(() => expect(scheduler.pendingCount()).toBe(0));
      counts.push(emulated.commands.length - before);
    }
    expect(new Set(emulated.commands)).toEqual(new Set(['\u0007']));
    expect(counts).toEqual([1, 3, 2, 5, 3]);
  });

  it('opens the trigger while a sale waits, again and again, and closes it once', async () => {
    const { scanner, emulated, scheduler, until, texts } = await openRig('honeywell', playHoneywell);
    scanner.awaitScan?.(true);
    scanner.awaitScan?.(true);
    await until(() => expect(emulated.commands).toEqual(['T']), 1);
    scheduler.advance(2500);
    await until(() => expect(emulated.commands).toEqual(['T', 'T']), 1);
    await emulated.scan('SP1:A');
    await untilSeen(() => expect(texts).toEqual(['SP1:A']));
    scanner.awaitScan?.(false);
    await until(() => expect(emulated.commands).toEqual(['T', 'T', 'U']), 1);
    await until(() => expect(scheduler.pendingCount()).toBe(0));
  });
});

describe('newlandDialect', () => {
  it('gives signs and keeps the answers out of the scans, also of a command it does not know', async () => {
    const { scanner, emulated, until, scheduler, texts, rejections } = await openRig('newland', (pair) =>
      playNewland(pair, ['LED']),
    );
    for (const sign of signs) {
      scanner.show?.(sign);
      await emulated.scan(`SP1:${sign}`);
      await until(() => expect(texts).toContain(`SP1:${sign}`));
      await until(() => expect(scheduler.pendingCount()).toBe(0));
    }
    await untilSeen(() => expect(emulated.commands.filter((command) => command.startsWith('LEDONS'))).toHaveLength(3));
    expect(texts).toEqual(signs.map((sign) => `SP1:${sign}`));
    expect(rejections).toEqual([]);
  });

  it('finds a scan around and within which answers came', async () => {
    const { pair, texts, rejections } = await openRig('newland', (opened) => opened);
    const answer = '\u0002\u00010000#SCNTRG1\u0006;\u0003';
    await pair.write(`${answer}SP1:O${answer}NE\r${answer}${answer}\u0002SP1:TWO\u0003\r\n\u0002${answer}SP1:THREE\r`);
    await untilSeen(() => expect(texts).toEqual(['SP1:ONE', 'SP1:TWO', 'SP1:THREE']));
    expect(rejections).toEqual([]);
  });
});

describe('zebraSsiDialect', () => {
  it('gives signs, each command acknowledged before the next', async () => {
    const { scanner, emulated, until, scheduler, states } = await openRig('zebra-ssi', playZebraSsi);
    for (const sign of signs) {
      scanner.show?.(sign);
      await until(() => expect(scheduler.pendingCount()).toBe(0));
    }
    expect(emulated.commands).toEqual(['LED_ON 1', 'BEEP 23', 'LED_OFF 1', 'BEEP 17', 'BEEP 1', 'BEEP 21', 'BEEP 7']);
    expect(states.at(-1)).not.toContain('no command');
  });

  it('takes scans of one packet, of several, and raw, and acknowledges them', async () => {
    const { emulated, texts, until, scheduler } = await openRig('zebra-ssi', playZebraSsi);
    const long = `SP1:${'A'.repeat(400)}`;
    await emulated.scan('SP1:ONE');
    await emulated.scan(long);
    await untilSeen(() => expect(texts).toEqual(['SP1:ONE', long]));
    emulated.raw = true;
    await emulated.scan('SP1:RAW');
    await untilSeen(() => expect(texts.at(-1)).toBe('SP1:RAW'));
    await until(() => expect(scheduler.pendingCount()).toBe(0));
    expect(emulated.scanPackets()).toBe(4);
  });

  it('asks again for a scan that came garbled, also the same coupon for the next sale', async () => {
    const { emulated, texts, until, rejections } = await openRig('zebra-ssi', playZebraSsi);
    await emulated.scan('SP1:A');
    await untilSeen(() => expect(texts).toEqual(['SP1:A']));
    await until(() => expect(emulated.scanPackets()).toBe(1));
    emulated.faults.garbleScans = 2;
    await emulated.scan('SP1:A');
    await until(() => expect(texts).toEqual(['SP1:A', 'SP1:A']), 1);
    expect(emulated.scanPackets()).toBe(4);
    expect(rejections).toEqual([]);
  });

  it('takes a scan once when its acknowledgement was lost', async () => {
    const { emulated, texts, until } = await openRig('zebra-ssi', playZebraSsi);
    emulated.faults.loseHostAnswers = 1;
    await emulated.scan('SP1:A');
    await emulated.scan('SP1:B');
    await until(() => expect(texts).toEqual(['SP1:A', 'SP1:B']), 200);
    expect(emulated.scanPackets()).toBe(3);
  });

  it('says a command again when it or its answer was lost, and it is done once', async () => {
    const { emulated, scanner, until, scheduler, states } = await openRig('zebra-ssi', playZebraSsi);
    emulated.faults.garbleCommands = 1;
    scanner.show?.('recheck');
    await until(() => expect(emulated.commands).toEqual(['BEEP 1']), 1);
    emulated.faults.loseAnswers = 1;
    scanner.show?.('declined');
    await until(() => expect(emulated.commands).toEqual(['BEEP 1', 'BEEP 17']), 1);
    await until(() => expect(scheduler.pendingCount()).toBe(0), 500);
    expect(states.at(-1)).not.toContain('no command');
  });

  it('reads on when the scanner answers no command, says so, and is not late with the next sign', async () => {
    const { emulated, scanner, until, scheduler, states, texts, pair } = await openRig('zebra-ssi', playZebraSsi);
    emulated.deaf = true;
    scanner.show?.('approved');
    await until(() => expect(states.at(-1)).toMatch(/^ready .*answers no command/), 500);
    await pair.write('SP1:STILL\r');
    await untilSeen(() => expect(texts).toEqual(['SP1:STILL']));
    await until(() => expect(scheduler.pendingCount()).toBe(0), 500);
  });

  it('loses nothing when commands and scans cross', async () => {
    const { emulated, scanner, until, texts, rejections } = await openRig('zebra-ssi', playZebraSsi);
    const expected = Array.from({ length: 30 }, (_, at) => `SP1:${at}`);
    for (const [at, text] of expected.entries()) {
      scanner.show?.(signs[at % signs.length] ?? 'approved');
      await emulated.scan(text);
      scanner.awaitScan?.(at % 2 === 0);
    }
    await until(() => expect(texts).toEqual(expected));
    await until(() => expect(emulated.commands.at(-1)).toBe('BEEP 7'));
    expect(emulated.commands).toContain('STOP_SESSION');
    expect(rejections).toEqual([]);
  });

  it('leaves a scanner alone that garbles everything, and tells of the loss', async () => {
    const { emulated, until, rejections, texts } = await openRig('zebra-ssi', playZebraSsi);
    emulated.faults.garbleScans = 3;
    await emulated.scan('SP1:LOST');
    await emulated.scan('SP1:NEXT');
    await until(() => expect(texts).toEqual(['SP1:NEXT']), 200);
    expect(rejections).toEqual(['half-line']);
  });
});
