import { basename } from 'node:path';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CameraState } from '../../ports/camera.ts';
import type { DecodedSymbol } from '../../ports/decoder.ts';
import type { PictureReader } from '../../ports/picture-reader.ts';
import type { Scanner, ScannerEvents } from '../../ports/scanner.ts';
import { type Connection, createRetryLoop } from '../common/retry-loop.ts';
import { startCameraStream } from './camera-stream.ts';
import { findCommand } from './find-command.ts';
import { createLatestPicture } from './latest-picture.ts';
import type { RepeatFilter } from './repeat-filter.ts';
import { createScanSink } from './scan-sink.ts';

export interface CameraScannerOptions {
  scheduler: Scheduler;
  events: ScannerEvents;
  repeats: RepeatFilter;
  /** The camera's own: started and stopped with it. */
  pictures: PictureReader;
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
  /** What the camera is doing, for the page. */
  state(): CameraState;
  /**
   * Stops the stream, runs `task` while the camera and the reader of its pictures are free, and goes on scanning once
   * nobody has the camera any more.
   */
  withCameraFree<T>(task: () => Promise<T>): Promise<T>;
}

/** The programs were renamed in 2023; both take the same arguments. */
const commandNames = ['rpicam-vid', 'libcamera-vid'] as const;

/** A camera on the box: a stream of JPEG pictures from `rpicam-vid`, of which always the latest is looked at. */
export function createCameraScanner(options: CameraScannerOptions): CameraScanner {
  const { scheduler, pictures } = options;
  const sink = createScanSink({ repeats: options.repeats, events: options.events, source: 'camera' });
  let state: CameraState = { kind: 'connecting', code: null, detail: 'not started' };
  let wanted = false;
  /** How many have the camera for something else. */
  let borrowers = 0;

  const tell = (kind: CameraState['kind'], detail: string, code: CameraState['code'] = null): void => {
    state = { kind, code, detail };
    if (wanted) sink.state(kind, detail);
  };
  const loop = createRetryLoop({
    scheduler,
    retry: options.retry ?? { minMs: 500, maxMs: 10_000 },
    connect: (onLost) =>
      connectCamera(options, {
        onSeen(symbols, detail, atMs) {
          loop.confirm();
          tell('ready', detail);
          for (const symbol of symbols) sink.take(symbol.text, atMs);
        },
        onTrouble: (code, detail) => tell('fault', detail, code),
        onLost,
      }),
    // What is known to go wrong was told already, with its code.
    onFault: (detail) => state.detail !== detail && tell('fault', detail, 'camera_failed'),
  });
  const run = (): Promise<void> => {
    tell('connecting', commandNames[0]);
    return loop.start();
  };

  return {
    state: () => state,
    async start() {
      wanted = true;
      if (borrowers === 0) await run();
    },
    async stop() {
      wanted = false;
      await Promise.all([loop.stop(), pictures.stop()]);
      // A try that was under way may have started it again.
      await pictures.stop();
    },
    async withCameraFree(task) {
      borrowers += 1;
      try {
        await loop.stop();
        tell('connecting', 'lent to another program');
        return await task();
      } finally {
        borrowers -= 1;
        if (wanted && borrowers === 0) await run();
      }
    },
  };
}

interface CameraListener {
  /** A picture was looked at: what is on it, and the camera in a word. */
  onSeen(symbols: readonly DecodedSymbol[], detail: string, atMs: number): void;
  onTrouble(code: ErrorCode, detail: string): void;
  /** Called after `onTrouble` when the camera has to be started anew. */
  onLost(detail: string): void;
}

/** Starts the reader and then the camera; rejects after `onTrouble` when one of them cannot be started. */
async function connectCamera(options: CameraScannerOptions, listener: CameraListener): Promise<Connection> {
  const { scheduler, pictures, picture = { widthPx: 1280, heightPx: 720, framesPerSecond: 15 } } = options;
  const fail = (code: ErrorCode, detail: string): Error => {
    listener.onTrouble(code, detail);
    return new Error(detail);
  };
  const lose = (code: ErrorCode, detail: string): void => listener.onLost(fail(code, detail).message);

  const command = await findCommand(commandNames, options.searchPath);
  if (command === undefined) {
    throw fail('camera_program_missing', `neither ${commandNames.join(' nor ')} is installed`);
  }
  await pictures.start().catch((error: Error) => {
    throw fail('picture_reader_failed', `decoder: ${error.message}`);
  });
  const name = basename(command);
  const latest = createLatestPicture({
    pictures,
    onReading(reading, atMs) {
      if (reading.kind === 'no-picture') return;
      // Whatever came of it: the camera did its part.
      stream.confirm();
      if (reading.kind === 'read') {
        listener.onSeen(reading.symbols, `${name}, ${reading.widthPx} × ${reading.heightPx}`, atMs);
        return;
      }
      const detail = `decoder: ${reading.detail}`;
      listener.onTrouble('picture_reader_failed', detail);
      if (reading.kind !== 'lost') return;
      // Both are started anew: the reader would not be ready for what the camera sends meanwhile, or has sent already.
      void latest.clear();
      void stream.stop().then(() => lose('picture_reader_failed', detail));
    },
  });
  const stream = startCameraStream({
    scheduler,
    command,
    args: [...streamArgs(picture), ...(options.extraArgs ?? [])],
    maxFrameBytes: options.maxFrameBytes ?? 4 * 1024 * 1024,
    watchdogMs: options.watchdogMs ?? 5000,
    onFrame: (jpeg) => latest.show(jpeg, scheduler.nowMs()),
    onEnded({ silent, detail }) {
      void latest.clear();
      lose(silent ? 'camera_silent' : 'camera_failed', `${name}: ${detail}`);
    },
  });
  return {
    async close() {
      await Promise.all([stream.stop(), latest.clear()]);
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
