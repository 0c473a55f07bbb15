import { until } from '@scanpay/shared/testing/until.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScanSign } from '../../../ports/scanner.ts';
import { openPtyPair, type PtyPair } from '../../../testing/pty.ts';
import { playHoneywell, playNewland, playZebraSsi } from '../../../testing/scanner-emulators.ts';
import { createWatchedScheduler, type WatchedScheduler } from '../../../testing/watched-scheduler.ts';
import { createRepeatFilter } from '../repeat-filter.ts';
import { createSerialScanner } from '../serial-scanner.ts';
import type { DialectName } from './dialects.ts';

const signs: readonly ScanSign[] = ['approved', 'declined', 'recheck', 'unknown', 'refused'];
/** Longer than any sign takes with its pauses. */
const signMs = 5_000;
/** How long SSI waits for an answer, on either side, and how long its longest sign pauses. */
const [answerMs, pauseMs] = [2_000, 1_500];

/** A box's scanner and what the emulated one on its line is told; time passes only as the test says. */
async function openRig<E>(dialect: DialectName, play: (pair: PtyPair, scheduler: WatchedScheduler) => E) {
  const scheduler = createWatchedScheduler();
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
  /** Everything is said and answered; of time only the pauses pass, and only while no answer is on its way. */
  const settle = (): Promise<void> =>
    until(() => {
      scheduler.advance(scheduler.isArmed(pauseMs) && !scheduler.isArmed(answerMs) ? pauseMs : 0);
      expect(scheduler.pendingCount()).toBe(0);
    });
  return { scheduler, texts, rejections, states, pair, scanner, emulated, settle };
}

describe('honeywellDialect', () => {
  it('gives each sign by its count of tones, with a pause after each', async () => {
    const { scanner, emulated, scheduler } = await openRig('honeywell', playHoneywell);
    const told: string[] = [];
    for (const [at, count] of [1, 3, 2, 5, 3].entries()) {
      scanner.show?.(signs[at]!);
      scheduler.advance(signMs);
      // A trigger behind it: no tone is still to come.
      scanner.awaitScan?.(true);
      told.push(...Array<string>(count).fill('\u0007'), 'T');
      await until(() => expect(emulated.commands).toEqual(told));
      scanner.awaitScan?.(false);
      scheduler.advance(signMs);
      told.push('U');
    }
    await until(() => expect(emulated.commands).toEqual(told));
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('opens the trigger while a sale waits, again and again, and closes it once', async () => {
    const { scanner, emulated, scheduler, texts } = await openRig('honeywell', playHoneywell);
    scanner.awaitScan?.(true);
    scanner.awaitScan?.(true);
    await until(() => expect(emulated.commands).toEqual(['T']));
    scheduler.advance(2500);
    await until(() => expect(emulated.commands).toEqual(['T', 'T']));
    await emulated.scan('SP1:A');
    await until(() => expect(texts).toEqual(['SP1:A']));
    scanner.awaitScan?.(false);
    scheduler.advance(signMs);
    await until(() => expect(emulated.commands).toEqual(['T', 'T', 'U']));
    expect(scheduler.pendingCount()).toBe(0);
  });
});

describe('newlandDialect', () => {
  it('gives signs and keeps the answers out of the scans, also of a command it does not know', async () => {
    const { scanner, emulated, scheduler, texts, rejections } = await openRig('newland', (pair) =>
      playNewland(pair, ['LED']),
    );
    let told = 0;
    for (const [at, count] of [2, 4, 2, 3, 4].entries()) {
      scanner.show?.(signs[at]!);
      scheduler.advance(signMs);
      await emulated.scan(`SP1:AMONG${at}`);
      told += count;
      await until(() => expect(emulated.commands).toHaveLength(told));
      await emulated.scan(`SP1:BEHIND${at}`);
      await until(() => expect(texts.slice(-2)).toEqual([`SP1:AMONG${at}`, `SP1:BEHIND${at}`]));
    }
    expect(emulated.commands.filter((command) => command.startsWith('LEDONS'))).toHaveLength(3);
    expect(texts).toHaveLength(2 * signs.length);
    expect(rejections).toEqual([]);
  });

  it('finds a scan around and within which answers came', async () => {
    const { pair, texts, rejections } = await openRig('newland', (opened) => opened);
    const answer = '\u0002\u00010000#SCNTRG1\u0006;\u0003';
    await pair.write(`${answer}SP1:O${answer}NE\r${answer}${answer}\u0002SP1:TWO\u0003\r\n\u0002${answer}SP1:THREE\r`);
    await until(() => expect(texts).toEqual(['SP1:ONE', 'SP1:TWO', 'SP1:THREE']));
    expect(rejections).toEqual([]);
  });
});

describe('zebraSsiDialect', () => {
  it('gives signs, each command acknowledged before the next', async () => {
    const { scanner, emulated, settle, states } = await openRig('zebra-ssi', playZebraSsi);
    for (const sign of signs) {
      scanner.show?.(sign);
      await settle();
    }
    expect(emulated.commands).toEqual(['LED_ON 1', 'BEEP 23', 'LED_OFF 1', 'BEEP 17', 'BEEP 1', 'BEEP 21', 'BEEP 7']);
    expect(states.at(-1)).not.toContain('no command');
  });

  it('takes scans of one packet, of several, and raw, and acknowledges them', async () => {
    const { emulated, texts, settle } = await openRig('zebra-ssi', playZebraSsi);
    const long = `SP1:${'A'.repeat(400)}`;
    await emulated.scan('SP1:ONE');
    await emulated.scan(long);
    await until(() => expect(texts).toEqual(['SP1:ONE', long]));
    await settle();
    emulated.raw = true;
    await emulated.scan('SP1:RAW');
    await until(() => expect(texts).toEqual(['SP1:ONE', long, 'SP1:RAW']));
    expect(emulated.scanPackets()).toBe(4);
  });

  it('asks again for a scan that came garbled, also the same coupon for the next sale', async () => {
    const { emulated, texts, settle, rejections } = await openRig('zebra-ssi', playZebraSsi);
    await emulated.scan('SP1:A');
    await until(() => expect(texts).toEqual(['SP1:A']));
    await settle();
    expect(emulated.scanPackets()).toBe(1);
    emulated.faults.garbleScans = 2;
    await emulated.scan('SP1:A');
    await until(() => expect(texts).toEqual(['SP1:A', 'SP1:A']));
    expect(emulated.scanPackets()).toBe(4);
    expect(rejections).toEqual([]);
  });

  it('takes a scan once when its acknowledgement was lost', async () => {
    const { emulated, texts, scheduler, settle } = await openRig('zebra-ssi', playZebraSsi);
    emulated.faults.loseHostAnswers = 1;
    await emulated.scan('SP1:A');
    await emulated.scan('SP1:B');
    await until(() => expect(emulated.faults.loseHostAnswers).toBe(0));
    scheduler.advance(answerMs);
    await until(() => expect(texts).toEqual(['SP1:A', 'SP1:B']));
    await settle();
    expect(texts).toEqual(['SP1:A', 'SP1:B']);
    expect(emulated.scanPackets()).toBe(3);
  });

  it('says a command again when it or its answer was lost, and it is done once', async () => {
    const { emulated, scanner, scheduler, settle, states } = await openRig('zebra-ssi', playZebraSsi);
    emulated.faults.garbleCommands = 1;
    scanner.show?.('recheck');
    await settle();
    expect(emulated.commands).toEqual(['BEEP 1']);
    emulated.faults.loseAnswers = 1;
    scanner.show?.('declined');
    await until(() => expect(emulated.faults.loseAnswers).toBe(0));
    scheduler.advance(answerMs);
    await settle();
    expect(emulated.commands).toEqual(['BEEP 1', 'BEEP 17']);
    expect(states.at(-1)).not.toContain('no command');
  });

  it('reads on when the scanner answers no command, says so, and is not late with the next sign', async () => {
    const { emulated, scanner, scheduler, states, texts, pair } = await openRig('zebra-ssi', playZebraSsi);
    emulated.deaf = true;
    scanner.show?.('approved');
    scheduler.advance(3 * answerMs);
    expect(states.at(-1)).toMatch(/^ready .*answers no command/);
    await pair.write('SP1:STILL\r');
    await until(() => expect(texts).toEqual(['SP1:STILL']));
    // The two commands that are left, said once each.
    scheduler.advance(2 * answerMs + pauseMs);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('loses nothing when commands and scans cross', async () => {
    const { emulated, scanner, scheduler, settle, texts, rejections } = await openRig('zebra-ssi', playZebraSsi);
    const expected = Array.from({ length: 30 }, (_, at) => `SP1:${at}`);
    const short = signs.slice(1);
    for (const [at, text] of expected.entries()) {
      scanner.show?.(short[at % short.length]!);
      await emulated.scan(text);
      scanner.awaitScan?.(at % 2 === 0);
      await until(() => {
        scheduler.advance(0);
        expect(texts.length).toBeGreaterThan(at - 3);
      });
    }
    await until(() => {
      scheduler.advance(0);
      expect(texts).toEqual(expected);
    });
    await settle();
    expect(emulated.commands.filter((command) => command.startsWith('BEEP')).at(-1)).toBe('BEEP 1');
    expect(emulated.commands.filter((command) => command.endsWith('SESSION')).at(-1)).toBe('STOP_SESSION');
    expect(rejections).toEqual([]);
  });

  it('leaves a scanner alone that garbles everything, and tells of the loss', async () => {
    const { emulated, scheduler, rejections, texts } = await openRig('zebra-ssi', playZebraSsi);
    emulated.faults.garbleScans = 3;
    await emulated.scan('SP1:LOST');
    await emulated.scan('SP1:NEXT');
    await until(() => expect(rejections).toEqual(['half-line']));
    scheduler.advance(answerMs);
    await until(() => expect(texts).toEqual(['SP1:NEXT']));
    expect(rejections).toEqual(['half-line']);
  });
});
