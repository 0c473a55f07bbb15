import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Scanner, ScannerEvents } from '../../ports/scanner.ts';
import { createRetryLoop } from '../common/retry-loop.ts';
import { findDevice } from './find-device.ts';
import type { RepeatFilter } from './repeat-filter.ts';
import { createScanSink } from './scan-sink.ts';
import { openSerialLine } from './serial-line.ts';

export interface SerialScannerOptions {
  scheduler: Scheduler;
  events: ScannerEvents;
  repeats: RepeatFilter;
  /** A device file, or a glob; `/dev/serial/by-id/…` keeps its name when the plug moves. */
  device: string;
  baudRate: number;
  /** A line that stops for longer is given up. Default 200 ms: two hundred characters' time at 9600 baud. */
  interByteTimeoutMs?: number;
  /** First and longest wait before the port is tried again. Default 250 ms to 3 s. */
  retry?: { minMs: number; maxMs: number };
}

/** A barcode scanner that types lines into a serial port (RS-232, USB CDC). */
export function createSerialScanner(options: SerialScannerOptions): Scanner {
  const { scheduler, events, device, baudRate, interByteTimeoutMs = 200 } = options;
  const sink = createScanSink({ repeats: options.repeats, events, source: 'serial' });

  const loop = createRetryLoop({
    scheduler,
    retry: options.retry ?? { minMs: 250, maxMs: 3000 },
    async connect(onLost) {
      const path = await findDevice(device);
      if (path === undefined) throw new Error(`no device matches ${device}`);
      const line = await openSerialLine({
        scheduler,
        path,
        baudRate,
        interByteTimeoutMs,
        onLine: (text) => sink.take(text, scheduler.nowMs()),
        onRejected: events.onRejected,
        onClosed: (detail) => onLost(`${path}: ${detail}`),
      });
      loop.confirm();
      if (loop.isRunning()) sink.state('ready', path);
      return line;
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
