import { isUtf8 } from 'node:buffer';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { maxScanBytes, type ScanRejection } from '../../ports/scanner.ts';
import { createSerialPort } from '../common/serial-port.ts';
import { createLineGuard } from './line-guard.ts';

/** An open serial port that gives whole lines of text. */
export interface SerialLine {
  /** Resolves when the port is let go; `onClosed` is not called for it. */
  close(): Promise<void>;
}

export interface SerialLineOptions {
  scheduler: Scheduler;
  path: string;
  baudRate: number;
  interByteTimeoutMs: number;
  onLine(text: string): void;
  onRejected(reason: ScanRejection, byteCount: number): void;
  /** The port went away by itself; called once. */
  onClosed(detail: string): void;
}

const aimPrefixBytes = 3;

/** The port is lost already; that closing it fails too is no news. */
const ignoreCloseError = (): void => undefined;

/** @throws Error of the operating system when the port cannot be opened. */
export async function openSerialLine(options: SerialLineOptions): Promise<SerialLine> {
  const { scheduler, path, baudRate, interByteTimeoutMs, onRejected } = options;
  const [port, { ReadlineParser }] = await Promise.all([
    createSerialPort({ path, baudRate }),
    import('@serialport/parser-readline'),
  ]);
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));

  const guard = createLineGuard({
    scheduler,
    maxLineBytes: maxScanBytes + aimPrefixBytes,
    interByteTimeoutMs,
    onRejected,
  });
  // Latin-1 keeps every byte, so that what is not UTF-8 can be told from what is.
  const parser = new ReadlineParser({ delimiter: '\n', encoding: 'latin1' });
  parser.on('data', (line: string) => {
    const bytes = Buffer.from(line, 'latin1');
    if (isUtf8(bytes)) options.onLine(bytes.toString('utf8'));
    else onRejected('not-text', bytes.length);
  });
  port.pipe(guard).pipe(parser);

  let open = true;
  const lose = (detail: string): void => {
    if (!open) return;
    open = false;
    guard.destroy();
    if (port.isOpen) port.close(ignoreCloseError);
    options.onClosed(detail);
  };
  port.on('error', (error: Error) => lose(error.message));
  port.on('close', (error: Error | null) => lose(error?.message ?? 'the port was closed'));

  return {
    close() {
      if (!open) return Promise.resolve();
      open = false;
      guard.destroy();
      return new Promise((resolve) => port.close(() => resolve()));
    },
  };
}
