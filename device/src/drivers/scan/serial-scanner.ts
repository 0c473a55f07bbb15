import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Scanner, ScannerEvents } from '../../ports/scanner.ts';
import { createRetryLoop } from '../common/retry-loop.ts';
import type { SerialFormat } from '../common/serial-port.ts';
import { type DialectName, dialects } from './commands/dialects.ts';
import { openFirst } from './find-device.ts';
import type { RepeatFilter } from './repeat-filter.ts';
import { createScanSink } from './scan-sink.ts';
import { openSerialLine, type SerialLine } from './serial-line.ts';
import { createTriggerKeeper } from './trigger-keeper.ts';

export interface SerialScannerOptions {
  scheduler: Scheduler;
  events: ScannerEvents;
  repeats: RepeatFilter;
  /** A device file, or a glob; `/dev/serial/by-id/…` keeps its name when the plug moves. */
  device: string;
  baudRate: number;
  /** Default 8N1. */
  format?: SerialFormat;
  /** Default `plain`: no commands, so no signs and no trigger. */
  dialect?: DialectName;
  /** `box`: the trigger is opened while a sale waits for a scan. Default `scanner`: the person, or the scanner itself. */
  trigger?: 'scanner' | 'box';
  /** A line that stops for longer is given up. Default 200 ms: two hundred characters' time at 9600 baud. */
  interByteTimeoutMs?: number;
  /** `pause`: such a line is whole, for a scanner that sends no CR, LF or ETX. Default `marked`. */
  lineEnd?: 'marked' | 'pause';
  /** First and longest wait before the port is tried again. Default 250 ms to 3 s. */
  retry?: { minMs: number; maxMs: number };
}

/** A barcode scanner on a serial port (RS-232, USB CDC): reads its lines, and gives it signs in its own dialect. */
export function createSerialScanner(options: SerialScannerOptions): Scanner {
  const { scheduler, events, device, baudRate, format = '8N1', dialect = 'plain', interByteTimeoutMs = 200 } = options;
  const sink = createScanSink({ repeats: options.repeats, events, source: 'serial' });
  let line: SerialLine | undefined;
  const trigger = createTriggerKeeper({ scheduler, turn: (open) => line?.trigger(open) });

  const openLine = (path: string, onLost: (detail: string) => void): Promise<SerialLine> =>
    openSerialLine({
      scheduler,
      path,
      baudRate,
      format,
      dialect: dialects[dialect],
      interByteTimeoutMs,
      endsOnPause: options.lineEnd === 'pause',
      onLine: (text) => sink.take(text, scheduler.nowMs()),
      onRejected: events.onRejected,
      onDeaf: () => sink.state('ready', `${path}: reads, but answers no command; is it set to ${dialect}?`),
      onClosed(detail) {
        line = undefined;
        onLost(`${path}: ${detail}`);
      },
    }).then((opened) => {
      line = opened;
      loop.confirm();
      if (loop.isRunning()) sink.state('ready', path);
      trigger.renew();
      return opened;
    });

  const loop = createRetryLoop({
    scheduler,
    retry: options.retry ?? { minMs: 250, maxMs: 3000 },
    connect: (onLost) => openFirst(device, (path) => openLine(path, onLost)),
    onFault: (detail) => sink.state('fault', detail),
  });

  return {
    start() {
      sink.state('connecting', device);
      return loop.start();
    },
    async stop() {
      trigger.keep(false);
      await loop.stop();
      line = undefined;
    },
    show: (sign) => line?.show(sign),
    awaitScan: (awaiting) => trigger.keep(awaiting && options.trigger === 'box'),
  };
}
