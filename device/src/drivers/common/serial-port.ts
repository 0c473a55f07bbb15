import { readSync } from 'node:fs';
import type { SerialPort } from 'serialport';

/** Data bits, parity and stop bits, as printed in manuals and on menu sheets. */
export type SerialFormat = '8N1' | '8E1' | '8O1' | '8N2' | '7E1' | '7O1' | '7N2';

const formats = {
  '8N1': { dataBits: 8, parity: 'none', stopBits: 1 },
  '8E1': { dataBits: 8, parity: 'even', stopBits: 1 },
  '8O1': { dataBits: 8, parity: 'odd', stopBits: 1 },
  '8N2': { dataBits: 8, parity: 'none', stopBits: 2 },
  '7E1': { dataBits: 7, parity: 'even', stopBits: 1 },
  '7O1': { dataBits: 7, parity: 'odd', stopBits: 1 },
  '7N2': { dataBits: 7, parity: 'none', stopBits: 2 },
} as const;

export interface SerialPortSettings {
  path: string;
  baudRate: number;
  /** Default 8N1. */
  format?: SerialFormat;
  /** Hardware flow control. */
  rtscts?: boolean;
  /** Software flow control, outgoing. */
  xon?: boolean;
  /** Software flow control, incoming. */
  xoff?: boolean;
}

/** What an open port of serialport's Linux binding has, as far as it matters here. */
interface UnixPort {
  readonly isOpen: boolean;
  readonly fd: number | null;
  readonly poller: { once(event: 'readable', callback: (error: Error | null) => void): void };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * A closed serial port; `serialport` is loaded on the first call.
 *
 * serialport's own read calls itself again, without end and at full speed, when a line that has hung up gives zero
 * bytes, as a USB adapter does that is pulled out between two reads (serialport/bindings-cpp issue 162, open since
 * 2023). Here zero bytes are a disconnect: the port closes and says so.
 */
export async function createSerialPort(settings: SerialPortSettings): Promise<SerialPort> {
  const serialport = await import('serialport');
  const { binding } = serialport.SerialPort;
  const guarded = {
    ...binding,
    async open(options: never) {
      const port = await binding.open(options);
      if ('poller' in port) guardRead(port);
      return port;
    },
  };
  // The constructor takes a binding too; its type leaves it out.
  const { format = '8N1', ...line } = settings;
  const options = { ...line, ...formats[format], autoOpen: false, binding: guarded };
  return new serialport.SerialPort(options);
}

function guardRead(port: UnixPort): void {
  port.read = async (buffer, offset, length) => {
    for (;;) {
      const bytesRead = readWaiting(openFd(port), buffer, offset, length);
      if (bytesRead === 0) throw new Error('the line hung up');
      if (bytesRead !== undefined) return { buffer, bytesRead };
      await waitUntilReadable(port);
    }
  };
}

/**
 * What has come in so far; undefined: nothing yet. serialport opens without blocking, so this never waits, and a scan
 * is spared the way through the thread pool and back.
 */
function readWaiting(fd: number, buffer: Buffer, offset: number, length: number): number | undefined {
  try {
    return readSync(fd, buffer, offset, length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EINTR') return undefined;
    throw error;
  }
}

function openFd(port: UnixPort): number {
  if (port.isOpen && port.fd !== null) return port.fd;
  throw Object.assign(new Error('the port is closed'), { canceled: true });
}

function waitUntilReadable(port: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    port.poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
  });
}
