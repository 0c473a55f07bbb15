import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { maxScanBytes, type Scanner, type ScannerEvents } from '../../../ports/scanner.ts';
import { type Connection, createRetryLoop } from '../../common/retry-loop.ts';
import { findCommand } from '../find-command.ts';
import { openFirst } from '../find-device.ts';
import type { RepeatFilter } from '../repeat-filter.ts';
import { createScanSink } from '../scan-sink.ts';
import { createTextLines } from '../text-lines.ts';
import { startEvtest } from './evtest-process.ts';
import { createKeyText } from './key-text.ts';

export interface KeyboardScannerOptions {
  scheduler: Scheduler;
  repeats: RepeatFilter;
  events: ScannerEvents;
  /** A device file or glob below /dev/input; `/dev/input/by-id/…-event-kbd` keeps its name when the plug moves. */
  device: string;
  /** Where `evtest` is looked for, as in `$PATH`. */
  searchPath: string;
  /** A code whose next key does not come within this time is given up. Default 200 ms. */
  interByteTimeoutMs?: number;
  /** See `EvtestOptions`. Default 100 ms. */
  settleMs?: number;
  /** First and longest wait before the device is tried again. Default 250 ms to 3 s. */
  retry?: { minMs: number; maxMs: number };
}

const aimPrefixBytes = 3;

/**
 * A barcode scanner that types as a USB keyboard does, held for this box alone by `evtest --grab` (Debian package
 * `evtest`): of the libraries on npm none can grab a device. The scanner must be set to the keyboard country USA (or
 * Korea), or to send every character by Alt and the keypad, and to end each code with Enter or Tab.
 */
export function createKeyboardScanner(options: KeyboardScannerOptions): Scanner {
  const { scheduler, events, device, searchPath, interByteTimeoutMs = 200, settleMs = 100 } = options;
  const sink = createScanSink({ repeats: options.repeats, events, source: 'keyboard' });

  const openKeyboard = async (command: string, path: string, onLost: (detail: string) => void): Promise<Connection> => {
    const lines = await createTextLines({
      scheduler,
      maxLineBytes: maxScanBytes + aimPrefixBytes,
      interByteTimeoutMs,
      onLine: (text) => sink.take(text, scheduler.nowMs()),
      onRejected: events.onRejected,
    });
    const keyText = createKeyText();
    const evtest = await startEvtest({
      scheduler,
      command,
      device: path,
      settleMs,
      onReady() {
        loop.confirm();
        if (loop.isRunning()) sink.state('ready', path);
      },
      onKey(key) {
        const text = keyText.take(key);
        if (text !== '') lines.push(Buffer.from(text));
      },
      onEnded(detail) {
        lines.close();
        onLost(`${path}: ${detail}`);
      },
    });
    return {
      close() {
        lines.close();
        return evtest.close();
      },
    };
  };

  const loop = createRetryLoop({
    scheduler,
    retry: options.retry ?? { minMs: 250, maxMs: 3000 },
    async connect(onLost) {
      const command = await findCommand(['evtest'], searchPath);
      if (command === undefined) throw new Error('the program evtest is missing; install the package evtest');
      return openFirst(device, async (path) => {
        await access(path, constants.R_OK);
        return openKeyboard(command, path, onLost);
      });
    },
    onFault: (detail) => sink.state('fault', detail),
  });

  return {
    start() {
      sink.state('connecting', device);
      return loop.start();
    },
    stop: loop.stop,
  };
}
