import type { Scheduler } from '@scanpay/shared/clock.ts';
import { maxScanBytes, type ScanRejection, type ScanSign } from '../../ports/scanner.ts';
import { createSerialPort, type SerialFormat } from '../common/serial-port.ts';
import type { Dialect } from './commands/dialect.ts';
import { createTextLines } from './text-lines.ts';

/** An open serial port that gives whole lines of text and takes commands. */
export interface SerialLine {
  show(sign: ScanSign): void;
  trigger(open: boolean): void;
  /** Resolves when the port is let go; `onClosed` is not called for it. */
  close(): Promise<void>;
}

export interface SerialLineOptions {
  scheduler: Scheduler;
  path: string;
  baudRate: number;
  format: SerialFormat;
  dialect: Dialect;
  interByteTimeoutMs: number;
  /** Whether a pause ends a line, for scanners that send no end of their own. */
  endsOnPause: boolean;
  onLine(text: string): void;
  onRejected(reason: ScanRejection, byteCount: number): void;
  /** The scanner reads but does not answer commands. */
  onDeaf(): void;
  /** The port went away by itself; called once. */
  onClosed(detail: string): void;
}

const aimPrefixBytes = 3;
/** Commands that the line has not taken yet; a scanner that holds the line back so long is told no more. */
const maxUnsentBytes = 1024;

/** The port is lost already; that closing it fails too is no news. */
const ignoreCloseError = (): void => undefined;

/** @throws Error of the operating system when the port cannot be opened. */
export async function openSerialLine(options: SerialLineOptions): Promise<SerialLine> {
  const { scheduler, path, baudRate, format, dialect, interByteTimeoutMs, onRejected } = options;
  const [port, lines] = await Promise.all([
    createSerialPort({ path, baudRate, format }),
    createTextLines({ ...options, maxLineBytes: maxScanBytes + aimPrefixBytes }),
  ]);
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));

  let open = true;
  const conversation = dialect({
    scheduler,
    interByteTimeoutMs,
    send(bytes) {
      if (open && port.writableLength + bytes.length <= maxUnsentBytes) port.write(bytes);
    },
    onText: lines.push,
    onRejected,
    onDeaf: options.onDeaf,
  });
  const letGo = (): void => {
    open = false;
    conversation.close();
    lines.close();
  };
  const lose = (detail: string): void => {
    if (!open) return;
    letGo();
    if (port.isOpen) port.close(ignoreCloseError);
    options.onClosed(detail);
  };
  port.on('data', (bytes: Buffer) => {
    if (open) conversation.push(bytes);
  });
  port.on('error', (error: Error) => lose(error.message));
  port.on('close', (error: Error | null) => lose(error?.message ?? 'the port was closed'));

  return {
    show: (sign) => conversation.show(sign),
    trigger: (wanted) => conversation.trigger(wanted),
    close() {
      if (!open) return Promise.resolve();
      letGo();
      return new Promise((resolve) => port.close(() => resolve()));
    },
  };
}
