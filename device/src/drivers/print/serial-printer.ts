import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { SerialPort } from 'serialport';
import type { Printer } from '../../ports/printer.ts';
import { createSerialPort } from '../common/serial-port.ts';
import type { ByteStream, ByteStreamListener, OpenByteStream } from './byte-stream.ts';
import { createPrinterSession } from './printer-session.ts';
import { defaultSessionSettings, type SessionSettings } from './session-settings.ts';

export interface SerialLine {
  /** Best a stable name: `/dev/serial/by-id/…`. */
  path: string;
  baudRate: number;
  /** How the printer says that its buffer is full, as its switches are set; `none` by default. */
  flowControl?: 'none' | 'rtscts' | 'xonxoff';
}

export interface SerialPrinterOptions extends Partial<SessionSettings>, SerialLine {}

/** An ESC/POS printer on a serial or USB-serial line, 8 data bits, no parity. */
export function createSerialPrinter(deps: { scheduler: Scheduler }, options: SerialPrinterOptions): Printer {
  const { path, baudRate, flowControl, ...settings } = options;
  const open = openSerialStream({ path, baudRate, flowControl: flowControl ?? 'none' });
  return createPrinterSession({
    open,
    scheduler: deps.scheduler,
    settings: { ...defaultSessionSettings, ...settings },
  });
}

function openSerialStream(line: SerialLine): OpenByteStream {
  const { path, baudRate, flowControl } = line;
  const software = flowControl === 'xonxoff';
  return async (listener, signal) => {
    const port = await createSerialPort({
      path,
      baudRate,
      rtscts: flowControl === 'rtscts',
      xon: software,
      xoff: software,
    });
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error('given up'));
      signal.addEventListener('abort', giveUp, { once: true });
      port.open((error) => {
        signal.removeEventListener('abort', giveUp);
        if (error !== null) reject(error);
        else if (signal.aborted) port.close(giveUp);
        else resolve(wrapPort(port, listener));
      });
    });
  };
}

/**
 * Back-pressure is the write callback: serialport calls it when the kernel has taken the bytes. `drain` (tcdrain) is not
 * used: with the printer holding the line it would block a thread of the pool for as long.
 */
function wrapPort(port: SerialPort, listener: ByteStreamListener): ByteStream {
  let reason = 'the line was closed';
  let failWrite: ((error: Error) => void) | undefined;
  const closed = new Promise<void>((done) => {
    port.once('close', (error: Error | null) => {
      reason = error?.message ?? reason;
      failWrite?.(new Error(reason));
      listener.onClose(reason);
      done();
    });
  });
  port.on('error', (error) => {
    reason = error.message;
  });
  port.on('data', (bytes: Uint8Array) => listener.onBytes(bytes));
  const close = (): Promise<void> => {
    if (port.isOpen) port.close();
    return closed;
  };
  return {
    write: (bytes) =>
      new Promise((done, failed) => {
        if (!port.isOpen) {
          failed(new Error(reason));
          return;
        }
        failWrite = failed;
        port.write(bytes, undefined, (error) => (error ? failed(error) : done()));
      }),
    close,
    // Closing a tty waits for its unsent bytes, for half a minute with the printer holding the line; flush drops them.
    discard: () =>
      new Promise((done) => {
        if (port.isOpen) port.flush(() => close().then(done, done));
        else closed.then(done, done);
      }),
  };
}
