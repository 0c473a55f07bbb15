import { createConnection } from 'node:net';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Printer } from '../../ports/printer.ts';
import type { ByteStream, OpenByteStream } from './byte-stream.ts';
import { createPrinterSession } from './printer-session.ts';
import { defaultSessionSettings, type SessionSettings } from './session-settings.ts';

/** 9100 is the raw port of nearly every network printer. */
export interface TcpPrinterOptions extends Partial<SessionSettings> {
  host: string;
  port: number;
}

/** An ESC/POS printer on the network. */
export function createTcpPrinter(deps: { scheduler: Scheduler }, options: TcpPrinterOptions): Printer {
  const { host, port, ...settings } = options;
  const open = openTcpStream(host, port);
  return createPrinterSession({
    open,
    scheduler: deps.scheduler,
    settings: { ...defaultSessionSettings, ...settings },
  });
}

function openTcpStream(host: string, port: number): OpenByteStream {
  return (listener, signal) =>
    new Promise((resolve, reject) => {
      // Without noDelay each of the four status questions would wait for the printer's delayed acknowledgement.
      const socket = createConnection({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 });
      let reason = 'the printer closed the connection';
      const giveUp = (): void => {
        socket.destroy(new Error('given up'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const closed = new Promise<void>((done) => {
        socket.once('close', () => done());
      });
      socket.on('error', (error) => {
        reason = error.message;
        reject(error);
      });
      socket.on('data', (bytes) => listener.onBytes(bytes));
      socket.once('connect', () => {
        signal.removeEventListener('abort', giveUp);
        socket.once('close', () => listener.onClose(reason));
        const stream: ByteStream = {
          write: (bytes) =>
            new Promise((done, failed) => {
              socket.write(bytes, (error) => (error ? failed(error) : done()));
            }),
          close() {
            socket.destroySoon();
            return closed;
          },
          discard() {
            socket.destroy();
            return closed;
          },
        };
        resolve(stream);
      });
    });
}
