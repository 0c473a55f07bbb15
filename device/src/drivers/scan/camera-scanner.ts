import { basename } from 'node:path';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Decoder } from '../../ports/decoder.ts';
import type { Scanner, ScannerEvents } from '../../ports/scanner.ts';
import { type Connection, createRetryLoop } from '../common/retry-loop.ts';
import { startCameraStream } from './camera-stream.ts';
import { findCommand } from './find-command.ts';
import { createPictureReader } from './picture-reader.ts';
import type { RepeatFilter } from './repeat-filter.ts';
import { createScanSink } from './scan-sink.ts';

export interface CameraScannerOptions {
  scheduler: Scheduler;
  events: ScannerEvents;
  repeats: RepeatFilter;
  decoder: Decoder;
  /** Where the camera program is looked for, as in `$PATH`. */
  searchPath: string;
  /** Default 1280 × 720 at 15 pictures a second. */
  picture?: CameraPicture;
  /** More arguments for the camera program, e.g. `['--autofocus-mode', 'continuous']`; never through a shell. */
  extraArgs?: readonly string[];
  /** Default 4 MiB. */
  maxFrameBytes?: number;
  /** The camera is restarted when no whole picture came for this long. Default 5 s. */
  watchdogMs?: number;
  /** First and longest wait before the camera is started again. Default 500 ms to 10 s. */
  retry?: { minMs: number; maxMs: number };
}

export interface CameraPicture {
  widthPx: number;
  heightPx: number;
  framesPerSecond: number;
}

export interface CameraScanner extends Scanner {
  /** Stops the stream, runs `task` while the camera is free for another program, and goes on scanning. */
  withCameraFree<T>(task: () => Promise<T>): Promise<T>;
}

/** The programs were renamed in 2023; both take the same arguments. */
const commandNames = ['rpicam-vid', 'libcamera-vid'] as const;

/** A camera on the box: a stream of JPEG pictures from `rpicam-vid`, of which always the latest is looked at. */
export function createCameraScanner(options: CameraScannerOptions): CameraScanner {
  const { scheduler, events, decoder, maxFrameBytes = 4 * 1024 * 1024, watchdogMs = 5000 } = options;
  const picture = options.picture ?? { widthPx: 1280, heightPx: 720, framesPerSecond: 15 };
  const sink = createScanSink({ repeats: options.repeats, events, source: 'camera' });

  const connect = async (onLost: (detail: string) => void): Promise<Connection> => {
    const command = await findCommand(commandNames, options.searchPath);
    if (command === undefined) throw new Error(`neither ${commandNames.join(' nor ')} is installed`);
    const name = basename(command);
    const reader = createPictureReader({
      decoder,
      onSymbols(symbols, { width, height }, atMs) {
        stream.confirm();
        loop.confirm();
        sink.state('ready', `${name}, ${width} × ${height}`);
        for (const symbol of symbols) sink.take(symbol.text, atMs);
      },
      onDecoderFault: (detail) => sink.state('fault', `decoder: ${detail}`),
    });
    const stream = startCameraStream({
      scheduler,
      command,
      args: [...streamArgs(picture), ...(options.extraArgs ?? [])],
      maxFrameBytes,
      watchdogMs,
      onFrame: (jpeg) => reader.show(jpeg, scheduler.nowMs()),
      onEnded(detail) {
        void reader.close();
        onLost(`${name}: ${detail}`);
      },
    });
    return {
      async close() {
        await Promise.all([stream.stop(), reader.close()]);
      },
    };
  };

  const loop = createRetryLoop({
    scheduler,
    retry: options.retry ?? { minMs: 500, maxMs: 10_000 },
    connect,
    onFault: (detail) => sink.state('fault', detail),
  });

  let wanted = false;

  const start = (): Promise<void> => {
    sink.state('connecting', commandNames[0]);
    return loop.start();
  };

  return {
    start() {
      wanted = true;
      return start();
    },
    stop() {
      wanted = false;
      return loop.stop();
    },
    async withCameraFree(task) {
      await loop.stop();
      try {
        return await task();
      } finally {
        if (wanted) await start();
      }
    },
  };
}

/** MJPEG to standard output, without end and without a preview window, each picture written at once. */
function streamArgs({ widthPx, heightPx, framesPerSecond }: CameraPicture): string[] {
  return [
    ...['--codec', 'mjpeg', '--output', '-', '--flush', '--timeout', '0', '--nopreview'],
    ...['--width', String(widthPx), '--height', String(heightPx), '--framerate', String(framesPerSecond)],
  ];
}
